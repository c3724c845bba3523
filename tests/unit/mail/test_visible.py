"""The page shows what the writer wrote now, and never less."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.visible import Folded, fold, visible_reply

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


def test_what_is_folded_is_given_as_well() -> None:
    assert fold("Yes.\n\nOn 2 Jun 2025, Desk wrote:\n> Was it?\n") == Folded(
        "Yes.", "On 2 Jun 2025, Desk wrote:\n> Was it?"
    )
    assert fold("> Was it?") == Folded("> Was it?", "")
    assert fold("") == Folded("", "")


FOOTERS = [
    "CONFIDENTIALITY NOTICE: This e-mail is for the sole use of the intended recipient. Any disclosure is prohibited.",
    "This message is confidential.\nIf you are not the intended recipient, notify the sender and delete it.",
    "*Disclaimer*\n\nThe information in this message is privileged and for its recipient. Delete it if in error.",
    "Diese E-Mail enthält vertrauliche Angaben für den Empfänger. Unbefugte Weitergabe ist nicht gestattet.",
    "Ce message est confidentiel et destiné à son destinataire. Toute divulgation est interdite.",
    "Please consider the environment before printing this email.",
    "Virus-free. www.scanner.example",
    "This email has been scanned for viruses by Scanner.",
    "_" * 40 + "\ncoders mailing list\ncoders@lists.example\nhttps://lists.example/listinfo/coders",
    "-- \nAna Coder\n1 Main St, Springfield 12345\n\nThis e-mail is confidential, for its recipient; delete others.",
    "Ana's list\n\n-- \nYou received this message because you are subscribed to the group.\nLeave: x@lists.example.",
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_what_servers_add_is_folded(footer: str) -> None:
    shown = visible_reply(f"{NEW}\n\n{footer}\n")
    assert shown.removesuffix("\n\nAna's list") == NEW


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
    "words on the line of the attribution": "Yes. On Wed, Apr 4, 2012 at 3:59 PM, bob@x.example wrote:",
    "what the payer wrote": "This is what they wrote:\n\nFrom: P <p@p.example>\nSent: 1\nSubject: x\n\nNo. Why?",
    "what they sent": "See what they sent us.\n\nFrom: P <p@p.example>\nSent: 1\nSubject: x\n\nNo. Why?",
    "a forwarded mail": "FYI\n\n---------- Forwarded message ----------\nFrom: b@x.example\nDate: 1\nSubject: S\n\nMy",
    "a greeting above the history": "Hi Desk,\n\nFrom: D <d@d.example>\nSent: 1\nSubject: x\n\nOld.\n\nAnd now?",
    "an answer with an arrow": "Thanks\n\nFrom: Desk\nSent: 1\nSubject: x\n\nOne day?\n==> Yes.",
    "an answer with initials": "Thanks\n\nFrom: Desk\nSent: 1\nSubject: x\n\nOne day?\n[AC] Yes.",
    "a comparison": "Is the limit\n> 90 days",
    "another comparison": "The time was\n>= 31 minutes",
    "a quote with its introduction": "The payer says:\n> denied as bundled",
    "an afterthought below the signature": "Yes.\n-- \nAna\nPS also J1100",
    "a question below the signature": "Yes.\n-- \nAna\n\nAnd the drug?",
    "a sentence below the signature": "Yes.\n-- \nAna\n\nPlease code the drug as well.",
    "a code below the signature": "Yes.\n-- \nAna\nJ1100",
    "a line as long as a book below the signature": "Yes.\n-- \n" + "a" * 2000,
    "a rule and words": "_" * 600 + "words",
    "sent by mail": "We did that.\nSent the claim by mail to the payer",
    "sent from a person": "Von meinem Arzt gesendet",
    "the contractor": "Try the MAC on windows of coverage",
    "chinese words": "我的问题是这个",
    "a telephone and a code": "Sent from my iPhone please add 96413",
    "a telephone and a question": "Sent from my iPhone?",
    "a closing": "Thanks,\nAna Coder, CPC",
    "confidential facts": "Confidential: the patient is known here",
    "a disclaimer by hand": "Disclaimer: the note was not signed",
    "a question of confidentiality": "This message is confidential and intended for the recipient. May we disclose it?",
    "a code among legal words": "This communication is confidential; prohibited disclosure to the recipient is 99080.",
    "unsubscribing": "_" * 40 + "\nplease unsubscribe me from this list",
    "a reply to a reply": "Reply to this email directly.",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_in_doubt_everything_stays(text: str) -> None:
    assert visible_reply(text) == text


def test_a_line_right_above_an_attribution_is_no_part_of_it() -> None:
    text = "Yes.\nOn the 2024 claims\nDesk <d@d.example> wrote:\n> Was it?"
    assert visible_reply(text) == "Yes.\nOn the 2024 claims"


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


@given(st.lists(lines, max_size=25).map("\n".join))
def test_every_word_is_either_shown_or_folded(text: str) -> None:
    reply = fold(text)
    rules = [word for word in text.split() if any(each.isalnum() for each in word)]
    given_back = f"{reply.visible}\n{reply.folded}".split()
    assert [word for word in given_back if any(each.isalnum() for each in word)] == rules


HOSTILE = {
    "levels": ">" * 100_000 + "\nx\n" + ">" * 100_000,
    "quoted lines": "> x\n" * 100_000,
    "one line": "x" * 10_000_000,
    "one line of addresses": "a@b.c <" * 1_400_000 + "wrote:",
    "attributions": "On 2 Jun 2025, at 9:13, Desk wrote:\n" * 28_000,
    "beginnings": "On 2 Jun 2025, at 9:13, Desk\n" * 35_000,
    "fields": "From: a@b.example\n" * 50_000,
    "signatures": "-- \n" * 250_000,
    "footers": "Sent from my iPhone\n" * 50_000,
    "notices": "This e-mail is confidential, intended for the recipient, delete it.\n\n" * 14_000,
    "dashes": "- " * 500_000,
    "lines of dashes": ("-" * 490 + "\n") * 2000,
    "all in turn": "> x\n\nSent from my iPhone\n\n-- \nAna\n\nOn 2 Jun 2025, Desk wrote:\n" * 15_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_take_no_time(text: str) -> None:
    start = time.process_time()
    fold(text)
    assert time.process_time() - start < 2
