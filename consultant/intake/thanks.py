"""Does a reply say thank you and nothing else? Then nobody need look at it.

Judged word by word, and strictly: one word, digit or question mark too many and it is a follow-up, since a question
that is overheard does more harm than a thank-you that is looked at. So is one above a quotation without signs, as
Outlook makes it: an answer that stands among its lines cannot be told from them. Must not know cases or the database.
"""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
THANKING = frozenset("thank thanks thx ty appreciate appreciated grateful".split())
SAYS_NO_MORE = THANKING | frozenset(
    "a again all always and answer answers as best cheers clear clears day detailed dear excellent explanation fast "
    "for from got good great greatly have helpful help helps helped hello hi i i'm in information it is kind kindly "
    "lot lots many million most much nice of ok okay our perfect prompt quick quickly received regards reply response "
    "really sincerely so such team that that's the this to understood up us very warm was we weekend wishes "
    "wonderful you your yours".split()
)
LONGEST = 400  # characters


def only_thanks(reply: str, quoted: str, name: str) -> bool:
    """Whether the reply only thanks, above what it quotes; the writer's own name is no word of it."""
    if len(reply) > LONGEST or "?" in reply or not _is_marked(quoted):
        return False
    said = [word.replace("\u2019", "'") for word in WORD.findall(reply.casefold())]
    own = set(WORD.findall(name.casefold()))
    return not THANKING.isdisjoint(said) and all(word in SAYS_NO_MORE or word in own for word in said)


def _is_marked(quoted: str) -> bool:
    """Whether every line is marked as quoted, but for those above that say who wrote it."""
    lines = [line.strip() for line in quoted.splitlines() if line.strip()]
    first = next((at for at, line in enumerate(lines) if line.startswith(">")), None)
    if first is None:
        return not lines
    return all(line.startswith(">") for line in lines[first:])
