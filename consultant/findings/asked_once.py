"""A reference that is asked each thing once: rules of one question share the answers.

Must not outlive the question: what the store answers may change with its next release.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from consultant.reference.model import (
    AddOnLink,
    CodeDetails,
    CodeEntry,
    Guideline,
    Mue,
    PtpEdit,
    Reference,
    Setting,
    Source,
)


class AskedOnce:
    """The `Reference` protocol over another, remembering entries, details and notes."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._entries: dict[tuple[str, date], CodeEntry | None] = {}
        self._details: dict[tuple[str, date, str | None], CodeDetails] = {}
        self._notes: dict[tuple[tuple[str, ...], tuple[str, ...], date], tuple[Guideline, ...]] = {}

    def code(self, code: str, on: date) -> CodeEntry | None:
        """See Reference.code."""
        key = code, on
        if key not in self._entries:
            self._entries[key] = self._reference.code(code, on)
        return self._entries[key]

    def details(self, code: str, on: date, state: str | None = None) -> CodeDetails:
        """See Reference.details."""
        key = code, on, state
        if key not in self._details:
            self._details[key] = self._reference.details(code, on, state)
        return self._details[key]

    def guidelines(self, codes: Sequence[str], topics: Sequence[str], on: date) -> tuple[Guideline, ...]:
        """See Reference.guidelines."""
        key = tuple(codes), tuple(topics), on
        if key not in self._notes:
            self._notes[key] = self._reference.guidelines(codes, topics, on)
        return self._notes[key]

    def known(self, code: str) -> CodeEntry | None:
        """See Reference.known."""
        return self._reference.known(code)

    def ptp_edits(self, codes: Sequence[str], on: date, setting: Setting = "practitioner") -> tuple[PtpEdit, ...]:
        """See Reference.ptp_edits."""
        return self._reference.ptp_edits(codes, on, setting)

    def mue(self, code: str, on: date, setting: Setting = "practitioner") -> Mue | None:
        """See Reference.mue."""
        return self._reference.mue(code, on, setting)

    def primaries_of(self, add_on: str, on: date) -> tuple[AddOnLink, ...]:
        """See Reference.primaries_of."""
        return self._reference.primaries_of(add_on, on)

    def add_ons_of(self, primary: str, on: date) -> tuple[AddOnLink, ...]:
        """See Reference.add_ons_of."""
        return self._reference.add_ons_of(primary, on)

    def datasets(self) -> tuple[Source, ...]:
        """See Reference.datasets."""
        return self._reference.datasets()
