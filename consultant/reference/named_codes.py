"""The ICD-10-CM codes that a note of the tabular list names: single ones, all below one (dash), and ranges.

Notes write `I10`, `I10-`, `K50.-`, `E08-E13`, `I69.81- I69.91-`, and behind one of these which of its codes:
`with .44`, `with fifth character 2`, `with final characters -23`. Where a note limits its codes in words that cannot
be read, it names none: a conflict that is none would be worse than one left out.
Pure text; must not know which codes there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_CODE = r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{0,4})?"
_SPAN = re.compile(
    rf"(?<![0-9A-Za-z.])(?P<first>{_CODE})(?:-*\s?-\s?|-?\sto\s)(?P<last>{_CODE})-?(?![0-9A-Za-z])"
    rf"|(?<![0-9A-Za-z.])(?P<one>{_CODE})-?(?![0-9A-Za-z])"
)
_LIMIT = re.compile(r"[-.]*,?\s+with\s+(?P<limit>[^(),;]*(?:character|\.[0-9]|-[0-9])[^(),;]*)", re.IGNORECASE)
_AFTER_DOT = re.compile(r"\.(?P<first>[0-9A-Z]+)-?(?:\s?-\s?\.(?P<last>[0-9A-Z]+)-?)?\Z")
_AT = re.compile(
    r"(?P<from>[a-z0-9]+)(?: (?P<joined>to|or) (?P<to>[a-z0-9]+))?[ -]characters? \.?(?P<value>[0-9A-Z]{1,2})\Z",
    re.IGNORECASE,
)
_FINAL = re.compile(r"final characters? -?(?P<value>[0-9A-Z]+)\Z", re.IGNORECASE)
_ORDINALS = {
    "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """Codes from `first` to `last`, and all below them; without dots. `limit` is what follows "with", if anything."""

    first: str
    last: str
    limit: str = ""

    def has(self, code: str) -> bool:
        """Whether the code, without its dot, is among them."""
        if not self.first <= code[: len(self.first)] or not code[: len(self.last)] <= self.last:
            return False
        return not self.limit or _within(self.limit, code)


@lru_cache(maxsize=4096)
def named_codes(note: str) -> tuple[Named, ...]:
    """What a note names, in its order."""
    return tuple(_named(note))


def is_readable(limit: str) -> bool:
    """Whether it is known which codes the words behind "with" leave."""
    return bool(_AFTER_DOT.match(limit) or _FINAL.match(limit) or (_at(limit)))


def _named(note: str) -> Iterator[Named]:
    for found in _SPAN.finditer(note):
        first, last = found["first"] or found["one"], found["last"] or found["one"]
        if ord(last[0]) - ord(first[0]) > 1:
            continue  # "adverse effects (A00-R94)": half the classification stands for no code in particular
        limit = _LIMIT.match(note, found.end())
        yield Named(first.replace(".", ""), last.replace(".", ""), limit["limit"].strip() if limit else "")


def _within(limit: str, code: str) -> bool:
    if match := _AFTER_DOT.match(limit):
        first, last = match["first"], match["last"] or match["first"]
        rest = code[3:]
        return first <= rest[: len(first)] and rest[: len(last)] <= last
    if match := _FINAL.match(limit):
        return len(code) > 3 and code.endswith(match["value"])
    if found := _at(limit):
        positions, value = found
        if len(value) > 1:
            return code[positions[0] - 1 : positions[-1]] == value
        return any(code[position - 1 : position] == value for position in positions)
    return False


def _at(limit: str) -> tuple[tuple[int, ...], str] | None:
    """Which characters must be what: `fifth to sixth characters 51`."""
    match = _AT.match(limit)
    if match is None:
        return None
    first, last = _ORDINALS.get(match["from"].lower()), _ORDINALS.get((match["to"] or match["from"]).lower())
    if first is None or last is None or first > last:
        return None
    value = match["value"].upper()
    fits = len(value) == 1 or (match["joined"] == "to" and last - first + 1 == len(value))
    return (tuple(range(first, last + 1)), value) if fits else None
