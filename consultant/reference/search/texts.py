"""Which texts of a release lead to which codes: descriptions, index terms, inclusion terms.

Each kind of row gives its own; a release without rows of a kind gives none of it. Descriptors under licence are among
them where they are loaded. Must not know how texts are indexed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, exists, select

from consultant.db.base import Base
from consultant.db.reference import RefCode, RefRelease
from consultant.db.reference_cpt import RefCptConcept, RefCptDescriptor
from consultant.db.reference_hcpcs import RefHcpcsCode, RefHcpcsModifier
from consultant.db.reference_icd10 import RefIcd10Code, RefIcd10Note, RefIndexCode, RefIndexReference, RefIndexTerm
from consultant.db.reference_search import ALWAYS, FOR_EVER
from consultant.reference.listed import dotted

CM, PCS = "ICD-10-CM", "ICD-10-PCS"
INCLUDED = ("inclusionTerm", "includes")
REDIRECTED = "see"


class CodeText(NamedTuple):
    """A text that leads to a code; the days are those of the code or the note, where the data tells."""

    system: str
    code: str
    text: str
    header: bool = False
    first_day: date = ALWAYS
    last_day: date = FOR_EVER


Texts = Iterator[CodeText]


def texts_of(connection: Connection, release_id: int) -> Texts:
    """All texts of a release. Each kind's rows are fetched at once, in half the time of one by one."""
    for _, read in KINDS:
        yield from read(connection, release_id)


def has_texts(connection: Connection, release_id: int) -> bool:
    """Whether the release has rows that may have texts."""
    return any(
        connection.scalar(select(exists().where(table.__table__.c.release_id == release_id))) for table, _ in KINDS
    )


def _starter(connection: Connection, release_id: int) -> Texts:
    query = select(
        RefCode.system, RefCode.code, RefCode.description, RefCode.billable, RefCode.effective, RefCode.last_day
    ).where(RefCode.release_id == release_id, RefCode.description != "")
    for system, code, text, billable, first, last in connection.execute(query):
        yield CodeText(system, code, text, not billable, first, last or FOR_EVER)


def _icd10(connection: Connection, release_id: int) -> Texts:
    dataset = connection.scalar(select(RefRelease.dataset).where(RefRelease.id == release_id)) or ""
    columns = RefIcd10Code.__table__.c
    query = select(columns.code, columns.long_description, columns.valid).where(columns.release_id == release_id)
    is_cm = not dataset.startswith("icd10pcs")
    for code, text, valid in connection.execute(query).all():
        yield CodeText(CM, dotted(code), text, not valid) if is_cm else CodeText(PCS, code, text, not valid)


def _included(connection: Connection, release_id: int) -> Texts:
    """Terms that the tabular list names under a code."""
    columns = RefIcd10Note.__table__.c
    query = select(columns.code, columns.note).where(columns.release_id == release_id, columns.kind.in_(INCLUDED))
    for code, note in connection.execute(query).all():
        if "-" not in code and code[:1].isalpha() and len(code) > 2:  # not a chapter or a section
            yield CodeText(CM, dotted(code.replace(".", "")), note)


def _index(connection: Connection, release_id: int) -> Texts:
    """The terms of an index, and those that it sends to another term, with that one's codes."""
    terms = {
        position: f"{path} {nemod}".strip()
        for position, path, nemod in connection.execute(
            select(RefIndexTerm.position, RefIndexTerm.path, RefIndexTerm.nemod).where(
                RefIndexTerm.release_id == release_id
            )
        )
    }
    codes: dict[int, list[tuple[str, str]]] = {}
    for term, heading, code in connection.execute(
        select(RefIndexCode.term, RefIndexCode.heading, RefIndexCode.code).where(
            RefIndexCode.release_id == release_id, RefIndexCode.code.is_not(None)
        )
    ):
        codes.setdefault(term, []).append((heading, dotted(code or "")))
    for term, given in codes.items():
        for heading, code in given:
            yield CodeText(CM, code, f"{terms[term]}, {heading}" if heading else terms[term])
    yield from _redirected(connection, release_id, terms, codes)


def _redirected(
    connection: Connection, release_id: int, terms: dict[int, str], codes: dict[int, list[tuple[str, str]]]
) -> Texts:
    query = select(RefIndexReference.term, RefIndexReference.text, RefIndexTerm.path).join_from(
        RefIndexReference,
        RefIndexTerm,
        (RefIndexTerm.release_id == RefIndexReference.release_id) & (RefIndexTerm.position == RefIndexReference.term),
    )
    found = connection.execute(
        query.where(RefIndexReference.release_id == release_id, RefIndexReference.kind == REDIRECTED)
    ).all()
    if not found:
        return
    wanted = {row.text.lower() for row in found}
    paths = select(RefIndexTerm.path, RefIndexTerm.position).where(RefIndexTerm.release_id == release_id)
    positions = {path.lower(): position for path, position in connection.execute(paths) if path.lower() in wanted}
    for row in found:
        for heading, code in codes.get(positions.get(row.text.lower(), 0), ()):
            if not heading:  # of a table's columns each would come
                yield CodeText(CM, code, terms[row.term])


def _level_ii(connection: Connection, release_id: int) -> Texts:
    for table, name, system in (
        (RefHcpcsCode, "hcpc", "HCPCS"),
        (RefHcpcsModifier, "modifier", "modifier"),
    ):
        columns = table.__table__.c
        query = select(
            columns[name], columns.long_description, columns.short_description, columns.add_dt, columns.term_dt
        )
        for code, long, short, first, last in connection.execute(query.where(columns.release_id == release_id)).all():
            for text in dict.fromkeys(text for text in (long, short) if text):
                yield CodeText(system, code, text, False, first, last or FOR_EVER)


def _licensed(connection: Connection, release_id: int) -> Texts:
    columns = RefCptDescriptor.__table__.c
    query = select(columns.cpt_code, columns.descriptor).where(columns.release_id == release_id)
    for code, text in connection.execute(query):
        yield CodeText("CPT", code, text)


def _licensed_list(connection: Connection, release_id: int) -> Texts:
    columns = RefCptConcept.__table__.c
    query = select(columns.cpt_code, columns.long, columns.medium, columns.consumer)
    for code, *texts in connection.execute(query.where(columns.release_id == release_id)):
        for text in dict.fromkeys(text for text in texts if text):
            yield CodeText("CPT", code, text)


# In what order texts that fit equally well stand: descriptions before terms of an index.
KINDS: tuple[tuple[type[Base], Callable[[Connection, int], Texts]], ...] = (
    (RefCode, _starter),
    (RefIcd10Code, _icd10),
    (RefHcpcsCode, _level_ii),
    (RefCptDescriptor, _licensed),
    (RefCptConcept, _licensed_list),
    (RefIcd10Note, _included),
    (RefIndexTerm, _index),
)
