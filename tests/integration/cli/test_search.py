"""`consultant search`: for a person, a program and a batch, over the starter pack."""

import json

import pytest

from tests.integration.cli.conftest import Run


@pytest.fixture
def store(run: Run) -> Run:
    """A database with the starter pack."""
    assert run("migrate").code == 0
    return run


def test_a_person_sees_the_codes_with_what_matched_and_their_source(store: Run) -> None:
    ran = store("search", "chemo pump into an artery", "--on", "2026-02-01", "--system", "cpt")
    assert ran.code == 0
    assert "96422" in ran.out
    assert "Physician Fee Schedule" in ran.out


def test_a_program_gets_json(store: Run) -> None:
    found = store("search", "chemo pump artery", "--on", "2026-02-01", "--limit", "1", "--billable", "--json").data
    assert (found["on"], len(found["hits"])) == ("2026-02-01", 1)
    assert found["hits"][0]["code"] in {"96422", "96423"}
    assert 0 < found["hits"][0]["score"] <= 1


def test_a_batch_is_answered_line_by_line(store: Run) -> None:
    lines = [json.dumps({"text": "chemo pump artery", "on": "2026-02-01", "systems": ["CPT"]}), json.dumps({"text": 7})]
    ran = store("search", "--batch", stdin="\n".join(lines).encode())
    assert ran.code == 1
    assert {"96422", "96423"} & {hit["code"] for hit in ran.lines[0]["hits"]}
    assert ran.lines[1] == {"error": '"text" must be words to search for, at most 500 characters'}


def test_nothing_found_and_nothing_asked_say_so(store: Run) -> None:
    nothing = store("search", "qqqqzzzz", "--on", "2026-02-01")
    assert (nothing.code, nothing.out.strip()) == (
        0,
        "Nothing that is loaded and in force on 2026-02-01 fits these words.",
    )
    assert store("search").code == 2
    wrong = store("search", "pump", "--system", "ICD-9")
    assert (wrong.code, '"systems" must be a list of' in wrong.err) == (1, True)
