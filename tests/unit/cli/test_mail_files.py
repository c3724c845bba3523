"""Mails out of files and mboxes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultant.cli.mail_files import files_in, mails_in


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def raws(path: Path) -> list[bytes]:
    return [raw for _, raw in mails_in(path)]


def test_a_folder_stands_for_the_mails_below_it_in_order(tmp_path: Path) -> None:
    for name in ("b.eml", "a/c.EML", "a/box.mbox", "notes.txt"):
        written(tmp_path, name, b"x")
    assert [str(each.relative_to(tmp_path)) for each in files_in([tmp_path])] == ["a/box.mbox", "a/c.EML", "b.eml"]


def test_a_file_stands_for_itself_whatever_its_name_and_whether_it_is_there(tmp_path: Path) -> None:
    assert files_in([tmp_path / "mail", tmp_path / "missing"]) == [tmp_path / "mail", tmp_path / "missing"]


def test_a_mail_comes_byte_for_byte(tmp_path: Path) -> None:
    raw = b"Subject: \xff\r\n\r\nFrom here on.\r\n\x00"
    path = written(tmp_path, "mail", raw)
    assert list(mails_in(path)) == [(str(path), raw)]


def test_an_eml_is_one_mail_even_where_it_begins_like_an_mbox(tmp_path: Path) -> None:
    raw = b"From a@b Tue\nSubject: x\n\ny\n\nFrom here on.\n"
    assert raws(written(tmp_path, "mail.eml", raw)) == [raw]


def test_an_mbox_is_split_below_empty_lines_only(tmp_path: Path) -> None:
    box = written(tmp_path, "box", b"From a@b Tue\nSubject: 1\n\nx\nFrom here on.\n\nFrom c@d Tue\nSubject: 2\n\ny\n")
    assert raws(box) == [b"Subject: 1\n\nx\nFrom here on.\n\n", b"Subject: 2\n\ny\n"]
    assert [name for name, _ in mails_in(box)] == [f"{box}#1", f"{box}#2"]


def test_quoting_is_taken_off_once(tmp_path: Path) -> None:
    box = written(tmp_path, "box", b"From a@b Tue\n\n>From me\n>>From you\n> From nobody\n")
    assert raws(box) == [b"\nFrom me\n>From you\n> From nobody\n"]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(mails_in(tmp_path / "missing"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.text(st.sampled_from("From >a\n"), max_size=30), min_size=1, max_size=4))
def test_what_was_put_into_an_mbox_comes_out_of_it(tmp_path: Path, bodies: list[str]) -> None:
    mails = [f"Subject: {number}\n\n{body}\n".encode() for number, body in enumerate(bodies)]
    quoted = [quote(mail) for mail in mails]
    box = written(tmp_path, "box", b"".join(b"From a@b Tue\n" + mail + b"\n" for mail in quoted))
    assert [raw.removesuffix(b"\n") for raw in raws(box)] == mails


def quote(mail: bytes) -> bytes:
    lines = mail.splitlines(keepends=True)
    return b"".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)
