"""Downloads opened: folders, zips in zips, workbooks as one file; damaged, locked and boundless archives refused."""

import zlib
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile

import pytest

from consultant.reference.formats import FormatError, Release, Source
from consultant.reference.formats.gpci import GpciFormat
from consultant.reference.formats.icd10cm_order import Icd10cmOrder
from consultant.reference.formats.ncci_ptp import NcciPtp
from consultant.reference.loading.finding import Findings, find
from consultant.reference.loading.opening import Limits, opened_paths
from consultant.reference.loading.reading import Watched, sha256
from tests.reference_files import mue_text, ptp_cells, ptp_text, source, workbook, zipped

MUE_NAME = "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"


def opened(path: Path, limits: Limits | None = None) -> dict[str, bytes]:
    with opened_paths([path], limits) as sources:
        found = {}
        for each in sources:
            with each.open() as file:
                found[each.name] = file.read()
            assert each.size == len(found[each.name])
        return found


def found_in(path: Path) -> Findings:
    with opened_paths([path]) as sources:
        return find(sources)


def test_a_folder_gives_its_files_and_those_in_zips_in_zips(tmp_path: Path) -> None:
    inner = zipped({"deep/c.txt": b"three"})
    folder = tmp_path / "rvu26a"
    (folder / "sub").mkdir(parents=True)
    (folder / "outer.zip").write_bytes(zipped({"b.txt": b"two", "inner.zip": inner}))
    (folder / "sub" / "a.txt").write_bytes(b"one")
    (folder / ".DS_Store").write_bytes(b"not looked at")

    assert opened(folder) == {
        "rvu26a/outer.zip/b.txt": b"two",
        "rvu26a/outer.zip/inner.zip/deep/c.txt": b"three",
        "rvu26a/sub/a.txt": b"one",
    }


def test_a_workbook_is_one_file_inside_a_zip_and_outside(tmp_path: Path) -> None:
    book = workbook([("a", "b")])
    (tmp_path / "a.xlsx").write_bytes(book)
    (tmp_path / "b.zip").write_bytes(zipped({"c.xlsx": book}))
    assert opened(tmp_path / "a.xlsx") == {"a.xlsx": book}
    assert opened(tmp_path / "b.zip") == {"b.zip/c.xlsx": book}


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(files=2), "more than can be loaded at once"),
        (Limits(all_bytes=200_000), "more than can be loaded at once"),
        (Limits(file_bytes=50_000), "more than can be loaded at once"),
        (Limits(ratio=20, ratio_from_bytes=1000), "unpacks to 100,000 bytes"),
        (Limits(depth=1), "zips within zips"),
    ],
)
def test_an_archive_without_measure_is_refused(tmp_path: Path, limits: Limits, said: str) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped({f"{n}.txt": b"x" * 100_000 for n in range(3)} | {"z.zip": zipped({"a": b"a"})}))
    with pytest.raises(FormatError, match=said):
        opened(path, limits)


def test_a_zip_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": b"x" * 5000})[:-40])
    with pytest.raises(FormatError, match=r"a\.zip: the zip is damaged or was cut off .*Download it again"):
        opened(path)


def test_a_zip_whose_bytes_were_changed_is_refused_when_it_is_read(tmp_path: Path) -> None:
    content = bytearray(zipped({"ccipra-v322r0-f1.txt": ptp_text([]) + bytes(range(256)) * 700}))
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(content)
    with opened_paths([tmp_path]) as sources, pytest.raises(FormatError, match="breaks off"):
        sha256(sources[0])


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.txt": b"secret"}))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(FormatError, match="is encrypted"):
        opened(tmp_path / "a.zip")


def test_a_path_that_is_not_there_is_said() -> None:
    with pytest.raises(FormatError, match="there is no such file"):
        opened(Path("/nowhere/at/all.zip"))


