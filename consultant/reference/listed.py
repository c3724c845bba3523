"""What the agencies' lists say of a code on a day: in force or not, header or billable, described, status, dose.

Each list gives a piece, and every piece names its release. Must not know the starter pack: see
consultant.reference.store, which puts that behind the lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from consultant.db.base import Base
from consultant.db.reference_cpt import RefCptConcept, RefCptDescriptor, RefCptNotice
from consultant.db.reference_drugs import RefPaymentLimit
from consultant.db.reference_fees import RefPfsValue
from consultant.db.reference_hcpcs import RefHcpcsCode, RefHcpcsModifier
from consultant.db.reference_icd10 import RefIcd10Code
from consultant.reference.issues import Issue, Issues
from consultant.reference.model import CodeEntry

FEE_SCHEDULES = ("pfs_rvu", "pfs_rvu_nonQPP")
LEVEL_II = re.compile(r"[A-V]\d{4}")
CPT = re.compile(r"\d{4}[0-9A-Z]")
DIAGNOSIS = re.compile(r"[A-Z][0-9A-Z]{2}(\.?[0-9A-Z]{1,4})?")
PROCEDURE = re.compile(r"[0-9A-HJ-NP-Z]{7}|[0-9A-HJ-NP-Z]{3}")
DIAGNOSES = "icd10cm_order"
RELEASES = "releases"
CPT_LENGTHS = ("long", "medium", "short")
DELETED = "D"  # PFS status indicator


@dataclass(frozen=True, slots=True)
class Listed:
    """`entry` where a list has the code in force on the day, `newest` as the newest list has it, whatever its dates.

    `silent` is the list of the day that leaves the code out, though it is whole: on that day there is no such code.
    """

    entry: CodeEntry | None = None
    newest: CodeEntry | None = None
    silent: Issue | None = None


def listed(connection: Connection, issues: Issues, code: str, on: date) -> Listed:
    """What the lists have of the code, which is in capitals. Nothing where none of its kind is loaded."""
    if not issues:
        return Listed()
    found = _by_form(connection, issues, code, on)
    if found.entry is not None and found.entry.system in ("CPT", "HCPCS"):
        return replace(found, entry=_priced(connection, issues, found.entry, on))
    return found


def listed_each(connection: Connection, issues: Issues, codes: Sequence[str], on: date) -> Iterator[Listed]:
    """As `listed`, for many codes in few reads."""
    lists = list(issues.of(DIAGNOSES))
    plain = {code: code.replace(".", "") for code in codes if lists and DIAGNOSIS.fullmatch(code)}
    unmistakable = [each for code, each in plain.items() if not LEVEL_II.fullmatch(code)]
    having = _rows_by_code(connection, lists, unmistakable) if unmistakable else {}
    for code in codes:
        rows = having.get(plain.get(code, ""))
        yield _in_lists("ICD-10-CM", plain[code], lists, rows, on) if rows else listed(connection, issues, code, on)


def _by_form(connection: Connection, issues: Issues, code: str, on: date) -> Listed:
    if len(code) == 2:
        return _level_ii(connection, issues, code, on)
    if CPT.fullmatch(code):
        return _scheduled(connection, issues, code, on, "CPT")
    if not LEVEL_II.fullmatch(code):
        return _icd10(connection, issues, code, on)
    has_list = bool(issues.of("hcpcs_level_ii"))
    found = _level_ii(connection, issues, code, on) if has_list else _scheduled(connection, issues, code, on, "HCPCS")
    if found.newest or found.silent:
        return found
    # It may be a diagnosis without its dot; that it is none, says nothing of Level II.
    return replace(_icd10(connection, issues, code, on), silent=None)


def dotted(code: str) -> str:
    """An ICD-10-CM code as it is written: with its dot."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def rows_of(connection: Connection, table: type[Base], issue: Issue, **equal: Any) -> list[dict[str, Any]]:
    """The rows of a release that have these values, as mappings without the columns of the store."""
    return rows_in(connection, table, [issue], **equal).get(issue.id, [])


def rows_in(
    connection: Connection, table: type[Base], issues: list[Issue], **equal: Any
) -> dict[int, list[dict[str, Any]]]:
    """The rows of several releases that have these values, by the release's number."""
    found: dict[int, list[dict[str, Any]]] = {}
    parameters = equal | {RELEASES: [issue.id for issue in issues]}
    for row in connection.execute(_query(table, tuple(equal)), parameters).mappings():
        values = {name: value for name, value in row.items() if name not in ("release_id", "number")}
        found.setdefault(row["release_id"], []).append(values)
    return found


