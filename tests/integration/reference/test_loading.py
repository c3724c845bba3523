"""Loading on both databases: whole or not at all, once, replaced, in parts, and what the starter pack does then."""

from datetime import date

import pytest
from sqlalchemy import Engine, inspect, select, text

from consultant.db.engine import open_engine, writing
from consultant.db.reference import RefPtpEdit, RefRelease
from consultant.db.work import UnitOfWork
from consultant.reference.formats import FormatError, RowError
from consultant.reference.formats.mue import MueRow
from consultant.reference.loading.load import MOST_BAD_ROWS, Loaded, PartsMissing
from consultant.reference.loading.releases import (
    StarterData,
    UnknownRelease,
    differences,
    drop,
    loaded_releases,
    verify,
)
from consultant.reference.pack import load_starter
from consultant.reference.store import SqlReference
from consultant.service import let_sleep
from tests.integration.reference.conftest import NOW, Load
from tests.reference_files import add_on_cells, add_on_link, mue_text, ptp_edit, ptp_text, tabbed, zipped

BEGAN, ENDED, DAY_AFTER = date(2020, 1, 1), date(2024, 12, 31), date(2025, 1, 1)
F1, F2 = "ccipra-v322r0-f1.txt", "ccipra-v322r0-f2.txt"
PTP = "ncci_ptp_practitioner"
MUE_Q3, MUE_Q4 = (f"MCR_MUE_PractitionerServices_Eff_{month}-01-2026.csv" for month in ("07", "10"))
FIRST_EDITS = [ptp_edit("11111", "22222", BEGAN), ptp_edit("11111", "33333", BEGAN, ENDED)]
OTHER_EDITS = [ptp_edit("44444", "11111", BEGAN)]


def pairs(reference: SqlReference, on: date = ENDED) -> list[tuple[str, str]]:
    asked = ["11111", "22222", "33333", "44444"]
    return [(edit.column_one, edit.column_two) for edit in reference.ptp_edits(asked, on)]


def test_a_release_is_loaded_and_its_rows_answer(loaded: Load, reference: SqlReference) -> None:
    assert loaded({F1: ptp_text(FIRST_EDITS)}) == [Loaded("loaded", PTP, "2026Q3", 2)]
    assert pairs(reference, ENDED) == [("11111", "22222"), ("11111", "33333")]
    assert pairs(reference, DAY_AFTER) == [("11111", "22222")]
    (edit,) = reference.ptp_edits(["22222", "11111"], DAY_AFTER)
    assert edit.source.name == "NCCI procedure-to-procedure edits, practitioner services"
    assert (edit.source.release, edit.source.effective) == ("2026Q3", "2026-07-01 to 2026-09-30")


def test_the_same_file_again_is_no_load_even_in_another_archive(loaded: Load, engine: Engine) -> None:
    loaded({F1: ptp_text(FIRST_EDITS)})
    before = loaded_releases(engine)
    archive = zipped({F1: ptp_text(FIRST_EDITS)})
    assert loaded({"ccipra-v322r0-f1.zip": archive}) == [Loaded("unchanged", PTP, "2026Q3", 2)]
    assert loaded_releases(engine) == before


def test_other_content_replaces_the_release(loaded: Load, reference: SqlReference, engine: Engine) -> None:
    loaded({F1: ptp_text(FIRST_EDITS)})
    assert loaded({F1: ptp_text(OTHER_EDITS)}) == [Loaded("replaced", PTP, "2026Q3", 1)]
    assert pairs(reference) == [("44444", "11111")]
    assert all(found.intact for found in verify(engine))


def test_what_is_remembered_of_a_day_is_forgotten_with_every_change(
    loaded: Load, reference: SqlReference, engine: Engine
) -> None:
    loaded({F1: ptp_text(FIRST_EDITS)})
    assert len(pairs(reference)) == 2
    loaded({F1: ptp_text(OTHER_EDITS)})  # by the connection of the pool that was asked
    assert len(pairs(reference)) == 1
    other = open_engine(engine.url.render_as_string(hide_password=False))
    drop(other, PTP, "2026Q3")
    other.dispose()
    assert pairs(reference) == []


