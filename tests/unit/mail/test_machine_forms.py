"""The hundred free forms: notices, replies and receipts of programs that follow no RFC, and people who write
like them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.failure_notices import failed_recipients, severity_of, status_of
from consultant.mail.machine import Bounce, Kind, Machine, judge_machine
from consultant.mail.reading import read_mail
from tests.unit.mail.letters import letter, multipart

ORIGINAL = "Content-Type: message/rfc822\r\n\r\nMessage-ID: <answer-7@desk.example>\r\nSubject: Answer\r\n\r\nbody"
STATUS = "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"


def judge(body: str | bytes, /, **fields: str | None) -> Machine:
    raw = letter(body, **fields)
    return judge_machine(read_mail(raw), raw)


def bounce_in(found: Machine) -> Bounce:
    assert found.kind in (Kind.BOUNCE, Kind.DELAYED), found
    assert found.bounce is not None
    return found.bounce


def test_a_report_gives_the_status_code() -> None:
    group = "Final-Recipient: rfc822; ana@clinic.example\r\nAction: failed\r\nStatus: 5.2.1 (disabled)\r\n"
    body, content_type = multipart("report", "\r\nNo.", STATUS + group, ORIGINAL)
    found = bounce_in(judge(body, content_type=f"{content_type}; report-type=delivery-status", return_path="<>"))
    assert found == Bounce(("ana@clinic.example",), "hard", "<answer-7@desk.example>", "5.2.1")


def test_a_diagnostic_gives_the_code_where_the_status_does_not() -> None:
    group = "Final-Recipient: rfc822; ana@clinic.example\r\nAction: failed\r\nDiagnostic-Code: smtp; 452 too many\r\n"
    body, content_type = multipart("report", "\r\nNo.", STATUS + group)
    found = bounce_in(judge(body, content_type=content_type, return_path="<>"))
    assert (found.status, found.severity) == ("452", "soft")


def test_a_report_inside_of_a_gateway_s_mail_is_opened() -> None:
    group = "Final-Recipient: rfc822; ana@clinic.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    inner, inner_type = multipart("report", "\r\nNo.", STATUS + group, ORIGINAL, boundary="inner")
    enclosed = b"Content-Type: message/rfc822\r\n\r\nContent-Type: " + inner_type.encode() + b"\r\n\r\n" + inner
    body, content_type = multipart("mixed", "\r\nScanned.", enclosed)
    found = judge(body, content_type=content_type, return_path="<>", subject="Scan result")
    assert bounce_in(found) == Bounce(("ana@clinic.example",), "hard", "<answer-7@desk.example>", "5.1.1")


def test_a_person_who_attaches_a_report_asks_about_it() -> None:
    group = "Final-Recipient: rfc822; ana@clinic.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    body, content_type = multipart("mixed", "\r\nWhat does this mean?", STATUS + group)
    assert judge(body, content_type=content_type).kind is Kind.QUESTION


def test_a_report_without_its_fields_is_read_as_words() -> None:
    body, content_type = multipart(
        "report", "\r\nDelivery to the recipient was aborted:\r\n\r\n  * ana@clinic.example", ORIGINAL
    )
    content_type += "; report-type=delivery-status"
    found = bounce_in(judge(body, content_type=content_type, subject="Delivery status notification: failed to deliver"))
    assert (found.recipients, found.of) == (("ana@clinic.example",), "<answer-7@desk.example>")


def test_a_mailbox_that_throws_away_reports_a_failure_and_not_a_reading() -> None:
    fields = "Content-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; ana@clinic.example\r\n"
    fields += "Original-Message-ID: <answer-7@desk.example>\r\n"
    fields += "Disposition: automatic-action/MDN-sent-automatically; deleted\r\n"
    text = "\r\nYour message to <ana@clinic.example> was automatically rejected: over quota"
    body, content_type = multipart("report", text, fields)
    content_type += "; report-type=disposition-notification"
    found = bounce_in(judge(body, content_type=content_type))
    assert (found.recipients, found.of) == (("ana@clinic.example",), "<answer-7@desk.example>")
    read = body.replace(b"was automatically rejected: over quota", b"was shown to its reader")
    assert judge(read, content_type=content_type).reason == "disposition-notification"


def test_a_report_of_an_unknown_kind_is_automatic() -> None:
    body, content_type = multipart("report", "\r\nNumbers.", "Content-Type: application/x-numbers\r\n\r\n1")
    assert judge(body, content_type=f"{content_type}; report-type=numbers") == Machine(Kind.AUTOMATIC, "report", None)


BARE = {
    "an address below": ("Mail delivery failed", "Your message could not be delivered to\n\nana@clinic.example\n"),
    "in stars": ("Non-Delivery: Answer", "****\nThe mail could not be delivered to:\n  <ana@clinic.example>\n****\n"),
    "as an answer": ("RE: Answer: delivery failed", "The message could not be delivered to\nana@clinic.example\n"),
    "in french": ("Échec de la remise", "Votre message n'a pas pu être remis à\nana@clinic.example\n"),
    "with a code": ("Undeliverable mail", "<ana@clinic.example>: mailbox unavailable (550)\n"),
}


@pytest.mark.parametrize(("subject", "body"), BARE.values(), ids=BARE.keys())
def test_a_notice_that_bears_no_sign_is_known_by_its_form(subject: str, body: str) -> None:
    found = judge(body, subject=subject, **{"from": "gateway.7@mx.example"})
    assert (found.kind, found.reason) == (Kind.BOUNCE, "bare-notice")
    assert bounce_in(found).recipients == ("ana@clinic.example",)


PEOPLE = {
    "forwards the notice": (
        "Fwd: Mail delivery failed",
        "Your message could not be delivered to\nana@clinic.example\n",
    ),
    "greets": ("Mail delivery failed", "Hello,\nthe report could not be delivered to\nana@clinic.example\n"),
    "asks": ("Mail delivery failed", "Could not be delivered to\nana@clinic.example\nIs that billable?\n"),
    "speaks of themselves": ("Delivery failed", "I sent it. It could not be delivered to\nana@clinic.example\n"),
    "names nobody": ("Delivery failed", "Cesarean delivery failed forceps first. Code 59514.\n"),
    "has an obstetric case": ("Vaginal delivery failed", "The vaginal delivery failed and a section was done.\n"),
    "writes of a visit": ("Out of office: place of service", "The visit was out of office. Place of service 12?\n"),
    "answers a robot": ("Re: Automatic reply: Answer", "I am out of the office until Monday, was your reply.\n"),
    "is away and asks": ("Out of office", "I am out of the office until Monday. May we bill 99213 then?\n"),
    "writes of reading": (
        "Read: the operative report",
        "Your message mentions two codes. The X-ray was read on Monday by us.\n",
    ),
    "signs with an address": (
        "99213 was rejected by the payer",
        "The message of the payer: the line was rejected by them, not delivered in time.\n\nana@clinic.example\n",
    ),
    "signs after a delivery": ("Vaginal delivery failed", "The vacuum delivery failed.\n\nana@clinic.example\n"),
    "works in a delivery system": ("Claim rejected by portal", "Delivery problem: the code was rejected by it.\n"),
    "bills a return": (
        "Returned mail: patient moved",
        "The statement came back. Please tell us the code for the fee.\n",
    ),
}


def test_exchange_writes_its_fields_on_mail_by_people_too() -> None:
    found = judge("May we bill 99213?\n", subject="Visit out of office", x_auto_response_suppress="All")
    assert found.kind is Kind.QUESTION


@pytest.mark.parametrize(("subject", "body"), PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_who(subject: str, body: str) -> None:
    assert judge(body, subject=subject).kind is Kind.QUESTION


AUTOMATIC = {
    "out of office": (
        "Automatic reply: Answer",
        "I am out of the office until Monday.",
        Kind.AUTO_REPLY,
        "bare-auto-reply",
    ),
    "abwesend": (
        "Automatische Antwort: Answer",
        "Ich bin bis Montag nicht im Büro.",
        Kind.AUTO_REPLY,
        "bare-auto-reply",
    ),
    "absent": ("Réponse automatique : Answer", "Je suis absent jusqu'à lundi.", Kind.AUTO_REPLY, "bare-auto-reply"),
    "atbilde": ("Automatiska atbilde: Answer", "I will be on leave until Monday.", Kind.AUTO_REPLY, "bare-auto-reply"),
    "read": (
        "Read: Answer",
        "Your message\n\nTo: Ana\nSubject: Answer\n\nwas read on Monday.",
        Kind.AUTOMATIC,
        "read-receipt",
    ),
    "gelesen": ("Gelesen: Answer", "Ihre Nachricht\nAn: Ana\nwurde am Montag gelesen.", Kind.AUTOMATIC, "read-receipt"),
}


@pytest.mark.parametrize(("subject", "body", "kind", "reason"), AUTOMATIC.values(), ids=AUTOMATIC.keys())
def test_a_program_that_bears_no_sign(subject: str, body: str, kind: Kind, reason: str) -> None:
    found = judge(body, subject=subject)
    assert (found.kind, found.reason) == (kind, reason)


FIELDS = [
    ({"x_precedence": "bulk"}, Kind.AUTOMATIC, "precedence-bulk"),
    ({"preference": "auto_reply"}, Kind.AUTO_REPLY, "precedence-auto-reply"),
    ({"x_away": "until Monday"}, Kind.AUTO_REPLY, "autoresponder-field"),
    ({"x_autoreply": "no"}, Kind.QUESTION, "written-by-a-person"),
    ({"auto_submitted": "AUTO-GENERATED", "subject": "Out of office"}, Kind.AUTO_REPLY, "vacation-subject"),
]


@pytest.mark.parametrize(("fields", "kind", "reason"), FIELDS)
def test_fields_of_programs(fields: dict[str, str | None], kind: Kind, reason: str) -> None:
    found = judge("Thank you.\n", **fields)
    assert (found.kind, found.reason) == (kind, reason)


SAYINGS = {
    "german": "Ihre Nachricht konnte nicht zugestellt werden:",
    "french": "Votre message n'a pas pu être distribué :",
    "spanish": "No se ha podido entregar el mensaje a:",
    "italian": "Impossibile recapitare il messaggio a:",
    "portuguese": "Não foi possível entregar a mensagem a:",
    "dutch": "Uw bericht kan niet worden afgeleverd bij:",
    "swedish": "Meddelandet kunde inte levereras till:",
    "polish": "Nie można dostarczyć wiadomości do:",
    "russian": "Письмо не может быть доставлено:",
    "japanese": "次の宛先に配信できませんでした:",
    "chinese": "无法投递到以下地址:",
    "korean": "메일이 반송되었습니다:",
    "nobody's": "Nuntius redditus est:",
}


@pytest.mark.parametrize("saying", SAYINGS.values(), ids=SAYINGS.keys())
def test_a_daemon_s_notice_in_any_language(saying: str) -> None:
    body = (
        f"{saying}\n\n  ana@clinic.example\n\n--- Original message follows ---\n\nMessage-ID: <answer-7@desk.example>\n"
    )
    found = bounce_in(judge(body, subject="?", **{"from": "MAILER-DAEMON@mx.example"}))
    assert (found.recipients, found.of) == (("ana@clinic.example",), "<answer-7@desk.example>")


def test_a_bounce_that_a_list_handed_on_is_a_bounce() -> None:
    body = "Delivery failed 20 attempts: ana@clinic.example\n\nOriginal message follows.\n"
    found = judge(
        body, subject="Undeliverable Mail", list_id="<x.example>", **{"from": "Postmaster <postmaster@mx.example>"}
    )
    assert bounce_in(found).recipients == ("ana@clinic.example",)


WAITING = [
    "Delivery to ana@clinic.example has been delayed. It will be retried for 2 more days.",
    "Could not be delivered to ana@clinic.example. Delivery attempts will continue to be made for 5 days.",
    "THIS IS A WARNING MESSAGE ONLY. ana@clinic.example did not receive it yet.",
]


@pytest.mark.parametrize("text", WAITING)
def test_what_is_tried_again_is_no_failure(text: str) -> None:
    found = judge(text, subject="Delivery", return_path="<>")
    assert found.kind is Kind.DELAYED
    assert bounce_in(found).severity == "soft"


def test_a_telephone_number_is_no_reply_code() -> None:
    assert status_of("Failed. Call 480-624-2500 or 555-1234.") is None
    assert severity_of("Failed. Call 452-624-2500.") == "hard"
    assert status_of("said: 550-5.1.1 no such user") == "5.1.1"
    assert status_of("host said: 550 no such user") == "550"
    assert status_of("from 192.5.1.1 and version 5.1.1.2") is None


RECIPIENTS = {
    "in brackets": "Failed:\n * [ana@clinic.example]: 550 over quota",
    "with an smtp mark": "Failed.\nRecipient: [SMTP:ana@clinic.example]",
    "as a field": "Failed.\nFinal-Recipient: rfc822; ana@clinic.example",
    "as LISTSERV wrote": "Undelivered.\nError-for:  ana@clinic.example",
    "with dots": "Failed addresses follow:\n ana@clinic.example ... unknown host",
    "in quotes": "The message addressed to 'ana@clinic.example'\nfailed",
    "in a sentence": "Sorry, the mailbox of ana@clinic.example is full",
    "with its domain in brackets": "Failed:\n<ana@[192.0.2.1]>: no",
}


@pytest.mark.parametrize("text", RECIPIENTS.values(), ids=RECIPIENTS.keys())
def test_the_failed_recipient(text: str) -> None:
    assert failed_recipients(text)[0].startswith("ana@")


def test_an_address_that_may_be_anybody_s_is_not_blamed() -> None:
    text = "Failed. Mail from desk@desk.example to one of ana@clinic.example, bo@clinic.example or so."
    assert failed_recipients("Undeliverable. Ask help@mx.example or postmaster@mx.example or bo@x.example.") == ()
    assert failed_recipients(text, never=frozenset({"desk@desk.example"})) == ()


HOSTILE = [
    "-",
    "=",
    "- ",
    "a@",
    "<a@b.example>:\n",
    "to: ",
    "|",
    "message to ",
    '"',
    "deliver ",
    "automatic offline ",
    "your message ",
    "> ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_notices_take_no_time(piece: str) -> None:
    text = piece * (500_000 // len(piece))
    fields = {"return_path": "<>", "subject": f"Read: undeliverable {piece * 300}".replace("\n", " ")}
    mail = letter(text, **fields)
    read = read_mail(mail)
    start = time.process_time()
    judge_machine(read, mail)
    judge_machine(read, mail, envelope_from="ana@clinic.example")
    assert time.process_time() - start < 1


WORDS = st.sampled_from(
    [
        "undeliverable",
        "Automatic reply:",
        "out of office",
        "Re:",
        "ana@clinic.example",
        "\n",
        "?",
        "5.1.1",
        "MAILER-DAEMON",
    ]
)


@given(st.lists(WORDS | st.text(max_size=8), max_size=12).map(" ".join))
def test_whoever_asks_in_a_reply_to_us_is_a_person(text: str) -> None:
    body = f"Is that so? {text}"
    assert judge(body, in_reply_to="<1@desk.example>", subject="Re: Units").kind is Kind.QUESTION
