"""Who pays, where the text names exactly one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultant.questions.words import Words

_PAYERS = (
    ("Medicare Advantage", r"medicare\s+advantage|ma\s+plans?|mapd|medicare\s+part\s+c|medicare\s+replacement"),
    (
        "Medicaid",
        (
            r"medicaid|medi-cal|masshealth|tenncare|ahcccs|badgercare|soonercare|peachcare|health\sfirst\scolorado|"
            r"apple\shealth|healthy\s(?:louisiana|connections)|husky\shealth|chip\s(?:plan|program)"
        ),
    ),
    ("Medicare", r"medicare|part\sb\b(?=\s(?:claim|patient|bill|mac|drug|carrier))"),
    ("TRICARE", r"tricare|champva"),
    ("Veterans Affairs", r"va\s+(?:claims?|patients?|ccn|community)|veterans\s+(?:affairs|administration)|triwest"),
    (
        "Workers' compensation",
        r"workers?['?]?s?\s+comp(?:ensation)?|workmen['?]?s?\s+comp|work\s+comp|wc\s+(?:claims?|patients?|carrier|payers?|fee)",
    ),
    (
        "Blue Cross Blue Shield",
        r"bcbs\w*|blue\s*cross|blue\s*shield|anthem|highmark|carefirst|premera|regence|horizon\sb",
    ),
    ("UnitedHealthcare", r"united\s*health\s*care|uhc|optum|umr"),
    ("Aetna", r"aetna"),
    ("Cigna", r"cigna|evernorth"),
    ("Humana", r"humana"),
    ("Kaiser Permanente", r"kaiser"),
    ("Molina", r"molina"),
    ("Centene", r"centene|ambetter|wellcare"),
    ("Oscar", r"oscar\s(?:health|insurance|plan)"),
    ("Railroad Medicare", r"railroad\smedicare|rrb\smedicare"),
    ("auto insurance", r"auto\s(?:insurance|carrier|insurer)|no-fault|pip\s(?:claim|carrier|payer)"),
    ("self-pay", r"self[- ]?pay|uninsured|cash[- ]pay"),
    ("commercial", r"commercial(?:ly)?|private\s+(?:payers?|payors?|insurance)"),
)
NAMES = tuple(name for name, _ in _PAYERS)
_ANY = re.compile("|".join(f"({pattern})" for _, pattern in _PAYERS))
# A word of each name by which it is found; the pattern is tried only where such a word stands.
_CUES = frozenset(
    "medicare ma mapd medicaid medi masshealth tenncare ahcccs badgercare soonercare peachcare health apple "
    "healthy husky chip part tricare champva va veterans triwest worker workers workmen workmens work wc bcbs "
    "bcbstx bcbsil bcbsnc bcbsm bcbsma bcbsfl bcbstn bcbsal bcbsaz bluecross blueshield blue anthem highmark "
    "carefirst premera regence horizon united unitedhealthcare uhc optum umr aetna cigna evernorth humana "
    "kaiser molina centene ambetter wellcare oscar railroad rrb auto no pip self selfpay uninsured cash "
    "commercial commercially private".split()
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
        name = NAMES[(match.lastindex or 1) - 1]
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
    end = 0
    for place in sorted(place for cue in words.among(_CUES) for place in words.places(cue)):
        if place >= end and (match := _ANY.match(words.small, place)):
            end = match.end()
            yield match
