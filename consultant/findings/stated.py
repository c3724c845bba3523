"""What a question states of modifiers and visits: which modifier hangs on which code, and which stands by itself.

Knows the kinds of codes by their numbers only. Must not judge whether anything stated is right.
"""

from __future__ import annotations

from consultant.questions.model import Question, System

# Visits outside 99202-99499: eye examinations (CPT), preventive visits and the clinic visit of a hospital (HCPCS).
_OTHER_VISITS = frozenset("92002 92004 92012 92014 G0101 G0402 G0438 G0439 G0463 S0610 S0612".split())


def modifiers_on(question: Question, code: str) -> tuple[str, ...]:
    """The modifiers written onto a code, once each, in the order written."""
    return tuple(dict.fromkeys(m for mention in question.codes if mention.code == code for m in mention.modifiers))


def loose_modifiers(question: Question) -> tuple[str, ...]:
    """The modifiers named that hang on no code."""
    attached = {m for mention in question.codes for m in mention.modifiers}
    return tuple(m for m in question.named(System.MODIFIER) if m not in attached)


def is_visit(code: str) -> bool:
    """Whether the code is an evaluation and management service: what modifiers 24, 25 and 57 are for."""
    return ("99202" <= code <= "99499" and code.isdigit()) or code in _OTHER_VISITS


def joined(words: tuple[str, ...], last: str = "and") -> str:
    """`a, b and c`."""
    return f" {last} ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)
