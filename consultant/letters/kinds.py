"""The letters that the service sends, each with exactly the facts that it states.

`template` names the folder in mailtemplates; `automatic` says that no person wrote it (RFC 3834). No
rendering here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Receipt:
    """To the member: we have your question, this is what we understood."""

    template: ClassVar[str] = "receipt"
    automatic: ClassVar[bool] = True

    case_reference: str
    member_name: str
    understood: tuple[str, ...]
    """Lines such as "Codes: 96422, 96423"; empty when no code was recognised."""
    available: int
    """Consults left in the allowance."""
    due_at: datetime
    follow_up: bool


@dataclass(frozen=True, slots=True)
class NoAllowance:
    """To the member: the question is kept, and waits until the allowance covers it."""

    template: ClassVar[str] = "no-allowance"
    automatic: ClassVar[bool] = True

    case_reference: str
    member_name: str
    plan_name: str
    contact: str
    """Where to get more consults: an address or a telephone number."""


@dataclass(frozen=True, slots=True)
class PatientData:
    """To the member: the question is kept, and waits because it seems to name a patient. Repeats nothing of it."""

    template: ClassVar[str] = "patient-data"
    automatic: ClassVar[bool] = True

    case_reference: str
    member_name: str
    kinds: tuple[str, ...]
    """What was found, such as "date of birth"."""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """To the sender: the mail is too large to be worked on automatically."""

    template: ClassVar[str] = "too-large"
    automatic: ClassVar[bool] = True

    limit_megabytes: int


@dataclass(frozen=True, slots=True)
class ConfirmSender:
    """To the address that a mail claims to come from: is it yours? Says nothing of what is in it."""

    template: ClassVar[str] = "confirm-sender"
    automatic: ClassVar[bool] = True

    arrived_at: datetime
    confirm_address: str
    """Where the answer goes, signed for this mail."""
    days: int
    """How long the answer counts."""


@dataclass(frozen=True, slots=True)
class Review:
    """To the consultant: a draft to decide upon by reply, its markdown between the two markers."""

    template: ClassVar[str] = "review"
    automatic: ClassVar[bool] = True

    case_reference: str
    consultant_name: str
    due_at: datetime
    placeholders: tuple[str, ...]
    version: int
    markdown: str
    member_name: str
    question_text: str
    case_url: str
    note: str = ""
    confidence: str = ""
    """How far the data decides the question, in a sentence; empty where a person wrote the text."""
    request: bool = False
    """Whether the draft asks the member instead of answering."""
    suggestions: tuple[str, ...] = ()
    """Codes that a question without one may be about, each with its description."""


@dataclass(frozen=True, slots=True)
class Answer:
    """To the member: the answer that a consultant approved."""

    template: ClassVar[str] = "answer"
    automatic: ClassVar[bool] = False

    case_reference: str
    member_name: str
    markdown: str
    reviewed_by: str
    """Name and credentials, such as "Ana Reyes, CPC"."""
    available: int
    subject_of_question: str


@dataclass(frozen=True, slots=True)
class Declined:
    """To the member: a consultant declined the question, and why."""

    template: ClassVar[str] = "declined"
    automatic: ClassVar[bool] = False

    case_reference: str
    member_name: str
    reason: str
    reviewed_by: str
    available: int
    subject_of_question: str
    given_back: bool = True  # False for a follow-up: its question was answered, and counted, before


@dataclass(frozen=True, slots=True)
class Ask:
    """To the member: the consultant needs to know more before answering."""

    template: ClassVar[str] = "ask"
    automatic: ClassVar[bool] = False

    case_reference: str
    member_name: str
    question: str
    reviewed_by: str
    subject_of_question: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """To the consultant: the link that opens the review console."""

    template: ClassVar[str] = "sign-in"
    automatic: ClassVar[bool] = True

    consultant_name: str
    link: str
    minutes: int
    """How long the link works."""


@dataclass(frozen=True, slots=True)
class DecisionRefused:
    """To the consultant: a decision sent by mail did not take effect, and why."""

    template: ClassVar[str] = "decision-refused"
    automatic: ClassVar[bool] = True

    case_reference: str
    consultant_name: str
    reason: str
    what_to_do: str
    case_url: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """To the operator: a mail waits for a person. Says nothing of what is in it."""

    template: ClassVar[str] = "set-aside"
    automatic: ClassVar[bool] = True

    mail_number: int
    reason: str
    """The reason code of the verdict, in words."""
    mail_url: str


LetterContent = (
    Receipt
    | NoAllowance
    | PatientData
    | TooLarge
    | ConfirmSender
    | Review
    | Answer
    | Declined
    | Ask
    | SignIn
    | DecisionRefused
    | SetAside
)
