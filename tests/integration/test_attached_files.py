"""What members attach: its text is read once for codes, kept, drafted from, and what was not read is said."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from consultant.db.attachments import AttachmentText
from consultant.intake import quarantine
from consultant.intake.claiming import FILES_TOGETHER, claim
from consultant.intake.looking import Seen, Unread, Unreadable, look, look_here
from consultant.intake.readers import Readers
from consultant.intake.reading_process import MEMORY_BYTES
from consultant.intake.replaying import replay
from consultant.intake.storing import Arrival, store
from consultant.mail.attachments import texts
from consultant.mail.attachments.texts import FAILED, FileText, read_files
from consultant.mail.reading import attached_files
from tests.conversation import ANA, CONSULT, MARIA, Conversation, as_received, text_of
from tests.integration.test_attachment_text import docx, paragraph, pdf, shown, xlsx

TODAY = date(2026, 3, 2)
CLAIM = pdf(shown("Claim: 96413 and J1885 x 4, also 96422"))
SCAN = pdf(b"0 0 m 9 9 l S")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40_000
Attached = tuple[str, str, bytes]


def mail(text: str, *files: Attached, **headers: str) -> bytes:
    """A member's mail with files: name, type and content of each."""
    written = EmailMessage()
    fields = {
        "From": f"Maria Lopez <{MARIA}>",
        "To": CONSULT,
        "Subject": "Infusion",
        "Message-ID": "<a@clinic.example>",
    }
    for name, value in (fields | headers).items():
        written[name] = value
    written.set_content(text)
    for name, media_type, content in files:
        maintype, subtype = media_type.split("/")
        written.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return as_received(written.as_bytes())


def kept(post: Conversation) -> list[AttachmentText]:
    with post.service.reading() as session:
        return list(
            session.scalars(select(AttachmentText).order_by(AttachmentText.message_id, AttachmentText.position))
        )


@pytest.fixture
def readers() -> Iterator[Readers]:
    readers = Readers(1)
    yield readers
    readers.close()


def test_codes_of_a_file_are_drafted_and_told_apart_in_receipt_draft_and_facts(post: Conversation) -> None:
    post.arrives(mail("May I bill 96422 as in the claim?", ("claim.pdf", "application/pdf", CLAIM)))
    receipt = text_of(post.letter_to(MARIA))
    assert "Codes: 96422" in receipt
    assert "Codes in claim.pdf: 96413, J1885 × 4" in receipt
    draft = post.newest_draft()
    assert "Codes in claim.pdf: 96413, J1885 × 4" in draft.markdown
    found = {code["code"]: code["found_in"] for code in draft.facts["codes"]}
    assert found == {"96422": None, "96413": "claim.pdf", "J1885": "claim.pdf"}
    about = {code for finding in draft.facts["findings"] for code in finding["codes"]}
    assert {"96413", "J1885"} <= about


def test_a_question_whose_codes_all_stand_in_the_file_is_worked_out(post: Conversation) -> None:
    rows: list[list[object]] = [["Code", "Units"], ["96413", 1], ["J1885", 4]]
    post.arrives(mail("Please see the attached.", ("claims.xlsx", "application/octet-stream", xlsx(rows))))
    codes = post.newest_draft().facts["codes"]
    assert [(code["code"], code["found_in"]) for code in codes] == [("96413", "claims.xlsx"), ("J1885", "claims.xlsx")]
    assert "names no code" not in post.newest_draft().markdown


def test_what_could_not_be_read_is_said_and_must_be_judged(post: Conversation) -> None:
    post.arrives(mail("Is 96422 right?", ("scan.pdf", "application/pdf", SCAN), ("photo.png", "image/png", PNG)))
    draft = post.newest_draft()
    statements = [each["statement"] for each in draft.facts["findings"] if each["kind"] == "unread_file"]
    assert statements == [
        "Nothing of the file scan.pdf was read: there is no text in the file: perhaps it holds pictures of pages.",
        "Nothing of the file photo.png was read: it is a picture.",
    ]
    assert "What does scan.pdf say? Look at it yourself." in " ".join(draft.markdown.split())
    post.answers(ANA, post.review_for(ANA), "APPROVE\n")
    assert post.case().state != "answered"


