"""A code as a question mentions it, beside what the store calls by the same characters."""

from __future__ import annotations

from consultant.questions.model import CodeMention, System
from consultant.reference.model import CodeEntry

# Two or three digits mean nothing without their system, and are named with it.
_SHORT = {
    System.MODIFIER: "Modifier ", System.POS: "POS ", System.DRG: "DRG ", System.REVENUE: "Revenue code ",
}  # fmt: skip


def of_system(mention: CodeMention, entry: CodeEntry | None) -> CodeEntry | None:
    """The entry, if it is of the system meant: a place "11" and another system's "11" are two things."""
    if entry is None or mention.system not in _SHORT:
        return entry
    return entry if entry.system.lower().startswith(mention.system.value.lower()[:3]) else None


def name_of(mention: CodeMention) -> str:
    """The code as a sentence names it."""
    return f"{_SHORT.get(mention.system, '')}{mention.code}"


def is_family(mention: CodeMention) -> bool:
    """Whether `9921x` is written: which code of the family is meant, is not stated."""
    return bool(mention.code and mention.code.endswith("X") and mention.system in (System.CPT, System.HCPCS))
