"""Look-ups on the command line beside the edits: estimates, near misses, conflicts, and the tokens of programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Run
from tests.unit.reference.formats.test_pfs_pprrvu import LEVEL_TWO, csv_2026

IN_2026 = ("--on", "2026-08-01")


@pytest.fixture
def store(run: Run, tmp_path: Path) -> Run:
    """A store with a fee schedule of one code."""
    run("migrate")
    (tmp_path / "PPRRVU2026_Jul_nonQPP.csv").write_text(csv_2026(LEVEL_TWO))
    assert run("reference", "load", tmp_path / "PPRRVU2026_Jul_nonQPP.csv").code == 0
    return run


def test_an_estimate_shows_its_formula_and_what_it_leaves_out(store: Run) -> None:
    found = store("estimate", "G0999", *IN_2026, "--json").data
    (price,) = found["prices"]
    assert (found["area"], price["amount"] in price["formula"]) == ("national", True)
    shown = store("estimate", "G0999", *IN_2026, "--units", "2")
    assert (shown.code, "Left out:" in shown.out, "× 2 units" in shown.out) == (0, True, True)
    batch = store("estimate", "--batch", stdin=json.dumps({"code": "G0999", "on": "2026-08-01"}).encode())
    assert batch.lines == [found]


def test_without_figures_it_is_said_why(store: Run) -> None:
    ran = store("estimate", "99999", *IN_2026)
    assert (ran.code, ran.out) == (1, "")
    assert "99999 is not in" in ran.err
    assert "GPCI" in store("estimate", "G0999", *IN_2026, "--state", "TX").err
    assert '"setting" must be' in store("estimate", "G0999", "--setting", "moon").err


def test_a_code_that_is_not_there_shows_what_may_have_been_meant(store: Run) -> None:
    ran = store("code", "GO999", *IN_2026)
    assert (ran.code, "Near misses" in ran.out, "G0999" in ran.out) == (4, True, True)
    assert [each["code"] for each in store("code", "GO999", *IN_2026, "--json").data["near_misses"]] == ["G0999"]


def test_a_pair_shows_an_add_on_without_its_primary(store: Run) -> None:
    ran = store("pair", "96423", "99213", "--on", "2026-05-01")
    assert (ran.code, "Add-on codes without a primary" in ran.out, "96422" in ran.out) == (0, True, True)


def test_a_token_is_shown_once_listed_and_revoked(run: Run) -> None:
    run("migrate")
    made = run("api-token", "add", "scrubber", "--json").data
    assert len(made["token"]) > 40
    assert made["token"] not in run("api-token", "list").out
    assert run("api-token", "add", "scrubber").code == 1
    assert run("api-token", "add", " ").code == 2
    assert run("api-token", "revoke", "scrubber").code == 0
    (listed,) = run("api-token", "list", "--json").data
    assert (listed["name"], listed["revoked"] is None) == ("scrubber", False)
    assert run("api-token", "revoke", "nobody").code == 4
