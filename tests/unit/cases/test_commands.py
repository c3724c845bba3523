"""What a consultant's mail decides, and above all what it does not."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.cases.commands import Command, Verb, read_command
from consultant.letters.markers import BEGIN_MARKER, END_MARKER
from consultant.mail.reading import IncomingMail, read_mail

DRAFT = "Report 96422 once and 96423 four times. [1]\n\nKeep start and stop times."
EDITED = DRAFT.replace("four", "three")
INTRODUCTION = "Hello Ana Reyes,\n\nQuestion C-2026-000001 has a draft."
REVIEW = f"{INTRODUCTION}\n\n{BEGIN_MARKER}\n{DRAFT}\n{END_MARKER}\n\nThe question:\n"
SENT = "From: Consult Desk <consult@consult.example>\nSent: Monday, March 2, 2026 9:00\nTo: Ana\nSubject: Draft\n"
WROTE = "On Mon, 2 Mar 2026 at 09:00, Consult Desk <consult@consult.example> wrote:"
NAME = "Ana Reyes"


def mail(text: str) -> IncomingMail:
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = "ana@consult.example", "consult@consult.example", "Re: draft"
    written.set_content(text)
    return read_mail(written.as_bytes())


def read(text: str) -> Command:
    return read_command(mail(text), DRAFT, NAME)


def quoted(text: str, mark: str = "> ") -> str:
    return "\n".join(mark + line for line in text.splitlines())


def block(text: str) -> str:
    return f"{BEGIN_MARKER}\n{text}\n{END_MARKER}\n"


QUOTES = {
    "nothing quoted": "",
    "quoted": f"\n\n{WROTE}\n{quoted(REVIEW)}",
    "Outlook": f"\n\n{SENT}\n{REVIEW}",
    "unmarked": f"\n\n{REVIEW}",
    "German": f"\n\nAm 02.03.2026 um 09:00 schrieb Consult Desk <consult@consult.example>:\n{quoted(REVIEW)}",
}


@pytest.mark.parametrize("below", QUOTES.values(), ids=QUOTES)
@pytest.mark.parametrize(
    "said",
    [
        "APPROVE", "approve", "Approved.", "*APPROVE*", "APPROVE\n\nAna", "APPROVE\n\nMany thanks!",
        "Approve!\n\nThanks,\nAna Reyes, CPC\nSenior Coder\nTel 555",
        "Hi,\n\nAPPROVE\n\nBest regards\nAna",
        "APPROVE\n-- \nAna Reyes\nConsult Desk", "APPROVE\n\nSent from my iPhone",
    ],
)  # fmt: skip
def test_this_approves(said: str, below: str) -> None:
    assert read(said + below) == Command(Verb.APPROVE)


@pytest.mark.parametrize("below", QUOTES.values(), ids=QUOTES)
@pytest.mark.parametrize(
    "said",
    [
        "I would not approve this yet.", "Approve? Not sure.", "Approve after Chris has looked", "Don't approve",
        "APPROVE not!", "APPROVE\nbut change four to three", "APPROVE\n\nAna\n\nPS: change four to three first",
        "approve this?", "Looks good to me", "Should I approve or decline?", "Ask Chris about this one",
        "Decline? What do you think?", "declined by the payer, I guess",
        "APPROVE and DECLINE", "APPROVE\nThanks\nplease hold this until tomorrow", "APPROVE\nAna, wait",
        "APPROVE\nDECLINE too old", "", "Ana",
    ],
)  # fmt: skip
def test_this_decides_nothing(said: str, below: str) -> None:
    assert read(said + below).verb is Verb.UNCLEAR


@pytest.mark.parametrize("below", QUOTES.values(), ids=QUOTES)
@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("DECLINE This is law, not coding.", Command(Verb.DECLINE, "This is law, not coding.")),
        ("decline: law", Command(Verb.DECLINE, "law")),
        ("ASK Was it one line?\nOr two?\n\nThanks\nAna", Command(Verb.ASK, "Was it one line?\nOr two?")),
        ("Ask: was it one line?", Command(Verb.ASK, "was it one line?")),
        ("ASK\n\nWas it one line?", Command(Verb.ASK, "Was it one line?")),
        ("DECLINE", Command(Verb.DECLINE, "")),
    ],
)
def test_reasons_and_questions_are_taken_without_signature_and_history(said: str, command: Command, below: str) -> None:
    assert read(said + below) == command


@pytest.mark.parametrize("said", ["", "Hi,\n\n", "Hello desk,\n"])
@pytest.mark.parametrize("signed", ["", "\nAna\n", "\nBest regards,\nAna Reyes, CPC\nTel 555\n"])
def test_edited_text_alone_approves_that_text(said: str, signed: str) -> None:
    assert read(said + block(EDITED) + signed) == Command(Verb.EDIT, EDITED)


@pytest.mark.parametrize("above", ["", f"{WROTE}\n", f"{WROTE}\n\n", f"\n\n{WROTE}\n", f"Hi,\n\n{WROTE}\n"])
def test_text_edited_within_the_quotation_approves_that_text(above: str) -> None:
    assert read(above + quoted(REVIEW.replace(DRAFT, EDITED))) == Command(Verb.EDIT, EDITED)


@pytest.mark.parametrize(
    "text",
    [
        f"I would not send this yet, see below.\n\n{block(EDITED)}",
        f"{block(EDITED)}\nPlease let Chris look at it first.\n",
        f"{block(EDITED)}\nThanks\nplease hold this until tomorrow\n",
        f"{block(EDITED)}\nThanks\nAna\nDo not send before noon\n",
        f"Thanks\nthis can wait\n{block(EDITED)}",
        f"APPROVE\n\n{block(EDITED)}",
        f"APPROVE\n\n{WROTE}\n{quoted(REVIEW.replace(DRAFT, EDITED))}",
        f"The payer wrote:\n{quoted(REVIEW.replace(DRAFT, EDITED))}",
    ],
)
def test_edited_text_beside_other_words_is_asked_back(text: str) -> None:
    assert read(text) == Command(Verb.CONFIRM, EDITED)


@pytest.mark.parametrize("above", ["", f"{WROTE}\n"])
def test_a_remark_that_breaks_the_quotation_is_asked_back(above: str) -> None:
    text = above + quoted(REVIEW).replace("\n> Keep start", "\n\nWho wrote that?\n\n> Keep start")
    assert read(text).verb is Verb.CONFIRM


@pytest.mark.parametrize("text", [block(DRAFT), quoted(REVIEW), REVIEW])
def test_the_draft_sent_back_unchanged_decides_nothing(text: str) -> None:
    assert read(text).verb is Verb.UNCLEAR


def test_approve_above_damaged_markers_decides_nothing() -> None:
    assert read(f"APPROVE\n\n{BEGIN_MARKER}\n{EDITED}\n").verb is Verb.UNCLEAR


@given(st.text(max_size=200))
def test_whatever_is_written_only_approval_approves(said: str) -> None:
    command = read(said.replace("\x00", ""))
    if command.verb is Verb.APPROVE:
        assert "approve" in said.lower()
