"""Coverage documents on the codes named: which article or LCD, whose, in which state, and the diagnoses listed.

Medicare Coverage Database; Medicare Program Integrity Manual, chapter 13 (local coverage). Must not say that something
is covered: a listed diagnosis supports necessity, and the document sets further conditions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from consultant.findings.model import Finding, Part, Severity
from consultant.findings.stated import is_visit, joined
from consultant.findings.units import procedures
from consultant.questions.model import Question, System, Topic
from consultant.reference.model import Fact, Reference

COVERAGE = "coverage"
NO_DOCUMENT = "no_coverage_document"
_MOST_CODES, _MOST_DIAGNOSES, _MOST_DOCUMENTS, _MOST_STATES = 3, 4, 3, 8
_MEDICARE = frozenset(("Medicare", "Medicare Advantage", "Railroad Medicare", None))
_ASKS = re.compile(
    r"\b(?:lcds?|ncds?|coverage|covered|cover|covers|non-?covered|necessity|medically\snecessary|abns?|"
    r"frequency|how\soften)\b",
    re.IGNORECASE,
)
# Denials for necessity, coverage or frequency (X12 claim adjustment reason codes).
_DENIALS = frozenset(("CO-50", "PR-50", "CO-151", "PR-151", "CO-11", "PR-96", "CO-96", "50", "11", "96", "151"))
_SUPPORTS, _AGAINST = "supports necessity", "does not support necessity"
_TOPICS = (Topic.MEDICARE_COVERAGE, Topic.DIAGNOSIS, Topic.DENIAL)
Row = Mapping[str, Any]


def coverage(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """For each procedure: the documents that name it, and how the diagnoses named stand in them."""
    codes, diagnoses = procedures(question), question.named(System.ICD10CM)[:_MOST_DIAGNOSES]
    if question.payer not in _MEDICARE or not codes:
        return
    asked = _asked(question)
    if not asked and not (diagnoses and question.payer):
        return
    state = question.circumstances.state
    listed = {dx: _by_document(_binding(reference.details(dx, on).coverage, state)) for dx in diagnoses}
    unnamed: list[str] = []
    for code in _speakable(codes)[:_MOST_CODES]:
        found = _of_contractor(_binding(reference.details(code, on).coverage, state), question.circumstances.mac)
        naming = [fact for fact in found if any(group.startswith("codes") for group in fact.values["groups"])]
        if naming:
            yield from _documents(code, naming, listed, question)
        else:
            unnamed.append(code)
    if asked and unnamed:
        yield _none(tuple(unnamed), state, on)


def _speakable(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Local documents speak of procedures, tests and drugs; of visits only where nothing else is named."""
    return tuple(code for code in codes if not is_visit(code)) or codes


def _asked(question: Question) -> bool:
    return bool(_DENIALS & set(question.circumstances.denial_codes)) or _ASKS.search(question.text) is not None


def _binding(facts: Sequence[Fact], state: str | None) -> Sequence[Fact]:
    """Those that bind in the state, where one is stated."""
    return [fact for fact in facts if state is None or state in fact.values["states"]]


def _of_contractor(facts: Sequence[Fact], mac: str | None) -> Sequence[Fact]:
    """Only the documents of the contractor named, where it has any; it is named as in "Novitas"."""
    if mac is None:
        return facts
    first = mac.split(maxsplit=1)[0].lower()
    return [f for f in facts if any(first in name.lower() for name in f.values["contractors"])] or facts


def _by_document(facts: Sequence[Fact]) -> dict[str, Fact]:
    return {str(fact.values["display_id"]): fact for fact in facts}


def _documents(
    code: str, naming: Sequence[Fact], listed: Mapping[str, Mapping[str, Fact]], question: Question
) -> Iterator[Finding]:
    """One finding for each document that says something of the diagnoses; the others in one line."""
    telling = [fact for fact in naming if _standing(fact, listed)]
    for fact in telling[:_MOST_DOCUMENTS]:
        yield _on_diagnoses(code, fact, listed, question)
    silent = [fact for fact in naming if fact not in telling]
    if silent:
        yield _on_code(code, silent, tuple(listed), question, decided=bool(telling))


def _standing(fact: Fact, listed: Mapping[str, Mapping[str, Fact]]) -> dict[str, list[str]]:
    """The diagnoses that this document names, by what it says of them."""
    standing: dict[str, list[str]] = {}
    for diagnosis, documents in listed.items():
        same = documents.get(str(fact.values["display_id"]))
        for group in same.values["groups"] if same else ():
            for word in (_AGAINST, _SUPPORTS):
                if group.endswith(word):
                    standing.setdefault(word, []).append(diagnosis)
                    break
    return {word: list(dict.fromkeys(found)) for word, found in standing.items()}


