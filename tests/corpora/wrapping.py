"""A question as it arrives in a real mail: below a claim header, above a signature and quoted history.

Everything around the question is made up, full of numbers that look like codes and are none. The question itself
stands in the mail as it was, so a reader must find the same codes with it and without it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

NAMES = ("Pat Example", "Jordan Sample", "Robin Placeholder", "Casey Testcase")
TITLES = ("CPC, Billing Supervisor", "CCS-P", "Practice Manager", "Revenue Cycle Analyst II", "RHIT, CDIP")
CITIES = (
    ("Springfield", "IL", "62704"),
    ("Salem", "OR", "97301"),
    ("Dallas", "TX", "75201"),
    ("Mobile", "AL", "36602"),
)
STREETS = ("North Oak Street", "Main St", "Example Pkwy", "W. Placeholder Ave.", "Old Mill Road")
GREETINGS = ("Hello,", "Hi team,", "Good morning,", "To whom it may concern:", "")


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The whole mail text, and where in it the question starts."""

    text: str
    start: int


def wrapped(question: str, seed: int) -> Wrapped:
    """The question in one of many wrappings; the same seed gives the same mail."""
    dice = random.Random(seed)
    before = f"{dice.choice(GREETINGS)}\n\n"
    if dice.random() < 0.7:
        before += f"{claim_header(dice)}\n\n"
    after = "\n\n" + signature(dice) + "\n"
    if dice.random() < 0.7:
        after += "\n" + history(dice) + "\n"
    return Wrapped(before + question + after, len(before))


def claim_header(dice: random.Random) -> str:
    """The lines that a billing system prints above a note; a few of many."""
    amount = f"{dice.randint(1, 9)},{dice.randint(100, 999)}.{dice.randint(0, 99):02}"
    lines = [
        f"Claim #: {_digits(dice, 13)}",
        f"Claim number {_digits(dice, 5)}",
        f"Acct: {_code(dice)}",
        f"Account No. {_code(dice)}-{_digits(dice, 2)}",
        f"Patient: {dice.choice(NAMES)}   DOB: {_day(dice, 1931, 2019)}",
        f"MRN {_code(dice)}",
        f"Member ID: XYZ{_digits(dice, 9)}  Group: {_code(dice)}",
        f"Policy # J{_digits(dice, 4)}",
        f"ICN: {_digits(dice, 13)} / Check # {_code(dice)}",
        f"Billed: ${amount}  Paid: $0.00  Balance: {_code(dice)}.00",
        f"NPI {_digits(dice, 10)}, Tax ID {_digits(dice, 2)}-{_digits(dice, 7)}",
        f"Auth #{_code(dice)}",
        f"Ref: C{_digits(dice, 2)}.{_digits(dice, 1)}-{_digits(dice, 6)}",
        f"Invoice {_code(dice)}",
        f"Provider ID: G{_digits(dice, 4)}",
        f"Visit # {_code(dice)}",
    ]
    return "\n".join(dice.sample(lines, dice.randint(2, 7)))


def signature(dice: random.Random) -> str:
    """Name, firm, address and telephones; below "-- ", a closing, or nothing but a blank line."""
    city, state, code = dice.choice(CITIES)
    area = _digits(dice, 3)
    lines = [
        dice.choice(NAMES),
        dice.choice(TITLES),
        f"{_digits(dice, 5)} {dice.choice(STREETS)}, Suite {_code(dice)}",
        f"{city}, {state} {code}" + dice.choice(("", f"-{_digits(dice, 4)}")),
        dice.choice(
            (
                f"Phone: ({area}) 555-{_digits(dice, 4)} ext. {_code(dice)}",
                f"T {area}.555.{_digits(dice, 4)} | F {area}.555.{_digits(dice, 4)}",
                f"Tel: +1 {area} 555 {_digits(dice, 4)}",
                f"Office {area}-555-{_digits(dice, 4)} x{_code(dice)}",
            )
        ),
        f"desk{_code(dice)}@clinic.example | https://clinic.example/{_code(dice)}",
    ]
    opening = dice.choice(("-- ", "--", "Thanks,", "Thank you!", "Best regards,", "Kind regards", "Sincerely,", ""))
    return "\n".join([opening, *lines] if opening else lines)


def history(dice: random.Random) -> str:
    """An older mail below the question, marked as Internet mail does, or as Outlook does."""
    old = f"Your question on {_code(dice)} and J{_digits(dice, 4)} has arrived.\nWe also saw {_code(dice)}-59 x 3."
    writer = f"{dice.choice(NAMES)} <consult@consult.example>"
    if dice.random() < 0.5:
        quoted = "\n".join(f"> {line}" for line in old.splitlines())
        return f"On Mon, 2 Mar 2026 at 08:{_digits(dice, 1)}0, {writer} wrote:\n{quoted}"
    head = f"From: {writer}\nSent: Monday, March 2, 2026 8:15 AM\nTo: Front Desk\nSubject: RE: {_code(dice)}"
    return dice.choice(("-----Original Message-----\n", "________________________________\n", "")) + f"{head}\n\n{old}"


def _digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choices("0123456789", k=count))


def _code(dice: random.Random) -> str:
    """Five digits that could well be a code."""
    return dice.choice(("99213", "20610", "96423", "45385", "11042", "77067", "29881", "00142"))


def _day(dice: random.Random, first: int, last: int) -> str:
    return f"{dice.randint(1, 12):02}/{dice.randint(1, 28):02}/{dice.randint(first, last)}"
