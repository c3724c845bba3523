"""Every kind of file on both databases: loaded, counted, verified, compared, dropped; made-up rows in their layouts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text

from consultant.db.base import Base
from consultant.reference.formats import FormatError
from consultant.reference.loading.datasets import DATASETS, dataset_named
from consultant.reference.loading.releases import differences, drop, loaded_releases, verify
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.unit.reference.formats.code_files import (
    ADDENDA,
    CPT_LONG,
    CPT_NOTICE,
    MCD_COVERED,
    ORDER,
    PCS,
    TABULAR,
    order_line,
)
from tests.unit.reference.formats.test_pfs_pprrvu import CPT, LEVEL_TWO, csv_2026

IN_2026 = date(2026, 8, 1)
PFS = {"PPRRVU2026_Jul_nonQPP.csv": csv_2026(CPT, LEVEL_TWO).encode()}
SMALL = {
    "icd10cm_order_2031.txt": ORDER,
    "icd10pcs_order_2031.txt": PCS,
    "icd10cm-order-addenda-2031.txt": ADDENDA,
    "icd10cm_tabular_2031.xml": TABULAR,
    **PFS,
}


def table(columns: str, *records: str) -> bytes:
    return "\r\n".join([columns.replace(" ", ","), *records, ""]).encode()


def counted(engine: Engine) -> dict[str, int]:
    """The tables of the agencies' rows that are not empty."""
    names = [name for name in Base.metadata.tables if name.startswith("ref_")]
    with engine.connect() as connection:
        counts = {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in names}
    return {name: count for name, count in counts.items() if count}


def test_rows_are_kept_whole_and_taken_away_whole(loaded: Load, engine: Engine) -> None:
    before = counted(engine)
    results = loaded(SMALL)
    assert {(each.dataset, each.rows > 0, each.outcome) for each in results} == {
        ("icd10cm_order", True, "loaded"),
        ("icd10pcs_order", True, "loaded"),
        ("icd10cm_addenda", True, "loaded"),
        ("icd10cm_tabular", True, "loaded"),
        ("pfs_rvu_nonQPP", True, "loaded"),
    }
    assert all(found.intact for found in verify(engine))
    assert {each.outcome for each in loaded(SMALL)} == {"unchanged"}
    for each in results:
        drop(engine, each.dataset, each.release)
    assert counted(engine) == before


def test_damage_in_any_of_the_tables_of_a_release_is_noticed(loaded: Load, engine: Engine) -> None:
    loaded(SMALL)
    with engine.begin() as connection:
        connection.execute(text("UPDATE ref_icd10_note SET note = 'another' WHERE sequence = 1"))
    assert [found.dataset for found in verify(engine) if not found.intact] == ["icd10cm_tabular"]


def test_what_is_no_row_is_counted_and_not_kept(loaded: Load) -> None:
    results = {each.dataset: dict(each.skipped) for each in loaded(SMALL)}
    assert results["icd10cm_addenda"]["summary"] > 10
    assert results["pfs_rvu_nonQPP"] == {"before the table": 8}
    assert results["icd10cm_order"] == {}


def test_numbers_keep_their_digits_and_no_word_of_the_ama_is_kept(loaded: Load, engine: Engine) -> None:
    loaded(PFS)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT hcpcs, description, intra_op FROM ref_pfs_value ORDER BY hcpcs")).all()
    assert [tuple(row) for row in rows] == [("00100", None, "0.80"), ("G0999", "Made-up service", "0.00")]


def test_the_text_is_read_where_the_same_rows_come_in_several_containers(loaded: Load, engine: Engine) -> None:
    (result,) = loaded({**PFS, "PPRRVU2026_Jul_nonQPP.txt": b"A word.\r\n" + PFS["PPRRVU2026_Jul_nonQPP.csv"]})
    assert result.rows == 2
    (release,) = [each for each in loaded_releases(engine) if each.origin == "loaded"]
    assert [name.rpartition(".")[2] for name in release.files] == ["csv"]


def test_releases_are_compared_by_code_and_not_by_place(loaded: Load, engine: Engine) -> None:
    later = ORDER.replace(b"00002 A000   ", b"00009 A000   ").replace(
        b"Invented fever of the red", b"Invented of the red"
    )
    later += order_line(10, "A009", "1", "Invented fever, new").encode()
    loaded({"icd10cm_order_2031.txt": ORDER, "icd10cm_order_2032.txt": later})
    found = list(differences(engine, "icd10cm_order", "FY2031", "FY2032"))
    assert [(each.change, each.key["code"]) for each in found] == [("changed", "A000"), ("added", "A009")]
    assert found[0].new == {"long_description": "Invented of the red kind"}


def test_notes_are_compared_by_what_they_say(loaded: Load, engine: Engine) -> None:
    later = TABULAR.replace(b"<version>2031", b"<version>2032").replace(b"all that is invented", b"nothing else")
    loaded({"icd10cm_tabular_2031.xml": TABULAR, "icd10cm_tabular_2032.xml": later})
    found = list(differences(engine, "icd10cm_tabular", "FY2031", "FY2032"))
    assert sorted((each.change, each.key["code"], each.key.get("note")) for each in found) == [
        ("added", "1", "nothing else"),
        ("removed", "1", "all that is invented"),
    ]


