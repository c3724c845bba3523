"""What a question states of modifiers and visits: which modifier hangs on which code, and which stands by itself.

Knows the kinds of codes by their numbers only. Must not judge whether anything stated is right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from consultant.questions.model import Question, System

# Visits outside 99202-99499: eye examinations (CPT), preventive visits and the clinic visit of a hospital (HCPCS).
_OTHER_VISITS = frozenset("92002 92004 92012 92014 G0101 G0402 G0438 G0439 G0463 S0610 S0612".split())


def modifiers_on(question: Question, code: str) -> tuple[str, ...]:
    """The modifiers written onto a code, once each, in the order written."""
    return tuple(dict.fromkeys(m for mention in question.codes if mention.code == code for m in mention.modifiers))


def modifiers_by_line(question: Question, code: str) -> tuple[tuple[str, ...], ...]:
    """The modifiers of a code as they are written together: `71046-26 or 71046-TC` are two lines.

    One line where the code is written once, or where only a table or a file tells what hangs on it.
    """
    stated = modifiers_on(question, code)
    if len(stated) < 2:
        return (stated,) if stated else ()
    together = "|".join(stated)
    found = re.finditer(
        rf"\b{re.escape(code)}(?P<all>(?:[\s,/-]{{1,2}}(?:{together})(?![0-9A-Za-z]))*)", question.text.upper()
    )
    lines = [tuple(re.findall(together, match["all"])) for match in found]
    written = tuple(dict.fromkeys(tuple(dict.fromkeys(line)) for line in lines if line))
    return written if {m for line in written for m in line} == set(stated) else (stated,)


def loose_modifiers(question: Question) -> tuple[str, ...]:
    """The modifiers named that hang on no code."""
    attached = {m for mention in question.codes for m in mention.modifiers}
    return tuple(m for m in question.named(System.MODIFIER) if m not in attached)


def is_visit(code: str) -> bool:
    """Whether the code is an evaluation and management service: what modifiers 24, 25 and 57 are for."""
    return ("99202" <= code <= "99499" and code.isdigit()) or code in _OTHER_VISITS


def joined(words: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    return f" {last} ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)
