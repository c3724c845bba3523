"""Whether a machine wrote a mail, and what kind of machine (RFC 3834, RFC 3464, RFC 8098, RFC 5965, RFC
2919).

The rules stand in one tuple and are asked in its order; the first that says something is right, and when
none does a person wrote the mail. Words alone never make a mail automatic: members write about vacations
and failed deliveries. Pure: knows no case, no member and no setting.
"""

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from consultant.mail import failure_notices, reports
from consultant.mail.addresses import normalise
from consultant.mail.parts import Message, split_message
from consultant.mail.reading import IncomingMail


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
    """Whom a mail did not reach, whether for good, and the Message-ID of that mail when the notice shows
    it."""

    recipients: tuple[str, ...]
    severity: Literal["hard", "soft"]
    of: str | None


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
    signs = _Signs(mail, raw, envelope_from)
    for rule in RULES:
        if (machine := rule(signs)) is not None:
            return machine
    return Machine(Kind.QUESTION, "written-by-a-person", None)


_DAEMON = re.compile(r"(?:^|[<\s\"'(])(?:mailer[-_]?daemon|mail[-_]?daemon)\b", re.IGNORECASE)
_POSTMASTER = re.compile(
    r"(?:^|[<\s\"'(])postmaster\b|mail delivery (?:sub)?system|mail administrator|system administrator",
    re.IGNORECASE,
)
_OUT_OF_OFFICE = re.compile(
    r"\bout of (?:the )?office|\bautomatic reply|\bauto(?:matic)?[- ]?(?:reply|response|responder)|"
    r"\bvacation\b|"
    r"\bon (?:annual )?leave\b|\baway from (?:my|the) (?:office|desk|mail)|automatische antwort|abwesenheit|"
    r"nicht im (?:büro|haus)|réponse automatique|absence du bureau|absent du bureau|respuesta automática|"
    r"fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|resposta automática|ausência|"
    r"automatisch antwoord|afwezig|autosvar|automatiskt svar|automatisk svar|frånvar|fravær|"
    r"automaattinen vastaus|"
    r"autoodpowiedź|odpowiedź automatyczna|automatická odpověď|自動応答|自动回复",
    re.IGNORECASE,
)
_AUTORESPONDER_FIELDS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-autoreply-from",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-amavis-autoreply",
)
_LIST_FIELDS = ("list-id", "list-post", "list-unsubscribe")


class _Signs:
    """What the rules look at; the costly signs are worked out when a rule first asks."""

    def __init__(self, mail: IncomingMail, raw: bytes, envelope_from: str | None) -> None:
        self.mail = mail
        self._raw = raw
        self._envelope_from = envelope_from
        sender = " ".join(mail.headers.structured("from"))
        self.return_path = mail.header("return-path")
        self.from_daemon = _DAEMON.search(sender) is not None or _DAEMON.search(self.return_path or "") is not None
        self.from_postmaster = _POSTMASTER.search(sender) is not None
        self.auto_submitted = _keyword(mail.header("auto-submitted"))
        self.precedence = _keyword(mail.header("precedence"))
        self.subject_says_out_of_office = _OUT_OF_OFFICE.search(mail.subject) is not None

    @cached_property
    def null_path(self) -> bool:
        """Whether the envelope sender is empty, as it must be of reports and replies by machines (RFC
        5321)."""
        if self._envelope_from is not None:
            return self._envelope_from.strip() in ("", "<>")
        return (self.return_path or "").replace(" ", "") == "<>"

    @cached_property
    def message(self) -> Message:
        """The structure of the mail, for the rules that look into a report."""
        return split_message(self._raw)

    @cached_property
    def part_types(self) -> frozenset[str]:
        """The media types of the leaves that are no text."""
        return frozenset(attachment.type for attachment in self.mail.attachments)

    @cached_property
    def is_report(self) -> bool:
        """Whether the mail is a multipart/report (RFC 6522)."""
        return (self.mail.header("content-type") or "").lower().startswith("multipart/report")

    @cached_property
    def notice(self) -> str:
        """Subject and text, in which a server would say what happened."""
        return f"{self.mail.subject}\n\n{self.mail.text}"


def _keyword(value: str | None) -> str:
    return re.split(r"[\s;(]", (value or "").strip().lower(), maxsplit=1)[0]


def _feedback_report(signs: _Signs) -> Machine | None:
    if signs.part_types & reports.FEEDBACK:
        return Machine(Kind.FEEDBACK, "feedback-report", None)
    if "message/rfc822" in signs.part_types and reports.is_microsoft_junk_report(signs.message):
        return Machine(Kind.FEEDBACK, "junk-report", None)
    return None


def _disposition_notification(signs: _Signs) -> Machine | None:
    if signs.is_report and signs.part_types & reports.DISPOSITION:
        return Machine(Kind.AUTOMATIC, "disposition-notification", None)
    return None


