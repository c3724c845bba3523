"""NCCI procedure-to-procedure edits among the codes named (NCCI Policy Manual, chapter 1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.findings.model import Finding, Severity
from consultant.findings.units import procedures
from consultant.questions.model import Question, System
from consultant.reference.model import PtpEdit, Reference

PTP_EDIT = "ptp_edit"
NO_PTP_EDIT = "no_ptp_edit"

# The modifiers that bypass an edit of indicator 1: NCCI Policy Manual, chapter 1, section E.
NCCI_ASSOCIATED = frozenset(
    "E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD LM RC RI "
    "24 25 57 58 78 79 27 59 91 XE XP XS XU".split()
)


def ptp_edits(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """Each edit in force, in either direction; and that there is none loaded, where there is none."""
    codes = procedures(question)
    if len(codes) < 2:
        return
    edits = reference.ptp_edits(codes, on)
    for edit in edits:
        yield _finding(edit, question, on)
    if not edits:
        yield Finding(
            NO_PTP_EDIT,
            codes,
            f"No NCCI edit among {', '.join(codes)} is in the loaded data for {on.isoformat()}. "
            "That is no proof that CMS has none: only the full PTP table of that quarter tells.",
            Severity.GAP,
        )


def _finding(edit: PtpEdit, question: Question, on: date) -> Finding:
    pair = (edit.column_one, edit.column_two)
    statement = (
        f"NCCI edit in force on {on.isoformat()}: {edit.column_one} is column one, {edit.column_two} is "
        f"column two, modifier indicator {edit.modifier_indicator}. For one patient and one day "
        f"{edit.column_two} is not paid with {edit.column_one}{_bypass(edit, question)}"
    )
    severity = Severity.CAUTION if edit.modifier_indicator == "1" else Severity.STOP
    judge = _to_judge(edit) if edit.modifier_indicator == "1" else None
    if edit.modifier_indicator == "9":
        severity = Severity.INFO
        statement = f"The NCCI edit of {' and '.join(pair)} has modifier indicator 9: it does not apply."
    return Finding(PTP_EDIT, pair, statement, severity, (edit.source,), judge)


def _bypass(edit: PtpEdit, question: Question) -> str:
    if edit.modifier_indicator != "1":
        return "; no modifier bypasses the edit."
    stated = _stated(edit, question)
    able = [m for m in stated if m in NCCI_ASSOCIATED]
    unable = [m for m in stated if m not in NCCI_ASSOCIATED]
    text = ", unless an NCCI-associated modifier (59 or X{EPSU}, 25, 58, 78, 79, RT, LT and the like) is right."
    if able:
        text += f" Of those stated, {', '.join(able)} can bypass it."
    if unable:
        text += f" Stated, but unable to bypass it: {', '.join(unable)}."
    if not stated:
        text += " None is stated."
    return text


def _stated(edit: PtpEdit, question: Question) -> tuple[str, ...]:
    """The modifiers on the two codes; where none hangs on a code, those named anywhere."""
    pair = (edit.column_one, edit.column_two)
    attached = tuple(dict.fromkeys(m for c in question.codes if c.code in pair for m in c.modifiers))
    return attached or question.named(System.MODIFIER)


def _to_judge(edit: PtpEdit) -> str:
    return (
        f"Does the record show {edit.column_two} as separate from {edit.column_one} (another session, site, "
        "practitioner, or an unusual service), so that a modifier is right?"
    )
