"""What a denial says, in our words, and what usually cures it: claim adjustment reasons (CARC) and remarks (RARC).

Medicare Claims Processing Manual, chapters 1 (sections 70 and 80), 22, 29 and 34. The code lists are X12's: none of
their wording is here. Must not say that a claim will be paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from consultant.findings.model import Finding, Severity
from consultant.findings.notes import note_sources
from consultant.findings.stated import joined
from consultant.questions.model import Question, Topic
from consultant.reference.model import Reference

DENIAL = "denial"
_MOST = 4
_NOTE = "rule-denial-codes"
_GROUPS = {
    "CO": "the practice bears it and may not bill the patient",
    "PR": "the patient bears it",
    "OA": "neither side is named to bear it",
    "PI": "the payer set it itself",
}


@dataclass(frozen=True, slots=True)
class Denial:
    """What a code stands for, and the usual cure."""

    means: str
    cure: str


_MEDICAL = (
    "send the record, or a diagnosis of the coverage document that it supports; appeal where the record shows need"
)
_BUNDLED = (
    "look for an NCCI edit, a bundled status or a global period; add a modifier only where the record supports it"
)
_DUPLICATE = "if it was a repeat, 76, 77 or 91 or units; if not, leave it"
_FIX = "correct it and send a new claim; there is nothing to appeal"
_CARCS = {
    "4": Denial("code and modifier do not fit, or a modifier is missing", "correct the modifier and send it again"),
    "5": Denial("code and place of service do not fit", "correct the place or the code"),
    "6": Denial("code and age do not fit", "check age and code"),
    "7": Denial("code and sex do not fit", "check the registration, or modifier KX where it is right"),
    "11": Denial("diagnosis and procedure do not fit", "point the line to the diagnosis that was its reason"),
    "16": Denial("something is missing or wrong on the claim; the remark code says what", _FIX),
    "18": Denial("taken for a duplicate", _DUPLICATE),
    "22": Denial("another payer may come first", "send it to that payer, or correct the other coverage"),
    "29": Denial("filed too late", "only proof of timely filing helps; Medicare's limit is one year from the service"),
    "45": Denial("the part above the allowed amount", "nothing: it is the contract's reduction and no denial"),
    "50": Denial("not seen as medically necessary", _MEDICAL),
    "59": Denial("refused or reduced by the rules for several procedures", "check the indicators and modifiers"),
    "96": Denial("not a covered service; the remark code says why", "check coverage; appeal where the reason is wrong"),
    "97": Denial("seen as part of another service already paid", _BUNDLED),
    "109": Denial("not this payer's claim", "send it to the right payer or contractor"),
    "119": Denial("a limit of the benefit is used up", "check the frequency and what was billed before"),
    "151": Denial("more than the payer finds supported", "check units, MUE and the frequency in the coverage document"),
    "167": Denial("the diagnosis is not covered", "check the diagnosis against the coverage document"),
    "181": Denial("the code was not valid on the day", "use the code in force on that day"),
    "182": Denial("the modifier was not valid on the day", "use the modifier in force on that day"),
    "197": Denial("no prior authorization", "ask for one afterwards, or send its number"),
    "204": Denial("not in the patient's plan", "check the benefit; the patient may be billed by the plan's rules"),
    "234": Denial("not paid separately", _BUNDLED),
    "236": Denial("the code or modifier does not go with another of that day", _BUNDLED),
    "B7": Denial("the provider was not eligible for it on that day", "check enrollment and its dates"),
    "B9": Denial("the patient is in hospice", "GW or GV where it is unrelated or by the attending physician"),
    "B15": Denial("it needs another service that was not billed or paid", "look for the primary code of an add-on"),
    "B20": Denial("done in part or whole by another provider", "check who did what, and 54, 55 and 26"),
}  # fmt: skip
_RARCS = {
    "M15": Denial("billed apart what counts as one service", _BUNDLED),
    "M20": Denial("a HCPCS code is missing or wrong", _FIX),
    "M51": Denial("a procedure code is missing or wrong", _FIX),
    "M53": Denial("days or units are missing or wrong", _FIX),
    "M76": Denial("a diagnosis is missing or wrong", _FIX),
    "M77": Denial("the place of service is missing or wrong", _FIX),
    "M80": Denial("not covered on the same day or session as something already paid", _BUNDLED),
    "MA63": Denial("the principal diagnosis is missing or wrong", _FIX),
    "MA130": Denial("the claim could not be processed and has no right of appeal", _FIX),
    "N19": Denial("seen as incidental to the main procedure", _BUNDLED),
    "N20": Denial("not paid with another service of that day", _BUNDLED),
    "N56": Denial("the code does not fit the service or the day", "use the code in force that the record supports"),
    "N115": Denial("decided by a local coverage determination", _MEDICAL),
    "N362": Denial("more units than the payer takes", "check the units against the MUE, and the record for the rest"),
    "N390": Denial("not billed separately", _BUNDLED),
    "N519": Denial("the modifiers do not go together", "correct the modifiers"),
    "N822": Denial("a modifier is missing", "add it where the record supports it"),
    "N823": Denial("a modifier is wrong", "correct the modifier"),
}  # fmt: skip


def denials(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """One finding for each denial code stated."""
    stated = question.circumstances.denial_codes[:_MOST]
    known = [(code, denial) for code in stated if (denial := _denial(code))]
    sources = note_sources(reference, (), on, _NOTE, topics=(Topic.DENIAL,)) if known else ()
    if known and not sources:
        codes = joined(tuple(code for code, _ in known))
        statement = f"What {codes} says is not in the loaded data: the note {_NOTE} is missing."
        yield Finding("denial_rule_missing", (), statement, Severity.GAP)
        return
    for code, denial in known:
        group = _GROUPS.get(code.partition("-")[0])
        bears = f" ({group})" if group and "-" in code else ""
        yield Finding(
            DENIAL,
            (),
            f"{code}: {denial.means}{bears}. Usual cure: {denial.cure}.",
            Severity.CAUTION,
            sources,
            "Which line was it on, and does the record support the correction?",
            answer=f"{code} means: {denial.means}. Usual cure: {denial.cure}.",
            topics=(Topic.DENIAL,),
        )


def _denial(code: str) -> Denial | None:
    """A CARC with or without its group code, else a RARC."""
    return _CARCS.get(code.rpartition("-")[2]) or _RARCS.get(code)
