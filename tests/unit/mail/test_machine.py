"""Machines are told from people by what they must say of themselves; words alone never make a mail automatic."""

import pytest

from consultant.mail.machine import Kind, Machine, judge_machine
from consultant.mail.reading import read_mail
from tests.unit.mail.letters import letter, multipart


def judge(raw: bytes, *, envelope_from: str | None = None) -> Machine:
    return judge_machine(read_mail(raw), raw, envelope_from=envelope_from)


def report(fields: str, *, report_type: str = "delivery-status", kind: str = "delivery-status") -> bytes:
    body, content_type = multipart(
        "report",
        "\r\nYour mail did not arrive.",
        f"Content-Type: message/{kind}\r\n\r\n{fields}",
        "Content-Type: message/rfc822\r\n\r\nMessage-ID: <answer-7@desk.example>\r\nSubject: Answer\r\n\r\nbody",
    )
    content_type += f"; report-type={report_type}"
    return letter(body, content_type=content_type, **{"from": "MAILER-DAEMON@mx.example"})


def status(action: str, code: str, address: str = "ana@clinic.example") -> str:
    return f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {code}\r\n\r\n"


MTA = "Reporting-MTA: dns; mx.example\r\n\r\n"


def test_a_question_is_a_question() -> None:
    assert judge(letter()) == Machine(Kind.QUESTION, "written-by-a-person", None)


PEOPLE = {
    "asks about a failed delivery": {
        "subject": "Mail delivery failed: what now?",
        "body": "My claim: delivery failed.",
    },
    "asks about a vacation": {"subject": "Out of office visit during vacation", "body": "Patient was on vacation."},
    "is told by Exchange not to be answered": {
        "subject": "Units",
        "body": "How many?",
        "x_auto_response_suppress": "All",
    },
    "says that it is not automatic": {"subject": "Units", "body": "How many?", "auto_submitted": "no"},
    "is the postmaster, with a question": {
        "from": "postmaster@clinic.example",
        "subject": "Vaccine delivery failed",
        "body": "The vaccine was not delivered to the patient. Which code for ana@clinic.example?",
        "in_reply_to": "<1@desk.example>",
    },
    "forwards a bounce": {
        "subject": "Fwd: Undelivered Mail Returned to Sender",
        "body": "Why?\n\nI'm sorry to have to inform you that your message could not be delivered to x@y.example",
    },
}


