"""The query for edits seeks the pairs in the key; it never reads the table through."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, Integer, bindparam, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker

from consultant.db.engine import open_engine
from consultant.db.reference_icd10 import RefIcd10Node
from consultant.reference.add_on_query import add_on_query
from consultant.reference.near_misses import LISTS, near_query
from consultant.reference.ptp_query import ptp_query, ptp_query_within
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.reference_files import ptp_edit, ptp_text
from tests.unit.reference.formats.code_files import TABULAR

MANY = [ptp_edit(f"{one:05d}", f"{two:05d}", date(2020, 1, 1)) for one in range(20) for two in range(200, 1200)]


def plan_of(engine: Engine, query: Any, values: dict[str, Any]) -> str:
    """How the database would answer."""
    with engine.connect() as connection:
        compiled = query.params(values).compile(engine, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        return "\n".join(str(row[-1]) for row in connection.execute(text(f"{explain} {compiled}")))


def test_the_plan_seeks_every_pair_and_scans_nothing(loaded: Load, engine: Engine) -> None:
    loaded({"ccipra-v322r0-f1.txt": ptp_text(MANY)})
    codes: dict[str, Any] = {f"code{number}": f"{number:05d}" for number in range(10)} | {"on": date(2026, 8, 1)}
    whole = plan_of(engine, ptp_query(10), codes | {"dataset": "ncci_ptp_practitioner"})
    within = plan_of(engine, ptp_query_within(10, bindparam("release", type_=Integer)), codes | {"release": 1})
    if engine.dialect.name == "sqlite":
        for plan in (whole, within):
            assert "SEARCH ref_ptp_edit USING PRIMARY KEY (release_id=? AND column_one=? AND column_two=?)" in plan
            assert "SCAN ref_ptp" not in plan
    else:
        assert "Seq Scan on ref_ptp_edit" not in whole
        assert re.search(r"Index Cond: \(\(+column_one\)::text = ANY .* AND \(+column_two\)::text = ANY", whole)


def test_near_misses_and_add_on_links_seek_their_codes_and_scan_no_list(loaded: Load, engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by its statistics")
    lists = range(len(LISTS))
    values = {f"release_{number}": 1 for number in lists} | {f"codes_{number}": '["11111"]' for number in lists}
    near = near_query("sqlite", lists).params(values)
    day = date(2026, 8, 1)
    links = add_on_query("add_on", 2).params(on=day, dataset="ncci_aoc", code_0="11111", code_1="22222")
    with engine.connect() as connection:
        plans = [
            "\n".join(
                str(row[-1])
                for row in connection.execute(
                    text(f"EXPLAIN QUERY PLAN {query.compile(engine, compile_kwargs={'literal_binds': True})}")
                )
            )
            for query in (near, links)
        ]
    assert "SEARCH ref_icd10_code USING PRIMARY KEY (release_id=? AND code=?)" in plans[0]
    assert "SEARCH ref_pfs_value USING PRIMARY KEY (release_id=? AND hcpcs=?)" in plans[0]
    assert "SEARCH ref_add_on_link USING INDEX sqlite_autoindex_ref_add_on_link_1 (add_on=?" in plans[1]


def test_a_database_that_cannot_be_asked_is_told_as_sqlalchemy_tells_it(database_url: str) -> None:
    engine = open_engine(database_url)
    with pytest.raises(DBAPIError, match="ref_") as raised:
        SqlReference(sessionmaker(engine)).ptp_edits(["11111", "22222"], date(2026, 8, 1))
    assert "11111" not in str(raised.value)
    engine.dispose()


def test_a_node_of_the_tabular_list_is_found_by_its_code(loaded: Load, engine: Engine) -> None:
    loaded({"icd10cm_tabular_2031.xml": TABULAR})
    table = RefIcd10Node.__table__
    query = select(table).where(table.c.release_id == 1, table.c.code == "A000", table.c.level.in_(("diag",)))
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))
        compiled = query.compile(engine, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        plan = "\n".join(str(row[-1]) for row in connection.execute(text(f"{explain} {compiled}")))
    assert "ix_ref_icd10_node_code" in plan
