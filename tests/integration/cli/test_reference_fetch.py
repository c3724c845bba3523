"""`consultant reference fetch`: from the address to the store in one command, and what status says then."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run
from tests.reference_files import ptp_edit, ptp_text, zipped
from tests.services.agency_server import AgencyServer, Served, running_agency
from tests.services.certificates import Authority

ARCHIVE = zipped({"ccipra-v320r0-f1.txt": ptp_text([ptp_edit("11111", "22222", date(2020, 1, 1))])})
PTP = "ncci_ptp_practitioner"


@pytest.fixture
def agency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AgencyServer]:
    """A server with the edits of a quarter under the second of two addresses, and a page with a licence."""
    authority = Authority(tmp_path)
    with running_agency(authority.certificate()) as server:
        server.files["/2026q1-edits.zip"] = Served(ARCHIVE)
        sources = [
            {
                "name": "edits",
                "datasets": [PTP],
                "addresses": [f"{server.url}/{{year}}-{{quarter}}.zip", f"{server.url}/{{year}}q{{quarter}}-edits.zip"],
            },
            {"name": "licensed", "datasets": ["cpt"], "page": "https://ama.example/", "files": "the {year} files"},
        ]
        monkeypatch.setenv("CONSULTANT_REFERENCE__SOURCES", json.dumps(sources))
        monkeypatch.setenv("CONSULTANT_REFERENCE__CA_FILE", str(authority.file))
        yield server


def test_a_file_is_fetched_loaded_and_the_next_time_unchanged(run: Run, agency: AgencyServer, state: Path) -> None:
    run("migrate")
    ran = run("reference", "fetch", "edits", "--on", "2026-02-01", "--load")
    path = state / "reference" / "edits" / "2026q1-edits.zip"
    assert (ran.code, path.read_bytes()) == (0, ARCHIVE)
    assert ran.out.startswith(f"fetched edits: {path}, {len(ARCHIVE):,} bytes, SHA-256 ")
    assert f"loaded {PTP} 2026Q1: 1 rows" in ran.out

    asked = len(agency.asked)
    again = run("reference", "fetch", "edits", "--on", "2026-02-01", "--json")
    assert again.data == {
        "source": "edits",
        "datasets": [PTP],
        "outcome": "unchanged",
        "address": f"{agency.url}/2026q1-edits.zip",
        "path": str(path),
        "bytes": len(ARCHIVE),
        "sha256": hashlib.sha256(ARCHIVE).hexdigest(),
    }
    assert len(agency.asked) == asked + 2

    (release,) = (each for each in run("reference", "status", "--json").data if each["dataset"] == PTP)
    assert release["out_of_date"] is True  # it is of a quarter that is over
    status = run("reference", "status").out
    assert "OUT OF DATE" in status
    assert "Nothing loaded of: ncci_mue, ncci_aoc, pfs_rvu" in status


def test_behind_a_licence_the_operator_is_told_where_to_go(run: Run, agency: AgencyServer) -> None:
    ran = run("reference", "fetch", "licensed", "--on", "2026-02-01")
    assert (ran.code, agency.asked) == (0, [])
    assert ran.out == (
        "licensed: by hand: open https://ama.example/, agree to the licence if it asks, download the 2026 files, "
        "then run `consultant reference load PATH`\n"
    )


def test_one_that_fails_does_not_keep_the_others_from_coming(run: Run, agency: AgencyServer, state: Path) -> None:
    agency.files["/2026q1-edits.zip"] = Served(b"<html>accept</html>")
    ran = run("reference", "fetch", "edits", "licensed", "--on", "2026-02-01")
    assert ran.code == 1
    assert "a web page came instead of a file" in ran.err
    assert "licensed: by hand" in ran.out
    later = run("reference", "fetch", "edits", "--on", "2026-04-01", "--load")
    assert (later.code, "there is no such file (HTTP 404)" in later.err) == (1, True)
    assert not list((state / "reference" / "edits").glob("*.zip"))


def test_a_name_that_nobody_has(run: Run) -> None:
    ran = run("reference", "fetch", "hcpc")
    assert (ran.code, "there is no source 'hcpc'" in ran.err) == (4, True)


def test_a_program_is_told_by_json_what_failed_and_why(run: Run, agency: AgencyServer) -> None:
    agency.files["/2026q1-edits.zip"] = Served(b"<html>accept</html>")
    ran = run("reference", "fetch", "edits", "licensed", "--on", "2026-02-01", "--json")
    failed, by_hand = ran.lines
    assert (ran.code, failed["source"], failed["outcome"], failed["datasets"]) == (1, "edits", "failed", [PTP])
    assert "a web page came instead of a file" in failed["error"]
    assert (by_hand["outcome"], by_hand["instruction"][:26]) == ("by_hand", "open https://ama.example/,")


def test_a_folder_that_cannot_be_written_is_told(run: Run, agency: AgencyServer, state: Path) -> None:
    run("migrate")
    (state / "reference").write_text("in the way")
    ran = run("reference", "fetch", "edits", "--on", "2026-02-01")
    assert (ran.code, agency.asked) == (3, [])
    assert f"the state folder {state} cannot be used" in ran.err
