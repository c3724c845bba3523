"""A code on a day, by the agencies' lists: the last day in force and the day after, and nothing lost of the starter."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from consultant.db.engine import writing
from consultant.findings import find
from consultant.findings.model import Severity
from consultant.questions import read_question
from consultant.reference.model import CodeEntry
from consultant.reference.pack import in_memory_reference
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.unit.reference.formats.code_files import ORDER, order_line
from tests.unit.reference.formats.files import fixed
from tests.unit.reference.formats.test_pfs_pprrvu import LEVEL_TWO, csv_2026

DAY = timedelta(days=1)
FIRST, LAST = date(2030, 10, 1), date(2031, 9, 30)
NEW = order_line(6, "B00", "0", "Invented headings").encode() + order_line(7, "B001", "1", "Invented rash").encode()
DAYS = [date(2028, 1, 1) + timedelta(days=30 * number) for number in range(20)]
QUESTIONS = (
    "Patient had 96422 and 96423 x 5 over 6 hours with J9190 x 4 for C22.0, 36591 the same day. Modifier 59 or 25?",
    "Is 99213-25 payable with 96360 and 96361? Dx E11.9, M54.5. POS 11",
    "G2212 or 99417 with 99205? J9271 x 200, JZ or JW?",
)


def level_ii(code: str, first: date, last: date | None = None) -> str:
    """A line of the fixed-width file."""
    return fixed(
        (1, code),
        (6, "00100"),
        (11, "3"),
        (12, f"Made-up service {code}"),
        (92, "Made-up"),
        (269, f"{first:%Y%m%d}"),
        (277, f"{first:%Y%m%d}"),
        (285, f"{last:%Y%m%d}" if last else ""),
        (293, "N"),
        width=320,
    )


def whole(engine: Engine, dataset: str) -> None:
    """As if the files of the data set had all the codes that the agency's have."""
    with writing(engine).begin() as connection:
        connection.execute(text("UPDATE ref_release SET rows = 99999 WHERE dataset = :name"), {"name": dataset})


def test_a_diagnosis_is_in_force_as_long_as_the_lists_have_it(
    loaded: Load, reference: SqlReference, engine: Engine
) -> None:
    loaded({"icd10cm_order_2031.txt": ORDER, "icd10cm_order_2032.txt": ORDER.split(b"00004")[0] + NEW})
    assert reference.code("A00.0", FIRST - DAY) is None
    entry = reference.code("a00.0 ", FIRST)
    assert entry is not None
    assert (entry.system, entry.code, entry.billable) == ("ICD-10-CM", "A00.0", True)
    assert entry.description == "Invented fever of the red kind"
    assert (entry.source.release, entry.source.locator) == ("FY2031", "row A000")
    header = reference.code("A00", LAST)
    assert header is not None
    assert not header.billable
    gone = reference.code("A00.1X1A", LAST)
    assert gone is not None
    assert gone.ended is None  # what an excerpt leaves out is not gone
    assert reference.code("A00.1X1A", LAST + DAY) is None
    whole(engine, "icd10cm_order")
    gone, came = reference.known("A00.1X1A"), reference.code("B00.1", LAST + DAY)
    assert gone is not None
    assert came is not None
    assert (gone.ended, came.added) == (LAST, LAST + DAY)


def test_a_list_says_nothing_of_days_that_it_is_not_for(loaded: Load, reference: SqlReference) -> None:
    loaded({"icd10cm_order_2031.txt": ORDER})
    assert reference.code("A00.0", LAST) is not None
    assert reference.code("A00.0", LAST + DAY) is None
    assert reference.known("A00.0") is not None


