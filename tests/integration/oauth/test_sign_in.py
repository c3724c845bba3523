"""Signing in to a mailbox: never over a line that is not what the settings say; with each mechanism."""

from __future__ import annotations

import base64
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import create_server, socket
from typing import Any

import pytest
from imapclient.exceptions import LoginError

from config.settings import ImapSettings
from consultant.mail.mailbox import MAILBOX_TROUBLE, Mailbox, Patience
from tests.services.certificates import Authority, Pem
from tests.services.dovecot_server import DovecotServer, Encryption, running_dovecot
from tests.services.imap_proxy import ImapProxy
from tests.services.issuer import TokenIssuer

SECRET = "the secret of the mailbox"
PATIENCE = Patience(silence=5, command=10)
Says = Callable[["Line"], None]


@pytest.mark.parametrize("tls", ["tls", "starttls"])
@pytest.mark.parametrize("auth", ["password", "xoauth2", "oauthbearer"])
def test_each_way_of_signing_in_opens_the_mailbox(
    secure_dovecot: DovecotServer, authority: Authority, issuer: TokenIssuer, tls: str, auth: str
) -> None:
    account = secure_dovecot.new_account()
    secret = account.password if auth == "password" else issuer.consented(account.address)["access_token"]
    settings = imap(secure_dovecot, authority, username=account.address, tls=tls, auth=auth)
    with Mailbox(settings, PATIENCE, secret=lambda: secret) as mailbox:
        assert mailbox.uids() == []


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_new_mail_is_heard_of_over_an_encrypted_line(
    secure_dovecot: DovecotServer, authority: Authority, tls: str
) -> None:
    account = secure_dovecot.new_account()
    settings = imap(secure_dovecot, authority, username=account.address, password=account.password, tls=tls)
    with Mailbox(settings, PATIENCE) as mailbox, Mailbox(settings, PATIENCE) as other:
        mailbox.idle()
        assert not mailbox.heard(0.3)
        assert not mailbox.heard(0.3)
        other._client.append("INBOX", b"Subject: new\r\n\r\n")
        assert mailbox.heard(5)
        mailbox.done()
        assert mailbox.uids() == [1]


def test_a_password_that_is_not_ascii_goes_by_plain(secure_dovecot: DovecotServer, authority: Authority) -> None:
    account = secure_dovecot.new_account()
    (secure_dovecot._users / account.address).write_text(f"{account.address}:pässwörd\n", encoding="utf-8")
    settings = imap(secure_dovecot, authority, username=account.address, password="pässwörd")
    with Mailbox(settings, PATIENCE) as mailbox:
        assert mailbox.uids() == []


@pytest.mark.parametrize(("auth", "said"), [("xoauth2", "status 401"), ("oauthbearer", "status invalid_token")])
def test_a_token_that_is_refused_says_why_and_is_not_told(
    secure_dovecot: DovecotServer, authority: Authority, auth: str, said: str
) -> None:
    account = secure_dovecot.new_account()
    settings = imap(secure_dovecot, authority, username=account.address, auth=auth)
    with pytest.raises(LoginError, match=rf"refuses our access token.*{said}") as refused:
        Mailbox(settings, PATIENCE, secret=lambda: SECRET)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
def test_the_token_of_another_account_opens_nothing(
    secure_dovecot: DovecotServer, authority: Authority, issuer: TokenIssuer, auth: str
) -> None:
    account = secure_dovecot.new_account()
    token = issuer.consented("eve@clinic.example")["access_token"]
    with pytest.raises(LoginError):
        Mailbox(imap(secure_dovecot, authority, username=account.address, auth=auth), secret=lambda: token)


@pytest.mark.parametrize(
    ("name", "ended", "trusted"),
    [("other.example", False, True), ("localhost", True, True), ("localhost", False, False)],
    ids=["wrong host", "expired", "unknown authority"],
)
def test_a_certificate_that_is_not_good_is_refused_before_anything_is_said(
    authority: Authority, name: str, ended: bool, trusted: bool
) -> None:
    with running_dovecot(Encryption(authority.certificate(name, ended=ended), "http://127.0.0.1:9/")) as server:
        for tls in ("tls", "starttls"):
            settings = imap(server, authority, tls=tls, ca_file=authority.file if trusted else None)
            with pytest.raises(ssl.SSLCertVerificationError):
                Mailbox(settings, PATIENCE)
        log = (server._users.parent / "dovecot.log").read_text()
    assert "auth failed" not in log
    assert "Login:" not in log


@pytest.mark.parametrize("hidden", [frozenset({"STARTTLS"}), frozenset({"STARTTLS", "LOGINDISABLED"})])
@pytest.mark.parametrize("auth", ["password", "xoauth2"])
def test_where_somebody_hides_starttls_nothing_is_said(
    secure_dovecot: DovecotServer, authority: Authority, hidden: frozenset[str], auth: str
) -> None:
    with ImapProxy((secure_dovecot.host, secure_dovecot.port)) as proxy:
        proxy.hidden = hidden
        settings = imap(secure_dovecot, authority, tls="starttls", port=proxy.port, auth=auth)
        with pytest.raises(MAILBOX_TROUBLE, match="STARTTLS"):
            Mailbox(settings, PATIENCE, secret=lambda: SECRET)
        assert proxy.connections == 1
        assert not any(word in proxy.said.upper() for word in (SECRET.upper().encode(), b"LOGIN", b"AUTHENTICATE"))


def test_where_starttls_is_refused_nothing_is_said(authority: Authority) -> None:
    def says(line: Line) -> None:
        line.greet("OK", "IMAP4rev1 STARTTLS")
        line.answers_until("STARTTLS")
        line.answer("NO not today")
        line.answers_until("LOGIN")

    with scripted(says) as server, pytest.raises(MAILBOX_TROUBLE):
        Mailbox(imap_at(server.port, authority, tls="starttls"), PATIENCE)
    assert "LOGIN" not in server.heard
    assert SECRET not in server.heard


