"""Hands one composed mail to the relay over SMTP (RFC 5321) and says once and for all how that ended.

The line that matters is the final dot: before it is handed over nothing was sent, after it only the
relay's reply tells whether the mail is on its way. Must not know letters, cases or who retries.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from consultant.mail.bearer import BearerDialogue, Mechanism
from consultant.mail.characters import one_line
from consultant.mail.oauth.errors import OAuthTrouble
from consultant.mail.outcome import Accepted, Outcome, Parcel, Refused, TryLater, Uncertain
from consultant.mail.trust import tls_context

_SECONDS_TO_PART = 2.0
_LONGEST_TEXT = 300
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_FINAL_DOT = b".\r\n"
# Refusals that are about us, not the mail: bad sequence, log-in wanted or not good enough (RFC 4954).
_OUR_TROUBLE = frozenset({503, 530, 534, 535, 538})


class CourierError(Exception):
    """The relay cannot be used: not reached, no TLS, log-in refused. The message says what to look at."""

    def __init__(self, text: str, code: int | None = None) -> None:
        super().__init__(text)
        self.code = code


class Courier:
    """Sends through one relay, a connection for each mail. May be used from any number of threads."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        username: str | None = None,
        password: str | None = None,
        tls: Literal["none", "starttls", "tls"],
        timeout: float,
        helo: str | None = None,
        ca_file: Path | None = None,
        mechanism: Mechanism | None = None,
        token: Callable[[], str] | None = None,
    ) -> None:
        """`timeout` in seconds holds for connecting and for each reply. Certificates are verified against the
        machine's trust store (or the file in SSL_CERT_FILE), or against `ca_file`, and TLS is never given up for
        plain text. With a `mechanism` the log-in is with the access token that `token` gives.
        """
        self._host, self._port, self._timeout, self._helo = host, port, timeout, helo
        self._username, self._password = username, password
        self._tls, self._ca_file = tls, ca_file
        self._mechanism, self._token = mechanism, token

    def send(self, parcel: Parcel, *, before_data: Callable[[], None]) -> Outcome:
        """Sends the parcel and returns how it ended; the relay's trouble is never an exception.

        `before_data` is called once the recipient is accepted and before any content is sent. What it raises
        comes through, and nothing was sent then.
        """
        try:
            smtp = self._open()
        except CourierError as error:
            return TryLater(error.code, str(error))
        with contextlib.closing(_Farewell(smtp)):
            refusal = _offer_envelope(smtp, parcel)
            if refusal is not None:
                return refusal
            before_data()
            return _hand_over(smtp, parcel.raw)

    def check(self) -> str:
        """Connects, starts TLS, logs in and says NOOP; returns the relay's greeting. Raises CourierError."""
        smtp = self._open()
        with contextlib.closing(_Farewell(smtp)):
            try:
                code, text = smtp.noop()
            except OSError as error:
                raise CourierError(f"{self._where} stopped answering: {_reason(error)}") from error
            if code != 250:
                raise CourierError(f"{self._where} does not answer NOOP: {_said(code, text)}", code)
            greeting = smtp.ehlo_resp or smtp.helo_resp or b""
            return _words(greeting.split(b"\n")[0])

    @property
    def _where(self) -> str:
        return f"SMTP server {self._host}:{self._port}"

    def _open(self) -> smtplib.SMTP:
        """A connection greeted, encrypted and logged in as configured. Raises CourierError."""
        token = self._token_now()
        smtp = self._connect()
        try:
            self._prepare(smtp, token)
        except smtplib.SMTPAuthenticationError as error:
            smtp.close()
            said = _said(error.smtp_code, error.smtp_error)
            raise CourierError(f"{self._where} refuses our user name or password: {said}", error.smtp_code) from None
        except (OSError, UnicodeError) as error:
            smtp.close()
            raise CourierError(f"{self._where}: {_reason(error)}", _code(error)) from error
        except CourierError:
            smtp.close()
            raise
        return smtp

    def _connect(self) -> smtplib.SMTP:
        try:
            if self._tls == "tls":
                context = tls_context(self._ca_file)
                return smtplib.SMTP_SSL(self._host, self._port, self._helo, timeout=self._timeout, context=context)
            return smtplib.SMTP(self._host, self._port, self._helo, timeout=self._timeout)
        except OSError as error:
            raise CourierError(f"{self._where} cannot be reached: {_reason(error)}", _code(error)) from error

    def _token_now(self) -> str:
        """The access token, asked for before the server waits for us; empty where none is used."""
        if self._mechanism is None or self._token is None:
            return ""
        try:
            return self._token()
        except OAuthTrouble as error:
            raise CourierError(f"{self._where} wants an access token: {error}") from error

    def _prepare(self, smtp: smtplib.SMTP, token: str) -> None:
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the dot is a packet of its own
        smtp.ehlo_or_helo_if_needed()
        if self._tls == "starttls":
            if not smtp.has_extn("starttls"):
                raise CourierError(f"{self._where} offers no STARTTLS, and we do not send in plain text instead")
            smtp.starttls(context=tls_context(self._ca_file))
            smtp.ehlo_or_helo_if_needed()
        if self._mechanism is not None:
            self._sign_in(smtp, BearerDialogue(self._mechanism, self._username or "", token, self._host, self._port))
        elif self._username is not None:
            smtp.login(self._username, self._password or "")

    def _sign_in(self, smtp: smtplib.SMTP, dialogue: BearerDialogue) -> None:
        try:
            smtp.auth(dialogue.mechanism, dialogue)
        except smtplib.SMTPAuthenticationError as error:
            said = dialogue.blotted(_said(error.smtp_code, error.smtp_error))
            why = f" ({dialogue.reason})" if dialogue.reason else ""
            raise CourierError(f"{self._where} refuses our access token: {said}{why}", error.smtp_code) from None