def test_a_code_that_the_list_of_the_day_leaves_out_is_no_longer_the_starters(
    loaded: Load, reference: SqlReference, engine: Engine
) -> None:
    on = date(2030, 11, 1)
    assert reference.code("C22.0", on) is not None
    loaded({"icd10cm_order_2031.txt": ORDER})
    assert reference.code("C22.0", on) is not None
    whole(engine, "icd10cm_order")
    assert reference.code("C22.0", on) is None
    assert reference.code("C22.0", date(2026, 5, 1)) is not None


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(
        st.integers(100, 130).map("G0{}".format),
        st.tuples(st.sampled_from(DAYS), st.none() | st.sampled_from(DAYS)),
        min_size=1,
    )
)
def test_level_ii_is_in_force_from_the_first_to_the_last_day(
    loaded: Load, reference: SqlReference, codes: dict[str, tuple[date, date | None]]
) -> None:
    content = "".join(f"{level_ii(code, first, last)}\r\n" for code, (first, last) in codes.items())
    loaded({"HCPC2030_JAN_ANWEB.txt": content.encode()})
    for code, (first, last) in codes.items():
        for day in {edge + step for edge in (first, last) if edge for step in (-DAY, timedelta(), DAY)}:
            in_force = first <= day and (last is None or day <= last)
            found = reference.code(code, day)
            assert (found is not None) == in_force, (code, day)
            if found:
                assert (found.added, found.ended, found.description) == (first, last, f"Made-up service {code}")


def test_status_dose_and_validity_each_name_their_source(loaded: Load, reference: SqlReference) -> None:
    code = level_ii("G0999", date(2020, 1, 1))
    loaded(
        {
            "HCPC2026_JUL_ANWEB.txt": f"{code}\r\n".encode(),
            "PPRRVU2026_Jul_nonQPP.csv": csv_2026(LEVEL_TWO).encode(),
        }
    )
    entry = reference.code("G0999", date(2026, 8, 1))
    assert entry is not None
    assert (entry.status, entry.global_days) == ("A", "XXX")
    assert [source.release for source in entry.sources] == ["2026-07", "2026C"]
    before = reference.code("G0999", date(2026, 6, 30))
    assert before is not None
    assert before.status is None


def test_the_starters_own_words_stay_when_the_agencys_file_comes(loaded: Load, reference: SqlReference) -> None:
    on = date(2026, 8, 1)
    words = reference.code("96422", on)
    assert words is not None
    row = LEVEL_TWO.replace("G0999,,Made-up service", "96422,,")
    loaded({"PPRRVU2026_Jul_nonQPP.csv": csv_2026(row).encode()})
    entry = reference.code("96422", on)
    assert entry is not None
    assert (entry.description, entry.source.release) == (words.description, "2026C")
    unknown = reference.code("99999", on)
    assert unknown is None


def test_no_file_makes_a_draft_poorer(loaded: Load, reference: SqlReference) -> None:
    """Every finding of the starter pack is still there when files of our own are loaded, and no gap is new."""
    row = LEVEL_TWO.replace("G0999,,Made-up service", "96422,,")
    loaded(
        {
            "PPRRVU2026_Jul_nonQPP.csv": csv_2026(row).encode(),
            "HCPC2026_JUL_ANWEB.txt": f"{level_ii('J9190', date(1984, 1, 1))}\r\n".encode(),
            "icd10cm_order_2031.txt": ORDER,
        }
    )
    compare_drafts(reference)


def compare_drafts(reference: SqlReference) -> None:
    """The facts of drafts before and after: the same kinds for the same codes, each code described, no new gap."""
    starter = in_memory_reference()
    for asked in QUESTIONS:
        for on in (date(2024, 8, 1), date(2026, 3, 10), date(2026, 8, 1), date(2026, 11, 20)):
            question = read_question(asked, sent_on=on)
            before, after = find(question, starter, on), find(question, reference, on)
            told = {(each.kind, each.codes) for each in after}
            assert {(each.kind, each.codes) for each in before if each.severity is not Severity.GAP} <= told
            assert {g.codes for g in after if g.severity is Severity.GAP} <= {
                g.codes for g in before if g.severity is Severity.GAP
            }
            for code in {code for each in before for code in each.codes}:
                was, now = starter.code(code, on), reference.code(code, on)
                assert was is None or fields(was) <= fields(now)


def fields(entry: CodeEntry | None) -> set[str]:
    """What is said of a code at all."""
    names = ("description", "status", "global_days", "billing_unit", "added")
    return {name for name in names if entry and getattr(entry, name) is not None and getattr(entry, name) != ""}
