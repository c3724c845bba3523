"""Whether a machine wrote a mail, and what kind of machine (RFC 3834, RFC 3464, RFC 8098, RFC 5965, RFC 2919).

The rules stand in one tuple and are asked in its order; the first that says something is right, and when
none does a person wrote the mail. Words alone do not make a mail automatic, because members write about
vacations and failed deliveries; only where the whole form is one that people do not write in, they do.
Pure: knows no case, no member and no setting.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from consultant.mail import automatic_replies, failure_notices, reports
from consultant.mail.addresses import normalise
from consultant.mail.reading import IncomingMail
from consultant.mail.signs import Signs


class Kind(enum.StrEnum):
    """What sort of mail it is; everything but a question was written by a machine."""

    QUESTION = "question"
    BOUNCE = "bounce"
    DELAYED = "delayed"
    DSN_SUCCESS = "dsn_success"
    AUTO_REPLY = "auto_reply"
    AUTOMATIC = "automatic"
    FEEDBACK = "feedback"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Bounce:
    """Whom a mail did not reach, whether for good, the Message-ID of that mail when the notice shows it, and
    the code that says why: an enhanced status code (RFC 3463) or an SMTP reply code."""

    recipients: tuple[str, ...]
    severity: Literal["hard", "soft"]
    of: str | None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """The judgement: a kind, the code of the rule that said so, and what did not arrive if it is about
    that."""

    kind: Kind
    reason: str
    bounce: Bounce | None


def judge_machine(mail: IncomingMail, raw: bytes, *, envelope_from: str | None = None) -> Machine:
    """Judge who wrote the mail. `envelope_from` is the SMTP sender ('' for the null path); None: see
    Return-Path."""
    signs = Signs(mail, raw, envelope_from)
    for rule in RULES:
        if (machine := rule(signs)) is not None:
            return machine
    return Machine(Kind.QUESTION, "written-by-a-person", None)


def _feedback_report(signs: Signs) -> Machine | None:
    if signs.part_types & reports.FEEDBACK or signs.report_type == "feedback-report":
        return Machine(Kind.FEEDBACK, "feedback-report", None)
    if "message/rfc822" in signs.part_types and reports.is_microsoft_junk_report(signs.message):
        return Machine(Kind.FEEDBACK, "junk-report", None)
    return None


def _disposition_notification(signs: Signs) -> Machine | None:
    if signs.report_type is None:
        return None
    if not (signs.part_types & reports.DISPOSITION or signs.report_type == "disposition-notification"):
        return None
    if failure_notices.says_failed(signs.notice) and reports.is_rejection(signs.message.leaves):
        return _told_in_words(signs, "disposition-notification")
    return Machine(Kind.AUTOMATIC, "disposition-notification", None)


def _delivery_report(signs: Signs) -> Machine | None:
    if not signs.by_server:
        return None
    holds_one = signs.part_types & reports.DELIVERY_STATUS or signs.enclosed_report
    if holds_one or signs.report_type == "delivery-status":
        return _reported(signs) or _told_in_words(signs, "delivery-status") or _AUTOMATIC_REPORT
    return None


_AUTOMATIC_REPORT = Machine(Kind.AUTOMATIC, "delivery-status", None)


def _reported(signs: Signs) -> Machine | None:
    """What the fields of the report say: one failure outweighs all the rest."""
    statuses = reports.delivery_statuses(signs.message.leaves)
    for kind, action in ((Kind.BOUNCE, "failed"), (Kind.DELAYED, "delayed"), (Kind.DSN_SUCCESS, "delivered")):
        of_kind = [status for status in statuses if status.action == action]
        if of_kind and kind is Kind.DSN_SUCCESS:
            return Machine(kind, "delivery-status", None)
        if of_kind:
            recipients = tuple(dict.fromkeys(status.address for status in of_kind if status.address))
            permanent = kind is Kind.BOUNCE and any(status.permanent for status in of_kind)
            code = next((status.status for status in of_kind if status.status), None)
            recipients = recipients or _failed_recipients(signs)
            return Machine(kind, "delivery-status", _bounce(signs, recipients, "hard" if permanent else "soft", code))
    return None


def _out_of_office(signs: Signs) -> Machine | None:
    """A subject that says so counts only beside another sign: a member may ask about a vacation."""
    if not signs.says_out_of_office:
        return None
    automatic = signs.null_path or signs.auto_submitted not in ("", "no")
    bulk = signs.precedence in ("bulk", "junk", "auto_reply")
    # Exchange writes these on mail by people as well: then at least nothing may be asked.
    by_exchange = bool(signs.names & {"x-auto-response-suppress", "x-ms-exchange-inbox-rules-loop"})
    if automatic or bulk or (by_exchange and "?" not in signs.notice):
        return Machine(Kind.AUTO_REPLY, "vacation-subject", None)
    return None


def _failure_notice(signs: Signs) -> Machine | None:
    if not (signs.null_path or signs.from_daemon or "x-failed-recipients" in signs.names):
        return _failure_notice_of_postmaster(signs)
    return _told_in_words(signs, "failure-notice") or _told_by_its_form(signs)


def _failure_notice_of_postmaster(signs: Signs) -> Machine | None:
    """Postmasters are people too: theirs is a notice only when the subject says so as well, and an address is
    named or the mail sent back."""
    says_automatic = signs.auto_submitted not in ("", "no")
    if not signs.from_postmaster or (signs.mail.in_reply_to and not says_automatic):
        return None
    subject = signs.mail.subject
    says_so = failure_notices.says_failed(subject) or failure_notices.says_delayed(signs.notice)
    told = _told_in_words(signs, "failure-notice") if says_so else None
    if told and told.bounce and (told.bounce.recipients or signs.encloses_original):
        return told
    return None


def _told_in_words(signs: Signs, reason: str) -> Machine | None:
    if failure_notices.says_delayed(signs.notice):
        return Machine(Kind.DELAYED, reason, _bounce(signs, _failed_recipients(signs), "soft"))
    if failure_notices.says_failed(signs.notice) or "x-failed-recipients" in signs.names:
        severity = failure_notices.severity_of(signs.mail.text)
        return Machine(Kind.BOUNCE, reason, _bounce(signs, _failed_recipients(signs), severity))
    return None


def _told_by_its_form(signs: Signs) -> Machine | None:
    """A daemon that names an address and sends the mail back says enough, in whatever language."""
    if not signs.from_daemon or not signs.encloses_original or signs.says_out_of_office:
        return None
    recipients = _failed_recipients(signs)
    severity = failure_notices.severity_of(signs.mail.text)
    return Machine(Kind.BOUNCE, "returned-mail", _bounce(signs, recipients, severity)) if recipients else None


def _bare_failure_notice(signs: Signs) -> Machine | None:
    """Some gateways send notices as if a person had: recognised by a form that people do not write in."""
    if signs.mail.in_reply_to or not failure_notices.is_bare_notice(signs.mail.subject, signs.mail.text):
        return None
    return _told_in_words(signs, "bare-notice")


def _failed_recipients(signs: Signs) -> tuple[str, ...]:
    listed = ",".join(signs.mail.all_headers("x-failed-recipients")).split(",")
    if named := tuple(dict.fromkeys(address for field in listed if (address := normalise(field)))):
        return named
    found = failure_notices.failed_recipients(signs.mail.text, never=signs.not_failed)
    return found or failure_notices.failed_recipients(signs.mail.subject, never=signs.not_failed)


def _bounce(
    signs: Signs, recipients: tuple[str, ...], severity: Literal["hard", "soft"], status: str | None = None
) -> Bounce:
    of = reports.original_message_id(signs.message) or failure_notices.enclosed_message_id(signs.mail.text)
    status = status or failure_notices.status_of(signs.mail.text)
    return Bounce(recipients, severity, of or next(iter(signs.mail.in_reply_to), None), status)


def _auto_submitted(signs: Signs) -> Machine | None:
    if signs.auto_submitted in ("", "no"):
        return None
    replied = signs.auto_submitted == "auto-replied" or signs.says_out_of_office or bool(signs.mail.in_reply_to)
    return Machine(Kind.AUTO_REPLY if replied else Kind.AUTOMATIC, "auto-submitted", None)


def _autoresponder(signs: Signs) -> Machine | None:
    for name in automatic_replies.FIELDS:
        if name in signs.names and signs.keyword(name) not in ("no", "false", "0"):
            return Machine(Kind.AUTO_REPLY, "autoresponder-field", None)
    if "auto_reply" in (signs.precedence, signs.keyword("preference")):
        return Machine(Kind.AUTO_REPLY, "precedence-auto-reply", None)
    return None


def _bare_reply(signs: Signs) -> Machine | None:
    """Automatic replies and receipts of programs that write nothing into the header to tell them by."""
    subject, text = signs.mail.subject, signs.mail.text
    if signs.says_out_of_office and automatic_replies.is_bare_reply(subject, text):
        return Machine(Kind.AUTO_REPLY, "bare-auto-reply", None)
    if automatic_replies.is_read_receipt(subject, text):
        return Machine(Kind.AUTOMATIC, "read-receipt", None)
    return None


def _other_report(signs: Signs) -> Machine | None:
    """A report of a kind that is not known here is a machine's all the same (RFC 6522)."""
    return None if signs.report_type is None else Machine(Kind.AUTOMATIC, "report", None)


