"""The status of a code in the Physician Fee Schedule: bundled, not covered, not valid, and what stands instead.

CMS, relative value file documentation, Attachment A (status codes), in our words. Says nothing of a code that is simply
paid under the fee schedule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from consultant.findings.model import Finding, Part, Severity
from consultant.findings.notes import note_sources
from consultant.findings.stated import joined
from consultant.findings.units import procedures
from consultant.questions.model import Question, Topic
from consultant.questions.payers import MEDICARE
from consultant.reference.model import CodeEntry, Reference

STATUS = "status"
_NOTE = "rule-status-instead"
_NOTE_CODES = ("G0283",)
_TOPICS = (Topic.MEDICARE_COVERAGE, Topic.NCCI_EDITS, Topic.DENIAL)
_MEDICARES = (MEDICARE, "Railroad Medicare", "Medicare Advantage")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a status does to a claim; `answer` where that settles it."""

    words: str
    severity: Severity = Severity.INFO
    answer: str = ""


_MEANINGS = {
    "B": Meaning(
        "bundled: Medicare never pays it separately, alone or with others, and the patient may not be billed for it",
        Severity.STOP,
        "is bundled: Medicare does not pay it separately",
    ),
    "C": Meaning("priced by the contractor, mostly by the report"),
    "D": Meaning("deleted", Severity.STOP, "is deleted"),
    "E": Meaning("excluded from the fee schedule by regulation; where it is paid, then by other rules"),
    "I": Meaning("not valid for Medicare, which wants another code", Severity.STOP, "is not valid for Medicare"),
    "J": Meaning("an anesthesia service, paid by base and time units"),
    "M": Meaning("for reporting measures only, without payment"),
    "N": Meaning("not covered by Medicare", Severity.STOP, "is not covered by Medicare"),
    "P": Meaning("bundled or excluded: not paid separately", Severity.STOP, "is not paid separately by Medicare"),
    "Q": Meaning("for functional reporting only, without payment"),
    "R": Meaning("restricted coverage: Medicare pays it under special conditions only", Severity.CAUTION),
    "X": Meaning("outside the fee schedule by law; where it is paid, then by another fee schedule"),
}
# What Medicare takes instead of a code of status I: from, to (both in), Medicare's, and since when.
_INSTEAD = (
    ("97014", "97014", "G0283", date(2004, 1, 1)),
    ("99242", "99245", "an office or other outpatient visit (99202-99215) by the usual rules", date(2010, 1, 1)),
    ("99252", "99255", "an initial hospital or nursing facility visit (99221-99223, 99304-99306)", date(2010, 1, 1)),
    ("99417", "99417", "G2212 for office visits", date(2021, 1, 1)),
    ("99418", "99418", "G0316 in hospitals and G0317 in nursing facilities", date(2023, 1, 1)),
    ("98000", "98015", "the usual visit code, with the place of service of telehealth", date(2025, 1, 1)),
    ("80320", "80377", "G0480-G0483 by the number of drug classes", date(2016, 1, 1)),
)  # fmt: skip


def status(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """The codes named whose status matters to the claim."""
    codes = procedures(question)
    # How a code is priced matters only to those who ask what it is, or why it was denied.
    matters = bool({Topic.DENIAL, Topic.CODE_MEANING} & set(question.topics))
    for code in codes:
        entry = reference.code(code, on)
        if entry is None or entry.status is None:
            continue
        if entry.status == "T":
            yield from _only_alone(entry, codes)
        elif entry.status in _MEANINGS and (matters or _MEANINGS[entry.status].severity is not Severity.INFO):
            yield _finding(entry, question, reference, on)


def _finding(entry: CodeEntry, question: Question, reference: Reference, on: date) -> Finding:
    meaning = _MEANINGS[entry.status or ""]
    instead = _instead(entry.code, on) if entry.status == "I" else None
    notes = note_sources(reference, _NOTE_CODES, on, _NOTE) if instead else ()
    more = f" Medicare takes {instead} instead." if instead and notes else ""
    of_medicare = question.payer in _MEDICARES or (
        question.payer is None and Topic.MEDICARE_COVERAGE in question.topics
    )
    severity = meaning.severity
    if severity is Severity.STOP and question.payer != MEDICARE:
        severity = Severity.CAUTION
    elsewhere = (
        "" if of_medicare else f" That is Medicare's; {question.payer or 'another payer'} may have its own rule."
    )
    judge = None
    if entry.status == "I" and of_medicare and not more:
        judge = f"Which code does Medicare take instead of {entry.code}?"
    return Finding(
        STATUS,
        (entry.code,),
        f"{entry.code} has status {entry.status} in Medicare's fee schedule: {meaning.words}.{more}{elsewhere}",
        severity,
        tuple(dict.fromkeys((*entry.sources, *notes))),
        judge,
        part=_part(severity, of_medicare=of_medicare),
        answer=f"{entry.code} {meaning.answer}.{more}" if meaning.answer and of_medicare else "",
        topics=_TOPICS if meaning.answer and of_medicare else (),
    )


def _part(severity: Severity, *, of_medicare: bool) -> Part:
    if not of_medicare:
        return Part.PAYER
    return Part.FACTS if severity is Severity.INFO else Part.WHY


def _instead(code: str, on: date) -> str | None:
    for first, last, codes, since in _INSTEAD:
        if first <= code <= last and since <= on:
            return codes
    return None


def _only_alone(entry: CodeEntry, codes: tuple[str, ...]) -> Iterator[Finding]:
    """Status T: paid only where nothing else payable under the fee schedule is billed that day by the same provider."""
    others = tuple(code for code in codes if code != entry.code)
    with_others = f" {joined(others)} is named with it." if len(others) == 1 else ""
    if len(others) > 1:
        with_others = f" {joined(others)} are named with it."
    yield Finding(
        STATUS,
        (entry.code,),
        f"{entry.code} has status T in Medicare's fee schedule: it is paid only when nothing else payable under the "
        f"fee schedule is billed for the patient that day by the same provider.{with_others}",
        Severity.CAUTION if others else Severity.INFO,
        entry.sources,
        answer=f"{entry.code} is not paid on a day with other paid services." if others else "",
        topics=_TOPICS if others else (),
    )
