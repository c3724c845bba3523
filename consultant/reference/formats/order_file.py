"""The order file that ICD-10-CM and ICD-10-PCS share (CMS, "ICD-10-CM/PCS Order Files"), one line a code.

Columns: 1-5 order number, 7-13 code without dot, 15 header (0) or valid (1), 17-76 short, 78 on long description.
Order numbers change with every release; they are the tabular order, which ranges of codes go by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from consultant.reference.formats import Source
from consultant.reference.formats.text_lines import AGAIN, RawLine, Skipped, bad_row, decoded, head_lines, raw_lines

LINE = re.compile(r"\d{5} (?P<code>[0-9A-Z]{3,7}) *(?<=^.{13}) (?P<valid>[01]) \S")
CM_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}")  # QA0 since FY2026: no longer letter and digit
PCS_CODE = re.compile(r"[0-9A-HJ-NP-Z]{3}(?:[0-9A-HJ-NP-Z]{4})?")


class OrderRow(NamedTuple):
    """A code (without dot, as the file has it) or a header, with its place in tabular order."""

    order_number: int
    code: str
    valid: bool
    short_description: str
    long_description: str


def order_system(source: Source, head: bytes) -> str | None:
    """ "cm" or "pcs" when the head is that of an order file, else None. The name decides only where codes do not."""
    found = [LINE.match(line) for line in head_lines(source, head) if line.strip()]
    if not found or found[0] is None:
        return None
    codes = [match["code"] for match in found if match]
    if any(3 < len(code) < 7 for code in codes):
        return "cm"
    if any(len(code) == 7 or code[0].isdigit() for code in codes):
        return "pcs"
    return "pcs" if "pcs" in source.name.lower() else "cm"


def order_rows(source: Source, code: re.Pattern[str]) -> Iterator[OrderRow | Skipped]:
    """The rows of the file; `code` is the form of the system's codes. Raises FormatError, or RowError for one line."""
    return map(partial(_row, source, code), raw_lines(source))


def _row(source: Source, code: re.Pattern[str], line: RawLine) -> OrderRow | Skipped:
    text = decoded(source, line)
    if not text.strip():
        return Skipped(line.number, "blank line")
    number = text[:5]
    if not (number.isascii() and number.isdigit() and len(number) == 5):
        bad_row(source, line.number, 1, f"{number!r} is no order number", AGAIN)
    found, valid, short, long = described_code(source, line.number, text[6:], code, at=7)
    if text[5] != " ":
        bad_row(source, line.number, 6, "the column is not blank", AGAIN)
    return OrderRow(int(number), found, valid, short, long)


def described_code(source: Source, line: int, text: str, code: re.Pattern[str], at: int) -> tuple[str, bool, str, str]:
    """Code, validity, short and long description; `at` is the file's column where the text starts."""
    found, flag, short, long = text[:7].rstrip(), text[8:9], text[10:70].rstrip(), text[71:].rstrip()
    if not code.fullmatch(found):
        bad_row(source, line, at, f"{found!r} is no code", AGAIN)
    if flag not in {"0", "1"}:
        bad_row(source, line, at + 8, f"{flag!r} is neither 0 (header) nor 1 (valid)", AGAIN)
    for blank in (7, 9, 70):
        if text[blank : blank + 1] != " ":
            bad_row(source, line, at + blank, "the column is not blank, or the line breaks off", AGAIN)
    if not short or not long:
        bad_row(source, line, at + 10, "a description is missing", AGAIN)
    return found, flag == "1", short, long
