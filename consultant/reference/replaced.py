"""What replaced a code, and what a code replaced, where a loaded file says so. Nothing is inferred from words.

HCPCS Level II names the replacement of a code that has ended (the cross-reference of its record). ICD-10-CM splits a
code by making it a heading: its addenda say so, and so do two order files that follow on each other. Each fact has
the columns `replaced`, `by`, `since` (first day of the new code's list, or the day after the old code's last) and
`told_by`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from consultant.db.reference_hcpcs import RefHcpcsCode
from consultant.db.reference_icd10 import RefIcd10Change
from consultant.reference.icd10_tree import (
    billable_below,
    changes_below,
    consecutive,
    headings_of,
    row_in,
)
from consultant.reference.issues import Issue, Issues
from consultant.reference.listed import CPT, DIAGNOSIS, LEVEL_II, dotted
from consultant.reference.model import Fact
from consultant.reference.rows import rows_in, rows_of
from consultant.reference.statements import Reading, Statement

LISTS = "hcpcs_level_ii"
ADDENDA = "icd10cm_addenda"
CROSS_REFERENCE = "cross-reference of HCPCS Level II"
SPLIT_BY_ADDENDA = "addenda: deleted, and added again as a heading"
SPLIT_BY_LISTS = "order files: billable in one, a heading in the next"
CODE = re.compile(r"[A-Z0-9]{5}")


def replacements_of(reading: Reading, issues: Issues, code: str, on: date) -> tuple[Fact, ...]:
    """What took the place of the code up to that day, then what it took the place of. The code is in capitals."""
    told: list[Fact] = []
    if LEVEL_II.fullmatch(code) or CPT.fullmatch(code):
        told += _named_by(reading, issues, code, on)
        told += _naming(reading, issues, code, on)
    if DIAGNOSIS.fullmatch(code):
        plain = code.replace(".", "")
        told += _split(reading, issues, plain, on)
        told += _split_off(reading, issues, plain, on)
    once = {(fact.values["replaced"], fact.values["by"]): fact for fact in reversed(told)}
    return tuple(reversed(once.values()))


def _named_by(reading: Reading, issues: Issues, code: str, on: date) -> Iterator[Fact]:
    """The cross-references of a code that has ended, as the newest list with the code has them."""
    lists = list(issues.of(LISTS))
    having = rows_in(reading, RefHcpcsCode, lists, hcpc=code) if lists else {}
    issue = next((each for each in reversed(lists) if each.id in having), None)
    if issue:
        row = having[issue.id][0]
        yield from _crossed(issue, code, row["term_dt"], row["xref"], on)


def _naming(reading: Reading, issues: Issues, code: str, on: date) -> Iterator[Fact]:
    """The ended codes whose cross-references name this one."""
    issue = issues.begun(on, LISTS)
    if issue:
        if issue not in issues.kept:
            issues.kept[issue] = _cross_references(reading, issue)
        for ended, last in issues.kept[issue].get(code, ()):
            yield from _crossed(issue, ended, last, (code,), on)


def _cross_references(reading: Reading, issue: Issue) -> dict[str, list[tuple[str, date]]]:
    """By the code named, the ended codes that name it, each with its last day: a few hundred in a list of thousands."""
    found: dict[str, list[tuple[str, date]]] = {}
    for ended, last, others in _ENDED.rows(reading, release=issue.id):
        for other in dict.fromkeys(others):
            found.setdefault(other, []).append((ended, last))
    return found


def _crossed(issue: Issue, ended: str, last: date | None, others: tuple[str, ...], on: date) -> Iterator[Fact]:
    if last is not None and last < on:
        for other in dict.fromkeys(others):
            if CODE.fullmatch(other):
                yield _fact(issue, ended, other, last + timedelta(days=1), CROSS_REFERENCE, on)


def _split(reading: Reading, issues: Issues, code: str, on: date) -> Iterator[Fact]:
    """The codes below one that has become a heading."""
    for issue in issues.of(ADDENDA):
        if issue.effective_from <= on and _is_split_by(reading, issue, code):
            for other, valid, action in changes_below(reading, issue, code):
                if valid and action == "Add":
                    yield _moved(issue, code, other, SPLIT_BY_ADDENDA, on)
    for before, after in consecutive(issues, on):
        if _billable(reading, before, code) and _billable(reading, after, code) is False:
            for other in billable_below(reading, after, code):
                yield _moved(after, code, other, SPLIT_BY_LISTS, on)


def _split_off(reading: Reading, issues: Issues, code: str, on: date) -> Iterator[Fact]:
    """The code that was split into this one and others."""
    for issue in issues.of(ADDENDA):
        added = rows_of(reading, RefIcd10Change, issue, code=code) if issue.effective_from <= on else []
        if any(row["action"] == "Add" and row["valid"] for row in added):
            for heading in headings_of(code):
                if _is_split_by(reading, issue, heading):
                    yield _moved(issue, heading, code, SPLIT_BY_ADDENDA, on)
    for before, after in consecutive(issues, on):
        if _billable(reading, after, code) and _billable(reading, before, code) is None:
            for heading in headings_of(code):
                if _billable(reading, before, heading) and _billable(reading, after, heading) is False:
                    yield _moved(after, heading, code, SPLIT_BY_LISTS, on)


def _is_split_by(reading: Reading, issue: Issue, code: str) -> bool:
    """Whether the addenda take the code away and put a heading in its place."""
    rows = {(row["action"], row["valid"]) for row in rows_of(reading, RefIcd10Change, issue, code=code)}
    return {("Delete", True), ("Add", False)} <= rows


def _billable(reading: Reading, issue: Issue, code: str) -> bool | None:
    """Whether the list has the code as billable, as a heading (False) or not at all (None)."""
    row = row_in(reading, issue, code)
    return None if row is None else bool(row["valid"])


def _moved(issue: Issue, code: str, other: str, told_by: str, on: date) -> Fact:
    return _fact(issue, dotted(code), dotted(other), issue.effective_from, told_by, on)


def _fact(issue: Issue, replaced: str, by: str, since: date, told_by: str, on: date) -> Fact:
    values: dict[str, Any] = {"replaced": replaced, "by": by, "since": since, "told_by": told_by}
    return Fact(values, issue.cited(f"row {replaced}", on))


_HCPCS = RefHcpcsCode.__table__.c
_ENDED_QUERY: Any = (
    select(_HCPCS.hcpc, _HCPCS.term_dt, _HCPCS.xref)
    .where(_HCPCS.release_id == bindparam("release", type_=_HCPCS.release_id.type), _HCPCS.term_dt.is_not(None))
    .order_by(_HCPCS.hcpc)
)
_ENDED = Statement(_ENDED_QUERY)
