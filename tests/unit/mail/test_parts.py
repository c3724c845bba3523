"""Parts are found, whether or not the mail says rightly where they are."""

import pytest

from consultant.mail.parts import split_message
from consultant.mail.reading import read_mail
from tests.unit.mail.letters import letter, multipart

PARTS = (
    "Content-Type: text/plain\r\n\r\nwords",
    "Content-Type: application/pdf; name=a.pdf\r\n\r\nfile",
)


@pytest.mark.parametrize(
    "content_type", ["multipart/mixed", "multipart/mixed; boundary=other", 'multipart/mixed; boundary=""', None]
)
def test_a_boundary_that_is_not_declared_is_found(content_type: str | None) -> None:
    body, _ = multipart("mixed", *PARTS)
    mail = read_mail(letter(body, content_type=content_type))
    assert (mail.text, [file.name for file in mail.attachments]) == ("words", ["a.pdf"])
    assert "a multipart whose boundary is not the declared one: found by its parts" in mail.defects


def test_a_last_boundary_that_is_missing_loses_nothing() -> None:
    body, content_type = multipart("mixed", *PARTS)
    mail = read_mail(letter(body.removesuffix(b"--cut--\r\n"), content_type=content_type))
    assert (mail.text, mail.attachments[0].size) == ("words", len("file\r\n"))


def test_parts_behind_the_last_boundary_are_read_too() -> None:
    """As it happens where inner and outer parts have the same boundary."""
    body, content_type = multipart("mixed", PARTS[0])
    more, _ = multipart("mixed", PARTS[1])
    mail = read_mail(letter(body + more, content_type=content_type))
    assert (mail.text, [file.name for file in mail.attachments]) == ("words", ["a.pdf"])


def test_text_outside_of_the_parts_is_said() -> None:
    body, content_type = multipart("mixed", *PARTS)
    assert read_mail(letter(b"This is a MIME message.\r\n" + body, content_type=content_type)).cut == ()
    mail = read_mail(letter(body + b"and 99213 was paid\r\n", content_type=content_type))
    assert mail.cut == ("text outside of the parts: left unread",)


def test_a_line_of_a_filter_among_the_fields_loses_none() -> None:
    raw = letter().replace(b"Subject:", b"*** scanned, no virus found\r\nSubject:")
    mail = read_mail(raw)
    assert (mail.subject, mail.text) == ("Modifier 25", "May we bill 99213-25 with 96413?")
    assert mail.cut == ("a line among the header fields that is none: left unread",)


def test_a_body_without_the_blank_line_in_front_keeps_its_first_line() -> None:
    mail = read_mail(b"From: a@clinic.example\r\nSubject: x\r\nMay we bill 99213?\r\nNote: urgent\r\n")
    assert mail.text == "May we bill 99213?\nNote: urgent"


def test_bare_8_bit_fields_are_read_in_the_charset_of_the_text() -> None:
    raw = letter(
        "Привет\n".encode("cp1251"), subject="Вопрос".encode("cp1251"), content_type="text/plain; charset=cp1251"
    )
    assert read_mail(raw).subject == "Вопрос"


def test_an_attached_message_stays_closed() -> None:
    body, content_type = multipart("mixed", b"Content-Type: message/rfc822\r\n\r\n" + letter("inner\n"))
    (leaf,) = split_message(letter(body, content_type=content_type)).leaves
    assert leaf.type == "message/rfc822"
