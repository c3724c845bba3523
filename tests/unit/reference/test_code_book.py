"""What the store says of the codes between two, and of a token that could be a code of two systems."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker

from consultant.db.reference import RefCode, RefRelease
from consultant.db.reference_cpt import RefCptDescriptor
from consultant.db.reference_drg import RefMsDrg
from consultant.db.reference_hcpcs import RefHcpcsCode
from consultant.db.reference_rows import AgencyRow
from consultant.drafting.working import work_out
from consultant.questions.model import Confidence, System
from consultant.reference.code_book import MOST, DatedCodeBook
from consultant.reference.model import Reference
from tests.unit.reference.test_lookups import BEGAN, DAY_AFTER, LAST_DAY, LATER, code, release, store

Sessions = sessionmaker[Session]


def loaded(dataset: str, **dates: date) -> RefRelease:
    """A release as the loader leaves it: with the number of its rows."""
    one = release(dataset, **dates)
    one.rows = 10
    return one


def of_system(name: str, system: str, *, of: RefRelease, billable: bool = True) -> RefCode:
    row = code(name, of=of, billable=billable)
    row.system = system
    return row


def level_ii(hcpc: str, of: RefRelease, last: date | None = None) -> dict[str, Any]:
    return {
        "release_id": of.id, "hcpc": hcpc, "add_dt": BEGAN, "term_dt": last,
        "price": (), "cim": (), "mcm": (), "labcert": (), "tos": (), "statute": None, "xref": (),
    }  # fmt: skip


def fill(sessions: Sessions, table: type[AgencyRow], *rows: dict[str, Any]) -> None:
    with sessions.begin() as session:
        session.execute(insert(table.__table__), rows)  # type: ignore[arg-type]  # declared as FromClause


def on_file(sessions: Sessions, of: RefRelease) -> RefRelease:
    """The release in the store, with its number."""
    with sessions(expire_on_commit=False) as session:
        session.add(of)
        session.commit()
    return of


def test_a_range_holds_what_was_in_force_on_the_day(sessions: Sessions) -> None:
    of = release("codes")
    rows = [code("11111", of=of), code("11113", of=of, last_day=LAST_DAY), code("11115", of=of), code("11117", of=of)]
    reference = store(sessions, *rows)
    assert reference.between("CPT", "11111", "11115", LAST_DAY) == ("11111", "11113", "11115")
    assert reference.between("CPT", "11111", "11115", DAY_AFTER) == ("11111", "11115")
    assert reference.between("CPT", "11111", "11115", BEGAN - timedelta(days=1)) == ()
    assert reference.between("HCPCS", "11111", "11115", LATER) == ()


def test_codes_that_end_in_a_letter_are_a_row_of_their_own(sessions: Sessions) -> None:
    of = release("codes")
    reference = store(sessions, *(code(name, of=of) for name in ("0001F", "0002T", "0003F", "00030", "0004U")))
    assert reference.between("CPT", "0001F", "0004F", LATER) == ("0001F", "0003F")


def test_a_range_of_diagnoses_holds_what_is_below_its_last_category(sessions: Sessions) -> None:
    of = release("codes")
    names = {"M54": False, "M54.5": False, "M54.50": True, "M54.51": True, "M55": True}
    reference = store(
        sessions, *(of_system(name, "ICD-10-CM", of=of, billable=billable) for name, billable in names.items())
    )
    assert reference.between("ICD-10-CM", "M54", "M54", LATER) == ("M54.50", "M54.51")
    assert reference.between("ICD-10-CM", "M54.51", "M55", LATER) == ("M54.51", "M55")


def test_a_list_of_the_agency_is_asked_for_its_own_days(sessions: Sessions) -> None:
    of = on_file(sessions, loaded("hcpcs_level_ii"))
    fill(sessions, RefHcpcsCode, level_ii("J1000", of), level_ii("J1001", of, LAST_DAY), level_ii("J1003", of))
    reference = store(sessions)
    assert reference.between("HCPCS", "J1000", "J1002", LAST_DAY) == ("J1000", "J1001")
    assert reference.between("HCPCS", "J1000", "J1002", DAY_AFTER) == ("J1000",)


def test_other_lists_are_asked_for_their_systems(sessions: Sessions) -> None:
    cpt, drg = on_file(sessions, loaded("cpt_long")), on_file(sessions, loaded("msdrg_titles"))
    service = {"cpt_code": "11112", "length": "long", "descriptor": "An invented service"}
    fill(sessions, RefCptDescriptor, {"release_id": cpt.id, **service})
    group = {"drg": "901", "mdc": None, "ms": None, "description": "An invented group"}
    fill(sessions, RefMsDrg, {"release_id": drg.id, **group})
    reference = store(sessions)
    assert reference.between("CPT", "11111", "11119", LATER) == ("11112",)
    assert reference.between("DRG", "900", "902", LATER) == ("901",)


def test_no_range_grows_beyond_bounds(sessions: Sessions) -> None:
    of = release("codes")
    reference = store(sessions, *(code(f"{number:05}", of=of) for number in range(20000, 20000 + MOST + 50)))
    assert len(reference.between("CPT", "20000", "29999", LATER)) == MOST


def test_the_book_tells_systems_apart(sessions: Sessions) -> None:
    of = release("codes")
    reference = store(sessions, of_system("E11.65", "ICD-10-CM", of=of), of_system("25", "modifier", of=of))
    book = DatedCodeBook(reference, LATER)
    assert book.knows("ICD-10-CM", "E11.65")
    assert not book.knows("HCPCS", "E11.65")
    assert not book.knows("ICD-10-CM", "E11.66")
    assert not DatedCodeBook(reference, BEGAN - timedelta(days=1)).knows("ICD-10-CM", "E11.65")
    assert not book.knows("POS", "25")
    assert book.between("modifier", "24", "26") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("96413-96417?", "96413 to 96417: of this range the loaded data has 96413, 96415, 96416, 96417 in force"),
        (
            "Is 9642x right?",
            "9642X stands for a family of codes: which one is meant is not stated. The loaded data has",
        ),
        ("20614-20619?", "20614 to 20619: no code of this range is in the loaded data"),
    ],
)
def test_findings_name_the_codes_of_a_range(starter: Reference, text: str, says: str) -> None:
    working = work_out(text, subject="", sent_on=date(2026, 3, 10), reference=starter)
    assert any(finding.statement.startswith(says) for finding in working.findings)


def test_a_diagnosis_without_its_point_is_worked_out_as_one(starter: Reference) -> None:
    working = work_out("Is E1165 payable with 96422?", subject="", sent_on=date(2026, 3, 10), reference=starter)
    mention = working.question.codes[0]
    assert (mention.system, mention.code, mention.confidence) == (System.ICD10CM, "E11.65", Confidence.CERTAIN)
