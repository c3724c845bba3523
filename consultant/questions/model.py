"""What was read out of a question, as plain values."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class System(enum.StrEnum):
    """The code set that a token belongs to."""

    CPT = "CPT"
    HCPCS = "HCPCS"
    ICD10CM = "ICD-10-CM"
    ICD10PCS = "ICD-10-PCS"
    ICD9 = "ICD-9"
    DRG = "DRG"
    NDC = "NDC"
    REVENUE = "revenue"
    MODIFIER = "modifier"
    POS = "POS"


NAMED_APART = (System.MODIFIER, System.POS)  # what goes with a code and is none itself


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


class Confidence(enum.StrEnum):
    """How sure the notation alone makes it that a token is a code of its system."""

    CERTAIN = "certain"
    LIKELY = "likely"  # the token could be something else: the reference store decides


@dataclass(frozen=True, slots=True)
class CodeMention:
    """A code, or a range of codes, at the place where it was first written.

    `start` and `end` are character offsets into the text that was read: `text[start:end] == as_written`.
    A range has `range_from` and `range_to` and no `code`; `expands_to` are the codes in it, once the reference store
    has been asked. `found_in` names the enclosed file that alone names the code; the offsets then point into the text
    of that file.
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
    confidence: Confidence = Confidence.CERTAIN
    expands_to: tuple[str, ...] = ()
    found_in: str | None = None


class Setting(enum.StrEnum):
    """Where the service was given, as far as payment rules tell settings apart."""

    OFFICE = "office"
    OUTPATIENT_HOSPITAL = "outpatient hospital"
    INPATIENT_HOSPITAL = "inpatient hospital"
    EMERGENCY = "emergency department"
    SURGERY_CENTER = "ambulatory surgery center"
    NURSING_FACILITY = "nursing facility"
    HOME = "home"
    URGENT_CARE = "urgent care"
    HEALTH_CENTER = "FQHC or RHC"
    TELEHEALTH = "telehealth"


@dataclass(frozen=True, slots=True)
class Ask:
    """One sentence that asks something, as offsets into the text that was read, and what it is about."""

    start: int
    end: int
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """A dose or a weight as written: `40 mg`, `0.5 mL`, `82 kg`. Units are in small letters."""

    value: Decimal
    unit: str
    start: int
    end: int


class Identifier(enum.StrEnum):
    """The kind of an identifier, in words for the person told about it; the letter is that of the rule's list."""

    NAME = "name"  # A
    ADDRESS = "address"  # B
    BIRTH_DATE = "date of birth"  # C
    EVENT_DATE = "date of admission, discharge or death"  # C
    SERVICE_DATE = "date of service"  # C
    AGE = "age over 89"  # C
    PHONE = "telephone number"  # D
    FAX = "fax number"  # E
    EMAIL = "email address"  # F
    SSN = "social security number"  # G
    RECORD = "medical record number"  # H
    MEMBER_ID = "health plan number"  # I
    ACCOUNT = "account number"  # J
    LICENSE = "certificate or license number"  # K
    VEHICLE = "vehicle number"  # L
    DEVICE = "device number"  # M
    URL = "web address of a person"  # N
    IP = "IP address"  # O
    BIOMETRIC = "biometric data"  # P
    PHOTO = "photograph"  # Q
    CLAIM = "claim number"  # R
    OTHER = "other identifying number"  # R


@dataclass(frozen=True, slots=True)
class PatientDatum:
    """One identifier, as offsets into the text; what it says is never kept apart from the text."""

    kind: Identifier
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else the text states of the case; whatever it does not state, or states in two ways, is None or empty.

    `state` is the two-letter abbreviation (USPS), `mac` the contractor's usual name, `new_patient` False for an
    established one, `sides` of left, right and bilateral those named. `denial_codes` are CARCs with their group
    code (`CO-97`) and RARCs (`N19`).
    """

    setting: Setting | None = None
    state: str | None = None
    mac: str | None = None
    doses: tuple[Amount, ...] = ()
    weights: tuple[Amount, ...] = ()
    new_patient: bool | None = None
    sides: tuple[str, ...] = ()
    denied: bool = False
    denial_codes: tuple[str, ...] = ()


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

    `asks` are the sentences that ask something.
    `minutes` is the length of the service, where the text states exactly one ("5½ hours" = 330).
    `date_of_service` is None where the text states none or several: nothing is guessed. `service_dates` has all.
    `unread` counts the characters at the end of an overlong text that were not read. `corrections` says line by line
    what later mails of the same member changed. `by_edition`: the days are those on which the editions of the code
    sets began that held on the dates of service; the dates themselves are not kept.
    """

    text: str
    codes: tuple[CodeMention, ...] = ()
    topics: tuple[Topic, ...] = ()
    payer: str | None = None
    date_of_service: date | None = None
    minutes: int | None = None
    unread: int = 0
    asks: tuple[Ask, ...] = ()
    service_dates: tuple[date, ...] = ()
    circumstances: Circumstances = Circumstances()
    patient_data: tuple[PatientDatum, ...] = ()
    corrections: tuple[str, ...] = ()
    by_edition: bool = False

    def named(self, *systems: System) -> tuple[str, ...]:
        """The single codes named, once each, in the order written."""
        wanted = systems or tuple(System)
        return tuple(dict.fromkeys(m.code for m in self.codes if m.code and m.system in wanted))