@pytest.mark.parametrize("written", PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_who(written: dict[str, str]) -> None:
    fields = dict(written)
    assert judge(letter(fields.pop("body"), **fields)).kind is Kind.QUESTION


def test_a_delivery_report_names_whom_it_did_not_reach() -> None:
    found = judge(report(MTA + status("failed", "5.1.1") + status("failed", "5.2.1", "bo@clinic.example")))
    assert (found.kind, found.reason) == (Kind.BOUNCE, "delivery-status")
    assert found.bounce is not None
    assert found.bounce.recipients == ("ana@clinic.example", "bo@clinic.example")
    assert (found.bounce.severity, found.bounce.of) == ("hard", "<answer-7@desk.example>")


def test_the_address_that_was_sent_to_counts_before_the_one_it_was_forwarded_to() -> None:
    fields = "Original-Recipient: rfc822;ana@clinic.example\r\n" + status("failed", "5.1.1", "box7@store.example")
    found = judge(report(MTA + fields))
    assert found.bounce is not None
    assert found.bounce.recipients == ("ana@clinic.example",)


@pytest.mark.parametrize(
    ("action", "code", "kind", "severity"),
    [
        ("failed", "4.4.7", Kind.BOUNCE, "soft"),
        ("delayed", "4.2.2", Kind.DELAYED, "soft"),
        ("delivered", "2.0.0", Kind.DSN_SUCCESS, None),
        ("relayed", "2.0.0", Kind.DSN_SUCCESS, None),
    ],
)
def test_a_delivery_report_may_say_less_than_the_worst(
    action: str, code: str, kind: Kind, severity: str | None
) -> None:
    found = judge(report(MTA + status(action, code)))
    assert found.kind is kind
    assert (found.bounce and found.bounce.severity) == severity


def test_a_failure_outweighs_a_success_in_one_report() -> None:
    found = judge(report(MTA + status("delivered", "2.0.0") + status("failed", "5.1.1", "bo@clinic.example")))
    assert found.kind is Kind.BOUNCE
    assert found.bounce is not None
    assert found.bounce.recipients == ("bo@clinic.example",)


def test_a_read_receipt_is_automatic() -> None:
    raw = report("Disposition: manual-action/MDN-sent-manually; displayed", kind="disposition-notification")
    assert judge(raw) == Machine(Kind.AUTOMATIC, "disposition-notification", None)


def test_an_abuse_report_is_feedback() -> None:
    raw = report("Feedback-Type: abuse\r\nUser-Agent: x/1", report_type="feedback-report", kind="feedback-report")
    assert judge(raw) == Machine(Kind.FEEDBACK, "feedback-report", None)


QMAIL = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message.

<ana@clinic.example>:
No mailbox here. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: <answer-7@desk.example>

<bo@clinic.example>:
wrote the mail that was returned.
"""
EXIM = """A message that you sent could not be delivered. The following address(es) failed:

  ana@clinic.example
    550 5.1.1 unknown user

------ This is a copy of the message ------

Message-ID: <answer-7@desk.example>
"""
POSTFIX = """This is the mail system at host mx.example.

Your message could not be delivered to one or more recipients.

<ana@clinic.example>: host mx.example said: 550 5.1.1 unknown

--- The header follows
Message-ID: <answer-7@desk.example>
"""
EXCHANGE = """Your message did not reach the following recipient(s):

ana@clinic.example on Mon, 2 Jun 2025 10:00
    The recipient name is not recognized

----- Original message -----
Message-ID: <answer-7@desk.example>
"""
NOTICES = {
    "qmail": ("failure notice", QMAIL),
    "exim": ("Mail delivery failed: returning message to sender", EXIM),
    "postfix": ("Undelivered Mail Returned to Sender", POSTFIX),
    "exchange": ("Undeliverable: Answer", EXCHANGE),
}


@pytest.mark.parametrize(("subject", "body"), NOTICES.values(), ids=NOTICES.keys())
@pytest.mark.parametrize("sender", ["MAILER-DAEMON@mx.example", "Mail Delivery System <postmaster@mx.example>"])
def test_a_failure_notice_in_free_form(sender: str, subject: str, body: str) -> None:
    found = judge(letter(body, subject=subject, **{"from": sender}))
    assert (found.kind, found.reason) == (Kind.BOUNCE, "failure-notice")
    assert found.bounce is not None
    assert found.bounce.recipients == ("ana@clinic.example",)
    assert (found.bounce.severity, found.bounce.of) == ("hard", "<answer-7@desk.example>")


def test_a_mailbox_that_may_empty_again_is_a_soft_bounce() -> None:
    body = "Could not be delivered:\n<ana@clinic.example>: 452 4.2.2 mailbox full\nGiving up.\n"
    found = judge(letter(body, **{"from": "MAILER-DAEMON@mx.example"}))
    assert found.bounce is not None
    assert found.bounce.severity == "soft"


def test_a_warning_is_not_the_end() -> None:
    body = "Delivery has been delayed:\n\n  ana@clinic.example\n\nWe will continue to try.\n"
    found = judge(letter(body, subject="Warning: message delayed 24 hours", return_path="<>"))
    assert found.kind is Kind.DELAYED
    assert found.bounce is not None
    assert found.bounce.recipients == ("ana@clinic.example",)


def test_the_field_of_exim_and_google_names_the_recipient() -> None:
    raw = letter("(no words)\n", return_path="<>", x_failed_recipients="ana@clinic.example, Bo@clinic.example")
    found = judge(raw)
    assert found.bounce is not None
    assert found.bounce.recipients == ("ana@clinic.example", "bo@clinic.example")


AUTOMATIC: list[tuple[dict[str, str], Kind, str]] = [
    ({"auto_submitted": "auto-replied (vacation)"}, Kind.AUTO_REPLY, "auto-submitted"),
    ({"auto_submitted": "auto-generated"}, Kind.AUTOMATIC, "auto-submitted"),
    ({"auto_submitted": "auto-generated", "in_reply_to": "<7@desk.example>"}, Kind.AUTO_REPLY, "auto-submitted"),
    ({"subject": "Out of Office: Re: Units", "precedence": "bulk"}, Kind.AUTO_REPLY, "vacation-subject"),
    ({"subject": "Automatische Antwort", "x_auto_response_suppress": "All"}, Kind.AUTO_REPLY, "vacation-subject"),
    ({"subject": "Réponse automatique : x", "return_path": "<>"}, Kind.AUTO_REPLY, "vacation-subject"),
    ({"x_autoreply": "yes"}, Kind.AUTO_REPLY, "autoresponder-field"),
    ({"x_autorespond": ""}, Kind.AUTO_REPLY, "autoresponder-field"),
    ({"precedence": "auto_reply"}, Kind.AUTO_REPLY, "precedence-auto-reply"),
    ({"precedence": "Bulk"}, Kind.AUTOMATIC, "precedence-bulk"),
    ({"precedence": "junk"}, Kind.AUTOMATIC, "precedence-junk"),
    ({"precedence": "list"}, Kind.LIST, "precedence-list"),
    ({"list_id": "Coders <coders.example>"}, Kind.LIST, "list-id"),
    ({"list_unsubscribe": "<mailto:x@y.example>"}, Kind.LIST, "list-unsubscribe"),
    ({"list_post": "<mailto:x@y.example>"}, Kind.LIST, "list-post"),
    ({"from": "MAILER-DAEMON@mx.example"}, Kind.AUTOMATIC, "mailer-daemon"),
    ({"return_path": "<>"}, Kind.AUTOMATIC, "null-return-path"),
]


@pytest.mark.parametrize(("fields", "kind", "reason"), AUTOMATIC)
def test_other_machines(fields: dict[str, str], kind: Kind, reason: str) -> None:
    assert judge(letter("Thank you, we got it.\n", **fields)) == Machine(kind, reason, None)


def test_the_envelope_is_believed_before_the_return_path() -> None:
    assert judge(letter(), envelope_from="").reason == "null-return-path"
    assert judge(letter(return_path="<>"), envelope_from="ana@clinic.example").kind is Kind.QUESTION
