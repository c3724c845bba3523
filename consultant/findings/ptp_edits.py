"""NCCI procedure-to-procedure edits among the codes named (NCCI Policy Manual, chapter 1, section E).

Says which code is column one, whether a modifier can bypass the edit, which of those stated do, and where it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from consultant.findings.model import Finding, Line, Severity
from consultant.findings.notes import note_sources
from consultant.findings.stated import is_visit, joined, loose_modifiers, modifiers_on
from consultant.findings.units import procedures, stated_units
from consultant.questions.model import Question, Topic
from consultant.questions.model import Setting as Place
from consultant.reference.model import PtpEdit, Reference, Setting, Source

PTP_EDIT = "ptp_edit"
NO_PTP_EDIT = "no_ptp_edit"

# The modifiers that bypass an edit of indicator 1: NCCI Policy Manual, chapter 1, section E.
NCCI_ASSOCIATED = frozenset(
    "E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD LM RC RI "
    "24 25 57 58 78 79 27 59 91 XE XP XS XU".split()
)
_VISITS_ONLY = frozenset(("24", "25", "57"))
_WITH_A_VISIT = _VISITS_ONLY | {"27"}
_DISTINCT = frozenset(("59", "XE", "XP", "XS", "XU"))
_SIDES = frozenset(("LT", "RT"))
_NOTE = "rule-ptp-modifiers"
# CMS change request 11168: from this day 59 and X{EPSU} count on either code of a pair.
_EITHER_CODE_SINCE = date(2019, 7, 1)
_CHOICE, _NEAR = re.compile(r"\bor\b|/|\bvs\b|\bversus\b", re.IGNORECASE), 20
_TABLES: dict[Setting, str] = {
    "practitioner": "practitioners and surgery centers",
    "outpatient_hospital": "outpatient hospitals",
    "dme": "suppliers of equipment",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """An edit with what the question states on its two codes. `loose` modifiers hang on no code."""

    edit: PtpEdit
    tables: tuple[Setting, ...]
    on_one: tuple[str, ...]
    on_two: tuple[str, ...]
    loose: tuple[str, ...]

    @property
    def codes(self) -> tuple[str, str]:
        """Column one, column two."""
        return self.edit.column_one, self.edit.column_two

    @property
    def written(self) -> tuple[tuple[str, str], ...]:
        """Each modifier written onto a code of the pair, with its code."""
        one, two = self.codes
        return (*((m, one) for m in self.on_one), *((m, two) for m in self.on_two))

    @property
    def stated(self) -> tuple[str, ...]:
        """The modifiers on the two codes; where none hangs on a code, those named anywhere."""
        return tuple(dict.fromkeys(m for m, _ in self.written)) or self.loose

    @property
    def same_side(self) -> tuple[str, ...]:
        """LT or RT where it stands on both codes: then the edit is meant to hold."""
        return tuple(m for m in self.on_one if m in _SIDES and m in self.on_two)

    @property
    def visits(self) -> tuple[str, ...]:
        """The codes of the pair that are visits."""
        return tuple(code for code in self.codes if is_visit(code))

    @property
    def able(self) -> tuple[str, ...]:
        """Those stated that can bypass the edit where they stand: with a visit, only those that are for visits."""
        suited = _WITH_A_VISIT if self.visits else NCCI_ASSOCIATED - _VISITS_ONLY
        able = [m for m, code in self.written if m in suited and _fits(m, code) and m not in self.same_side]
        return tuple(dict.fromkeys(able or (m for m in self.loose if m in self.stated and m in suited)))


def ptp_edits(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """Each edit in force, in either direction; and that there is none loaded, where there is none."""
    codes = procedures(question)
    if len(codes) < 2:
        return
    pairs = [pair for pair in _pairs(question, codes, reference, on) if not _is_choice(question, *pair.codes)]
    if not pairs:
        if _is_choice(question, codes[0], codes[1]) and len(codes) == 2:
            return
        yield _none(codes, _tables(question), reference, on)
        return
    notes = note_sources(reference, ("XU",), on, _NOTE)
    never = {pair.edit.column_two for pair in pairs if pair.edit.modifier_indicator == "0"}
    for pair in pairs:
        yield _finding(pair, question, never, notes, on)


def _pairs(question: Question, codes: tuple[str, ...], reference: Reference, on: date) -> list[Pair]:
    """The edits of each table that may apply; the same edit of two tables once."""
    found: dict[tuple[str, str, str], tuple[PtpEdit, list[Setting]]] = {}
    for table in _tables(question):
        for edit in reference.ptp_edits(codes, on, table):
            key = edit.column_one, edit.column_two, edit.modifier_indicator
            found.setdefault(key, (edit, []))[1].append(table)
    loose = loose_modifiers(question)
    return [
        Pair(
            edit, tuple(within), modifiers_on(question, edit.column_one), modifiers_on(question, edit.column_two), loose
        )
        for edit, within in found.values()
    ]


def _is_choice(question: Question, one: str, other: str) -> bool:
    """Whether two visits are named to choose between: `99213 or 99214`, `99213/99214`."""
    if not (is_visit(one) and is_visit(other)):
        return False
    first, second = sorted((m for m in question.codes if m.code in (one, other)), key=lambda m: m.start)[:2]
    if second.start < first.end:
        return True  # `99213/4`
    between = question.text[first.end : second.start]
    return len(between) <= _NEAR and _CHOICE.search(between) is not None


def _tables(question: Question) -> tuple[Setting, ...]:
    """A hospital's own claim goes by its own table, that of its practitioners by theirs."""
    hospital = question.circumstances.setting is Place.OUTPATIENT_HOSPITAL
    return ("outpatient_hospital", "practitioner") if hospital else ("practitioner",)


