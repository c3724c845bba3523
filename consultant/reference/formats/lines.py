"""One line of an agency's table, its cells asked for by column name and meaning.

Must not know any kind of file. Whatever makes no sense is told with file, line and column as a RowError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from consultant.reference.formats import RowError

CODE = re.compile(r"[A-Z0-9]{5}")  # no stricter: CMS has shipped a placeholder such as GXXX1
PUBLIC_CODE = re.compile(r"[A-CE-V]\d{4}")
MODIFIER = re.compile(r"[A-Z0-9]{2}")
NUMBER = re.compile(r"\$?(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})?(\.\d{0,12})?")
DOWNLOAD_AGAIN = "Download the file again; if it stays so, the agency's file is wrong."


def is_public(code: str) -> bool:
    """Whether a code's descriptions may be kept: HCPCS Level II, without the ADA's D codes. CPT's are the AMA's."""
    return PUBLIC_CODE.fullmatch(code) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """A record with its cells by column name. Every method raises RowError for a cell that makes no sense."""

    file: str
    number: int
    cells: Mapping[str, str]

    def wrong(self, column: str, problem: str, remedy: str = DOWNLOAD_AGAIN) -> RowError:
        return RowError(f"{self.file}, line {self.number}, column {column}: {problem}. {remedy}")

    def maybe(self, column: str) -> str | None:
        return self.cells.get(column, "") or None

    def text(self, column: str) -> str:
        if not (text := self.maybe(column)):
            raise self.wrong(column, "the cell is empty")
        return text

    def code(self, column: str) -> str:
        """A CPT or HCPCS code. Leading zeros that a spreadsheet lost are put back."""
        code = self.text(column).upper()
        code = code.zfill(5) if code.isascii() and code.isdigit() else code
        if not CODE.fullmatch(code):
            raise self.wrong(column, f"{code!r} is no CPT or HCPCS code")
        return code

    def maybe_code(self, column: str) -> str | None:
        return self.code(column) if self.maybe(column) else None

    def modifier(self, column: str) -> str:
        """A modifier of two characters, or "" for none."""
        modifier = (self.maybe(column) or "").upper()
        if modifier and not MODIFIER.fullmatch(modifier):
            raise self.wrong(column, f"{modifier!r} is no modifier")
        return modifier

    def padded(self, column: str, width: int) -> str:
        """A code made of digits, with the leading zeros that a spreadsheet lost."""
        digits = self.text(column)
        if not (digits.isascii() and digits.isdigit()) or len(digits) > width:
            raise self.wrong(column, f"{digits!r} is no number of {width} digits")
        return digits.zfill(width)

    def indicator(self, column: str, width: int) -> str:
        """Letters or digits, exactly `width`; digits alone get back the zeros that a spreadsheet lost."""
        sign = self.text(column).upper()
        sign = sign.zfill(width) if sign.isdigit() else sign
        if not (sign.isascii() and sign.isalnum()) or len(sign) != width:
            raise self.wrong(column, f"{sign!r} is no indicator of {width} characters")
        return sign

    def mark(self, column: str, sign: str) -> bool:
        """Whether a flag is set: the cell holds exactly the sign, or nothing."""
        if (cell := self.maybe(column)) not in (None, sign):
            raise self.wrong(column, f"{cell!r} is neither {sign!r} nor empty")
        return cell is not None

    def number_at(self, column: str) -> Decimal:
        """A number not below zero, exactly as written; a dollar sign and thousands separators are taken off."""
        cell = self.text(column)
        if not (match := NUMBER.fullmatch(cell)) or not any(map(str.isdigit, cell)) or not cell.isascii():
            raise self.wrong(column, f"{cell!r} is no number")
        return Decimal(f"{(match[1] or '0').replace(',', '')}{match[2] or ''}")

    def maybe_number(self, column: str) -> Decimal | None:
        return self.number_at(column) if self.maybe(column) else None

    def day(self, column: str) -> date:
        """A date written YYYYMMDD."""
        cell = self.text(column)
        try:
            if not re.fullmatch(r"[0-9]{8}", cell):
                raise ValueError(cell)
            return datetime.strptime(cell, "%Y%m%d").date()  # noqa: DTZ007 - a calendar day, nowhere in particular
        except ValueError:
            raise self.wrong(column, f"{cell!r} is no date as YYYYMMDD") from None

    def maybe_day(self, column: str) -> date | None:
        return self.day(column) if self.maybe(column) else None

    def description(self, column: str, code: str) -> str | None:
        """A description that may be kept: None for every code whose text is the AMA's or the ADA's."""
        return self.maybe(column) if is_public(code) else None
