"""The courier against real SMTP servers that accept, refuse, defer, hang, or drop the line around the final dot."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, syntax

from consultant.mail.courier import Courier, CourierError
from consultant.mail.outcome import Accepted, Outcome, Parcel, Refused, TryLater, Uncertain

RAW = b"Subject: private words\r\n\r\n.\r\n..two\r\nsecret body\r\n"
PARCEL = Parcel(RAW, "bounce@consult.example", ("dana@clinic.example",))
_LINES = (b"x" * 76 + b"\r\n") * 200_000
BIG = Parcel(b"Subject: big\r\n\r\n" + _LINES, "b@consult.example", ("dana@clinic.example",))


@dataclass
class Relay:
    """How a server behaves, by the reply it gives at each step, and what it has taken in."""

    mail: str = "250 OK"
    rcpt: dict[str, str] = field(default_factory=dict)
    content: str = "250 queued as 42"
    without: str = ""
    hang_at_rcpt: bool = False
    log: list[str] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in responses if not self.without or self.without not in line]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        self.log.append("MAIL")
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return self.mail

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        self.log.append("RCPT")
        if self.hang_at_rcpt:
            await asyncio.sleep(30)
        reply = self.rcpt.get(address, "250 OK")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.log.append("DATA")
        if self.content == "drop":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        if self.content == "hang":
            await asyncio.sleep(30)
        self.envelopes.append(envelope)
        return self.content

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.log.append("QUIT")
        return "221 Bye"


class DropsBeforeTheDot(SMTP):
    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        assert isinstance(self.transport, asyncio.WriteTransport)
        await self.push("354 go on")
        self.transport.abort()


class RefusesData(SMTP):
    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        await self.push(self.event_handler.content)


class RefusesGreeting(SMTP):
    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        await self.push("550 we do not know you")

    @syntax("HELO hostname")
    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802
        await self.push("550 we do not know you")


class RefusesStartTls(SMTP):
    @syntax("STARTTLS")
    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        await self.push("554 no TLS today")


class _Server(Controller):
    def __init__(self, relay: Relay, kind: type[SMTP], implicit_tls: ssl.SSLContext | None, **options: Any) -> None:
        self._kind, self._options = kind, options
        super().__init__(relay, hostname="127.0.0.1", port=_free_port(), ssl_context=implicit_tls)

    def factory(self) -> SMTP:
        return self._kind(self.handler, enable_SMTPUTF8=True, **self._options)


Serve = Callable[..., int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that behaves as the relay given says, and returns its port."""
    with contextlib.ExitStack() as running:

        def start(
            relay: Relay, kind: type[SMTP] = SMTP, implicit_tls: ssl.SSLContext | None = None, **options: Any
        ) -> int:
            server = _Server(relay, kind, implicit_tls, **options)
            server.start()
            running.callback(server.stop)
            return int(server.port)

        yield start


@dataclass
class Certificate:
    file: Path
    context: ssl.SSLContext


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    openssl = shutil.which("openssl")
    assert openssl, "the openssl command makes the certificate of these tests: install the package openssl"
    folder = tmp_path_factory.mktemp("tls")
    key, file = folder / "key.pem", folder / "cert.pem"
    command = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, *names, "-keyout", str(key), "-out", str(file)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return Certificate(file, context)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def courier(port: int, **settings: Any) -> Courier:
    usual: dict[str, Any] = {"host": "127.0.0.1", "port": port, "tls": "none", "timeout": 5, "helo": "consult.example"}
    return Courier(**(usual | settings))


def send(port: int, parcel: Parcel = PARCEL, *, transmitting: list[str] | None = None, **settings: Any) -> Outcome:
    steps = [] if transmitting is None else transmitting
    return courier(port, **settings).send(parcel, before_data=lambda: steps.append("transmitting"))


