"""What the store answers on a day, told with made-up codes."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session, sessionmaker

from consultant.db.reference import (
    RefAddOnLink,
    RefCode,
    RefMue,
    RefPtpEdit,
    RefPtpTerm,
    RefRelease,
)
from consultant.reference.store import SqlReference

BEGAN, LAST_DAY, DAY_AFTER = date(2024, 1, 1), date(2025, 3, 31), date(2025, 4, 1)
LATER = date(2026, 5, 5)

Sessions = sessionmaker[Session]


def release(dataset: str, *, began: date = BEGAN, ends: date | None = None) -> RefRelease:
    return RefRelease(
        dataset=dataset,
        release=f"of {began}",
        name=dataset.upper(),
        agency="CMS",
        effective_from=began,
        effective_to=ends,
        origin="test",
        sha256="0" * 64,
        loaded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def store(sessions: Sessions, *rows: object) -> SqlReference:
    with sessions.begin() as session:
        session.add_all(rows)
    return SqlReference(sessions)


def edit(one: str, two: str, *, of: RefRelease, deletion: date | None = None, ccmi: str = "1") -> RefPtpEdit:
    return RefPtpEdit(
        column_one=one,
        column_two=two,
        term=RefPtpTerm(
            effective=of.effective_from,
            deletion=deletion,
            modifier_indicator=ccmi,
            rationale=f"because of {one} {two} {of.release}",
            release=of,
        ),
        release=of,
    )


def code(name: str, *, of: RefRelease, **facts: object) -> RefCode:
    given = {"effective": of.effective_from, "billable": True, "description": "a thing", "locator": "row"}
    return RefCode(system="CPT", code=name, release=of, **(given | facts))


def test_an_edit_is_in_force_on_its_deletion_day_and_not_on_the_day_after(sessions: Sessions) -> None:
    reference = store(sessions, edit("11111", "22222", of=release("ncci_ptp_practitioner"), deletion=LAST_DAY))

    assert len(reference.ptp_edits(["11111", "22222"], LAST_DAY)) == 1
    assert reference.ptp_edits(["11111", "22222"], DAY_AFTER) == ()


def test_an_edit_is_in_force_from_its_effective_date(sessions: Sessions) -> None:
    reference = store(sessions, edit("11111", "22222", of=release("ncci_ptp_practitioner")))

    assert reference.ptp_edits(["11111", "22222"], date(2023, 12, 31)) == ()
    assert len(reference.ptp_edits(["11111", "22222"], BEGAN)) == 1


def test_an_edit_is_found_whichever_code_is_named_first_and_keeps_its_direction(sessions: Sessions) -> None:
    reference = store(sessions, edit("22222", "11111", of=release("ncci_ptp_practitioner")))

    for asked in (["11111", "22222"], ["22222", "11111", "33333"]):
        (found,) = reference.ptp_edits(asked, LATER)
        assert (found.column_one, found.column_two) == ("22222", "11111")


def test_an_edit_with_a_code_that_was_not_asked_for_is_left_out(sessions: Sessions) -> None:
    ptp = release("ncci_ptp_practitioner")
    reference = store(sessions, edit("11111", "22222", of=ptp), edit("11111", "33333", of=ptp))

    assert [found.column_two for found in reference.ptp_edits(["11111", "22222"], LATER)] == ["22222"]


def test_indicator_9_is_no_edit(sessions: Sessions) -> None:
    reference = store(sessions, edit("11111", "22222", of=release("ncci_ptp_practitioner"), ccmi="9"))

    assert reference.ptp_edits(["11111", "22222"], BEGAN) == ()


def test_each_setting_has_its_own_edits_and_units(sessions: Sessions) -> None:
    hospital = release("ncci_mue_outpatient_hospital")
    reference = store(
        sessions,
        edit("11111", "22222", of=release("ncci_ptp_outpatient_hospital")),
        RefMue(code="11111", effective=BEGAN, value=0, mai="2", rationale="Policy", release=hospital),
    )

    assert reference.ptp_edits(["11111", "22222"], LATER) == ()
    (found,) = reference.ptp_edits(["11111", "22222"], LATER, "outpatient_hospital")
    assert found.setting == "outpatient_hospital"
    assert reference.mue("11111", LATER) is None
    units = reference.mue("11111", LATER, "outpatient_hospital")
    assert units is not None
    assert (units.value, units.setting) == (0, "outpatient_hospital")


def test_the_release_that_came_into_effect_last_decides(sessions: Sessions) -> None:
    old, new = release("ncci_ptp_practitioner"), release("ncci_ptp_practitioner", began=date(2025, 1, 1))
    reference = store(sessions, edit("11111", "22222", of=old, ccmi="0"), edit("11111", "22222", of=new))

    (found,) = reference.ptp_edits(["11111", "22222"], LATER)
    assert (found.modifier_indicator, found.source.release) == ("1", "of 2025-01-01")
    (found,) = reference.ptp_edits(["11111", "22222"], date(2024, 12, 31))
    assert (found.modifier_indicator, found.source.release) == ("0", "of 2024-01-01")


def test_units_change_with_the_release_in_force(sessions: Sessions) -> None:
    old, new = release("ncci_mue_practitioner"), release("ncci_mue_practitioner", began=DAY_AFTER)
    reference = store(
        sessions,
        RefMue(code="11111", effective=BEGAN, last_day=LAST_DAY, value=2, mai="3", rationale="", release=old),
        RefMue(code="11111", effective=DAY_AFTER, value=4, mai="2", rationale="", release=new),
    )

    values = [found and found.value for found in (reference.mue("11111", day) for day in (LAST_DAY, DAY_AFTER))]
    assert values == [2, 4]


def test_a_code_is_valid_on_its_last_day_and_known_after_it(sessions: Sessions) -> None:
    hcpcs = release("hcpcs_level_ii")
    reference = store(sessions, code("J1111", of=hcpcs, last_day=LAST_DAY, ended=LAST_DAY, added=BEGAN))

    on_last_day, known = reference.code("J1111", LAST_DAY), reference.known("J1111")
    assert on_last_day is not None
    assert reference.code("J1111", DAY_AFTER) is None
    assert reference.code("J1111", date(2023, 12, 31)) is None
    assert known is not None
    assert known.ended == LAST_DAY


def test_a_code_never_heard_of_is_neither_valid_nor_known(sessions: Sessions) -> None:
    reference = store(sessions)

    assert reference.code("99999", LATER) is None
    assert reference.known("99999") is None


def test_a_code_is_found_as_a_person_types_it(sessions: Sessions) -> None:
    reference = store(sessions, code("C22.0", of=release("icd10cm")))

    assert reference.code(" c22.0 ", LATER) is not None


def test_licensed_text_carries_its_notice(sessions: Sessions) -> None:
    licensed = release("licensed_text")
    licensed.licensed_notice = "Text by permission of its owner."
    reference = store(sessions, code("11111", of=licensed))

    found = reference.code("11111", LATER)
    assert found is not None
    assert found.licensed_notice == "Text by permission of its owner."


def test_a_date_after_the_release_is_answered_and_said_to_be_late(sessions: Sessions) -> None:
    reference = store(sessions, code("11111", of=release("pfs_rvu", ends=LAST_DAY)))

    in_time, late = reference.code("11111", LAST_DAY), reference.code("11111", LATER)
    assert in_time is not None
    assert late is not None
    assert in_time.source.effective == "2024-01-01 to 2025-03-31"
    assert late.source.effective == "2024-01-01 to 2025-03-31, newest loaded for 2026-05-05"


def link(add_on: str, primary: str, *, of: RefRelease, deletion: date | None = None) -> RefAddOnLink:
    return RefAddOnLink(
        add_on=add_on,
        primary_code=primary,
        edit_type="1",
        effective=of.effective_from,
        deletion=deletion,
        note="",
        release=of,
    )


def test_add_ons_and_primaries_find_each_other_to_the_last_day(sessions: Sessions) -> None:
    reference = store(sessions, link("11112", "11111", of=release("ncci_aoc"), deletion=LAST_DAY))

    assert [found.primary for found in reference.primaries_of("11112", LAST_DAY)] == ["11111"]
    assert [found.add_on for found in reference.add_ons_of("11111", LAST_DAY)] == ["11112"]
    assert reference.primaries_of("11112", DAY_AFTER) == ()
    assert reference.primaries_of("11111", LAST_DAY) == ()


def test_a_link_deleted_on_its_first_day_was_never_in_force(sessions: Sessions) -> None:
    reference = store(sessions, link("11112", "11111", of=release("ncci_aoc"), deletion=BEGAN))

    assert reference.primaries_of("11112", BEGAN) == ()


def test_nothing_asked_is_nothing_found(sessions: Sessions) -> None:
    reference = store(sessions, edit("11111", "22222", of=release("ncci_ptp_practitioner")))

    assert reference.ptp_edits([], LATER) == ()


def test_what_is_known_of_a_code_is_its_newest_row(sessions: Sessions) -> None:
    old, new = release("icd10cm"), release("icd10cm", began=DAY_AFTER)
    reference = store(
        sessions, code("M11.1", of=old, last_day=LAST_DAY), code("M11.1", of=new, billable=False, locator="new")
    )

    known = reference.known("M11.1")
    assert known is not None
    assert (known.billable, known.source.locator) == (False, "new")