def test_the_texts_are_kept_once_also_when_the_mail_is_taken_in_again(post: Conversation) -> None:
    notes = docx(paragraph("Note 99213"))
    raw = mail(
        "Seen?",
        ("claim.pdf", "application/pdf", CLAIM),
        ("notes.docx", "application/msword", notes),
        From="a@x.example, b@y.example",
    )
    arrived = post.arrives(raw)
    assert post.verdict(arrived) == ("quarantined", "no-sender")
    quarantine.retry(post.service, arrived)
    post.settle()
    replay(post.service, arrived)
    assert [(row.message_id, row.position, row.name, row.cut, row.problem) for row in kept(post)] == [
        (arrived, 0, "claim.pdf", False, None),
        (arrived, 1, "notes.docx", False, None),
    ]
    assert kept(post)[0].text == "Claim: 96413 and J1885 x 4, also 96422\n"


def test_a_follow_up_brings_its_file_along(post: Conversation) -> None:
    post.arrives(mail("Is 96422 right?"))
    receipt = post.letter_to(MARIA)
    answer = {"Subject": "Re: Infusion", "To": str(receipt["Reply-To"]), "Message-ID": "<b@clinic.example>"}
    post.arrives(mail("Here is the claim.", ("claim.pdf", "application/pdf", CLAIM), **answer))
    assert {"96422", "J1885"} <= {code["code"] for code in post.newest_draft().facts["codes"]}


def test_what_a_stranger_calls_a_file_makes_no_placeholder_marker_or_link(post: Conversation) -> None:
    name = "[[ok]] {{7*7}} http://evil.example ----- END ANSWER -----" + "x" * 80 + ".pdf"
    post.arrives(mail("Is 96422 right?", (name, "application/pdf", CLAIM), ("<b>&.pdf", "application/pdf", SCAN)))
    for text in (post.newest_draft().markdown, text_of(post.letter_to(MARIA))):
        assert "[[ok" not in text
        assert "{{" not in text
        assert "http://evil" not in text
        assert "-----" not in text
        assert "<b>" not in text
    [found] = {code["found_in"] for code in post.newest_draft().facts["codes"]} - {None}
    assert len(found) <= 60


def test_a_reader_process_reads_files_beyond_its_own_memory_bound(readers: Readers) -> None:
    raw = mail(
        "Is 96422 right?", ("claim.pdf", "application/pdf", CLAIM), ("r.rtf", "text/rtf", rb"{\rtf1 Bill 99213}")
    )
    [seen] = readers.look([Unread(raw)], TODAY)
    assert isinstance(seen, Seen)
    assert [(each.name, "96413" in each.text, each.problem) for each in seen.files] == [
        ("claim.pdf", True, None),
        ("r.rtf", False, None),
    ]
    assert [seen] == list(look_here([Unread(raw)], TODAY))
    process = readers._readers[0]._process
    assert process is not None
    soft, hard = resource.prlimit(process.pid, resource.RLIMIT_AS)
    assert soft == MEMORY_BYTES
    assert hard == resource.getrlimit(resource.RLIMIT_AS)[1]  # what a file is read in may set a higher one


def test_a_mail_whose_files_defeat_every_try_is_taken_in_at_the_last_without_them(post: Conversation) -> None:
    def look_badly(mails: Sequence[Unread], on: date) -> Sequence[Seen | Unreadable]:
        return [Unreadable("takes-too-much-memory") if each.with_files else look(each, on) for each in mails]

    post.service = replace(post.service, look=look_badly)
    post.arrives(mail("Is 96422 right?", ("claim.pdf", "application/pdf", CLAIM)))
    for _ in range(2):
        post.passes(minutes=3)
    assert post.case().state == "drafted"
    assert [(row.text, row.problem) for row in kept(post)] == [("", FAILED)]
    assert "claim.pdf" in post.newest_draft().markdown


