"""What a guideline note means by a code or a range of codes that it names.

A single code means itself. A range has a hyphen (`99202-99215`) and two ends of one form:

- five characters, CPT and HCPCS: every code of five characters from one to the other;
- two characters, modifiers: every modifier from one to the other;
- ICD-10-CM categories or codes (`E08-E13`, `S72.0-S72.9`): everything at or below one of those from the first to the
  last, so that E11.9 is in E08-E13.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"[0-9A-Z]{2}|[0-9A-Z]{5}|[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?")
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?")


def is_well_formed(written: str) -> bool:
    """Whether it is a code, or a range whose ends are of one form and in order."""
    first, last = ends(written)
    return bool(_CODE.fullmatch(first) and _CODE.fullmatch(last)) and len(first) == len(last) and first <= last


def is_range(written: str) -> bool:
    """Whether it stands for more than one code."""
    return "-" in written


def ends(written: str) -> tuple[str, str]:
    """First and last code meant; the same for a single code."""
    first, hyphen, last = written.partition("-")
    return first, last if hyphen else first


def speaks_of(written: str, code: str) -> bool:
    """Whether the code, in capitals, is the one written or in the range written."""
    if not is_range(written):
        return written == code
    first, last = ends(written)
    if len(first) not in (2, 5) or "." in first:
        return bool(_DIAGNOSIS.fullmatch(code)) and len(code) >= len(first) and first <= code[: len(first)] <= last
    return len(code) == len(first) and "." not in code and first <= code <= last