def _delivery_report(signs: _Signs) -> Machine | None:
    by_machine = signs.is_report or signs.null_path or signs.from_daemon or signs.from_postmaster
    if not (by_machine and signs.part_types & reports.DELIVERY_STATUS):
        return None
    statuses = reports.delivery_statuses(signs.message.leaves)
    for kind, action in ((Kind.BOUNCE, "failed"), (Kind.DELAYED, "delayed"), (Kind.DSN_SUCCESS, "delivered")):
        of_kind = [status for status in statuses if status.action == action]
        if of_kind and kind is Kind.DSN_SUCCESS:
            return Machine(kind, "delivery-status", None)
        if of_kind:
            recipients = tuple(dict.fromkeys(status.address for status in of_kind if status.address))
            permanent = kind is Kind.BOUNCE and any(status.permanent for status in of_kind)
            return Machine(kind, "delivery-status", _bounce(signs, recipients, "hard" if permanent else "soft"))
    return _told_in_words(signs, "delivery-status") or Machine(Kind.AUTOMATIC, "delivery-status", None)


def _out_of_office(signs: _Signs) -> Machine | None:
    """A subject that says so counts only beside another sign: a member may ask about a vacation."""
    other_sign = (
        signs.null_path
        or signs.auto_submitted not in ("", "no")
        or signs.precedence in ("bulk", "junk", "auto_reply")
        or signs.mail.headers.raw("x-auto-response-suppress")
        or signs.mail.headers.raw("x-ms-exchange-inbox-rules-loop")
    )
    if signs.subject_says_out_of_office and other_sign:
        return Machine(Kind.AUTO_REPLY, "vacation-subject", None)
    return None


def _failure_notice(signs: _Signs) -> Machine | None:
    if not (signs.null_path or signs.from_daemon or signs.mail.headers.raw("x-failed-recipients")):
        return _failure_notice_of_postmaster(signs)
    return _told_in_words(signs, "failure-notice")


def _failure_notice_of_postmaster(signs: _Signs) -> Machine | None:
    """Postmasters are people too: theirs is a notice only when subject and text say so and an address is
    named."""
    if not signs.from_postmaster:
        return None
    subject = signs.mail.subject
    says_so = failure_notices.says_failed(subject) or failure_notices.says_delayed(signs.notice)
    told = _told_in_words(signs, "failure-notice") if says_so and not signs.mail.in_reply_to else None
    return told if told and told.bounce and told.bounce.recipients else None


def _told_in_words(signs: _Signs, reason: str) -> Machine | None:
    recipients = _failed_recipients(signs)
    if failure_notices.says_delayed(signs.notice):
        return Machine(Kind.DELAYED, reason, _bounce(signs, recipients, "soft"))
    if failure_notices.says_failed(signs.notice) or signs.mail.headers.raw("x-failed-recipients"):
        severity = failure_notices.severity_of(signs.mail.text)
        return Machine(Kind.BOUNCE, reason, _bounce(signs, recipients, severity))
    return None


def _failed_recipients(signs: _Signs) -> tuple[str, ...]:
    listed = ",".join(signs.mail.all_headers("x-failed-recipients")).split(",")
    if named := tuple(dict.fromkeys(address for field in listed if (address := normalise(field)))):
        return named
    found = failure_notices.failed_recipients(signs.mail.text)
    return found or failure_notices.failed_recipients(signs.mail.subject)


def _bounce(signs: _Signs, recipients: tuple[str, ...], severity: Literal["hard", "soft"]) -> Bounce:
    of = reports.original_message_id(signs.message) or failure_notices.enclosed_message_id(signs.mail.text)
    return Bounce(recipients, severity, of or next(iter(signs.mail.in_reply_to), None))


def _auto_submitted(signs: _Signs) -> Machine | None:
    if signs.auto_submitted in ("", "no"):
        return None
    replied = signs.auto_submitted == "auto-replied" or bool(signs.mail.in_reply_to)
    return Machine(Kind.AUTO_REPLY if replied else Kind.AUTOMATIC, "auto-submitted", None)


def _autoresponder(signs: _Signs) -> Machine | None:
    said = [signs.mail.header(name) for name in _AUTORESPONDER_FIELDS]
    if any(value is not None and _keyword(value) not in ("no", "false", "0") for value in said):
        return Machine(Kind.AUTO_REPLY, "autoresponder-field", None)
    if signs.precedence == "auto_reply":
        return Machine(Kind.AUTO_REPLY, "precedence-auto-reply", None)
    return None


def _mailing_list(signs: _Signs) -> Machine | None:
    """A mail that came through a list was not sent to us (RFC 2369, RFC 2919)."""
    for name in _LIST_FIELDS:
        if signs.mail.headers.raw(name):
            return Machine(Kind.LIST, name, None)
    return Machine(Kind.LIST, "precedence-list", None) if signs.precedence == "list" else None


def _bulk(signs: _Signs) -> Machine | None:
    if signs.precedence in ("bulk", "junk"):
        return Machine(Kind.AUTOMATIC, f"precedence-{signs.precedence}", None)
    return None


def _daemon(signs: _Signs) -> Machine | None:
    return Machine(Kind.AUTOMATIC, "mailer-daemon", None) if signs.from_daemon else None


def _null_return_path(signs: _Signs) -> Machine | None:
    return Machine(Kind.AUTOMATIC, "null-return-path", None) if signs.null_path else None


RULES: tuple[Callable[[_Signs], Machine | None], ...] = (
    _feedback_report,
    _disposition_notification,
    _delivery_report,
    _out_of_office,
    _failure_notice,
    _auto_submitted,
    _autoresponder,
    _daemon,
    _mailing_list,
    _bulk,
    _null_return_path,
)