def test_text_is_read_rather_than_the_workbook_with_the_same_rows(tmp_path: Path) -> None:
    files = {"ccipra-v322r0-f1.xlsx": workbook(ptp_cells([])), "ccipra-v322r0-f1.TXT": ptp_text([])}
    (tmp_path / "ccipra-v322r0-f1.zip").write_bytes(zipped(files))
    (planned,) = found_in(tmp_path / "ccipra-v322r0-f1.zip").releases
    assert {part: each.name for part, each in planned.files.items()} == {
        "f1": "ccipra-v322r0-f1.zip/ccipra-v322r0-f1.TXT"
    }
    assert [each.name for each in planned.same] == ["ccipra-v322r0-f1.zip/ccipra-v322r0-f1.xlsx"]


def test_the_parts_of_a_release_are_put_together_and_other_releases_kept_apart(tmp_path: Path) -> None:
    for name in ("ccipra-v322r0-f2.txt", "ccipra-v322r0-f1.txt", "ccioph-v322r0-f1.txt", "ccipra-v321r0-f1.txt"):
        (tmp_path / name).write_bytes(ptp_text([]))
    (tmp_path / MUE_NAME).write_bytes(mue_text([]))
    found = found_in(tmp_path).releases
    assert [(each.dataset.name(each.release), each.release.label, sorted(each.files)) for each in found] == [
        ("ncci_mue_practitioner", "2026Q4", [""]),
        ("ncci_ptp_outpatient_hospital", "2026Q3", ["f1"]),
        ("ncci_ptp_practitioner", "2026Q2", ["f1"]),
        ("ncci_ptp_practitioner", "2026Q3", ["f1", "f2"]),
    ]


def test_two_files_that_claim_to_be_the_same_part_are_asked_about(tmp_path: Path) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / MUE_NAME).write_bytes(mue_text([]))
    with pytest.raises(FormatError, match="Load the one that is meant"):
        found_in(tmp_path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"\r\n<!DOCTYPE html><html><body>License</body></html>", "it is a web page"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"whatever", "no kind of file"),
    ],
)
def test_what_cannot_be_loaded_is_said_with_why(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "medicare-ncci-2026q3-practitioner-ptp-edits.zip"
    path.write_bytes(content)
    ((unknown, said),) = found_in(path).unknown
    assert unknown.name == path.name
    assert said.startswith(why)


def test_a_watched_file_counts_each_byte_once_and_takes_the_digest_on_the_way() -> None:
    content = ptp_text([]) * 3000
    original = source("a.txt", content)
    counted: list[int] = []
    watched = Watched(original, counted.append)
    with watched.source.open() as file:
        file.read(10)
    with watched.source.open() as file:
        while file.read(100_000):
            pass
    assert sum(counted) == len(content)
    assert watched.sha256() == sha256(original)


def test_a_file_that_was_not_read_to_its_end_has_the_digest_of_the_whole() -> None:
    original = source("ccipra-v322r0-f1.txt", ptp_text([]) * 2000)
    counted: list[int] = []
    watched = Watched(original, counted.append)
    next(NcciPtp().blocks(watched.source, lambda term: term), None)
    assert watched.sha256() == sha256(original)


@pytest.mark.parametrize(
    "error",
    [
        OSError("gone"), EOFError(), BadZipFile("bad CRC"), zlib.error("damaged"),
        RuntimeError("password required"), NotImplementedError("an unknown way of packing"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_by_every_reader(error: Exception) -> None:
    def broken() -> BinaryIO:
        raise error

    unreadable = Source("icd10cm-order-2026.txt", 1, broken)
    release = Release("any", "FY2026", "", None, None)
    for read in (
        lambda: find([unreadable]),
        lambda: next(NcciPtp().blocks(unreadable, lambda term: term)),
        lambda: next(Icd10cmOrder().rows(unreadable, release)),
        lambda: next(GpciFormat().rows(unreadable, release)),
    ):
        with pytest.raises(FormatError, match="icd10cm-order-2026"):
            read()