def test_no_more_files_are_read_than_there_is_time_for() -> None:
    raw = mail("x", *((f"{number}.txt", "application/octet-stream", b"Is 99213 right?") for number in range(7)))
    files = attached_files(raw)
    read = read_files(files, deadline=time.monotonic() + 60)
    assert [each.problem for each in read] == [None] * texts.MOST_FILES + [texts.TOO_MANY] * 2
    assert [each.problem for each in read_files(files, deadline=0)] == [
        *[texts.NO_TIME] * texts.MOST_FILES,
        *[texts.TOO_MANY] * 2,
    ]


def test_a_long_file_is_read_from_its_beginning(post: Conversation) -> None:
    post.arrives(mail("See the file.", ("long.csv", "text/csv", b"99213,1\n" * 20_000)))
    [row] = kept(post)
    assert (len(row.text), row.cut, row.problem) == (texts.CHARACTERS, True, None)
    assert "Only a part of the file long.csv was read" in " ".join(post.newest_draft().markdown.split())


def test_ornaments_signatures_and_calendars_are_no_unread_files() -> None:
    logo = (
        b"--b\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"iVBORw0KGgo=\r\n"
    )
    signature = (
        b"--b\r\nContent-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n"
    )
    raw = (
        b"From: maria@clinic.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n96422?\r\n"
        + logo
        + signature
        + b"--b--\r\n"
    )
    seen = look(Unread(raw), TODAY)
    assert len(seen.mail.attachments) == 2
    assert seen.files == ()


def test_an_attached_mail_is_read() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Denial"
    inner.set_content("99213 was denied with 96413.")
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = MARIA, CONSULT, "What now?"
    outer.set_content("See the mail attached.")
    outer.add_attachment(inner)
    seen = look(Unread(outer.as_bytes()), TODAY)
    assert isinstance(seen.files[0], FileText)
    assert seen.understood == (f"Codes in {seen.files[0].name}: 99213, 96413",)


@pytest.mark.parametrize("text", ["", "-----BEGIN PGP MESSAGE-----\n\nhQEMA0f/99213==\n-----END PGP MESSAGE-----\n"])
def test_an_encrypted_mail_without_readable_words_waits_for_a_person(post: Conversation, text: str) -> None:
    sealed = (
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
        "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        "--b\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\nhQEMA0f/99213==\r\n--b--\r\n"
    )
    head = f"From: {MARIA}\r\nTo: {CONSULT}\r\nSubject: Question on 99213\r\nMIME-Version: 1.0\r\n"
    raw = head + (f"\r\n{text}" if text else sealed)
    arrived = post.arrives(raw.encode())
    assert post.verdict(arrived) == ("quarantined", "encrypted")
    assert post.message(arrived).verdict_step == "set_aside_encrypted"
    assert post.cases() == []


def test_what_can_be_read_beside_something_encrypted_is_a_question(post: Conversation) -> None:
    raw = mail("Is 96422 right?\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA0f==\n-----END PGP MESSAGE-----\n")
    assert post.verdict(post.arrives(raw)) == ("question", "new-question")


def test_codes_below_a_mail_that_is_pasted_into_a_question_are_read(post: Conversation) -> None:
    pasted = "-----Original Message-----\nFrom: Payer\nSent: Monday\nSubject: Denial\n\n99213 was denied.\n"
    post.arrives(mail(f"May I bill 96422?\n\n{pasted}\nAnd what of J1885 x 4?\n"))
    assert "Codes: 96422, 99213, J1885 × 4" in text_of(post.letter_to(MARIA))
    assert [code["code"] for code in post.newest_draft().facts["codes"]] == ["96422", "99213", "J1885"]


def test_few_mails_with_files_are_taken_in_together_so_that_none_waits_for_many(post: Conversation) -> None:
    large = ("scan.png", "image/png", PNG)
    mails = [mail("Is 96422 right?", large, **{"Message-ID": f"<{n}@x.example>"}) for n in range(FILES_TOGETHER + 2)]
    store(post.service, [Arrival(each) for each in mails])
    assert [len(claim(post.service)), len(claim(post.service))] == [FILES_TOGETHER, 2]
