"""A modifier written before its code, tied to it: `modifier 25 on 99213`, `append -59 to CPT 36591`.

Where the words ask which of two codes it goes on, it is tied to neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from consultant.questions.model import CodeMention, System

_ON = re.compile(r"\s(?:on|onto|to)\s(?:the\s|cpt\s|hcpcs\s|code\s|line\s){0,3}", re.IGNORECASE)
_OR = re.compile(r"\s?(?:,\s?)?(?:or|vs\.?)\s(?:on\s|to\s)?(?:the\s|cpt\s|code\s){0,2}[0-9A-Z]", re.IGNORECASE)
_PROCEDURES = (System.CPT, System.HCPCS)


def tied(text: str, mentions: Sequence[CodeMention]) -> list[CodeMention]:
    """The mentions, in the order written, with the modifiers that are said to go on a code also on that code."""
    found = list(mentions)
    for number, mention in enumerate(found[:-1]):
        after = found[number + 1]
        if mention.system is not System.MODIFIER or after.system not in _PROCEDURES or mention.code is None:
            continue
        if _ON.fullmatch(text, mention.end, after.start) and not _OR.match(text, after.end):
            together = dict.fromkeys((*after.modifiers, mention.code))
            found[number + 1] = replace(after, modifiers=tuple(together))
    return found
