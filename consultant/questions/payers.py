"""Who pays, where the text names exactly one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.questions.words import Words

_PAYERS = (
    ("Medicare Advantage", r"medicare\s+advantage|\bMA\s+plans?|medicare\s+part\s+c|medicare\s+replacement"),
    ("Medicaid", r"medicaid|medi-cal|masshealth"),
    ("Medicare", r"medicare"),
    ("TRICARE", r"tricare"),
    ("Veterans Affairs", r"\bVA\s+(?:claims?|patients?|ccn|community)|veterans\s+(?:affairs|administration)"),
    ("Workers' compensation", r"workers?['?]?s?\s+comp(?:ensation)?"),
    ("Blue Cross Blue Shield", r"\bbcbs\w*|blue\s*cross|blue\s*shield|\banthem\b"),
    ("UnitedHealthcare", r"united\s*health\s*care|\buhc\b|\bunited\s+healthcare"),
    ("Aetna", r"\baetna"),
    ("Cigna", r"\bcigna"),
    ("Humana", r"\bhumana"),
    ("Kaiser Permanente", r"\bkaiser\b"),
    ("Molina", r"\bmolina\b"),
    ("Centene", r"\bcentene|\bambetter"),
    ("commercial", r"\bcommercial(?:ly)?\b|\bprivate\s+(?:payers?|insurance)"),
)
_NAMES = tuple(name for name, _ in _PAYERS)
_ANY = re.compile("|".join(f"({pattern})" for _, pattern in _PAYERS), re.IGNORECASE)
# A word of each name by which it is found; the pattern is tried only where such a word stands.
_CUES = frozenset(
    "medicare ma medicaid medi masshealth tricare va veterans worker workers bcbs blue anthem united uhc aetna "
    "cigna humana kaiser molina centene ambetter commercial commercially private".split()
)
_DENIED = re.compile(r"(?:\bnot|\bnon|n['?]t|\bexcept|\bunlike)(?:\s+(?:for|a|an|under))?[\s-]+\Z", re.IGNORECASE)
_FIRST = re.compile(r"\s+(?:is\s+)?(?:the\s+)?primary\b", re.IGNORECASE)

MEDICARE = "Medicare"


def read_payer(words: Words) -> str | None:
    """The payer's usual name; of several, the one called primary; None where that is open."""
    named: set[str] = set()
    for match in _mentions(words):
        if _DENIED.search(words.small[max(0, match.start() - 20) : match.start()]):
            continue
        name = _NAMES[(match.lastindex or 1) - 1]
        if _FIRST.match(words.small, match.end()):
            return name
        named.add(name)
    if "Medicare Advantage" in named:
        # The insurer that runs the plan, and Medicare behind it, are the same answer.
        return "Medicare Advantage" if "Medicaid" not in named else None
    if len(named) > 1:
        named.discard("commercial")
    return named.pop() if len(named) == 1 else None


def _mentions(words: Words) -> Iterator[re.Match[str]]:
    """Each payer named, in the order written."""
    places = sorted(place for cue in words.among(_CUES) for place in words.places(cue))
    return (match for place in places if (match := _ANY.match(words.small, place)))
