"""Mails as members write them, for measuring: 2 to 20 KB, of several shapes, the same ones in each run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

MEMBERS = tuple(f"member{number}@practice.example" for number in range(100))
FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CODES = ("96422", "96423", "96365", "96366", "99213", "99214", "20610", "J1100", "J3490", "M17.11", "E11.9")
WORDS = (
    "the infusion ran over lunch and we were asked by billing whether this line should be kept or dropped "
    "since another payer had let it pass last month so please tell us what to look at before it goes out"
).split()
SIGNATURE = "\n-- \nFront desk, Practice Example\nPhone 555 0100\n"


def questions(count: int) -> Iterator[bytes]:
    """That many mails, one after the other."""
    dice = random.Random(20260302)
    return (_mail(dice, number) for number in range(count))


def _mail(dice: random.Random, number: int) -> bytes:
    mail = EmailMessage(policy=SMTP)
    codes = dice.sample(CODES, 2)
    mail["Received"] = f"from client.example by mx{number % 3}.consult.example with ESMTPS id {number:08x}"
    mail["From"] = f"Front Desk <{MEMBERS[number % len(MEMBERS)]}>"
    mail["To"] = "consult@consult.example"
    mail["Subject"] = f"{codes[0]} and {codes[1]}, question {number}"
    mail["Date"] = format_datetime(FIRST + timedelta(seconds=number))
    mail["Message-ID"] = f"<question.{number}@practice.example>"
    mail["MIME-Version"] = "1.0"
    _fill(mail, dice, f"Can I bill {codes[0]} with {codes[1]} for a 2 hour infusion, Medicare?", number)
    return mail.as_bytes()


def _fill(mail: EmailMessage, dice: random.Random, question: str, number: int) -> None:
    """A third is plain, a third has an HTML part beside the text, a third an attachment; half quotes a thread."""
    size = dice.randint(1_500, 16_000)
    shape = number % 3
    text = f"Hello,\n\n{question}\n\n{_prose(dice, size if shape == 0 else size // 3)}\n{SIGNATURE}"
    if number % 2:
        quoted = "\n".join(f"> {line}" for line in _prose(dice, 600).splitlines())
        text += f"\nOn Mon, 2 Mar 2026 at 08:00, Consult Desk wrote:\n{quoted}\n"
    mail.set_content(text)
    if shape == 1:
        paragraphs = "".join(f"<p>{line}</p>\n" for line in text.splitlines())
        mail.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html")
    if shape == 2:
        mail.add_attachment(dice.randbytes(size // 2), maintype="application", subtype="pdf", filename="note.pdf")


def _prose(dice: random.Random, size: int) -> str:
    lines: list[str] = []
    while sum(map(len, lines)) < size:
        lines.append(" ".join(dice.choices(WORDS, k=12)) + ".")
    return "\n".join(lines)
