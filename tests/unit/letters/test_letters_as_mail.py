"""Every kind of letter as a mail: what was rendered is what is read, by the standard library and by ourselves."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from consultant.letters.kinds import LetterContent
from consultant.letters.rendering import Letters, Rendered
from consultant.letters.samples import SAMPLES
from consultant.mail.composing import compose
from consultant.mail.reading import read_mail

SERVICE, ADDRESS = "Kodierung für alle, Ltd.", "consult@consult.example"
LETTERS = Letters(service_name=SERVICE, consult_address=ADDRESS)
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
every_letter = pytest.mark.parametrize("letter", SAMPLES.values(), ids=SAMPLES.keys())


def composed(letter: LetterContent, rendered: Rendered) -> bytes:
    return compose(
        rendered=rendered,
        from_=(SERVICE, ADDRESS),
        to="dana@clinic.example",
        reply_to="consult+c1-abc@consult.example",
        message_id="<own@consult.example>",
        date=NOW,
        in_reply_to="<theirs@clinic.example>",
        references=["<first@clinic.example>"],
        automatic=letter.automatic,
        case_reference="C-2026-000123",
    )


def written_by_the_standard_library(letter: LetterContent, rendered: Rendered) -> EmailMessage:
    """The same letter as a message tree, written and read by the standard library alone."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = f'"{SERVICE}" <{ADDRESS}>'
    message["To"] = "dana@clinic.example"
    message["Subject"] = rendered.subject
    message["Date"] = NOW
    message["Message-ID"] = "<own@consult.example>"
    message["Reply-To"] = "consult+c1-abc@consult.example"
    message["In-Reply-To"] = "<theirs@clinic.example>"
    message["References"] = "<first@clinic.example> <theirs@clinic.example>"
    if letter.automatic:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
    message["X-Case-Reference"] = "C-2026-000123"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return parsed(message.as_bytes())


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk()] == [[], [], []]
    return message


def shown(message: EmailMessage) -> list[tuple[str, str, str, str]]:
    """Each part's type, charset, transfer encoding and content."""
    return [
        (
            part.get_content_type(),
            part.get_content_charset() or "",
            str(part["Content-Transfer-Encoding"]),
            str(part.get_content()).replace("\r\n", "\n").removesuffix("\n"),
        )
        for part in message.iter_parts()
    ]


def header_fields(message: EmailMessage) -> dict[str, str]:
    """All of them, but for the boundary that everyone draws anew."""
    return {
        name.lower(): message.get_content_type() if name.lower() == "content-type" else str(value)
        for name, value in message.items()
    }


@every_letter
def test_a_letter_reads_as_if_the_standard_library_had_written_it(letter: LetterContent) -> None:
    rendered = LETTERS.render(letter)
    ours, theirs = parsed(composed(letter, rendered)), written_by_the_standard_library(letter, rendered)
    assert header_fields(ours) == header_fields(theirs)
    assert shown(ours) == shown(theirs)


@every_letter
def test_a_letter_is_read_back_by_our_own_reader(letter: LetterContent) -> None:
    rendered = LETTERS.render(letter)
    mail = read_mail(composed(letter, rendered))
    assert mail.subject == rendered.subject
    assert mail.text == rendered.text.strip("\n")
    assert (mail.from_name, mail.from_address, mail.to) == (SERVICE, ADDRESS, ("dana@clinic.example",))
    assert mail.references == ("<first@clinic.example>", "<theirs@clinic.example>")
    assert (mail.message_id, mail.date, mail.attachments, mail.defects) == ("<own@consult.example>", NOW, (), ())
