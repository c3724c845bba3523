"""The signs by which a mail by a machine is told from one by a person; the costly ones are found when asked for."""

import re
from functools import cached_property

from consultant.mail import automatic_replies, failure_notices, reports
from consultant.mail.headers import parameters
from consultant.mail.parts import Message, split_message
from consultant.mail.reading import IncomingMail

_DAEMON = re.compile(
    r"(?:^|[<\s\"'(])(?:mailer[-_]?daemon|mail[-_]?daemon|mdaemon|mail[-_]?delivery[-_]?(?:sub)?system)\b",
    re.IGNORECASE,
)
_POSTMASTER = re.compile(
    r"(?:^|[<\s\"'(])post_?master\b|mail delivery|mail (?:sub)?system\b|delivery subsystem|"
    r"mail administrator|system administrator|mailadm|mail[-_ ]?(?:service|server|gateway|robot)|"
    r"antivirus|smtp[-_ ]?gateway",
    re.IGNORECASE,
)


class Signs:
    """What the rules of consultant.mail.machine look at."""

    def __init__(self, mail: IncomingMail, raw: bytes, envelope_from: str | None) -> None:
        self.mail = mail
        self._raw = raw
        self._envelope_from = envelope_from
        self.names = frozenset(name for name, _ in mail.headers.fields)
        sender = " ".join(mail.headers.structured("from"))
        self.return_path = mail.header("return-path") or ""
        self.from_daemon = _DAEMON.search(sender) is not None or _DAEMON.search(self.return_path) is not None
        self.from_postmaster = _POSTMASTER.search(sender) is not None
        self.auto_submitted = self.keyword("auto-submitted")
        self.precedence = self.keyword("precedence") or self.keyword("x-precedence")
        self.says_out_of_office = automatic_replies.says_out_of_office(mail.subject)

    def keyword(self, name: str) -> str:
        """The first word of the field, in lower case; empty when there is none."""
        value = self.mail.header(name) if name in self.names else None
        return re.split(r"[\s;(]", (value or "").strip().lower(), maxsplit=1)[0]

    @cached_property
    def null_path(self) -> bool:
        """Whether the envelope sender is empty, as it must be of reports and replies by machines (RFC
        5321)."""
        if self._envelope_from is not None:
            return self._envelope_from.strip() in ("", "<>")
        return self.return_path.replace(" ", "") == "<>"

    @cached_property
    def message(self) -> Message:
        """The structure of the mail, or of the report that a gateway enclosed in it."""
        return self.enclosed_report or self._outer

    @cached_property
    def enclosed_report(self) -> Message | None:
        """The delivery report that a server enclosed in a mail of its own (a person may attach one, too)."""
        by_server = self.report_type is not None or self.null_path or self.from_daemon
        if not by_server or "message/rfc822" not in self.part_types or self.part_types & reports.DELIVERY_STATUS:
            return None
        return reports.enclosed_report(self._outer)

    @cached_property
    def _outer(self) -> Message:
        return split_message(self._raw)

    @cached_property
    def part_types(self) -> frozenset[str]:
        """The media types of the leaves that are no text."""
        return frozenset(attachment.type for attachment in self.mail.attachments)

    @cached_property
    def report_type(self) -> str | None:
        """The kind of report that the mail says it is (RFC 6522); empty when it does not say which; None: none."""
        if "content-type" not in self.names:
            return None
        media_type, found = parameters(self.mail.headers.structured("content-type")[0])
        given = found.get("report-type", "").strip().lower()
        return given if given or media_type == "multipart/report" else None

    @cached_property
    def by_server(self) -> bool:
        """Whether a mail server sent it, by its own word."""
        return self.report_type is not None or self.null_path or self.from_daemon or self.from_postmaster

    @cached_property
    def encloses_original(self) -> bool:
        """Whether the mail holds another one, or its headers, as part or in its text."""
        return bool(self.part_types & reports.ORIGINALS) or failure_notices.quotes_a_copy(self.mail.text)

    @cached_property
    def notice(self) -> str:
        """Subject and text, in which a server would say what happened."""
        return f"{self.mail.subject}\n\n{self.mail.text}"

    @cached_property
    def not_failed(self) -> frozenset[str]:
        """The addresses of the notice's own envelope, which it names without blaming them."""
        return frozenset((*self.mail.to, *self.mail.delivered_to, self.mail.from_address or ""))