def _none(codes: tuple[str, ...], tables: tuple[Setting, ...], reference: Reference, on: date) -> Finding:
    """That there is none is a fact only where each table is loaded whole."""
    whole = [table for setting in tables if (table := reference.ptp_table(on, setting))]
    among = f"among {joined(codes)}"
    if len(whole) < len(tables):
        statement = (
            f"No NCCI edit {among} is in the loaded data for {on.isoformat()}. "
            "That is no proof that CMS has none: only the full PTP table of that quarter tells."
        )
        return Finding(NO_PTP_EDIT, codes, statement, Severity.GAP)
    names = " and for ".join(_TABLES[setting] for setting in tables)
    return Finding(
        NO_PTP_EDIT,
        codes,
        f"There is no NCCI edit {among} in force on {on.isoformat()} in the whole table for {names}. Other rules may "
        "still join them: status, global period, or the wording of the codes.",
        Severity.INFO,
        tuple(whole),
        answer=f"No NCCI edit is in force {among}.",
        topics=(Topic.NCCI_EDITS,),
    )


def _finding(pair: Pair, question: Question, never: set[str], notes: tuple[Source, ...], on: date) -> Finding:
    indicator = pair.edit.modifier_indicator
    sources: tuple[Source, ...] = (pair.edit.source,)
    if indicator == "9":
        statement = f"The NCCI edit of {' and '.join(pair.codes)} has modifier indicator 9: it does not apply."
        return Finding(PTP_EDIT, pair.codes, statement, Severity.INFO, sources)
    one, two = pair.codes
    tables = " and for ".join(_TABLES[table] for table in pair.tables)
    statement = (
        f"NCCI edit in force on {on.isoformat()} (table for {tables}): {one} is column one, {two} is column two, "
        f"modifier indicator {indicator}. For one patient, one day and the same practitioner {two} is not paid with "
        f"{one}{_bypass(pair)}"
    )
    bypassed = indicator == "1"
    if bypassed and notes:
        statement += _where(pair, on)
        sources += notes
    return Finding(
        PTP_EDIT,
        pair.codes,
        statement,
        Severity.CAUTION if bypassed else Severity.STOP,
        sources,
        _to_judge(pair) if bypassed else None,
        answer=_answer(pair),
        topics=(Topic.NCCI_EDITS, Topic.MODIFIERS),
        lines=_lines(pair, question, never),
    )