def _mailing_list(signs: Signs) -> Machine | None:
    """A mail that came through a list was not sent to us (RFC 2369, RFC 2919)."""
    for name in _LIST_FIELDS:
        if name in signs.names:
            return Machine(Kind.LIST, name, None)
    return Machine(Kind.LIST, "precedence-list", None) if signs.precedence == "list" else None


_LIST_FIELDS = ("list-id", "list-post", "list-unsubscribe")


def _bulk(signs: Signs) -> Machine | None:
    if signs.precedence in ("bulk", "junk"):
        return Machine(Kind.AUTOMATIC, f"precedence-{signs.precedence}", None)
    return None


def _daemon(signs: Signs) -> Machine | None:
    return Machine(Kind.AUTOMATIC, "mailer-daemon", None) if signs.from_daemon else None


def _null_return_path(signs: Signs) -> Machine | None:
    return Machine(Kind.AUTOMATIC, "null-return-path", None) if signs.null_path else None


RULES: tuple[Callable[[Signs], Machine | None], ...] = (
    _feedback_report,
    _disposition_notification,
    _delivery_report,
    _out_of_office,
    _failure_notice,
    _bare_failure_notice,
    _auto_submitted,
    _autoresponder,
    _bare_reply,
    _daemon,
    _other_report,
    _mailing_list,
    _bulk,
    _null_return_path,
)
