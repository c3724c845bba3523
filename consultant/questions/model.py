"""What was read out of a question, as plain values."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date


class System(enum.StrEnum):
    """The code set that a token belongs to."""

    CPT = "CPT"
    HCPCS = "HCPCS"
    ICD10CM = "ICD-10-CM"
    MODIFIER = "modifier"
    POS = "POS"


CODE_SETS = (System.CPT, System.HCPCS, System.ICD10CM)


class Topic(enum.StrEnum):
    """What a member wants to know; one question may touch several."""

    CODE_MEANING = "code_meaning"
    GUIDELINES = "guidelines"
    MODIFIERS = "modifiers"
    CROSSWALKS = "crosswalks"
    NCCI_EDITS = "ncci_edits"
    COMPLIANCE = "compliance"
    MEDICARE_COVERAGE = "medicare_coverage"
    EM_LEVEL = "em_level"
    UNITS = "units"
    GLOBAL_PERIOD = "global_period"
    ADD_ON = "add_on"
    DIAGNOSIS = "diagnosis"
    DENIAL = "denial"
    TELEHEALTH = "telehealth"
    DRUG_ADMIN = "drug_admin"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CodeMention:
    """A code, or a range of codes, at the place where it was first written.

    `start` and `end` are character offsets into the text that was read: `text[start:end] == as_written`.
    A range has `range_from` and `range_to` and no `code`. `found_in` names the enclosed file that alone names the
    code; the offsets then point into the text of that file.
    """

    system: System
    code: str | None
    start: int
    end: int
    as_written: str
    range_from: str | None = None
    range_to: str | None = None
    units: int | None = None
    modifiers: tuple[str, ...] = ()
    found_in: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that was sent with a question: a name that may stand in a letter, its text, and why there is less of it
    than the file holds (None where all of it was read)."""

    name: str
    text: str
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it was understood.

    `minutes` is the length of the service, where the text states exactly one ("5½ hours" = 330).
    `date_of_service` is None where the text states none or several: nothing is guessed.
    `unread` counts the characters at the end of an overlong text that were not read.
    """

    text: str
    codes: tuple[CodeMention, ...] = ()
    topics: tuple[Topic, ...] = ()
    payer: str | None = None
    date_of_service: date | None = None
    minutes: int | None = None
    unread: int = 0

    def named(self, *systems: System) -> tuple[str, ...]:
        """The single codes named, once each, in the order written."""
        wanted = systems or tuple(System)
        return tuple(dict.fromkeys(m.code for m in self.codes if m.code and m.system in wanted))
