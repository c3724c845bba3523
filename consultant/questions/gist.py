"""What a question is about in a few terms, so that another one like it can be found.

Terms hold codes, modifiers and plain words; never a number, and never a word that stands in patient data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from consultant.questions.model import Question, System

MOST_PAIRS = 30
MOST_WORDS = 40
CODE, PAIR, MODIFIER, WORD = "code:", "pair:", "modifier:", "word:"
_WORD = re.compile(r"[a-z]{4,20}(?![\w@.]*@)")
_SAY_NOTHING = frozenset(
    "about after again also answer appropriate asked asking been before being bill billed biller billing both "
    "cannot case claim claims code coded coder codes coding come correct could date dates dear does doing done each "
    "first from good have having hello help here hope into just know like line long made make many medicare mine more "
    "most much must name need needs never none office only other over paid patient payer please portion procedure "
    "provider question questions regarding regards report reported right same service services should since "
    "some still such sure team than thank thanks that their them then there these they thing think this those time "
    "today together told under units until used using very want wanted well were what when where whether which while "
    "will with within without would wrong year your yours".split()
)


def gist(question: Question) -> tuple[str, ...]:
    """The terms, each once: codes, pairs of procedures, modifiers, and the words that are left."""
    return tuple(dict.fromkeys((*_codes(question), *_words(question))))


def _codes(question: Question) -> Iterator[str]:
    procedures = sorted(question.named(System.CPT, System.HCPCS))
    yield from (CODE + code for code in (*procedures, *question.named(System.ICD10CM, System.ICD10PCS)))
    pairs = list(combinations(procedures, 2))[:MOST_PAIRS]
    yield from (f"{PAIR}{one}+{two}" for one, two in pairs)
    attached = (modifier for mention in question.codes for modifier in mention.modifiers)
    yield from (MODIFIER + each for each in (*question.named(System.MODIFIER), *attached))


def _words(question: Question) -> list[str]:
    text = list(question.text.lower())
    for datum in question.patient_data:
        text[datum.start : datum.end] = " " * (datum.end - datum.start)
    found = dict.fromkeys(_WORD.findall("".join(text)))
    return [WORD + word.removesuffix("s") for word in found if word not in _SAY_NOTHING][:MOST_WORDS]
