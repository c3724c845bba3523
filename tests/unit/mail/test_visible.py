"""The page shows what the writer wrote now, and never less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.visible import visible_reply

NEW = "Yes, both were on the same day.\n\nMay we bill 96413 too?"

HISTORIES = {
    "gmail": "On Mon, Jun 2, 2025 at 9:13 AM Desk <consult@desk.example> wrote:\n\n> Was it one day?\n> Desk",
    "gmail, wrapped": "On Mon, Jun 2, 2025 at 9:13 AM Consultation Desk\n<consult@desk.example>\nwrote:\n> Was it?",
    "html turned into text": "On Mon, Jun 2, 2025 at 9:13 AM Desk <consult@desk.example> wrote:\nWas it one day?",
    "without an address": "On 2 Jun 2025, at 9:13, Desk wrote:\n\n> Was it?",
    "iso date": "2025-06-02 9:13 GMT+02:00 Desk <consult@desk.example>:\n> Was it?",
    "german": "Am 02.06.2025 um 09:13 schrieb Desk <consult@desk.example>:\n> War es?",
    "french": "Le lun. 2 juin 2025 à 09:13, Desk <consult@desk.example> a écrit :\n> Et alors ?",
    "spanish": "El lun, 2 jun 2025 a las 9:13, Desk (<consult@desk.example>) escribió:\n> ¿Fue?",
    "italian": "Il giorno lun 2 giu 2025 alle ore 09:13 Desk <consult@desk.example> ha scritto:\n> Era?",
    "portuguese": "Em seg., 2 de jun. de 2025 às 09:13, Desk <consult@desk.example> escreveu:\n> Foi?",
    "dutch": "Op ma 2 jun 2025 om 09:13 schreef Desk <consult@desk.example>:\n> Was het?",
    "danish": "Den 2. jun. 2025 kl. 09.13 skrev Desk <consult@desk.example>:\n> Var det?",
    "polish": "pon., 2 cze 2025 o 09:13 Desk <consult@desk.example> napisał(a):\n> Czy?",
    "outlook": "From: Desk <consult@desk.example>\nSent: Monday, June 2\nTo: Ana\nSubject: Re: x\n\nWas it?",
    "outlook in bold": "*From:* Desk\n*Sent:* Monday\n*To:* Ana\n*Subject:* x\n\nWas it?",
    "outlook below a rule": "________________\nVon: Desk\nGesendet: Montag\nAn: Ana\nBetreff: x\n\nWar es?",
    "original message": "-----Original Message-----\nFrom: Desk\nSent: Monday\nSubject: x\n\nWas it?",
    "ursprüngliche nachricht": "-----Ursprüngliche Nachricht-----\nVon: Desk\n\nWar es?",
    "bare quotes": "> Was it one day?\n>\n> Desk",
    "signature": "-- \nAna Coder\nClinic",
    "phone": "Sent from my iPhone",
    "phone above history": "Von meinem iPhone gesendet\n\nAm 02.06.2025 um 09:13 schrieb Desk:\n> War?",
    "history above signature": "On 2 Jun 2025, Desk wrote:\n> Was it?\n\n-- \nAna",
    "signature above history": "-- \nAna\n\nOn 2 Jun 2025, Desk wrote:\n> Was it?",
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_what_stands_below_is_folded(history: str) -> None:
    assert visible_reply(f"{NEW}\n\n{history}\n") == NEW


KEPT = {
    "answers between quotes": "On 2 Jun 2025, Desk wrote:\n> Was it one day?\nYes.\n> And the drug?\nJ1100.",
    "an answer below the quote": "On 2 Jun 2025, Desk wrote:\n> Was it one day?\n\nYes, one day.",
    "answers in an unmarked history": "See my answers below.\n\nFrom: Desk\nSent: Monday\nSubject: x\n\nDay? One.",
    "a quoted note and a question": "On 03/01/2024 at 2 PM the provider wrote:\nTolerated well.\n\nMay we bill 96413?",
    "a rule between sections": "First case\n--\nMay we bill 96413?\nMay we bill 96415?",
    "words about a desk": "Here it is\n\nSent from my desk, is much easier than my phone.",
    "nothing but a quote": "> Was it one day?",
    "a forwarded question": "Begin forwarded message:\n\nHow many units?",
    "a sentence that starts with On": "On review the payer wrote: denied.\nWhy?",
    "a list of codes": "From: 96413\nTo: 96417\nWhich one?",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_in_doubt_everything_stays(text: str) -> None:
    assert visible_reply(text) == text


LINES = [
    "",
    ">",
    "> old",
    "-- ",
    "--",
    "new words",
    "Is it?",
    "On 2 Jun 2025, Desk wrote:",
    "From: Desk",
    "Sent: Monday",
]
LINES += [
    "Subject: x",
    "To: Ana",
    "-----Original Message-----",
    "Sent from my iPhone",
    "_" * 32,
    "x mailing list",
    "On 1",
]
lines = st.sampled_from(LINES) | st.text(max_size=20)


@given(st.lists(lines, max_size=25).map("\n".join))
def test_the_reply_is_a_beginning_of_the_text_and_never_nothing(text: str) -> None:
    reply = visible_reply(text)
    words, kept = text.split(), reply.split()
    assert kept == words[: len(kept)]
    assert kept or not words


@given(st.lists(lines, max_size=10).map("\n".join))
def test_new_words_below_a_quote_are_never_lost(text: str) -> None:
    assert visible_reply(f"{text}\n> old\nnew words at the very end").endswith("new words at the very end")
