"""The notes of the ICD-10-CM tabular list that hold for a code: its own, and those of everything above it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from consultant.db.reference_icd10 import RefIcd10Node, RefIcd10Note, RefIcd10SeventhCharacter
from consultant.reference.issues import Issue
from consultant.reference.model import Fact

CODES = ("diag", "extension")


def notes_above(connection: Connection, issue: Issue | None, code: str, on: date) -> tuple[Fact, ...]:
    """The notes from the code up to its chapter, nearest first; and the 7th characters that the code takes.

    `code` is without its dot. Each fact names the node that it stands on, as `code` and `level`.
    """
    node = _node(connection, issue, code) if issue else None
    if issue is None or node is None:
        return ()
    chain = _chain(connection, issue, node)
    facts = [
        Fact(
            {"code": above["code"], "level": above["level"], "kind": row["kind"], "note": row["note"]},
            issue.cited(f"{above['level']} {above['code']}", on),
        )
        for above in chain
        for row in _rows(connection, RefIcd10Note, issue, above, "sequence")
    ]
    defined = next((above for above in chain if above["code"] == node["seven_chr_def"]), None)
    if defined:
        source = issue.cited(f"{defined['level']} {defined['code']}", on)
        facts += [
            Fact(
                {
                    "code": defined["code"],
                    "level": defined["level"],
                    "kind": "sevenChrDef",
                    "note": f"{row['char']}: {row['meaning']}",
                },
                source,
            )
            for row in _rows(connection, RefIcd10SeventhCharacter, issue, defined, "char")
        ]
    return tuple(facts)


def _node(connection: Connection, issue: Issue, code: str) -> dict[str, Any] | None:
    table = RefIcd10Node.__table__
    query = select(table).where(table.c.release_id == issue.id, table.c.code == code, table.c.level.in_(CODES))
    row = connection.execute(query).mappings().first()
    return dict(row) if row else None


def _chain(connection: Connection, issue: Issue, node: dict[str, Any]) -> list[dict[str, Any]]:
    """The node and what is above it. A parent's position is always lower, so there is an end."""
    table = RefIcd10Node.__table__
    chain = [node]
    while (parent := chain[-1]["parent"]) is not None and parent < chain[-1]["position"]:
        query = select(table).where(table.c.release_id == issue.id, table.c.position == parent)
        chain.append(dict(connection.execute(query).mappings().one()))
    return chain


def _rows(connection: Connection, model: Any, issue: Issue, node: dict[str, Any], order: str) -> list[Any]:
    table = model.__table__
    query = select(table).where(table.c.release_id == issue.id, table.c.node == node["position"])
    return list(connection.execute(query.order_by(table.c[order])).mappings())