@cache
def _query(table: type[Base], names: tuple[str, ...]) -> Select[Any]:
    """The rows of releases with given values of these columns: made once, because making it takes as long as it."""
    columns = table.__table__.c
    query = select(table.__table__).where(columns.release_id.in_(bindparam(RELEASES, expanding=True)))
    return query.where(*(columns[name] == bindparam(name) for name in names)).order_by(*_key(table))


_DIAGNOSES = select(RefIcd10Code.__table__).where(
    RefIcd10Code.__table__.c.release_id.in_(bindparam(RELEASES, expanding=True)),
    RefIcd10Code.__table__.c.code.in_(bindparam("codes", expanding=True)),
)


def _rows_by_code(
    connection: Connection, issues: list[Issue], codes: Sequence[str]
) -> dict[str, dict[int, list[dict[str, Any]]]]:
    """The rows of several lists of diagnoses that have these codes, by code and the list's number."""
    found: dict[str, dict[int, list[dict[str, Any]]]] = {}
    parameters = {"codes": codes, RELEASES: [issue.id for issue in issues]}
    for row in connection.execute(_DIAGNOSES, parameters).mappings():
        found.setdefault(row["code"], {}).setdefault(row["release_id"], []).append(dict(row))
    return found


def _key(table: type[Base]) -> Any:
    of_table: Table = table.__table__  # type: ignore[assignment]  # declared as FromClause
    return of_table.primary_key


def _level_ii(connection: Connection, issues: Issues, code: str, on: date) -> Listed:
    """Each list knows what began and ended before it; what ended long ago only an older one has."""
    lists = list(issues.of("hcpcs_level_ii"))
    if not lists:
        return Listed()
    table, name = (RefHcpcsModifier, "modifier") if len(code) == 2 else (RefHcpcsCode, "hcpc")
    having = rows_in(connection, table, lists, **{name: code})
    of_day = issues.begun(on, "hcpcs_level_ii") or lists[0]
    told_by = of_day if of_day.id in having else next((one for one in reversed(lists) if one.id in having), None)
    if told_by is None:
        speaks = of_day.is_whole and of_day.covers(on) and not code.isdigit()  # modifiers of two digits are CPT's
        return Listed(silent=of_day if speaks else None)
    row = having[told_by.id][0]
    entry = CodeEntry(
        system="modifier" if len(code) == 2 else "HCPCS",
        code=code,
        description=row["long_description"] or row["short_description"] or "",
        billable=True,
        added=row["add_dt"],
        ended=row["term_dt"],
        status=None,
        global_days=None,
        billing_unit=None,
        source=told_by.cited(f"row {code}", on),
    )
    if told_by is not of_day and told_by.effective_from < of_day.effective_from and of_day.is_whole:
        return Listed(newest=entry, silent=of_day)
    in_force = row["add_dt"] <= on and (row["term_dt"] is None or on <= row["term_dt"])
    return Listed(entry if in_force else None, entry)


def _scheduled(connection: Connection, issues: Issues, code: str, on: date, system: str) -> Listed:
    """Without a list of its own a code is in force where the fee schedule of the day has it, or the AMA's own list."""
    described = _licensed(connection, issues, code, on)
    fees = issues.begun(on, *FEE_SCHEDULES)
    rows = rows_of(connection, RefPfsValue, fees, hcpcs=code) if fees else []
    if fees and rows and rows[0]["status_code"] != DELETED:
        entry = replace(_bare(system, code, fees, on), description=rows[0]["description"] or "")
        if described:
            notice, words = described.licensed_notice, described.description
            entry = replace(entry, description=words, licensed_notice=notice, also=(described.source,))
        return Listed(entry, entry)
    if described:
        return Listed(described, described)
    speaks = fees and fees.is_whole and fees.covers(on) and code.isdigit()  # laboratories' codes are not in it
    return Listed(silent=fees if speaks else None)