def _on_diagnoses(code: str, fact: Fact, listed: Mapping[str, Mapping[str, Fact]], question: Question) -> Finding:
    standing = _standing(fact, listed)
    good, bad = tuple(standing.get(_SUPPORTS, ())), tuple(standing.get(_AGAINST, ()))
    rest = tuple(dx for dx in listed if dx not in good + bad)
    parts = [f"lists {joined(good)} as supporting necessity"] if good else []
    parts += [f"lists {joined(bad)} as not supporting it"] if bad else []
    parts += [f"does not list {joined(rest)}"] if rest else []
    name = _name(fact)
    statement = f"{name}{_area(fact, question)} names {code} and {joined(tuple(parts))}.{_how_often([fact])}"
    sources = (
        fact.source,
        *(documents[key].source for documents in listed.values() if (key := _key(fact)) in documents),
    )
    answer = (
        f"{joined(good)} supports {code} by {name}."
        if good
        else f"No: {name} does not support {code} with {joined(bad)}."
    )
    return Finding(
        COVERAGE,
        (code, *good, *bad),
        statement,
        Severity.INFO if good else Severity.STOP,
        tuple(dict.fromkeys(sources))[:2],
        f"Does the record meet the other conditions of {_key(fact)} for {code}?",
        answer=answer,
        topics=_TOPICS,
        needs=_needs(fact, question),
    )


def _on_code(
    code: str, facts: Sequence[Fact], diagnoses: tuple[str, ...], question: Question, *, decided: bool
) -> Finding:
    """Documents that name the procedure, but none of the diagnoses."""
    shown = facts[:_MOST_DOCUMENTS]
    names = joined(tuple(f"{_name(fact)}{_area(fact, question)}" for fact in shown))
    more = f" and {len(facts) - len(shown)} more" if len(facts) > len(shown) else ""
    without = f"; none of them lists {joined(diagnoses, 'or')}" if diagnoses else ""
    severity = Severity.CAUTION if diagnoses and not decided else Severity.INFO
    judge = f"Does {_key(facts[0])} bind here, and does the record meet its conditions for {code}?"
    return Finding(
        COVERAGE,
        (code, *diagnoses),
        f"On {code} there is {names}{more}{without}.{_how_often(shown)}",
        severity,
        tuple(dict.fromkeys(fact.source for fact in shown)),
        None if decided else judge,
        part=Part.FACTS if decided else Part.WHY,
        topics=() if decided else _TOPICS,
        needs=None if decided else _needs(facts[0], question),
    )


def _how_often(facts: Sequence[Fact]) -> str:
    """What the documents say of frequency, in the words of the contractor."""
    said = ((fact, "; ".join(fact.values.get("frequency", ()))) for fact in facts)
    return "".join(f" On frequency {_key(fact)} says: “{words}”" for fact, words in said if words)


def _key(fact: Fact) -> str:
    return str(fact.values["display_id"])


def _name(fact: Fact) -> str:
    """`Article A57789 of Novitas`; titles are the contractor's and stay out."""
    kind = "Article" if fact.values["document"] == "article" else "LCD"
    whose = joined(tuple(fact.values["contractors"]))
    return f"{kind} {_key(fact)}{f' of {whose}' if whose else ''}"


def _area(fact: Fact, question: Question) -> str:
    """Where it binds, in brackets."""
    states = (question.circumstances.state,) if question.circumstances.state else tuple(fact.values["states"])
    more = f" and {len(states) - _MOST_STATES} more" if len(states) > _MOST_STATES else ""
    return f" (in {', '.join(map(str, states[:_MOST_STATES]))}{more})" if states else ""


def _needs(fact: Fact, question: Question) -> str | None:
    """Local documents bind by state."""
    if question.circumstances.state or question.circumstances.mac or not fact.values["states"]:
        return None
    return "In which state was the service given? Coverage documents bind by state."


def _none(codes: tuple[str, ...], state: str | None, on: date) -> Finding:
    where = f" for {state}" if state else ""
    return Finding(
        NO_DOCUMENT,
        codes,
        f"No article or LCD in the loaded data names {joined(codes, 'or')}{where} on {on.isoformat()}: the Medicare "
        "Coverage Database is not loaded, or has none in force.",
        Severity.GAP,
    )
