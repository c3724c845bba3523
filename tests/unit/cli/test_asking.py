"""What counts as a mail, and what as plain text."""

import pytest

from consultant.cli.ask import looks_like_mail


@pytest.mark.parametrize(
    "content",
    [
        b"From: a@b.example\n\nMay we?",
        b"Subject: x\r\nfrom: a@b.example\r\n\r\nMay we?",
        b"Received: from x\n by y\nFrom: a@b.example\n\nMay we?",
    ],
)
def test_a_header_with_a_sender_is_a_mail(content: bytes) -> None:
    assert looks_like_mail(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"May we bill 96423?",
        b"Question: may we bill 96423?\n\nFrom: the start",
        b"From: our doctor\nhe wants to bill 96423\n\nMay we?",
        "Für 96423: ja?".encode(),
    ],
)
def test_anything_else_is_plain_text(content: bytes) -> None:
    assert not looks_like_mail(content)
