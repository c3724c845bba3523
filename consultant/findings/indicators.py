"""The payment policy indicators of the Physician Fee Schedule, in our words.

CMS, relative value file documentation (Attachment A) and Medicare Claims Processing Manual, chapter 23, addendum.
A table for each indicator; its keys are the values in CMS's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ALLOWED = "allowed"
NOT = "not allowed"
DOCUMENT = "allowed with documentation"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A value of an indicator: whether the modifier may stand, and why. `but` are modifiers that fare otherwise."""

    name: str
    can: str
    words: str
    but: Mapping[str, str] | None = None

    def can_of(self, modifier: str) -> str:
        """Whether this modifier may stand."""
        return (self.but or {}).get(modifier, self.can)


def _table(name: str, **values: tuple[str, str]) -> dict[str, Meaning]:
    return {key.removeprefix("_"): Meaning(name, can, words) for key, (can, words) in values.items()}


BILATERAL = _table(
    "bilateral indicator",
    _0=(NOT, "both sides are not paid more than one, by anatomy or because another code stands for both sides"),
    _1=(ALLOWED, "both sides are paid at 150% of one; one line with 1 unit, or as the contractor wants it"),
    _2=(NOT, "its value is already that of both sides"),
    _3=(ALLOWED, "each side is paid in full, without the 150% rule"),
    _9=(NOT, "the idea of sides does not apply"),
)
MULTIPLE = _table(
    "multiple procedure indicator",
    _0=(NOT, "no reduction for several procedures"),
    _1=(ALLOWED, "the older reduction by rank"),
    _2=(
        ALLOWED,
        "the usual reduction, 100% of the highest and 50% of each further one, which Medicare makes by itself",
    ),
    _3=(ALLOWED, "endoscopies of one family are paid as the highest plus what each adds to the base"),
    _4=(NOT, "a reduction for imaging on one day, which Medicare makes by itself"),
    _5=(NOT, "a reduction of the practice expense of therapy, which Medicare makes by itself"),
    _6=(NOT, "a reduction of the technical part of heart and vessel tests, which Medicare makes by itself"),
    _7=(NOT, "a reduction of the technical part of eye tests, which Medicare makes by itself"),
    _9=(NOT, "the idea of several procedures does not apply"),
)
CO_SURGEONS = _table(
    "co-surgeon indicator",
    _0=(NOT, "two surgeons are not paid"),
    _1=(DOCUMENT, "two surgeons are paid only where the record shows that both were needed"),
    _2=(ALLOWED, "two surgeons of different specialties are paid; each reports the code with 62"),
    _9=(NOT, "the idea of two surgeons does not apply"),
)
TEAM = _table(
    "team surgery indicator",
    _0=(NOT, "a team of surgeons is not paid"),
    _1=(DOCUMENT, "a team is paid only where the record shows that it was needed; the contractor prices it"),
    _2=(DOCUMENT, "a team is paid; the contractor prices it by the report"),
    _9=(NOT, "the idea of a team does not apply"),
)
ASSISTANT = _table(
    "assistant at surgery indicator",
    _0=(DOCUMENT, "an assistant is paid only where the record shows the need"),
    _1=(NOT, "by law no assistant is paid"),
    _2=(ALLOWED, "an assistant is paid"),
    _9=(NOT, "the idea of an assistant does not apply"),
)
PARTS = {
    **_table(
        "PC/TC indicator",
        _0=(NOT, "a service of the practitioner that has no technical part"),
        _1=(ALLOWED, "a diagnostic service with a professional and a technical part"),
        _2=(NOT, "the code itself is the professional part alone"),
        _3=(NOT, "the code itself is the technical part alone"),
        _4=(NOT, "the code itself is the whole test; other codes stand for its parts"),
        _5=(NOT, "a service of staff incident to a practitioner's"),
        _7=(NOT, "therapy, for which the parts do not apply"),
        _9=(NOT, "the parts do not apply"),
    ),
    "6": Meaning(
        "PC/TC indicator", ALLOWED, "a laboratory test that a physician interprets: 26 alone applies", {"TC": NOT}
    ),
    "8": Meaning("PC/TC indicator", ALLOWED, "a smear that a physician interprets: 26 alone applies", {"TC": NOT}),
}
