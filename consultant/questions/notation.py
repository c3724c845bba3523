"""The notation of each code set: which characters stand where, as the agencies that publish it define them.

Finds the head of a mention (`99213`, `J1885`, `C22.0`, `0DTJ4ZZ`). Must not know which codes exist, but which could:
no CPT code starts with 02, no HCPCS code with E7. Works on text in which what is no code has been blanked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from consultant.questions.model import Confidence, System

_PCS = r"[0-9A-HJ-NP-Z]"
_NO_MORE = r"(?![0-9A-Za-z_])"
_GLUED = r"(?:(?:RT|LT|TC|rt|lt|s)(?![0-9A-Za-z_])|mod[0-9 -])"  # 20610RT, 99213mod25, 99213s
_HEAD = re.compile(
    r"(?:(?<![0-9A-Za-z_$@\\])|(?<=\bCPT)|(?<=\bcpt))(?<![0-9A-Za-z]\.)(?:(?<![0-9]-)|(?<=[0-9]{5}-))(?:"
    # FDA: 4-4-2, 5-3-2 or 5-4-1; on claims 5-4-2, or the eleven digits after the qualifier N4.
    r"(?P<ndc>[0-9]{5}-[0-9]{4}-[0-9]{1,2}|[0-9]{5}-[0-9]{3}-[0-9]{2}|[0-9]{4}-[0-9]{4}-[0-9]{2}|N4[0-9]{11})(?![0-9A-Za-z_-])"
    # ICD-10-PCS: seven characters without I and O; section and body system as in the tables of CMS.
    rf"|(?P<pcs>(?=[0-9]*[A-Z])(?:0[0-9B-DF-HJ-NP-Y]|10|2[WY]|3[0CE]|4[AB]|5A|6A|7W|8[CE]|9W){_PCS}{{5}}"
    rf"|(?=[A-Z]{{1,6}}[0-9])(?:[BCD][0-9A-HJ-NP-Y]|F[01]|GZ|HZ){_PCS}{{4}}Z|X[02HKNRTVWY]{_PCS}{{5}}){_NO_MORE}"
    rf"|(?P<cpt>\+\s?[0-9]{{5}}|[0-9]{{5}})(?![0-9]|\.[0-9])(?=[^A-Za-z_]|[xX][0-9]|{_GLUED}|\Z)"
    rf"|(?P<category>[0-9]{{4}}[Ff]|0[0-9]{{3}}[TtUuMmA]){_NO_MORE}"
    rf"|(?P<family>[1-9][0-9]{{3}}[xX*#]|[1-9][0-9]{{2}}[xX]{{2}}|[A-HJ-MPQRT-V][0-9]{{2,3}}[xX]{{1,2}}){_NO_MORE}(?<!000[xX])"
    # ICD-9-CM: E codes have their point behind three digits.
    rf"|(?P<external>E[89][0-9]{{2}}\.[0-9]){_NO_MORE}"
    r"|(?P<heading>[A-TV-Z][0-9][0-9AB](?=\.[xX*-])|[A-TV-Z][0-9][0-9AB]\.[0-9A-Z]{1,3}(?=x|-|\*))(?:\.[*-]|\.?[xX]{1,4}|[*-])(?![0-9A-Za-z])"
    r"|(?P<dotted>(?:[A-TV-Za-tv-z][0-9][0-9ABab]\.(?=[0-9A-Za-z]?[0-9]|[A-WYZ](?![0-9A-Za-z])|[Xx]{3}[A-Za-z])[0-9A-Za-z]{1,4}"
    r"|[Uu][0-9]{2}\.[0-9])(?![0-9A-Za-z_]|\.[0-9]))"
    r"|(?P<hcpcs>[A-HJ-MP-Va-hj-mp-v][0-9]{4})(?![0-9_]|\.[0-9])(?=[^A-Za-z]|[xX][0-9]|\Z)"
    r"|(?P<spaced>[CEGHJKLMQRSTV] (?!19[0-9][0-9]|20[0-9][0-9])[0-9]{4})(?![0-9A-Za-z_]|[.,:][0-9])"
    rf"|(?P<seventh>[A-TV-Z][0-9][0-9AB][0-9A-Z]{{3}}[ABCDEFGHJKMNPQRS]){_NO_MORE}"
    r"|(?P<plain>[A-TV-Za-tv-z][0-9][0-9ABab][0-9A-Za-z]{0,4})(?![0-9A-Za-z_]|\.[0-9])"
    r"|(?P<decimal>[0-9]{3}\.[0-9]{1,2}|[0-9]{2}\.[0-9]{1,2})(?![0-9A-Za-z_%]|\.[0-9])"
    r"|(?P<digits>[0-9]{10,11}|[0-9]{3,4})(?![0-9A-Za-z_]|[.-][0-9])"
    r")"
)

# HCPCS Level II: the digits that follow each letter in the codes that CMS has given out, by range.
_HCPCS_SECOND = {
    "A": "02456789", "B": "459", "C": "125789", "D": "0123456789", "E": "01238", "G": "0123689", "H": "012",
    "J": "0123789", "K": "01", "L": "0123456789", "M": "01",
    "P": "2379", "Q": "0123459", "R": "0", "S": "01234589", "T": "1245",
    "U": "0", "V": "25",
}  # fmt: skip

_ICD_CUE = re.compile(
    r"(?:\bdx(?:\s?\#?[0-9]{1,2}(?=\s?[:=]))?\b|\bicd(?![- ]?9)(?:[- ]?10)?(?:[- ]?cm)?|\bdiagnos[ie]s)(?:\s+codes?)?"
    r"(?:\s+(?:of|is|was|as|were|are))?[\s:#=(\"]*\Z",
    re.IGNORECASE,
)
_ICD9_CUE = re.compile(
    r"\bicd[- ]?9(?:[- ]?cm)?(?:\s+(?:dx|diagnosis|procedure))?(?:\s+codes?)?[\s:#=(\"]*\Z", re.IGNORECASE
)
_DX_CUE = re.compile(
    r"\b(?:dx|diagnos[ie]s)(?:\s+codes?)?(?:\s+(?:of|is|was|as|were|are))?[\s:#=(\"]*\Z", re.IGNORECASE
)
_NDC_CUE = re.compile(r"\bndcs?(?:\s?\#|\s+(?:number|no\.?|code|is|of))*[\s:#=(\"]*\Z", re.IGNORECASE)
# Six characters: not the ids of Medicare's coverage documents, L33456 and A52464.
_PLAIN_ICD = re.compile(r"[A-TW-Z][0-9]{4}|(?!L3|A5)[A-TW-Z][0-9]{5}|I10|Z[0-9]{2}")
_CODE_LIST = re.compile(r"[\s,;/&+]*(?:and|or)?\s*\Z", re.IGNORECASE)
_LIST_AHEAD = re.compile(r"\s?(?:,|;|/|&|\band\b|\bor\b)\s*[A-TV-Z][0-9][0-9AB]\.[0-9A-Z]")
_NOT_ICD9 = re.compile(r"(?:\b(?:version|v|ver|rev|section|chapter|sec)\.?\s*|§\s?)\Z", re.IGNORECASE)
_ICD9_ERA = re.compile(r"\bicd[- ]?9\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """The code itself at its place; `end` is where what hangs on it may start."""

    system: System
    code: str
    start: int
    end: int
    confidence: Confidence = Confidence.CERTAIN


class Heads:
    """The heads in one text, found from left to right. A diagnosis is easier to tell after another one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last: Head | None = None
        self._of_icd9 = "9" in text and _ICD9_ERA.search(text) is not None

    def next(self, position: int) -> Head | None:
        """The first head at or after the position."""
        while match := _HEAD.search(self._text, position):
            if head := self._head(match):
                self._last = head
                return head
            position = match.start() + 1
        return None

    def _head(self, match: re.Match[str]) -> Head | None:
        kind = match.lastgroup or ""
        written, (start, end) = match[kind], match.span()
        code = re.sub(r"[+\s]", "", written).upper()
        if kind in ("cpt", "category", "family"):
            return self._procedure(kind, code, start, end)
        if kind == "heading":
            return Head(System.ICD10CM, code, start, end)
        if kind == "external" or (kind == "dotted" and _is_icd9_v(code)):
            return self._icd9_letter(written, start, end)
        if kind in ("decimal", "digits"):
            return self._digits_only(kind, code, start, end)
        if kind == "ndc":
            return Head(System.NDC, ndc(code), start, end)
        if kind == "pcs":
            return Head(System.ICD10PCS, code, start, end)
        return self._with_letter(kind, written, start, end)

    def _procedure(self, kind: str, code: str, start: int, end: int) -> Head | None:
        if kind == "family":
            system = System.HCPCS if code[0].isalpha() else System.CPT
            return Head(system, re.sub(r"[*#]", "X", code), start, end)
        if kind == "cpt" and self._is_listed(System.ICD9, start, _ICD9_CUE):
            return Head(System.ICD9, f"{code[:3]}.{code[3:]}", start, end)
        if kind == "cpt" and not could_be_cpt(code):
            return None
        confidence = Confidence.LIKELY if kind == "cpt" and code.endswith("000") else Confidence.CERTAIN
        return Head(System.CPT, code, start, end, confidence)

    def _with_letter(self, kind: str, written: str, start: int, end: int) -> Head | None:
        code = re.sub(r"\s", "", written).upper()
        if kind == "dotted":
            return Head(System.ICD10CM, code, start, end)
        if kind in ("hcpcs", "spaced") and not self._icd_expected(start):
            if code[1] in _HCPCS_SECOND[code[0]]:
                return Head(System.HCPCS, code, start, end)
            return self._plain(written, code, start, end) if kind == "hcpcs" else None
        if kind == "seventh" or self._icd_expected(start) or self._stands_before_icd(kind, written, end):
            return Head(System.ICD10CM, with_dot(code), start, end) if code[0] != "V" or len(code) == 7 else None
        return self._plain(written, code, start, end)

    def _plain(self, written: str, code: str, start: int, end: int) -> Head | None:
        """A diagnosis without its point, where nothing announces it: only in forms that little else has."""
        if not written.isupper() or not _PLAIN_ICD.fullmatch(code):
            return None
        return Head(System.ICD10CM, with_dot(code), start, end, Confidence.LIKELY)

    def _icd_expected(self, start: int) -> bool:
        """Whether the words before announce a diagnosis, or the diagnosis before goes on as a list."""
        return self._is_listed(System.ICD10CM, start, _ICD_CUE)

    def _stands_before_icd(self, kind: str, written: str, end: int) -> bool:
        return kind == "plain" and written.isupper() and _LIST_AHEAD.match(self._text, end) is not None

    def _is_listed(self, system: System, start: int, cue: re.Pattern[str]) -> bool:
        if cue.search(self._text, max(0, start - 40), start):
            return True
        last = self._last
        if last is None or last.system is not system or not last.end <= start <= last.end + 8:
            return False
        return _CODE_LIST.match(self._text, last.end, start) is not None

    def _icd9_letter(self, written: str, start: int, end: int) -> Head | None:
        """ICD-10-CM codes V00-V99 always have seven characters, E codes their point elsewhere."""
        if len(written) > 6 or not written[0].isupper() or _NOT_ICD9.search(self._text, max(0, start - 12), start):
            return None
        return Head(System.ICD9, written, start, end)

    def _digits_only(self, kind: str, code: str, start: int, end: int) -> Head | None:
        if kind == "digits" and len(code) >= 10:
            return Head(System.NDC, ndc(code), start, end) if self._is_listed(System.NDC, start, _NDC_CUE) else None
        if self._is_listed(System.ICD9, start, _ICD9_CUE):
            return Head(
                System.ICD9, code if kind == "decimal" or len(code) == 3 else f"{code[:3]}.{code[3:]}", start, end
            )
        if kind == "decimal" and len(code.split(".", maxsplit=1)[0]) == 3:
            if _DX_CUE.search(self._text, max(0, start - 40), start):
                return Head(System.ICD9, code, start, end)
            if self._of_icd9 and not _NOT_ICD9.search(self._text, max(0, start - 12), start):
                return Head(System.ICD9, code, start, end, Confidence.LIKELY)
        return None


def could_be_cpt(code: str) -> bool:
    """Whether five digits lie in one of the sections of CPT: anesthesia, surgery to medicine, evaluation."""
    return "00100" <= code <= "01999" or code >= "10004"


def with_dot(code: str) -> str:
    """ICD-10-CM has its point behind the third character."""
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def ndc(written: str) -> str:
    """A National Drug Code as claims want it, 5-4-2; ten digits without hyphens stay, for they could be any form."""
    bare = written.removeprefix("N4") if written.startswith("N4") else written
    if "-" in bare:
        labeler, product, package = bare.split("-")
        return f"{labeler:0>5}-{product:0>4}-{package:0>2}"
    return f"{bare[:5]}-{bare[5:9]}-{bare[9:]}" if len(bare) == 11 else bare


def _is_icd9_v(code: str) -> bool:
    return code[0] == "V" and len(code) < 8
