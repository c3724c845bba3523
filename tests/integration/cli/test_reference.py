"""`consultant reference`, `consultant code` and `consultant pair`."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run
from tests.reference_files import ptp_edit, ptp_text, zipped

BEGAN, ENDED = date(2020, 1, 1), date(2024, 12, 31)
NAME = "ccipra-v322r0-f1.txt"
EDITS = [ptp_edit("11111", "22222", BEGAN, ENDED), ptp_edit("33333", "11111", BEGAN, None, "0")]
PTP = "ncci_ptp_practitioner"


@pytest.fixture
def download(tmp_path: Path) -> Path:
    """A zip as CMS publishes it."""
    path = tmp_path / "ccipra-v322r0-f1.zip"
    path.write_bytes(zipped({NAME: ptp_text(EDITS)}))
    return path


@pytest.fixture
def store(run: Run, download: Path) -> Run:
    """A database with the file loaded."""
    assert run("migrate").code == 0
    assert run("reference", "load", download).code == 0
    return run


def test_load_says_what_it_found_and_what_became_of_it(run: Run, download: Path) -> None:
    run("migrate")
    page = download.with_name("page.zip")
    page.write_bytes(b"<html>click here</html>")
    ran = run("reference", "load", download, page)
    assert ran.code == 0
    assert "found NCCI procedure-to-procedure edits, practitioner services, 2026Q3 (from 2026-07-01)" in ran.out
    assert "loaded ncci_ptp_practitioner 2026Q3: 2 rows" in ran.out
    assert "page.zip: passed over, it is a web page" in ran.err

    assert run("reference", "load", download, "--json").data == {
        "outcome": "unchanged",
        "dataset": PTP,
        "release": "2026Q3",
        "rows": 2,
        "bad_rows": [],
        "skipped": {},
    }


def test_nothing_to_load_and_nothing_there_are_errors_with_what_to_do(run: Run, tmp_path: Path) -> None:
    run("migrate")
    (tmp_path / "a.txt").write_bytes(b"hello")
    nothing = run("reference", "load", tmp_path / "a.txt")
    assert (nothing.code, "none of the files is of a kind" in nothing.err) == (4, True)
    gone = run("reference", "load", tmp_path / "gone.zip")
    assert (gone.code, "there is no such file" in gone.err) == (1, True)


def test_a_bad_row_refuses_the_file_or_is_listed(run: Run, tmp_path: Path) -> None:
    run("migrate")
    (tmp_path / NAME).write_bytes(ptp_text(EDITS).replace(b"\t0\tBecause", b"\t7\tBecause"))
    refused = run("reference", "load", tmp_path / NAME)
    assert refused.code == 1
    assert refused.err.startswith(f"error: {NAME}, line 8, column Modifier: '7' is none of 0, 1 and 9.")
    (loaded,) = run("reference", "load", "--skip-bad-rows", "--json", tmp_path / NAME).lines
    assert (loaded["rows"], len(loaded["bad_rows"])) == (1, 1)


def test_status_lists_releases_with_rows_and_files(store: Run) -> None:
    (release,) = (each for each in store("reference", "status", "--json").data if each["dataset"] == PTP)
    assert (release["rows"], release["files"], release["age_days"]) == (2, [f"ccipra-v322r0-f1.zip/{NAME}"], 0)
    assert (release["effective_from"], release["effective_to"]) == ("2026-07-01", "2026-09-30")
    assert "2026Q3" in store("reference", "status").out


def test_verify_drop_and_diff(store: Run, tmp_path: Path) -> None:
    (tmp_path / "ccipra-v323r0-f1.txt").write_bytes(ptp_text(EDITS[:1]))
    store("reference", "load", tmp_path / "ccipra-v323r0-f1.txt")
    assert [each["intact"] for each in store("reference", "verify", "--json").lines] == [True, True]
    assert "2 rows, whole" in store("reference", "verify").out

    changed = store("reference", "diff", PTP, "2026Q3", "2026Q4", "--json").data
    assert (changed["change"], changed["key"]["column_one"]) == ("removed", "33333")
    assert "removed  33333 11111" in store("reference", "diff", PTP, "2026Q3", "2026Q4").out

    assert store("reference", "drop", PTP, "2026Q4").code == 0
    assert store("reference", "drop", PTP, "2026Q4").code == 4
    assert store("reference", "diff", PTP, "2026Q3", "2026Q4").code == 4
    assert store("reference", "diff", "icd10cm", "FY2022", "FY2022").code == 1


def test_pair_answers_as_of_the_date_in_both_directions(store: Run) -> None:
    found = store("pair", "22222", "11111", "33333", "--on", "2024-12-31", "--json").data
    assert [(each["column_one"], each["column_two"], each["deletion"]) for each in found["edits"]] == [
        ("11111", "22222", "2024-12-31"),
        ("33333", "11111", None),
    ]
    assert found["edits"][0]["release"] == "2026Q3"
    assert len(store("pair", "22222", "11111", "33333", "--on", "2025-01-01", "--json").data["edits"]) == 1
    shown = store("pair", "11111", "33333")
    assert (shown.code, "column one" in shown.out, "Because" in shown.out) == (0, True, True)
    assert "No edit in force" in store("pair", "11111", "44444").out


def test_pair_answers_a_batch_line_by_line(store: Run) -> None:
    requests = [
        json.dumps({"codes": ["11111", "22222"], "on": "2024-12-31", "setting": "practitioner"}),
        "not json",
        json.dumps({"codes": "11111"}),
        json.dumps({"codes": ["11111", "33333"], "setting": "anywhere"}),
        json.dumps({"codes": ["11111", "33333"], "on": "soon"}),
        json.dumps(["11111"]),
        json.dumps({"codes": ["11111", "33333"]}),
    ]
    ran = store("pair", "--batch", stdin="\n".join(requests).encode())
    answers = ran.lines
    assert ran.code == 1
    assert [len(each.get("edits", ())) for each in answers] == [1, 0, 0, 0, 0, 0, 1]
    assert ["error" in each for each in answers] == [False, True, True, True, True, True, False]


def test_code_tells_what_every_table_says(store: Run) -> None:
    found = store("code", "96361", "--on", "2026-05-01", "--json").data
    assert (found["entry"]["system"], found["entry"]["global_days"]) == ("CPT", "ZZZ")
    assert found["mue"]["practitioner"]["value"] > 0
    assert "96360" in {link["primary"] for link in found["primaries"]}
    assert "96361" in {link["add_on"] for link in store("code", "96360", "--json").data["add_ons"]}
    shown = store("code", "96361").out
    assert "Goes with" in shown
    assert "96360" in shown


def test_a_code_that_nothing_knows_is_not_found(store: Run) -> None:
    ran = store("code", "ZZZZZ", "--json")
    assert (ran.code, ran.data["entry"], ran.data["newest"]) == (4, None, None)
    assert store("code", "").code == 1
    assert store("pair", "11111").code == 2


def test_code_answers_a_batch(store: Run) -> None:
    lines = [json.dumps({"code": "96361", "on": "2026-05-01"}), json.dumps({"code": 96361})]
    ran = store("code", "--batch", stdin="\n".join(lines).encode())
    assert ran.code == 1
    assert ran.lines[0]["entry"]["code"] == "96361"
    assert ran.lines[1] == {"error": '"code" must be text of at most 100 characters, not empty'}


def test_before_migrate_every_command_says_what_to_do(run: Run, state: Path) -> None:
    assert "run `consultant migrate`" in run("pair", "11111", "22222").err
    state.mkdir()
    (state / "consultant.db").touch()
    for command in (("pair", "11111", "22222"), ("code", "11111"), ("reference", "status")):
        ran = run(*command)
        assert ran.code == 3, command
        assert ran.err.startswith("error: the database")