class _Farewell:
    """Takes leave of the relay: politely when the line still stands, and never waiting long."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    def close(self) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(_SECONDS_TO_PART)
            with contextlib.suppress(OSError):  # the outcome stands, whatever the relay makes of QUIT
                self._smtp.quit()
        self._smtp.close()


def _offer_envelope(smtp: smtplib.SMTP, parcel: Parcel) -> TryLater | Refused | None:
    """MAIL and RCPT; None when the recipient that counts is accepted."""
    addresses = (parcel.envelope_from, *parcel.envelope_to)
    international = not all(address.isascii() for address in addresses)
    if international and not smtp.has_extn("smtputf8"):
        return Refused(553, "the address is not ASCII, and the SMTP server offers no SMTPUTF8 (RFC 6531)")
    if not parcel.raw.isascii() and not smtp.has_extn("8bitmime"):
        return TryLater(None, "the mail is not 7-bit, and the SMTP server offers no 8BITMIME (RFC 6152)")
    if international:
        smtp.command_encoding = "utf-8"
    recipient, *copies = parcel.envelope_to
    try:
        for command, argument in (
            ("MAIL", f"FROM:<{parcel.envelope_from}>{_mail_options(smtp, parcel.raw, international)}"),
            ("RCPT", f"TO:<{recipient}>"),
        ):
            code, text = smtp.docmd(command, argument)
            if not _is_success(code):
                return _verdict(code, text, command)
        for copy in copies:
            smtp.docmd("RCPT", f"TO:<{copy}>")
    except OSError as error:
        return TryLater(None, f"the connection failed before any content was sent: {_reason(error)}")
    return None


def _mail_options(smtp: smtplib.SMTP, raw: bytes, international: bool) -> str:
    options = ""
    if smtp.has_extn("size"):
        options += f" SIZE={len(raw)}"
    if not raw.isascii():
        options += " BODY=8BITMIME"
    if international:
        options += " SMTPUTF8"
    return options


def _hand_over(smtp: smtplib.SMTP, raw: bytes) -> Outcome:
    """DATA, content and final dot, by hand, so that it is exact on which side of the dot any trouble was."""
    try:
        code, text = smtp.docmd("DATA")
        if code != 354:
            return _verdict(code, text, "DATA")
        smtp.send(_dot_stuffed(raw))
        smtp.send(_FINAL_DOT)
    except OSError as error:
        smtp.close()  # no QUIT here: the relay would take it for content
        return TryLater(None, f"the connection failed before the mail was handed over: {_reason(error)}")
    try:
        code, text = smtp.getreply()
    except OSError as error:
        smtp.close()
        return Uncertain(f"the mail was handed over, but no reply came: {_reason(error)}")
    if _is_success(code):
        return Accepted(_said(code, text))
    if 400 <= code <= 599:
        return _verdict(code, text, "the mail")
    smtp.close()
    return Uncertain(f"the mail was handed over, but the reply makes no sense: {_said(code, text)}")


def _dot_stuffed(raw: bytes) -> bytes:
    """The content with CRLF line ends only, and a dot at the start of a line doubled (section 4.5.2)."""
    lines = _LINE_END.sub(b"\r\n", raw)
    return _LEADING_DOT.sub(b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def _verdict(code: int, text: bytes, refused: str) -> TryLater | Refused:
    if code in _OUR_TROUBLE:
        return TryLater(
            code, f"the SMTP server wants another log-in or order from us at {refused}: {_said(code, text)}"
        )
    if 500 <= code <= 599:
        return Refused(code, _said(code, text))
    return TryLater(code, _said(code, text))


def _is_success(code: int) -> bool:
    return 200 <= code <= 299


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {_words(text)}".strip()


def _words(text: bytes | str) -> str:
    decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(decoded)[:_LONGEST_TEXT]


def _code(error: BaseException) -> int | None:
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0 else None


def _reason(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message
        return f"its TLS certificate is not trusted ({why}); check its host name or set SSL_CERT_FILE"
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "it did not answer in time"
    return _words(str(error)) or type(error).__name__