def _licensed(connection: Connection, issues: Issues, code: str, on: date) -> CodeEntry | None:
    """The code with the AMA's descriptor, the longest that is licensed, and the notice that goes with it."""
    text, issue = "", issues.begun(on, "cpt_consolidated")
    if issue and (rows := rows_of(connection, RefCptConcept, issue, cpt_code=code)):
        text = str(rows[0]["long"] or rows[0]["medium"] or rows[0]["short"])
    for length in CPT_LENGTHS:
        if text:
            break
        issue = issues.begun(on, f"cpt_{length}")
        if issue and (rows := rows_of(connection, RefCptDescriptor, issue, cpt_code=code)):
            text = str(rows[0]["descriptor"])
    if issue is None or not text:
        return None
    notice = " ".join(row["text"].strip() for row in rows_of(connection, RefCptNotice, issue))
    return replace(_bare("CPT", code, issue, on), description=text, licensed_notice=notice)


def _icd10(connection: Connection, issues: Issues, code: str, on: date) -> Listed:
    plain = code.replace(".", "")
    for system, dataset, form in (
        ("ICD-10-CM", DIAGNOSES, DIAGNOSIS),
        ("ICD-10-PCS", "icd10pcs_order", PROCEDURE),
    ):
        lists = list(issues.of(dataset))
        if lists and form.fullmatch(code):
            having = rows_in(connection, RefIcd10Code, lists, code=plain)
            found = _in_lists(system, plain, lists, having, on)
            if found.newest or (found.silent and system == "ICD-10-CM"):
                return found
    return Listed()


def _in_lists(system: str, code: str, lists: list[Issue], having: dict[int, list[dict[str, Any]]], on: date) -> Listed:
    """Each list speaks for its own time alone. What came and went is told by two that follow on each other."""
    of_day = next((one for one in reversed(lists) if one.covers(on)), None)
    silent = of_day if of_day and of_day.id not in having and of_day.is_whole else None
    told_by = of_day if of_day and of_day.id in having else None
    newest = told_by or next((one for one in reversed(lists) if one.id in having), None)
    if newest is None:
        return Listed(silent=silent)
    row = having[newest.id][0]
    entry = replace(
        _bare(system, code, newest, on),
        code=dotted(code) if system == "ICD-10-CM" else code,
        description=row["long_description"],
        billable=row["valid"],
        added=_added(lists, having, newest),
        ended=_ended(lists, having, newest),
    )
    return Listed(entry if told_by else None, entry, silent)


def _added(lists: list[Issue], having: dict[int, Any], told_by: Issue) -> date | None:
    """The first day of the code, where a whole list just before the first with it leaves it out."""
    at = lists.index(told_by)
    while at and lists[at - 1].id in having:
        at -= 1
    before = lists[at - 1] if at else None
    if before and before.is_whole and before.goes_on_with(lists[at]):
        return lists[at].effective_from
    return None


def _ended(lists: list[Issue], having: dict[int, Any], told_by: Issue) -> date | None:
    """The last day of the code, where a whole list just after the last with it leaves it out."""
    at = lists.index(told_by)
    while at + 1 < len(lists) and lists[at + 1].id in having:
        at += 1
    after = lists[at + 1] if at + 1 < len(lists) else None
    if after and after.is_whole and lists[at].goes_on_with(after):
        return after.effective_from - timedelta(days=1)
    return None


def _priced(connection: Connection, issues: Issues, entry: CodeEntry, on: date) -> CodeEntry:
    """With status and global days of the fee schedule, and the dose of one unit as the payment limits have it."""
    fees, limits = issues.begun(on, *FEE_SCHEDULES), issues.begun(on, "asp")
    also = list(entry.also)
    if fees and (rows := rows_of(connection, RefPfsValue, fees, hcpcs=entry.code)):
        entry = replace(entry, status=rows[0]["status_code"], global_days=rows[0]["glob_days"])
        also.append(fees.cited(f"row {entry.code}", on))
    if limits and (rows := rows_of(connection, RefPaymentLimit, limits, hcpcs_code=entry.code)):
        entry = replace(entry, billing_unit=rows[0]["hcpcs_code_dosage"])
        also.append(limits.cited(f"row {entry.code}", on))
    return replace(entry, also=tuple(dict.fromkeys(source for source in also if source != entry.source)))


def _bare(system: str, code: str, issue: Issue, on: date) -> CodeEntry:
    return CodeEntry(system, code, "", True, None, None, None, None, None, issue.cited(f"row {code}", on))
