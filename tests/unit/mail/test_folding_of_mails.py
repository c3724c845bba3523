"""What of a mail is shown first: of a reply what was written now, of a fresh mail all that is no signature."""

import pytest

from consultant.mail.reading import read_mail
from tests.unit.mail.letters import letter

PASTED = """May we bill as they say?

-----Original Message-----
From: Payer <desk@payer.example>
Sent: Monday, 2 June 2025 09:00
To: Ana Coder <ana@clinic.example>
Subject: Denial

99213 was denied with 96413.
"""
BELOW = "\nThat is all they wrote. And what of J1885?\n"
QUOTED = """They sent this.

On Mon, 2 Jun 2025, Payer <desk@payer.example> wrote:
> 99213 was denied.
"""


def test_a_fresh_mail_keeps_what_is_pasted_into_it_and_what_follows() -> None:
    mail = read_mail(letter(PASTED + BELOW))
    assert mail.reply_text == mail.text
    assert "J1885" in mail.reply_text
    assert mail.folded == ""


def test_a_fresh_mail_keeps_what_it_quotes_and_folds_its_signature() -> None:
    mail = read_mail(letter(f"{QUOTED}\n-- \nAna Coder\nRiver Clinic\n"))
    assert mail.reply_text.endswith("> 99213 was denied.")
    assert mail.folded == "-- \nAna Coder\nRiver Clinic"


@pytest.mark.parametrize(
    "fields",
    [
        {"in_reply_to": "<0@desk.example>"},
        {"references": "<0@desk.example>"},
        {"subject": "Re: Denial"},
        {"subject": "AW[2]: Denial"},
        {"subject": "SV : Denial"},
        {"subject": "回复：Denial"},
        {"subject": "RES: Denial"},
    ],
)
def test_a_reply_shows_what_was_written_now_and_the_rest_below_it(fields: dict[str, str]) -> None:
    mail = read_mail(letter(PASTED, **fields))
    assert mail.reply_text == "May we bill as they say?"
    assert mail.folded.startswith("-----Original Message-----")
    assert mail.folded.endswith("99213 was denied with 96413.")


@pytest.mark.parametrize(
    "subject", ["Reply from the payer", "Regarding: denial", "Ref: 12345", "Our records: denial", ""]
)
def test_a_subject_that_only_looks_like_a_reply_folds_nothing(subject: str) -> None:
    mail = read_mail(letter(PASTED, subject=subject))
    assert mail.reply_text == mail.text
