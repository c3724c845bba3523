"""The notes of the ICD-10-CM tabular list that hold for a code: its own, and those of everything above it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, literal, or_, select

from consultant.db.reference_icd10 import RefIcd10Node, RefIcd10Note, RefIcd10SeventhCharacter
from consultant.reference.issues import Issue
from consultant.reference.model import Fact
from consultant.reference.rows import rows_of
from consultant.reference.statements import Reading, Statement

CODES = ("diag", "extension")


class NodeNote(NamedTuple):
    """A node on the way up from a code, with one of its notes; a node without any has one row without a note."""

    position: int
    level: str
    code: str
    seven_chr_def: str | None
    kind: str | None
    note: str | None


def notes_above(reading: Reading, issue: Issue | None, code: str, on: date) -> tuple[Fact, ...]:
    """The notes from the code up to its chapter, nearest first; and the 7th characters that the code takes.

    `code` is without its dot. Each fact names the node that it stands on, as `code` and `level`.
    """
    if issue is None:
        return ()
    rows = above(reading, issue, code)
    notes = (_fact(issue, row, str(row.kind), str(row.note), on) for row in rows if row.note is not None)
    return (*notes, *_seventh_characters(reading, issue, rows, on))


def notes_of_kind(reading: Reading, issue: Issue, code: str, kind: str) -> list[NodeNote]:
    """The notes of one kind on the code and on what is above it, nearest first. The code is without its dot."""
    rows = (NodeNote(*row) for row in _OF_KIND.rows(reading, release=issue.id, code=code, kind=kind))
    return [row for row in rows if row.note is not None]


def above(reading: Reading, issue: Issue, code: str) -> list[NodeNote]:
    """The code and what is above it, nearest first; empty when the list does not have the code."""
    return [NodeNote(*row) for row in _ABOVE.rows(reading, release=issue.id, code=code)]


def _seventh_characters(reading: Reading, issue: Issue, rows: list[NodeNote], on: date) -> Iterator[Fact]:
    defined = next((row for row in rows if row.code == rows[0].seven_chr_def), None)
    if defined:
        for row in rows_of(reading, RefIcd10SeventhCharacter, issue, node=defined.position):
            yield _fact(issue, defined, "sevenChrDef", f"{row['char']}: {row['meaning']}", on)


def _fact(issue: Issue, at: NodeNote, kind: str, note: str, on: date) -> Fact:
    values = {"code": at.code, "level": at.level, "kind": kind, "note": note}
    return Fact(values, issue.cited(f"{at.level} {at.code}", on))


def _above(*, of_kind: bool) -> Any:
    """One query for the way up. A parent's position is always lower than its child's, so there is an end."""
    node, notes = RefIcd10Node.__table__.c, RefIcd10Note.__table__.c
    release = bindparam("release", type_=node.release_id.type)
    columns = (node.position, node.parent, node.level, node.code, node.seven_chr_def)
    start = select(*columns, literal(0, Integer).label("steps")).where(
        node.release_id == release,
        node.code == bindparam("code", type_=node.code.type),
        or_(*(node.level == level for level in CODES)),
    )
    way = start.cte("way", recursive=True)
    way = way.union_all(
        select(*columns, way.c.steps + 1).where(
            node.release_id == release, node.position == way.c.parent, node.position < way.c.position
        )
    )
    same = (notes.release_id == release) & (notes.node == way.c.position)
    if of_kind:
        same = same & (notes.kind == bindparam("kind", type_=notes.kind.type))
    # An inner join SQLite would turn round, and read every note of the release.
    joined = way.outerjoin(RefIcd10Note.__table__, same)
    return (
        select(way.c.position, way.c.level, way.c.code, way.c.seven_chr_def, notes.kind, notes.note)
        .select_from(joined)
        .order_by(way.c.steps, notes.sequence)
    )


_ABOVE = Statement(_above(of_kind=False))
_OF_KIND = Statement(_above(of_kind=True))
