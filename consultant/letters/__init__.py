"""What the service writes: one kind of letter each, its facts, and how they become subject, text and HTML.

Knows templates; must not know the database, cases or how a letter travels.
"""

from consultant.letters.kinds import (
    Answer,
    Ask,
    ConfirmSender,
    DecisionRefused,
    Declined,
    LetterContent,
    NoAllowance,
    PatientData,
    Receipt,
    Review,
    SetAside,
    SignIn,
    TooLarge,
)

__all__ = [
    "Answer",
    "Ask",
    "ConfirmSender",
    "DecisionRefused",
    "Declined",
    "LetterContent",
    "NoAllowance",
    "PatientData",
    "Receipt",
    "Review",
    "SetAside",
    "SignIn",
    "TooLarge",
]