def test_an_accepted_mail_arrives_byte_for_byte_and_the_line_is_closed_politely(serve: Serve) -> None:
    relay = Relay()
    assert send(serve(relay)) == Accepted("250 queued as 42")
    assert relay.envelopes[0].original_content == RAW
    assert relay.envelopes[0].mail_from == "bounce@consult.example"
    assert relay.envelopes[0].rcpt_tos == ["dana@clinic.example"]
    assert relay.log == ["MAIL", "RCPT", "DATA", "QUIT"]


def test_a_large_mail_arrives_whole(serve: Serve) -> None:
    relay = Relay()
    assert isinstance(send(serve(relay, data_size_limit=None), BIG), Accepted)
    assert relay.envelopes[0].original_content == BIG.raw


def test_bare_line_ends_never_reach_the_wire(serve: Serve) -> None:
    relay = Relay()
    send(serve(relay), Parcel(b"Subject: x\n\none\n.\nMAIL FROM:<x>\rtwo", "", ("dana@clinic.example",)))
    assert relay.envelopes[0].original_content == b"Subject: x\r\n\r\none\r\n.\r\nMAIL FROM:<x>\r\ntwo\r\n"
    assert relay.log.count("MAIL") == 1


def test_the_null_sender_goes_out_as_such(serve: Serve) -> None:
    relay = Relay()
    assert isinstance(send(serve(relay), Parcel(RAW, "", ("dana@clinic.example",))), Accepted)
    assert relay.envelopes[0].mail_from == "<>"


def test_transmitting_is_said_after_the_recipient_is_accepted_and_before_the_content(serve: Serve) -> None:
    relay = Relay()
    send(serve(relay), transmitting=relay.log)
    assert relay.log == ["MAIL", "RCPT", "transmitting", "DATA", "QUIT"]


def test_nothing_is_sent_when_the_caller_cannot_write_down_that_it_transmits(serve: Serve) -> None:
    relay = Relay()

    def database_is_gone() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        courier(serve(relay)).send(PARCEL, before_data=database_is_gone)
    assert relay.log == ["MAIL", "RCPT", "QUIT"]


def _refusals() -> list[tuple[Relay, type[SMTP]]]:
    return [
        (Relay(mail="550 no such sender"), SMTP),
        (Relay(rcpt={"dana@clinic.example": "550 no such user"}), SMTP),
        (Relay(content="554 we do not like it"), SMTP),
        (Relay(content="552 too much"), RefusesData),
    ]


@pytest.mark.parametrize(("relay", "kind"), _refusals())
def test_a_refusal_of_the_mail_is_final(serve: Serve, relay: Relay, kind: type[SMTP]) -> None:
    outcome = send(serve(relay, kind))
    assert isinstance(outcome, Refused)
    assert outcome.code in (550, 552, 554)
    assert relay.log[-1] == "QUIT"


@pytest.mark.parametrize(
    ("relay", "kind"),
    [
        (Relay(mail="451 later"), SMTP),
        (Relay(rcpt={"dana@clinic.example": "450 greylisted"}), SMTP),
        (Relay(content="452 disk full"), SMTP),
        (Relay(content="421 closing"), RefusesData),
    ],
)
def test_a_deferral_is_for_another_time(serve: Serve, relay: Relay, kind: type[SMTP]) -> None:
    outcome = send(serve(relay, kind))
    assert isinstance(outcome, TryLater)
    assert outcome.code in (421, 450, 451, 452)


@pytest.mark.parametrize(
    "relay", [Relay(mail="530 log in first"), Relay(rcpt={"dana@clinic.example": "503 log in first"})]
)
def test_a_server_that_wants_another_log_in_does_not_blame_the_member(serve: Serve, relay: Relay) -> None:
    assert isinstance(send(serve(relay)), TryLater)


def test_a_refused_recipient_is_never_said_to_be_transmitting(serve: Serve) -> None:
    steps: list[str] = []
    send(serve(Relay(rcpt={"dana@clinic.example": "550 no such user"})), transmitting=steps)
    assert steps == []