def test_the_files_of_a_coverage_export_make_one_release(loaded: Load, engine: Engine) -> None:
    folder = mcd_files()
    (result,) = loaded({f"current_article-{name}": content for name, content in folder.items()})
    assert (result.dataset, result.rows) == ("mcd_current_article", 11)
    (release,) = [each for each in loaded_releases(engine) if each.origin == "loaded"]
    assert len(release.files) == len(folder)
    assert [found.intact for found in verify(engine)] == [True]


@pytest.mark.parametrize(
    ("on", "state", "found"),
    [
        (date(2025, 9, 30), None, []),
        (date(2025, 10, 1), "TX", ["A50001"]),
        (date(2025, 10, 1), "NY", []),
        (date(2026, 12, 31), None, ["A50001"]),
        (date(2027, 1, 1), None, []),
    ],
)
def test_coverage_is_that_of_the_day_and_the_state(
    loaded: Load, reference: SqlReference, on: date, state: str | None, found: list[str]
) -> None:
    loaded({f"current_article-{name}": content for name, content in mcd_files().items()})
    facts = reference.details("0000Y", on, state).coverage
    assert [fact.values["display_id"] for fact in facts] == found
    for fact in facts:
        assert (fact.values["contractors"], fact.values["states"]) == (["A made-up contractor"], ["TX"])
        assert fact.values["groups"] == ["codes 1"]
        assert fact.values["frequency"] == ["Not more than three times in six months; see below."]
    diagnosis = reference.details("S06.1X0A", date(2026, 1, 1)).coverage
    assert [fact.values["groups"] for fact in diagnosis] == [["diagnoses 1, supports necessity"]]


def test_a_licensed_descriptor_comes_with_its_notice(loaded: Load, reference: SqlReference) -> None:
    loaded({"2031 CPT LONGULT.txt": CPT_LONG})
    entry = reference.code("0000Y", date(2031, 5, 5))
    assert entry is not None
    assert entry.description == "Words of our own about nothing"
    assert entry.licensed_notice == " ".join(CPT_NOTICE.split())
    assert reference.code("0000Y", date(2030, 12, 31)) is None


def test_notes_are_gathered_along_all_above(loaded: Load, reference: SqlReference) -> None:
    loaded({"icd10cm_tabular_2031.xml": TABULAR})
    with_notes = [fact.values for fact in reference.details("S06.1X0A", date(2031, 1, 1)).notes]
    assert {fact["code"] for fact in with_notes} >= {"1"}
    assert with_notes[-1]["kind"] == "sevenChrDef"
    assert reference.details("S06.1X0A", date(2030, 9, 30)).notes == ()


def test_every_value_of_the_fee_schedule_is_shown(loaded: Load, reference: SqlReference) -> None:
    loaded(PFS)
    (fact,) = reference.details("G0999", IN_2026).fee_schedule
    assert (fact.values["work_rvu"], fact.values["physician_supervision"]) == (Decimal("0.50"), "6A")
    assert fact.source.release == "2026C"
    assert reference.details("G0999", date(2026, 6, 30)).fee_schedule == ()


def test_a_loose_file_takes_its_release_from_the_folder(loaded: Load, tmp_path: Any) -> None:
    folder = tmp_path / "rvu31c"
    folder.mkdir()
    head = "HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE\r\n"
    (folder / "OPPSCAP_Jul.csv").write_text(f"{head}70000,TC,A,01112,05,1.50,2.00\r\n")
    (result,) = loaded(folder)
    assert (result.dataset, result.release, result.rows) == ("pfs_opps_caps", "2031C", 1)
    with pytest.raises(FormatError, match="put the zip's name before the file's"):
        loaded(folder / "OPPSCAP_Jul.csv")


def test_every_kind_is_found_again_by_the_name_of_its_data_set() -> None:
    for dataset in DATASETS:
        assert dataset_named(dataset.stem) is dataset
        assert dataset_named(f"{dataset.stem}_variant") is dataset


def mcd_files() -> dict[str, bytes]:
    """An article of one contractor in one state, with a code and two diagnoses."""
    contractor = "contractor_id contractor_type_id contractor_version"
    return {
        "article.csv": table(
            "article_id article_version article_type title status display_id article_pub_date article_eff_date"
            " article_end_date article_rev_end_date date_retired last_updated",
            "50001,3,1,Made up,A,A50001,,2025-10-01,2026-12-31,,,",
        ),
        "article_x_hcpc_code.csv": table(
            "article_id article_version hcpc_code_id hcpc_code_group range", "50001,3,0000Y,1,"
        ),
        "article_x_hcpc_code_group.csv": table(
            "article_id article_version hcpc_code_group paragraph",
            "50001,3,1,<p>Made up. Not more than <b>three</b> times in six months&#59; see below.</p><p>No more.</p>",
            "50001,3,2,<p>Once a year.</p>",
        ),
        "article_x_icd10_covered.csv": MCD_COVERED,
        "article_x_contractor.csv": table(f"article_id article_version {contractor}", "50001,3,7,2,1"),
        "contractor.csv": table(
            f"{contractor} contractor_bus_name contractor_number status", "7,2,1,A made-up contractor,00007,A"
        ),
        "contractor_jurisdiction.csv": table(
            f"{contractor} state_id active_date term_date", "7,2,1,44,2020-01-01,", "7,2,1,33,2020-01-01,2021-01-01"
        ),
        "state_lookup.csv": table("state_id state_abbrev description", "44,TX,Texas"),
    }
