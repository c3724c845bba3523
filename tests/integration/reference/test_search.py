"""Search by plain words on both databases: what leads to a code, on which days, and that it leaves with its release."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker

from consultant.db.engine import writing
from consultant.db.work import UnitOfWork
from consultant.reference.formats import RowError
from consultant.reference.loading.releases import drop
from consultant.reference.pack import in_memory_reference, load_starter
from consultant.reference.store import SqlReference
from consultant.service import let_sleep
from tests.integration.reference.conftest import NOW, Load
from tests.integration.reference.test_code_lists import level_ii
from tests.unit.reference.formats.code_files import CPT_LONG, CPT_NOTICE, INDEX, order_line

ON, YEAR = date(2031, 1, 1), timedelta(days=365)
FY2031, FY2032 = "icd10cm_order_2031.txt", "icd10cm_order_2032.txt"
LISTED = (
    ("E54", "0", "Scurvy"),
    ("E546", "0", "Scurvy with other complications"),
    ("E54621", "1", "Scurvy with foot ulcer"),
    ("E549", "1", "Scurvy without complications"),
    ("I219", "1", "Acute myocardial infarction, unspecified"),
    ("J189", "1", "Pneumonia, unspecified organism"),
    ("S62101A", "1", "Fracture of unspecified carpal bone, right wrist, initial encounter"),
    ("W01", "0", "Fall on same level"),
    ("W011", "1", "Fall on same level, of the, with striking"),
)
FIRST = "".join(
    order_line(number, code, flag, text[:60].strip(), text) for number, (code, flag, text) in enumerate(LISTED, 1)
).encode()
SORE = f"{'Sore sole':22}".encode()
LATER = (
    FIRST.replace(b"striking", b"thumping").replace(b"Scurvy with foot ulcer", SORE)
    + order_line(99, "J190", "1", "Brand new cough").encode()
)
DROPS = "\r\n".join([level_ii("J0001", date(2020, 1, 1), date(2031, 6, 30)), level_ii("J0002", ON), ""]).encode()
DOSE = DROPS.replace(b"Made-up service J0002", b"Dropamab, per 0.25 mg")


def codes(reference: SqlReference, asked: str, on: date = ON, **how: object) -> list[str]:
    return [hit.entry.code for hit in reference.search(asked, on, **how)]  # type: ignore[arg-type]


@pytest.fixture
def diagnoses(loaded: Load, reference: SqlReference) -> SqlReference:
    """A store with the small list of FY2031."""
    loaded({FY2031: FIRST})
    return reference


@pytest.mark.parametrize(
    "asked",
    [
        "scurvy with foot ulcer",
        "scurvy: ulcerated feet",
        "FOOT ULCERS, scurvy",
        "scruvy foot ulcer",
        "scurvy footulcer",
        "E54.621",
        "e54621",
    ],
)
def test_a_code_is_found_by_its_words_in_any_order_form_or_spelling(diagnoses: SqlReference, asked: str) -> None:
    hit = diagnoses.search(asked, ON)[0]
    assert (hit.entry.code, hit.entry.system, hit.entry.billable) == ("E54.621", "ICD-10-CM", True)
    assert hit.entry.source.release == "FY2031"
    assert 0 < hit.score <= 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [("heart attack", "I21.9"), ("AMI", "I21.9"), ("newmonia", "J18.9"), ("broken wrist", "S62.101A")],
)
def test_lay_words_and_abbreviations_are_understood(diagnoses: SqlReference, asked: str, code: str) -> None:
    assert code in codes(diagnoses, asked)[:3]


def test_one_entry_a_code_and_no_more_than_asked_for(diagnoses: SqlReference) -> None:
    found = codes(diagnoses, "scurvy")
    assert sorted(found) == sorted(set(found)) == ["E54", "E54.6", "E54.621", "E54.9"]
    assert codes(diagnoses, "scurvy", limit=2) == found[:2]


def test_filters_take_only_what_can_be_billed_only_headers_or_one_system(diagnoses: SqlReference) -> None:
    assert codes(diagnoses, "scurvy", billable=True) == ["E54.9", "E54.621"]
    assert codes(diagnoses, "scurvy", billable=False) == ["E54", "E54.6"]
    assert codes(diagnoses, "scurvy", systems=["HCPCS"]) == []
    assert set(codes(diagnoses, "scurvy", systems=["ICD-10-CM", "HCPCS"])) >= {"E54", "E54.9"}


def test_each_day_has_the_words_of_its_own_release(loaded: Load, reference: SqlReference) -> None:
    loaded({FY2031: FIRST, FY2032: LATER})
    next_year = ON + YEAR
    assert codes(reference, "striking") == ["W01.1"]
    assert codes(reference, "striking", next_year) == []
    assert codes(reference, "thumping", next_year) == ["W01.1"]
    assert codes(reference, "sore sole", next_year)[0] == "E54.621"
    assert "J19.0" not in codes(reference, "brand new cough")
    assert codes(reference, "brand new cough", next_year)[0] == "J19.0"
    assert codes(reference, "striking", ON - YEAR) == []


def test_a_level_ii_code_is_found_from_its_first_to_its_last_day(loaded: Load, reference: SqlReference) -> None:
    loaded({"HCPC2031_JAN_ANWEB.txt": DROPS})
    last = date(2031, 6, 30)
    assert codes(reference, "made-up service j0001", last)[0] == "J0001"
    assert "J0001" not in codes(reference, "made-up service j0001", last + timedelta(days=1))
    assert "J0002" not in codes(reference, "made-up service", ON - timedelta(days=1))


def test_a_dose_with_a_point_in_it_is_one_word(loaded: Load, reference: SqlReference) -> None:
    loaded({"HCPC2031_JAN_ANWEB.txt": DOSE})
    (hit, *_) = reference.search("dropamab 0.25mg", ON)
    assert (hit.entry.code, hit.matched) == ("J0002", "Dropamab, per 0.25 mg")


def test_terms_of_an_index_lead_to_their_codes(loaded: Load, diagnoses: SqlReference) -> None:
    assert "W01" not in codes(diagnoses, "bump of head")
    loaded({"icd10cm-eindex-October-1-2030-XML.xml": INDEX})
    (hit, *_) = diagnoses.search("bumped head", ON)
    assert (hit.entry.code, hit.matched) == ("W01", "Bump NEC (of head)")
    assert codes(diagnoses, "bump by cloud")[0] == "W01.1"


def test_a_licensed_descriptor_is_found_and_brings_its_notice(loaded: Load, reference: SqlReference) -> None:
    loaded({"2031 CPT LONGULT.txt": CPT_LONG})
    (hit, *_) = reference.search("words about nothing", ON, systems=["CPT"])
    assert (hit.entry.code, hit.matched) == ("0000Y", "Words of our own about nothing")
    assert hit.entry.licensed_notice == " ".join(CPT_NOTICE.split())


def test_the_starter_pack_is_found_in_words_of_our_own_and_in_titles_of_notes(reference: SqlReference) -> None:
    on = date(2026, 2, 1)
    assert codes(reference, "chemo pump into an artery", on)[:2] in (["96422", "96423"], ["96423", "96422"])
    assert "96365" in codes(reference, "initial infusion code", on, limit=20)


def test_what_was_dropped_is_found_no_more_and_is_again_when_it_is_loaded_again(
    loaded: Load, diagnoses: SqlReference, engine: Engine
) -> None:
    drop(engine, "icd10cm_order", "FY2031")
    assert "E54.621" not in codes(diagnoses, "foot ulcer")
    with engine.connect() as connection:
        left = connection.scalar(text("SELECT count(*) FROM ref_search_text WHERE text LIKE 'Scurvy%'"))
    assert left == 0
    loaded({FY2031: FIRST})
    assert codes(diagnoses, "scurvy foot ulcer")[0] == "E54.621"


def test_a_release_loaded_anew_has_its_new_words_alone(loaded: Load, diagnoses: SqlReference, engine: Engine) -> None:
    assert codes(diagnoses, "scurvy foot ulcer")[0] == "E54.621"
    loaded({FY2031: LATER})
    assert "E54.621" not in codes(diagnoses, "foot ulcer")
    assert codes(diagnoses, "sore sole")[0] == "E54.621"
    if engine.dialect.name == "sqlite":
        with writing(engine).begin() as connection:
            connection.execute(text("INSERT INTO ref_search_fts(ref_search_fts, rank) VALUES ('integrity-check', 1)"))


def test_a_load_that_fails_leaves_the_index_as_it_was(loaded: Load, diagnoses: SqlReference) -> None:
    broken = LATER + b"garbage\r\n"
    with pytest.raises(RowError, match=r"line \d+"):
        loaded({FY2031: broken})
    assert codes(diagnoses, "scurvy foot ulcer")[0] == "E54.621"


def test_what_was_loaded_before_there_was_an_index_is_indexed_by_migrate(
    diagnoses: SqlReference, engine: Engine
) -> None:
    with writing(engine).begin() as connection:
        connection.execute(text("DELETE FROM ref_search_text"))
        connection.execute(text("DELETE FROM ref_search_word"))
    fresh = SqlReference(sessionmaker(engine))
    assert codes(fresh, "scurvy") == []
    with UnitOfWork(engine, let_sleep) as work:
        load_starter(work.session, NOW)
        work.commit()
    fresh = SqlReference(sessionmaker(engine))
    assert codes(fresh, "scurvy foot ulcer")[0] == "E54.621"
    assert "96365" in codes(fresh, "initial infusion code", date(2026, 2, 1), limit=20)


def test_both_databases_and_the_one_in_memory_give_the_same_answers(reference: SqlReference) -> None:
    in_memory = in_memory_reference()
    for asked in ("chemo by pump", "iv push", "port flush", "new drug each hour", "diabetis"):
        assert reference.search(asked, date(2026, 2, 1)) == in_memory.search(asked, date(2026, 2, 1))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(
            ["foot", "ulcer*", "NEAR(", '"', "AND", "OR", "NOT", "'", "&", "|", "!", ":", "<->", "\\", "\0"]
        )
    ).map(" ".join)
)
def test_no_text_is_too_odd_to_be_asked(diagnoses: SqlReference, asked: str) -> None:
    for hit in diagnoses.search(asked, ON):
        assert diagnoses.code(hit.entry.code, ON) == hit.entry