@pytest.mark.parametrize("reply", ["550 no such user", "450 later"])
def test_a_copy_may_be_refused(serve: Serve, reply: str) -> None:
    relay = Relay(rcpt={"copy@consult.example": reply})
    copied = Parcel(RAW, "b@consult.example", ("dana@clinic.example", "copy@consult.example", "too@consult.example"))
    assert isinstance(send(serve(relay), copied), Accepted)
    assert relay.envelopes[0].rcpt_tos == ["dana@clinic.example", "too@consult.example"]


def test_the_line_dropped_before_the_final_dot_means_not_sent(serve: Serve) -> None:
    outcome = send(serve(Relay(), DropsBeforeTheDot), BIG)
    assert isinstance(outcome, TryLater)
    assert "before the mail was handed over" in outcome.text


def test_the_line_dropped_after_the_final_dot_leaves_it_uncertain(serve: Serve) -> None:
    assert isinstance(send(serve(Relay(content="drop"))), Uncertain)


def test_no_reply_in_time_after_the_final_dot_leaves_it_uncertain(serve: Serve) -> None:
    outcome = send(serve(Relay(content="hang")), timeout=0.3)
    assert outcome == Uncertain("the mail was handed over, but no reply came: it did not answer in time")


def test_a_reply_that_makes_no_sense_after_the_final_dot_leaves_it_uncertain(serve: Serve) -> None:
    assert isinstance(send(serve(Relay(content="999 what"))), Uncertain)


def test_a_server_that_hangs_before_the_content_is_tried_later(serve: Serve) -> None:
    steps: list[str] = []
    outcome = send(serve(Relay(hang_at_rcpt=True)), timeout=0.3, transmitting=steps)
    assert isinstance(outcome, TryLater)
    assert "did not answer in time" in outcome.text
    assert steps == []


def test_a_server_that_never_greets_is_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        outcome = send(silent.getsockname()[1], timeout=0.3)
    assert isinstance(outcome, TryLater)
    assert "did not answer in time" in outcome.text


def test_a_server_that_is_not_there_is_tried_later() -> None:
    outcome = send(_free_port())
    assert isinstance(outcome, TryLater)
    assert "cannot be reached" in outcome.text


def test_a_server_that_refuses_our_greeting_does_not_blame_the_member(serve: Serve) -> None:
    outcome = send(serve(Relay(), RefusesGreeting))
    assert isinstance(outcome, TryLater)
    assert outcome.code == 550


def test_a_mail_over_the_announced_size_is_refused_before_it_is_sent(serve: Serve) -> None:
    relay = Relay()
    outcome = send(serve(relay, data_size_limit=20))
    assert isinstance(outcome, Refused)
    assert outcome.code == 552
    assert "DATA" not in relay.log


def test_an_international_address_needs_a_server_that_takes_it(serve: Serve) -> None:
    parcel = Parcel(RAW, "b@consult.example", ("dané@clinic.example",))
    offered = Relay()
    assert isinstance(send(serve(offered), parcel), Accepted)
    assert offered.envelopes[0].rcpt_tos == ["dané@clinic.example"]
    assert isinstance(send(serve(Relay(without="SMTPUTF8")), parcel), Refused)


def test_eight_bit_content_needs_a_server_that_takes_it(serve: Serve) -> None:
    parcel = Parcel(RAW + "é\r\n".encode(), "b@consult.example", ("dana@clinic.example",))
    offered = Relay()
    assert isinstance(send(serve(offered), parcel), Accepted)
    assert "BODY=8BITMIME" in offered.envelopes[0].mail_options
    assert isinstance(send(serve(Relay(without="8BITMIME")), parcel), TryLater)


def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=isinstance(data, LoginPassword) and data.password == b"right", handled=False)