def _bypass(pair: Pair) -> str:
    if pair.edit.modifier_indicator != "1":
        return "; no modifier bypasses the edit."
    text = ", unless an NCCI-associated modifier (59 or X{EPSU}, 58, 78, 79, RT, LT and the like) is right."
    if pair.visits:
        text = ", unless a modifier for visits (25, 57, 24) is right."
    if not pair.stated:
        return f"{text} None is stated."
    unable = [m for m in pair.stated if m not in NCCI_ASSOCIATED and not pair.visits]
    misplaced = [(m, code) for m, code in pair.written if m in NCCI_ASSOCIATED and not _fits(m, code)]
    if pair.able:
        text += f" Of those stated, {', '.join(pair.able)} can bypass it."
    if unable:
        text += f" Stated, but unable to bypass it: {', '.join(unable)}."
    for modifier, code in misplaced:
        kind = "is not for visits" if is_visit(code) else "is for visits only"
        text += f" {modifier} {kind}, so it does not belong on {code}."
    if pair.same_side:
        text += f" {joined(pair.same_side)} on both codes says that both were on one side: no reason to bypass it."
    return text


def _fits(modifier: str, code: str) -> bool:
    """24, 25 and 57 are for visits, 59 and X{EPSU} are not."""
    if modifier in _VISITS_ONLY:
        return is_visit(code)
    return not (modifier in _DISTINCT and is_visit(code))


def _where(pair: Pair, on: date) -> str:
    """On which code of the pair a modifier goes."""
    if pair.visits:
        return (
            f" 25 goes on the visit {joined(pair.visits, 'or')} (57 for the decision for a 90-day operation), never 59."
        )
    if on >= _EITHER_CODE_SINCE:
        return (
            " For Medicare 59 or X{EPSU} may stand on either code of the pair (since 2019-07-01); a modifier of place "
            "goes on the code whose place it names."
        )
    return f" 59 or X{{EPSU}} goes on the column two code, {pair.edit.column_two}."


def _to_judge(pair: Pair) -> str:
    one, two = pair.codes
    if len(pair.visits) == 1:
        [visit] = pair.visits
        other = one if visit == two else two
        return (
            f"Does the record show {visit} as a significant visit of its own, beyond what {other} includes, "
            "so that a modifier is right?"
        )
    return (
        f"Does the record show {two} as separate from {one} (another session, site, "
        "practitioner, or an unusual service), so that a modifier is right?"
    )


def _answer(pair: Pair) -> str:
    one, two = pair.codes
    if pair.edit.modifier_indicator != "1":
        return f"No: {two} is not paid with {one} for one patient and day, and no modifier changes that."
    if pair.able:
        return f"Yes, if the record supports {joined(pair.able)}: {one} is column one, {two} column two, indicator 1."
    return (
        f"Only with a modifier that the record supports: {one} is column one, {two} column two, modifier indicator 1."
    )


def _lines(pair: Pair, question: Question, never: set[str]) -> tuple[Line, ...]:
    """What stays on the claim: column one alone, or both where a modifier that can bypass stands on one of them."""
    one, two = pair.codes
    units = stated_units(question)
    if pair.edit.modifier_indicator == "0":
        needed = tuple(m for m in pair.on_one if m not in _DISTINCT)
        return () if one in never else (Line(one, units.get(one), needed),)
    if pair.able and any(m in pair.able for m, _ in pair.written) and not never & {one, two}:
        return Line(one, units.get(one), pair.on_one), Line(two, units.get(two), pair.on_two)
    return ()
