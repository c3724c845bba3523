"""One made-up letter of each kind and turn, for previews in the console and for the tests.

No real person or case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

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

_CASE = "C-2026-000123"
_MEMBER = "Dana Whitfield"
_CONSULTANT = "Ana Reyes"
_REVIEWED_BY = "Ana Reyes, CPC"
_SUBJECT = "Units for the hours after the first"
_DUE = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
_CASE_URL = "https://consult.example/cases/C-2026-000123"
_QUESTION = (
    "We gave a drug into an artery for five hours.\n\n"
    "Is it 96422 once and 96423 four times, or five?\nPayer: Acme Health."
)
_ANSWER = """\
**Short answer:** report 96422 once and 96423 four times.

| Code | Units | Why |
|---|---|---|
| 96422 | 1 | the first hour |
| 96423 | 4 | each further hour, reported only with 96422 |

- A further hour counts once more than 30 minutes of it have passed.
- Source: [starter reference data](https://reference.example/starter), release 2026-01,
  in force from 2026-01-01.
"""
_DRAFT = _ANSWER + "\n[[JUDGE: start and stop times]]\n"

SAMPLES: Mapping[str, LetterContent] = {
    "receipt": Receipt(_CASE, _MEMBER, ("Codes: 96422, 96423 × 4", "Payer: Acme Health"), 7, _DUE, False),
    "receipt-follow-up": Receipt(_CASE, _MEMBER, ("Codes: 96425",), 1, _DUE, True),
    "receipt-nothing-understood": Receipt(_CASE, "", (), 0, _DUE, False),
    "no-allowance": NoAllowance(_CASE, _MEMBER, "Clinic 10", "members@consult.example"),
    "patient-data": PatientData(_CASE, _MEMBER, ("name", "date of birth")),
    "too-large": TooLarge(25),
    "confirm-sender": ConfirmSender(_DUE, "consult+v17-abcdefghijklmnopqrst@consult.example", 14),
    "set-aside": SetAside(17, "too many tries", "https://consult.example/mail/17"),
    "review": Review(
        _CASE,
        _CONSULTANT,
        _DUE,
        ("start and stop times", "payer's policy"),
        2,
        _DRAFT,
        _MEMBER,
        _QUESTION,
        _CASE_URL,
    ),
    "review-nothing-open": Review(
        _CASE, _CONSULTANT, _DUE, (), 3, _ANSWER, _MEMBER, _QUESTION, _CASE_URL, "It comes again since it was changed."
    ),
    "review-no-code": Review(
        _CASE,
        _CONSULTANT,
        _DUE,
        (),
        1,
        _ANSWER,
        _MEMBER,
        "How is a rinse of the port billed?",
        _CASE_URL,
        suggestions=("96523: Rinsing a port as the only service", "96521: Filling a pump that is carried"),
    ),
    "answer": Answer(_CASE, _MEMBER, _ANSWER, _REVIEWED_BY, 6, _SUBJECT),
    "declined": Declined(
        _CASE,
        _MEMBER,
        "This is a question of contract law.\nPlease ask your counsel.",
        _REVIEWED_BY,
        7,
        _SUBJECT,
    ),
    "ask": Ask(_CASE, _MEMBER, "When did the infusion start and stop?\nWas a pump used?", _REVIEWED_BY, _SUBJECT),
    "sign-in": SignIn(_CONSULTANT, "https://consult.example/sign-in/3f9a1c7e5b", 15),
    "decision-refused": DecisionRefused(
        _CASE,
        _CONSULTANT,
        "The draft has changed since this mail was sent to you.",
        "Reply to the mail that holds version 3, or decide in the console.",
        _CASE_URL,
    ),
}
