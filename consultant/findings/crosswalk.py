"""ICD-9-CM codes and their ICD-10 equivalents, with the flags of CMS's General Equivalence Mappings (last of 2018).

A mapping is a starting point, not a crosswalk to bill from: CMS, GEM documentation. Asked the other way round (an
ICD-10 code in a question on ICD-9) it says the ICD-9 codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from consultant.findings.model import Finding, Severity
from consultant.findings.stated import joined
from consultant.questions.model import Question, System, Topic
from consultant.reference.model import Fact, Reference

CROSSWALK = "crosswalk"
ICD10_SINCE = date(2015, 10, 1)
_MOST_CODES, _MOST_TARGETS = 5, 10
_TOPICS = (Topic.CROSSWALKS, Topic.DIAGNOSIS)
_ICD9 = re.compile(r"\bicd[- ]?9\b", re.IGNORECASE)
_ICD9_PROCEDURE = re.compile(r"[0-9]{2}\.[0-9]{1,2}")
# First characters of ICD-10-PCS; a diagnosis of seven characters never starts so.
_PCS = re.compile(r"(?:[0-9BCDFG]|HZ|X[A-Z])[0-9A-Z]{5,6}")


def crosswalk(question: Question, reference: Reference, on: date) -> Iterator[Finding]:
    """The equivalents of each ICD-9-CM code named; of ICD-10 codes only where ICD-9 is asked for."""
    old = question.named(System.ICD9)[:_MOST_CODES]
    for code in old:
        yield _finding(code, reference, on, to_icd10=True)
    if not old and Topic.CROSSWALKS in question.topics and _ICD9.search(question.text):
        for code in question.named(System.ICD10CM, System.ICD10PCS)[:_MOST_CODES]:
            yield _finding(code, reference, on, to_icd10=False)


def _finding(code: str, reference: Reference, on: date, *, to_icd10: bool) -> Finding:
    facts = [fact for fact in reference.details(code, on).mappings if _is_for(code, fact, to_icd10=to_icd10)]
    if not facts:
        return Finding(
            "no_mapping",
            (code,),
            f"No General Equivalence Mapping of {code} is in the loaded data.",
            Severity.GAP,
        )
    late = to_icd10 and on >= ICD10_SINCE
    ended = f" ICD-9-CM is not valid on {on.isoformat()}: ICD-10 holds since 2015-10-01." if late else ""
    return Finding(
        CROSSWALK,
        (code, *(_shown(fact, to_icd10=to_icd10) for fact in facts if fact.values["target"])),
        f"{_mapped(code, facts, to_icd10=to_icd10)}{ended}",
        Severity.CAUTION if late or not _is_exact(facts) else Severity.INFO,
        (facts[0].source,),
        None
        if _is_exact(facts)
        else f"Which ICD-{'10' if to_icd10 else '9'} code fits what the record says of {code}?",
        answer=_answer(code, facts, to_icd10=to_icd10),
        topics=_TOPICS,
    )


def _is_for(code: str, fact: Fact, *, to_icd10: bool) -> bool:
    """A diagnosis and a procedure of ICD-9-CM may have the same digits: 428.0 and 42.80."""
    target = fact.values["target"]
    if target is None or not to_icd10:
        return True
    return bool(_PCS.fullmatch(str(target))) == bool(_ICD9_PROCEDURE.fullmatch(code))


def _is_exact(facts: Sequence[Fact]) -> bool:
    return len(facts) == 1 and not facts[0].values["approximate"] and not facts[0].values["no_map"]


def _mapped(code: str, facts: Sequence[Fact], *, to_icd10: bool) -> str:
    """What the flags say, in words."""
    if all(fact.values["no_map"] for fact in facts):
        return f"{code} has no equivalent in the General Equivalence Mappings."
    combinations = [fact for fact in facts if fact.values["combination"]]
    single = [fact for fact in facts if not fact.values["combination"] and fact.values["target"]]
    parts = []
    if single:
        targets = [_shown(fact, to_icd10=to_icd10) for fact in single]
        kind = "approximate" if any(fact.values["approximate"] for fact in single) else "exact"
        several = ", one of them to be chosen by the record" if len(single) > 1 else ""
        parts.append(f"{_listed(targets, 'or')} ({kind}{several})")
    for scenario in sorted({fact.values["scenario"] for fact in combinations}):
        lists = _choices([fact for fact in combinations if fact.values["scenario"] == scenario], to_icd10=to_icd10)
        parts.append(f"together, in scenario {scenario}, {' with '.join(lists)} (a combination)")
    return f"The General Equivalence Mappings give for {code}: {'; '.join(parts)}."


def _choices(facts: Sequence[Fact], *, to_icd10: bool) -> list[str]:
    """The codes of each choice list: one of each belongs to the combination."""
    numbers = sorted({fact.values["choice_list"] for fact in facts})
    return [
        _listed([_shown(fact, to_icd10=to_icd10) for fact in facts if fact.values["choice_list"] == number], "or")
        for number in numbers
    ]


def _listed(codes: list[str], last: str) -> str:
    if len(codes) > _MOST_TARGETS:
        return f"{', '.join(codes[:_MOST_TARGETS])} and {len(codes) - _MOST_TARGETS} more"
    return joined(tuple(codes), last)


def _shown(fact: Fact, *, to_icd10: bool) -> str:
    """The target with its dot, as it is written in its system."""
    target = str(fact.values["target"])
    if to_icd10:
        return target if _PCS.fullmatch(target) or len(target) <= 3 else f"{target[:3]}.{target[3:]}"
    if _PCS.fullmatch(str(fact.values["source"])):
        return f"{target[:2]}.{target[2:]}"
    digits = 4 if target.startswith("E") else 3
    return target if len(target) <= digits else f"{target[:digits]}.{target[digits:]}"


def _answer(code: str, facts: Sequence[Fact], *, to_icd10: bool) -> str:
    targets = [_shown(fact, to_icd10=to_icd10) for fact in facts if fact.values["target"]]
    if not targets or any(fact.values["combination"] for fact in facts) or len(targets) > 1:
        return ""
    word = "approximately " if facts[0].values["approximate"] else ""
    return f"{code} is {word}{targets[0]}."