def test_a_log_in_that_is_refused_does_not_blame_the_member_and_keeps_the_password(serve: Serve) -> None:
    port = serve(Relay(), authenticator=_knows, auth_require_tls=False)
    assert isinstance(send(port, username="consult", password="right"), Accepted)
    outcome = send(port, username="consult", password="wrong-secret")
    assert isinstance(outcome, TryLater)
    assert outcome.code == 535
    assert "user name or password" in outcome.text
    assert "wrong-secret" not in outcome.text


def test_a_log_in_that_the_server_does_not_offer_is_tried_later(serve: Serve) -> None:
    assert isinstance(send(serve(Relay()), username="consult", password="right"), TryLater)


def test_tls_is_used_from_the_start_or_by_starttls(
    serve: Serve, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    upgraded, encrypted = Relay(), Relay()
    port = serve(upgraded, tls_context=certificate.context, require_starttls=True)
    assert isinstance(send(port, host="localhost", tls="starttls"), Accepted)
    port = serve(encrypted, implicit_tls=certificate.context)
    assert isinstance(send(port, host="localhost", tls="tls"), Accepted)
    assert [len(relay.envelopes) for relay in (upgraded, encrypted)] == [1, 1]


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    serve: Serve, certificate: Certificate, tls: str
) -> None:
    relay = Relay()
    if tls == "tls":
        port = serve(relay, implicit_tls=certificate.context)
    else:
        port = serve(relay, tls_context=certificate.context)
    outcome = send(port, host="localhost", tls=tls)
    assert isinstance(outcome, TryLater)
    assert "certificate is not trusted" in outcome.text
    assert relay.log == []


def test_a_certificate_for_another_host_is_not_accepted(
    serve: Serve, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    assert isinstance(send(serve(Relay(), implicit_tls=certificate.context), tls="tls"), TryLater)


def test_starttls_is_never_given_up_for_plain_text(serve: Serve, certificate: Certificate) -> None:
    not_offered, refused = Relay(), Relay()
    outcome = send(serve(not_offered), tls="starttls")
    assert isinstance(outcome, TryLater)
    assert "offers no STARTTLS" in outcome.text
    outcome = send(serve(refused, RefusesStartTls, tls_context=certificate.context), tls="starttls")
    assert isinstance(outcome, TryLater)
    assert outcome.code == 554
    assert not_offered.log == refused.log == []


@pytest.mark.parametrize(("relay", "kind"), [*_refusals(), (Relay(content="drop"), SMTP), (Relay(), DropsBeforeTheDot)])
def test_no_outcome_repeats_the_mail(serve: Serve, relay: Relay, kind: type[SMTP]) -> None:
    outcome = str(send(serve(relay, kind)))
    assert "private words" not in outcome
    assert "secret body" not in outcome


def test_check_says_who_answers(serve: Serve) -> None:
    relay = Relay()
    assert socket.getfqdn() in courier(serve(relay)).check()
    assert relay.log == ["QUIT"]


def test_check_says_what_is_wrong(serve: Serve) -> None:
    with pytest.raises(CourierError, match="cannot be reached"):
        courier(_free_port()).check()
    port = serve(Relay(), authenticator=_knows, auth_require_tls=False)
    with pytest.raises(CourierError, match="user name or password"):
        courier(port, username="consult", password="wrong").check()


@pytest.mark.parametrize("address", ["a@b.example>\r\nRCPT TO:<x@y.example", "a b@c.example", "a@b.example\n"])
def test_an_address_cannot_break_out_of_its_command(address: str) -> None:
    with pytest.raises(ValueError, match="envelope address"):
        Parcel(RAW, "", (address,))
    with pytest.raises(ValueError, match="envelope address"):
        Parcel(RAW, address, ("dana@clinic.example",))


@pytest.mark.parametrize("recipients", [(), ("",)])
def test_a_parcel_has_a_recipient(recipients: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="recipient"):
        Parcel(RAW, "", recipients)
