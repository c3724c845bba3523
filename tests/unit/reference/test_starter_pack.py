"""What the starter pack says, and that each of its rows says where it is from."""

from collections import defaultdict
from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise

import pytest

from consultant.db.reference import RefAddOnLink, RefCode, RefMue, RefPtpEdit
from consultant.reference.model import Reference
from consultant.reference.pack_files import PackedRelease, read_pack

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def pack() -> list[PackedRelease]:
    return read_pack(files("consultant.reference") / "starter")


def codes_of(pack: list[PackedRelease]) -> list[RefCode]:
    return [row for release in pack for row in release.rows if isinstance(row, RefCode)]


def test_every_release_names_its_publisher_and_its_days_and_is_used(pack: list[PackedRelease]) -> None:
    for release in pack:
        assert all(release.facts[name] for name in ("dataset", "release", "name", "agency", "effective_from"))
        assert release.rows, release.facts["release"]


def test_every_row_has_its_first_day_and_every_code_its_place(pack: list[PackedRelease]) -> None:
    for release in pack:
        for row in release.rows:
            dated = row.term if isinstance(row, RefPtpEdit) else row
            assert isinstance(dated.effective, date)
            if isinstance(row, RefCode):
                assert row.locator


def test_at_most_one_row_of_a_code_holds_on_a_day(pack: list[PackedRelease]) -> None:
    rows = defaultdict(list)
    for row in codes_of(pack):
        rows[row.code].append(row)
    for one_code in rows.values():
        one_code.sort(key=lambda row: row.effective)
        for earlier, later in pairwise(one_code):
            assert earlier.last_day is not None, earlier.code
            assert earlier.last_day + timedelta(days=1) == later.effective, earlier.code


def test_the_tables_only_speak_of_codes_that_the_pack_describes(pack: list[PackedRelease]) -> None:
    described = {row.code for row in codes_of(pack)}
    for release in pack:
        for row in release.rows:
            if isinstance(row, RefPtpEdit):
                assert {row.column_one, row.column_two} <= described
            elif isinstance(row, RefMue):
                assert row.code in described
            elif isinstance(row, RefAddOnLink):
                assert row.add_on in described


def test_no_text_is_licensed(starter: Reference, pack: list[PackedRelease]) -> None:
    for row in codes_of(pack):
        found = starter.known(row.code)
        assert found is not None
        assert found.licensed_notice is None


@pytest.mark.parametrize(
    "code", ["96420", "96423", "99213", "25", "JZ", "LT", "J1885", "J9190", "C22.0", "Z51.11", "I10", "G2212"]
)
def test_a_code_of_today_is_valid_today(starter: Reference, code: str) -> None:
    found = starter.code(code, TODAY)
    assert found is not None
    assert found.billable


def test_an_infusion_by_artery_has_its_status_and_its_only_primary(starter: Reference) -> None:
    further_hour = starter.code("96423", TODAY)
    assert further_hour is not None
    assert (further_hour.status, further_hour.global_days) == ("A", "ZZZ")
    assert further_hour.source.release == "RVU26AR (January 2026)"
    assert further_hour.source.effective == "2026-01-01 to 2026-03-31, newest loaded for 2026-11-20"

    (link,) = starter.primaries_of("96423", TODAY)
    assert (link.primary, link.edit_type, link.effective) == ("96422", "1", date(2013, 4, 1))


def test_a_pump_refill_is_column_two_of_an_infusion_by_artery(starter: Reference) -> None:
    (edit,) = starter.ptp_edits(["96521", "96422"], TODAY)
    assert (edit.column_one, edit.column_two, edit.modifier_indicator) == ("96422", "96521", "1")
    assert "effective dates before it not known" in edit.source.release
    assert starter.ptp_edits(["96521", "96422"], date(2024, 6, 30)) == ()


def test_the_newest_units_are_told_with_their_release(starter: Reference) -> None:
    visit, before, hour = (
        starter.mue("99213", TODAY),
        starter.mue("99213", date(2026, 9, 30)),
        starter.mue("96423", TODAY),
    )
    assert visit is not None
    assert before is not None
    assert hour is not None
    assert (visit.value, visit.mai, visit.source.release) == (2, "3", "2026 Q4 (Eff_10-01-2026)")
    assert before.source.release == "2024 Q3 (Eff_07-01-2024)"
    assert (hour.value, hour.mai) == (1, "3")


def test_low_back_pain_was_one_code_to_september_2021(starter: Reference) -> None:
    before, after = starter.code("M54.5", date(2021, 9, 30)), starter.code("M54.5", date(2021, 10, 1))
    assert before is not None
    assert after is not None
    assert (before.billable, before.ended) == (True, date(2021, 9, 30))
    assert (after.billable, after.ended) == (False, None)
    assert starter.code("M54.50", date(2021, 9, 30)) is None
    assert starter.code("M54.50", date(2021, 10, 1)) is not None


def test_ended_codes_are_known_and_not_valid(starter: Reference) -> None:
    for code, last_day in (("99201", date(2020, 12, 31)), ("JG", date(2024, 12, 31))):
        assert starter.code(code, last_day) is not None
        assert starter.code(code, last_day + timedelta(days=1)) is None
        known = starter.known(code)
        assert known is not None
        assert known.ended == last_day


def test_a_drug_tells_the_dose_of_one_unit(starter: Reference) -> None:
    ketorolac, unlisted = starter.code("J1885", TODAY), starter.code("J3490", TODAY)
    assert ketorolac is not None
    assert unlisted is not None
    assert (ketorolac.billing_unit, ketorolac.added) == ("15 mg", date(1993, 1, 1))
    assert unlisted.billing_unit is None


def test_a_modifier_tells_whether_it_gets_past_an_edit(starter: Reference) -> None:
    told = {code: found.status for code in ("25", "59", "XU", "LT", "76", "26", "JW") if (found := starter.known(code))}
    associated = {code for code, status in told.items() if status == "PTP-associated"}
    assert associated == {"25", "59", "XU", "LT"}
    assert told["76"] == "not PTP-associated"


def test_each_release_is_told_once(starter: Reference, pack: list[PackedRelease]) -> None:
    told = starter.datasets()
    assert len(told) == len(pack) == len({(source.name, source.release) for source in told})
    assert any("only a few rows" in source.locator for source in told)