def test_a_greeting_that_says_we_are_signed_in_already_is_not_believed(authority: Authority) -> None:
    def says(line: Line) -> None:
        line.greet("PREAUTH", "IMAP4rev1 STARTTLS")
        line.answers_until("LOGIN")

    with scripted(says) as server, pytest.raises(MAILBOX_TROUBLE):
        Mailbox(imap_at(server.port, authority, tls="starttls"), PATIENCE)
    assert SECRET not in server.heard
    assert "SELECT" not in server.heard


def test_what_is_put_behind_the_go_ahead_for_tls_is_forgotten(authority: Authority) -> None:
    pem = authority.certificate()

    def says(line: Line) -> None:
        line.greet("OK", "IMAP4rev1 STARTTLS")
        line.answers_until("STARTTLS")
        line.answer("OK begin\r\n* CAPABILITY IMAP4rev1 INJECTED AUTH=PLAIN\r\n* 9 EXISTS")
        line.encrypt(pem)
        line.answers_until("LOGIN")
        line.answer("NO wrong")

    with scripted(says) as server, pytest.raises(LoginError, match="wrong") as refused:
        Mailbox(imap_at(server.port, authority, tls="starttls"), PATIENCE)
    assert "INJECTED" not in str(refused.value)
    assert server.heard.index("(encrypted)") < server.heard.index("LOGIN")


def test_where_login_is_switched_off_plain_is_used(authority: Authority) -> None:
    pem = authority.certificate()
    said: list[str] = []

    def says(line: Line) -> None:
        line.encrypt(pem)
        line.greet("OK", "IMAP4rev1 LOGINDISABLED AUTH=PLAIN")
        line.answers_until("AUTHENTICATE PLAIN")
        line.say("+ ")
        said.append(base64.b64decode(line.hear()).decode())
        line.answer(f"NO {SECRET} is wrong")

    with scripted(says) as server, pytest.raises(LoginError, match=r"… is wrong") as refused:
        Mailbox(imap_at(server.port, authority, tls="tls"), PATIENCE)
    assert said == [f"\0consult@consult.example\0{SECRET}"]
    assert SECRET not in str(refused.value)


def test_a_server_that_challenges_without_end_is_hung_up_on(authority: Authority) -> None:
    pem = authority.certificate()

    def says(line: Line) -> None:
        line.encrypt(pem)
        line.greet("OK", "IMAP4rev1 AUTH=XOAUTH2")
        line.answers_until("AUTHENTICATE XOAUTH2")
        while True:
            line.say("+ " + base64.b64encode(f"not json {SECRET}".encode()).decode())
            line.hear()

    impatient = Patience(silence=5, command=1)
    with scripted(says) as server, pytest.raises(MAILBOX_TROUBLE) as trouble:
        Mailbox(imap_at(server.port, authority, auth="xoauth2"), impatient, secret=lambda: SECRET)
    assert SECRET not in str(trouble.value)


class Line:
    """The server's end of one connection."""

    def __init__(self, connection: socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._tag = ""
        self.heard = ""
        self.offers = "IMAP4rev1 STARTTLS"

    def greet(self, word: str, offers: str) -> None:
        self.offers = offers
        self.say(f"* {word} [CAPABILITY {offers}] ready")

    def encrypt(self, pem: Pem) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem.chain, pem.key)
        self._connection = context.wrap_socket(self._connection, server_side=True)
        self._stream = self._connection.makefile("rb")
        self.heard += "(encrypted)"

    def say(self, text: str) -> None:
        self._connection.sendall(f"{text}\r\n".encode())

    def answer(self, text: str) -> None:
        self.say(f"{self._tag} {text}")

    def hear(self) -> str:
        text = self._stream.readline().decode()
        self.heard += text
        if not text:
            raise ConnectionResetError
        return text

    def answers_until(self, command: str) -> None:
        """Tell what it offers as often as asked, until that command comes."""
        while True:
            self._tag, _, asked = self.hear().strip().partition(" ")
            if asked.startswith(command):
                return
            self.say(f"* CAPABILITY {self.offers}")
            self.answer("OK done")

    def close(self) -> None:
        self._stream.close()
        self._connection.close()


class Scripted:
    """A server that follows a script with the one client that it has."""

    def __init__(self, listener: socket, says: Says) -> None:
        self.port: int = listener.getsockname()[1]
        self.heard = ""
        self._listener = listener
        self._says = says

    def serve(self) -> None:
        connection, _ = self._listener.accept()
        line = Line(connection)
        try:
            self._says(line)
            line.hear()
        except OSError:
            pass
        finally:
            self.heard = line.heard
            line.close()


@contextmanager
def scripted(says: Says) -> Iterator[Scripted]:
    with create_server(("127.0.0.1", 0)) as listener:
        server = Scripted(listener, says)
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield server
        finally:
            thread.join(15)
    assert not thread.is_alive()


def imap(server: DovecotServer, authority: Authority, **other: Any) -> ImapSettings:
    port = server.tls_port if other.get("tls", "tls") == "tls" else server.port
    return imap_at(other.pop("port", port), authority, **other)


def imap_at(port: int, authority: Authority, **other: Any) -> ImapSettings:
    given: dict[str, Any] = {
        "host": "localhost",
        "port": port,
        "username": "consult@consult.example",
        "password": SECRET,
        "ca_file": authority.file,
        "oauth": {"provider": "google", "client_id": "c"},
    }
    return ImapSettings.model_validate({**given, **other})
