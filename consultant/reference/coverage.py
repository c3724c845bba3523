"""Which coverage documents speak of a code on a day, whose they are, and for which states.

Articles and LCDs bind in the area of their contractors only; an NCD names no codes, so it is found through the
documents that belong with it. The day decides by the documents' own dates, both of which are in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from html import unescape
from typing import Any

from consultant.db.reference_coverage import (
    RefArticle,
    RefContractor,
    RefContractorJurisdiction,
    RefCoverageCode,
    RefCoverageCodeGroup,
    RefCoverageDiagnosis,
    RefCoverageDiagnosisGroup,
    RefDocumentContractor,
    RefLcd,
    RefRelatedNcd,
    RefState,
)
from consultant.reference.issues import Issue, Issues
from consultant.reference.model import Fact
from consultant.reference.rows import rows_of
from consultant.reference.statements import Reading

CONTRACTOR = ("contractor_id", "contractor_type_id", "contractor_version")
MOST_SENTENCES, MOST_SAID = 3, 300  # on frequency; characters of each
_TAG = re.compile(r"<[^<>]*>")
_SENTENCE_END = re.compile(r"(?<=[.;:])\s+(?=[A-Z])")
_HOW_OFTEN = re.compile(
    r"\b(?:once|twice|times?|per|every|each|more\sthan|maximum|limit\w*|frequenc\w*|within)\b.{0,120}?"
    r"\b(?:days?|weeks?|months?|years?|lifetime|sessions?|date\sof\sservice|calendar|annual\w*)\b",
    re.IGNORECASE,
)
EXPORTS = {"article": ("mcd_current_article", "mcd_all_article"), "lcd": ("mcd_current_lcd", "mcd_all_lcd")}


def coverage_of(reading: Reading, issues: Issues, code: str, on: date, state: str | None) -> tuple[Fact, ...]:
    """The documents, those of one state or of all; `code` is without dot: a CPT, HCPCS or ICD-10-CM code."""
    found: list[Fact] = []
    for document, exports in EXPORTS.items():
        # An export of all versions answers for every day, one of the current ones for today's.
        loaded = issues.of(*exports)
        if loaded:
            newest = loaded[-1]
            found += _documents(reading, newest, document, code, on, state)
    return tuple(found)


def _documents(reading: Reading, issue: Issue, document: str, code: str, on: date, state: str | None) -> Iterator[Fact]:
    for (number, version), groups in sorted(_naming(reading, issue, document, code).items()):
        facts = _document(reading, issue, document, number, version)
        if facts is None or not _in_force(facts, on):
            continue
        contractors = _contractors(reading, issue, document, number, version, on)
        states = sorted({each for _, of_contractor in contractors for each in of_contractor})
        if state and state.upper() not in states:
            continue
        values = facts | {
            "document": document,
            "groups": groups,
            "contractors": sorted({name for name, _ in contractors}),
            "states": states,
            "ncds": _ncds(reading, issue, document, number, version),
            "frequency": _frequency(reading, issue, document, (number, version), groups),
        }
        yield Fact(values, issue.cited(facts["display_id"], on))


def _naming(reading: Reading, issue: Issue, document: str, code: str) -> dict[tuple[int, int], list[str]]:
    """The documents that name the code, by number and version, and in which groups."""
    found: dict[tuple[int, int], list[str]] = {}
    for row in rows_of(reading, RefCoverageCode, issue, hcpc_code_id=code, document=document):
        of_document = found.setdefault((row["document_id"], row["document_version"]), [])
        of_document.append(f"codes {row['hcpc_code_group']}")
    if document == "article":
        for row in rows_of(reading, RefCoverageDiagnosis, issue, icd10_code_id=code):
            word = "supports necessity" if row["covered"] else "does not support necessity"
            of_document = found.setdefault((row["article_id"], row["article_version"]), [])
            of_document.append(f"diagnoses {row['icd10_group']}, {word}")
    return {key: sorted(set(groups)) for key, groups in found.items()}


def _frequency(reading: Reading, issue: Issue, document: str, key: tuple[int, int], groups: Sequence[str]) -> list[str]:
    """The sentences on how often, in the paragraphs of the groups that name the code."""
    number, version = key
    of_document = {"document": document, "document_id": number, "document_version": version}
    paragraphs = [
        row["paragraph"]
        for row in rows_of(reading, RefCoverageCodeGroup, issue, **of_document)
        if f"codes {row['hcpc_code_group']}" in groups
    ]
    if document == "article":
        of_article = {"article_id": number, "article_version": version}
        paragraphs += [
            row["paragraph"]
            for row in rows_of(reading, RefCoverageDiagnosisGroup, issue, **of_article)
            if any(group.startswith(f"diagnoses {row['icd10_group']},") for group in groups)
        ]
    said = (sentence for each in paragraphs for sentence in _SENTENCE_END.split(_plain(each)))
    return list(dict.fromkeys(each[:MOST_SAID] for each in said if _HOW_OFTEN.search(each)))[:MOST_SENTENCES]


def _plain(paragraph: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", paragraph)).split())


def _document(reading: Reading, issue: Issue, document: str, number: int, version: int) -> dict[str, Any] | None:
    table = RefArticle if document == "article" else RefLcd
    key = {f"{document}_id": number, f"{document}_version": version}
    return next(iter(rows_of(reading, table, issue, **key)), None)


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
    reading: Reading, issue: Issue, document: str, number: int, version: int, on: date
) -> list[tuple[str, list[str]]]:
    """The contractors of a document, each with its states on the day."""
    key = {"document": document, "document_id": number, "document_version": version}
    named = rows_of(reading, RefDocumentContractor, issue, **key)
    numbers = dict.fromkeys(tuple(row[name] for name in CONTRACTOR) for row in named)
    found = []
    for each in numbers:
        who = dict(zip(CONTRACTOR, each, strict=True))
        states = _states(reading, issue, who, on)
        found += [(row["contractor_bus_name"], states) for row in rows_of(reading, RefContractor, issue, **who)]
    return found


def _states(reading: Reading, issue: Issue, contractor: dict[str, int], on: date) -> list[str]:
    return [
        state["state_abbrev"]
        for area in rows_of(reading, RefContractorJurisdiction, issue, **contractor)
        if (area["active_date"] is None or area["active_date"] <= on)
        and (area["term_date"] is None or on < area["term_date"])
        for state in rows_of(reading, RefState, issue, state_id=area["state_id"])
    ]


def _ncds(reading: Reading, issue: Issue, document: str, number: int, version: int) -> list[int]:
    key = {"document": document, "document_id": number, "document_version": version}
    return sorted({row["r_ncd_id"] for row in rows_of(reading, RefRelatedNcd, issue, **key)})
