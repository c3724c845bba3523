"""Which coverage documents speak of a code on a day, whose they are, and for which states.

Articles and LCDs bind in the area of their contractors only; an NCD names no codes, so it is found through the
documents that belong with it. The day decides by the documents' own dates, both of which are in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, select

from consultant.db.reference_coverage import (
    RefArticle,
    RefContractor,
    RefContractorJurisdiction,
    RefCoverageCode,
    RefCoverageDiagnosis,
    RefDocumentContractor,
    RefLcd,
    RefRelatedNcd,
    RefState,
)
from consultant.reference.issues import Issue, Issues
from consultant.reference.model import Fact

EXPORTS = {"article": ("mcd_current_article", "mcd_all_article"), "lcd": ("mcd_current_lcd", "mcd_all_lcd")}


def coverage_of(connection: Connection, issues: Issues, code: str, on: date, state: str | None) -> tuple[Fact, ...]:
    """The documents, those of one state or of all; `code` is without dot: a CPT, HCPCS or ICD-10-CM code."""
    found: list[Fact] = []
    for document, exports in EXPORTS.items():
        # An export of all versions answers for every day, one of the current ones for today's.
        loaded = issues.of(*exports)
        if loaded:
            newest = loaded[-1]
            found += _documents(connection, newest, document, code, on, state)
    return tuple(found)


def _documents(
    connection: Connection, issue: Issue, document: str, code: str, on: date, state: str | None
) -> Iterator[Fact]:
    for (number, version), groups in sorted(_naming(connection, issue, document, code).items()):
        facts = _document(connection, issue, document, number, version)
        if facts is None or not _in_force(facts, on):
            continue
        contractors = _contractors(connection, issue, document, number, version, on)
        states = sorted({each for _, of_contractor in contractors for each in of_contractor})
        if state and state.upper() not in states:
            continue
        values = facts | {
            "document": document,
            "groups": groups,
            "contractors": sorted({name for name, _ in contractors}),
            "states": states,
            "ncds": _ncds(connection, issue, document, number, version),
        }
        yield Fact(values, issue.cited(facts["display_id"], on))


def _naming(connection: Connection, issue: Issue, document: str, code: str) -> dict[tuple[int, int], list[str]]:
    """The documents that name the code, by number and version, and in which groups."""
    found: dict[tuple[int, int], list[str]] = {}
    codes = RefCoverageCode.__table__.c
    query = select(codes.document_id, codes.document_version, codes.hcpc_code_group).where(
        codes.release_id == issue.id, codes.hcpc_code_id == code, codes.document == document
    )
    for number, version, group in connection.execute(query):
        found.setdefault((number, version), []).append(f"codes {group}")
    if document == "article":
        diagnoses = RefCoverageDiagnosis.__table__.c
        named = select(diagnoses.article_id, diagnoses.article_version, diagnoses.covered, diagnoses.icd10_group).where(
            diagnoses.release_id == issue.id, diagnoses.icd10_code_id == code
        )
        for number, version, covered, group in connection.execute(named):
            word = "supports necessity" if covered else "does not support necessity"
            found.setdefault((number, version), []).append(f"diagnoses {group}, {word}")
    return {key: sorted(set(groups)) for key, groups in found.items()}


def _document(connection: Connection, issue: Issue, document: str, number: int, version: int) -> dict[str, Any] | None:
    table = (RefArticle if document == "article" else RefLcd).__table__
    query = select(table).where(
        table.c.release_id == issue.id,
        table.c[f"{document}_id"] == number,
        table.c[f"{document}_version"] == version,
    )
    row = connection.execute(query).mappings().first()
    return {name: value for name, value in row.items() if name != "release_id"} if row else None


def _in_force(facts: dict[str, Any], on: date) -> bool:
    """By the dates of the version: first and last day are in force, the day of retirement is not."""
    first = facts.get("article_eff_date") or facts.get("rev_eff_date") or facts.get("orig_det_eff_date")
    lasts = [
        facts.get(name) for name in ("article_end_date", "article_rev_end_date", "ent_det_end_date", "rev_end_date")
    ]
    retired = facts.get("date_retired")
    begun = first is None or first <= on
    return begun and all(last is None or on <= last for last in lasts) and (retired is None or on < retired)


def _contractors(
    connection: Connection, issue: Issue, document: str, number: int, version: int, on: date
) -> list[tuple[str, list[str]]]:
    """The contractors of a document, each with its states on the day."""
    of, who = RefDocumentContractor.__table__, RefContractor.__table__
    same = [
        of.c[name] == who.c[name]
        for name in ("release_id", "contractor_id", "contractor_type_id", "contractor_version")
    ]
    query = (
        select(who)
        .join(of, and_(*same))
        .where(
            of.c.release_id == issue.id,
            of.c.document == document,
            of.c.document_id == number,
            of.c.document_version == version,
        )
        .distinct()
    )
    return [
        (row["contractor_bus_name"], _states(connection, row, on)) for row in connection.execute(query).mappings().all()
    ]


def _states(connection: Connection, contractor: Any, on: date) -> list[str]:
    area, state = RefContractorJurisdiction.__table__, RefState.__table__
    names = ("release_id", "contractor_id", "contractor_type_id", "contractor_version")
    query = (
        select(state.c.state_abbrev, area.c.active_date, area.c.term_date)
        .join(area, and_(area.c.release_id == state.c.release_id, area.c.state_id == state.c.state_id))
        .where(*(area.c[name] == contractor[name] for name in names))
    )
    return [
        abbreviation
        for abbreviation, first, ended in connection.execute(query)
        if (first is None or first <= on) and (ended is None or on < ended)
    ]


def _ncds(connection: Connection, issue: Issue, document: str, number: int, version: int) -> list[int]:
    columns = RefRelatedNcd.__table__.c
    query = select(columns.r_ncd_id).where(
        columns.release_id == issue.id,
        columns.document == document,
        columns.document_id == number,
        columns.document_version == version,
    )
    return sorted(set(connection.scalars(query)))
