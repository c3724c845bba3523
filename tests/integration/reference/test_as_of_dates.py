"""The store against a brute-force reading of the same rows, on the days where edits begin and end."""

import random
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultant.reference.formats.add_on_codes import AddOnRow
from consultant.reference.formats.mue import MueRow
from consultant.reference.formats.ncci_ptp import PtpRow
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.reference_files import add_on_cells, add_on_link, mue_text, ptp_text, tabbed

CODES = ["0001U", "11111", "22222", "33333", "A0001", "G0002"]
PTP_NAME = "ccipra-v322r0-f1.txt"
QUARTER_ENDS = [date(2020, 3, 31), date(2020, 6, 30), date(2020, 9, 30), date(2020, 12, 31)]
EDGES = sorted({day + timedelta(days=step) for day in QUARTER_ENDS for step in (-1, 0, 1)})

edges = st.sampled_from(EDGES)


@st.composite
def histories(draw: st.DrawFn) -> list[PtpRow]:
    """Edits of a few codes: several rows a pair, one after the other, as CMS keeps them, and some never in force."""
    rows = []
    pairs = st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)).filter(lambda pair: pair[0] != pair[1])
    for one, two in draw(st.lists(pairs, unique=True, max_size=12)):
        days = sorted(draw(st.sets(edges, min_size=1, max_size=4)))
        for first, after in zip(days, [*days[1:], None], strict=True):
            last = after - timedelta(days=1) if after else draw(st.none() | st.just(EDGES[-1]))
            never = draw(st.integers(0, 5)) == 0
            deletion = first if never else last
            rows.append(PtpRow(one, two, False, first, deletion, "9" if never else draw(st.sampled_from("01")), "R"))
    return rows


def edits_by_hand(rows: list[PtpRow], codes: list[str], on: date) -> set[tuple[object, ...]]:
    """NCCI Policy Manual: from the effective to the deletion date, both included; 9 was never in force."""
    return {
        (row.column_one, row.column_two, row.modifier_indicator, row.effective, row.deletion)
        for row in rows
        if row.column_one in codes
        and row.column_two in codes
        and row.effective <= on
        and (row.deletion is None or on <= row.deletion)
        and row.modifier_indicator != "9"
    }


def edits_asked(reference: SqlReference, codes: list[str], on: date) -> set[tuple[object, ...]]:
    found = reference.ptp_edits(codes, on)
    assert len({(edit.column_one, edit.column_two) for edit in found}) == len(found)
    return {(e.column_one, e.column_two, e.modifier_indicator, e.effective, e.deletion) for e in found}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=histories().filter(bool), asked=st.lists(st.sampled_from(CODES), max_size=6))
def test_edits_are_those_in_force_on_every_day(
    loaded: Load, reference: SqlReference, rows: list[PtpRow], asked: list[str]
) -> None:
    loaded({PTP_NAME: ptp_text(rows)})
    for on in EDGES:
        assert edits_asked(reference, asked, on) == edits_by_hand(rows, asked, on)


def test_add_on_links_are_those_in_force_on_every_day(loaded: Load, reference: SqlReference) -> None:
    chance = random.Random(7)
    links: dict[tuple[object, ...], AddOnRow] = {}
    for _ in range(300):
        first = chance.choice(EDGES)
        last = chance.choice([None, first, *[day for day in EDGES if day >= first]])
        link = add_on_link(
            chance.choice(CODES), chance.choice([*CODES, "CCCCC"]), first, last, edit_type=chance.choice("123")
        )
        links[link.add_on, link.primary, link.edit_type, link.effective] = link
    loaded({"AOC_V2020Q1-MCR.txt": tabbed(add_on_cells(links.values()))})
    for on in EDGES:
        for code in CODES:
            # An edit that ended on the day on which it began never was in force: CMS takes edits back so.
            by_hand = {
                (link.add_on, link.primary, link.edit_type)
                for link in links.values()
                if link.effective <= on
                and (link.deletion is None or on <= link.deletion)
                and link.deletion != link.effective
            }
            asked = {(link.add_on, link.primary, link.edit_type) for link in reference.primaries_of(code, on)}
            assert asked == {link for link in by_hand if link[0] == code}
            asked = {(link.add_on, link.primary, link.edit_type) for link in reference.add_ons_of(code, on)}
            assert asked == {link for link in by_hand if link[1] == code}


def test_units_are_those_of_the_release_of_the_day(loaded: Load, reference: SqlReference) -> None:
    chance = random.Random(11)
    quarters = [date(2024, 1, 1), date(2024, 4, 1), date(2024, 10, 1), date(2025, 1, 1)]
    values = {
        first: {code: chance.choice([0, 1, 90000]) for code in CODES if chance.random() < 0.6} for first in quarters
    }
    loaded(
        {
            f"MCR_MUE_PractitionerServices_Eff_{first:%m-%d-%Y}.csv": mue_text(
                MueRow(code, value, "2", "CMS Policy") for code, value in rows.items()
            )
            for first, rows in values.items()
        }
    )
    for first in quarters:
        for on in (first - timedelta(days=1), first, first + timedelta(days=80)):
            begun = [each for each in quarters if each <= on]
            for code in CODES:
                found = reference.mue(code, on)
                assert (found.value if found else None) == (values[begun[-1]].get(code) if begun else None)


def test_a_day_outside_every_release_is_answered_by_the_nearest_that_knows(
    loaded: Load, reference: SqlReference
) -> None:
    first = date(2000, 1, 1)
    old = [PtpRow("11111", "22222", False, first, None, "0", "R")]
    new = [PtpRow("11111", "22222", False, first, None, "1", "R")]
    loaded({"ccipra-v302r0-f1.txt": ptp_text(old), "ccipra-v320r0-f1.txt": ptp_text(new)})

    def asked(on: date) -> tuple[str, str]:
        (edit,) = reference.ptp_edits(["11111", "22222"], on)
        return edit.modifier_indicator, edit.source.effective

    assert asked(date(2024, 8, 1)) == ("0", "2024-07-01 to 2024-09-30")
    assert asked(date(2005, 8, 1)) == ("0", "2024-07-01 to 2024-09-30")  # as history
    assert asked(date(2025, 8, 1)) == ("1", "2026-01-01 to 2026-03-31")  # as history
    assert asked(date(2026, 8, 1)) == ("1", "2026-01-01 to 2026-03-31, newest loaded for 2026-08-01")


def test_one_add_on_has_links_of_two_types_to_the_same_primary(loaded: Load, reference: SqlReference) -> None:
    first = date(2020, 1, 1)
    rows = [add_on_link("11111", "22222", first, edit_type=each) for each in "13"]
    loaded({"AOC_V2020Q1-MCR.txt": tabbed(add_on_cells(rows))})
    assert [link.edit_type for link in reference.primaries_of("11111", first)] == ["1", "3"]