def test_the_table_of_a_release_that_is_gone_goes_as_soon_as_nobody_reads_it(loaded: Load, engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite keeps all edits in one table")
    loaded({F1: ptp_text(FIRST_EDITS)})
    tables = inspect(engine).get_table_names()
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM ref_ptp_edit"))
        loaded({F1: ptp_text(OTHER_EDITS)})
        assert len(inspect(engine).get_table_names()) == len(tables) + 1
        assert reader.scalar(text("SELECT count(*) FROM ref_ptp_edit e JOIN ref_release r ON r.id = e.release_id")) == 1
    loaded({MUE_Q3: mue_text([MueRow("11111", 1, "1", "Data")])})
    assert len(inspect(engine).get_table_names()) == len(tables)


def test_parts_may_come_one_by_one(loaded: Load, reference: SqlReference, engine: Engine) -> None:
    loaded({F1: ptp_text(FIRST_EDITS)})
    assert loaded({F2: ptp_text(OTHER_EDITS)}) == [Loaded("added", PTP, "2026Q3", 3)]
    assert len(pairs(reference)) == 3
    assert [found.intact for found in verify(engine)] == [True]


def test_one_changed_part_alone_is_refused_because_the_others_belong_to_it(
    loaded: Load, reference: SqlReference
) -> None:
    loaded({F1: ptp_text(FIRST_EDITS), F2: ptp_text(OTHER_EDITS)})
    with pytest.raises(PartsMissing, match=r"f2 are not among them\. Load all parts together"):
        loaded({F1: ptp_text(FIRST_EDITS[:1])})
    assert len(pairs(reference)) == 3
    both = {F1: ptp_text(FIRST_EDITS[:1]), F2: ptp_text(OTHER_EDITS)}
    assert loaded(both) == [Loaded("replaced", PTP, "2026Q3", 2)]


def test_a_bad_row_leaves_the_release_as_it_was(loaded: Load, reference: SqlReference, engine: Engine) -> None:
    loaded({F1: ptp_text(FIRST_EDITS)})
    before = loaded_releases(engine)
    changed = ptp_text([*OTHER_EDITS, *FIRST_EDITS]).replace(b"22222\t\t20200101", b"22222\t\twhenever")
    with pytest.raises(RowError, match=rf"{F1}, line 8, column Effective Date: 'whenever'"):
        loaded({F1: changed})
    assert pairs(reference) == [("11111", "22222"), ("11111", "33333")]
    assert loaded_releases(engine) == before


def test_bad_rows_are_left_out_and_listed_when_asked_for(loaded: Load, reference: SqlReference) -> None:
    content = ptp_text(FIRST_EDITS).replace(b"33333\t\t20200101", b"33333\t\twhenever")
    (result,) = loaded({F1: content}, skip_bad_rows=True)
    assert (result.rows, [str(error).split(":")[0].partition("/")[2] for error in result.bad_rows]) == (
        1,
        [f"{F1}, line 8, column Effective Date"],
    )
    assert pairs(reference) == [("11111", "22222")]


def test_a_file_full_of_bad_rows_is_refused_all_the_same(loaded: Load, engine: Engine) -> None:
    rows = [ptp_edit("11111", f"{two:05d}", BEGAN) for two in range(MOST_BAD_ROWS + 2)]
    with pytest.raises(FormatError, match="More than 1,000 rows make no sense"):
        loaded({F1: ptp_text(rows).replace(b"20200101", b"20201301")}, skip_bad_rows=True)
    assert {each.origin for each in loaded_releases(engine)} == {"starter"}


def test_a_row_that_stands_twice_and_a_file_without_rows_are_refused(loaded: Load, engine: Engine) -> None:
    twice = [MueRow("11111", 1, "1", "Data")] * 2
    with pytest.raises(FormatError, match="a row stands there twice"):
        loaded({MUE_Q3: mue_text(twice)})
    with pytest.raises(FormatError, match="no rows below the head"):
        loaded({F1: ptp_text([])})
    assert {each.origin for each in loaded_releases(engine)} == {"starter"}


def test_an_edit_that_stands_twice_is_noticed_in_any_order(loaded: Load, engine: Engine) -> None:
    first, second, third = (ptp_edit("11111", two, BEGAN) for two in ("22222", "33333", "44444"))
    for rows in ([first, second, second], [third, first, second, third], [second, first, second]):
        with pytest.raises(FormatError, match="a row stands there twice"):
            loaded({F1: ptp_text(rows)})
    assert {each.origin for each in loaded_releases(engine)} == {"starter"}
    assert [each.rows for each in loaded({F1: ptp_text([third, first, second])})] == [3]


def test_the_starter_rows_step_back_its_notes_stay_and_migrate_brings_no_row_back(
    loaded: Load, reference: SqlReference, engine: Engine
) -> None:
    notes = reference.guidelines(["96361"], [], ENDED)
    assert reference.primaries_of("96361", ENDED)
    loaded({"AOC_V2026Q2-MCR.txt": tabbed(add_on_cells([add_on_link("11111", "22222", BEGAN)]))})
    assert reference.primaries_of("96361", ENDED) == ()
    assert [link.primary for link in reference.primaries_of("11111", ENDED)] == ["22222"]
    with UnitOfWork(engine, let_sleep) as work:
        load_starter(work.session, NOW)
        work.commit()
    assert reference.primaries_of("96361", ENDED) == ()
    assert reference.guidelines(["96361"], [], ENDED) == notes


def test_dropping_the_release_takes_all_of_it(loaded: Load, engine: Engine) -> None:
    loaded({F1: ptp_text(FIRST_EDITS)})
    drop(engine, PTP, "2026Q3")
    with engine.connect() as connection:
        counts = {
            table: connection.scalar(text(f"SELECT count(*) FROM {table}"))
            for table in ("ref_ptp_edit", "ref_ptp_term", "ref_file")
        }
    assert set(counts.values()) == {0}
    with pytest.raises(UnknownRelease, match="consultant reference status"):
        drop(engine, PTP, "2026Q3")
    with pytest.raises(StarterData):
        drop(engine, "icd10cm", "FY2022")


def test_damage_is_noticed(loaded: Load, engine: Engine) -> None:
    loaded({F1: ptp_text(FIRST_EDITS), MUE_Q3: mue_text([MueRow("11111", 1, "1", "Data")])})
    assert [found.intact for found in verify(engine)] == [True, True]
    with writing(engine).begin() as connection:
        connection.execute(text("UPDATE ref_ptp_edit SET column_two = '22223' WHERE column_two = '22222'"))
        connection.execute(text("UPDATE ref_mue SET value = 2 WHERE code = '11111'"))
    found = list(verify(engine))
    assert [(each.rows_found, each.intact) for each in found] == [(1, False), (2, False)]


def test_what_changed_is_told_row_by_row_in_the_order_of_the_codes(loaded: Load, engine: Engine) -> None:
    old = [*FIRST_EDITS, *OTHER_EDITS]
    new = [FIRST_EDITS[0]._replace(deletion=ENDED), *OTHER_EDITS, ptp_edit("44444", "A0001", BEGAN, None, "0")]
    loaded({"ccipra-v321r0-f1.txt": ptp_text(old), F1: ptp_text(new)})
    found = list(differences(engine, PTP, "2026Q2", "2026Q3"))
    assert [(each.change, each.key["column_one"], each.key["column_two"]) for each in found] == [
        ("changed", "11111", "22222"),
        ("removed", "11111", "33333"),
        ("added", "44444", "A0001"),
    ]
    assert (found[0].old, found[0].new) == ({"deletion": None}, {"deletion": ENDED})
    assert found[2].new == {"deletion": None, "modifier_indicator": "0", "rationale": "Because"}


def test_two_releases_and_another_data_set_keep_apart(loaded: Load, reference: SqlReference, engine: Engine) -> None:
    loaded(
        {"ccipra-v321r0-f1.txt": ptp_text(OTHER_EDITS), F1: ptp_text(FIRST_EDITS)},
        {"ccioph-v322r0-f1.txt": ptp_text(FIRST_EDITS[:1])},
    )
    assert pairs(reference, date(2026, 5, 1)) == [("44444", "11111")]
    assert pairs(reference, date(2026, 8, 1)) == [("11111", "22222")]
    assert [edit.setting for edit in reference.ptp_edits(["11111", "22222"], ENDED, "outpatient_hospital")] == [
        "outpatient_hospital"
    ]
    with engine.connect() as connection:
        kept = set(
            connection.scalars(select(RefRelease.dataset).join(RefPtpEdit, RefPtpEdit.release_id == RefRelease.id))
        )
    assert kept == {PTP, "ncci_ptp_outpatient_hospital"}
