"""The embedded mail server, as mail clients of other makes see it."""

import gc
import imaplib
import logging
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient import IMAPClient

from consultant.mail.embedded import Account, EmbeddedMail, ListeningError, NotLoopback, PortTaken
from consultant.mail.embedded.accounts import UnusableAccount
from consultant.mail.embedded.folders import understood
from consultant.mail.embedded.maildir import folder_path

CONSULT = "consult@practice.example"
ADA = "ada@clinic.example"
PASSWORD = "correct horse"
MAX_BYTES = 200_000

QUESTION = b"From: <ada@clinic.example>\r\nSubject: A question\r\n\r\nWhich code?\r\n"
# What a careless or hostile sender may put into a mail, and what must come out as it went in.
AWKWARD = (
    b"Subject: caf\xe9 \xff\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n"
    b".a leading dot\r\n..two\r\nbare\nline feed\r\n" + b"long " * 5000 + b"\r\n \r\ntrailing space \r\n\r\n"
)


@pytest.fixture
def maildirs(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def start(maildirs: Path) -> Iterator[Callable[[], EmbeddedMail]]:
    """Starts a server on the same Maildirs, stopping the one before: what a restart is."""
    running: list[EmbeddedMail] = []

    def start() -> EmbeddedMail:
        for server in running:
            server.stop()
        server = embedded(maildirs)
        server.start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def server(start: Callable[[], EmbeddedMail]) -> EmbeddedMail:
    return start()


def embedded(maildirs: Path, **changes: object) -> EmbeddedMail:
    settings = {
        "maildirs": maildirs,
        "accounts": [Account(CONSULT, PASSWORD), Account(ADA, "another")],
        "smtp_host": "localhost",
        "smtp_port": 0,
        "imap_host": "127.0.0.1",
        "imap_port": 0,
        "max_message_bytes": MAX_BYTES,
    }
    return EmbeddedMail(**(settings | changes))  # type: ignore[arg-type]


def submission(server: EmbeddedMail) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", server.smtp_port, local_hostname="client.example", timeout=10)


def send(server: EmbeddedMail, raw: bytes = QUESTION, to: str = CONSULT, sender: str = ADA) -> None:
    with submission(server) as client:
        client.sendmail(sender, [to], raw)


@contextmanager
def mailbox(server: EmbeddedMail, folder: str = "INBOX", user: str = CONSULT) -> Iterator[IMAPClient]:
    client = IMAPClient("127.0.0.1", server.imap_port, ssl=False, timeout=10)
    client.login(user, PASSWORD if user.lower() == CONSULT else "another")
    client.select_folder(folder)
    try:
        yield client
    finally:
        client.shutdown()


def mails_in(server: EmbeddedMail, folder: str = "INBOX", user: str = CONSULT) -> list[bytes]:
    with mailbox(server, folder, user) as client:
        fetched = client.fetch(client.search(), ["BODY.PEEK[]"])
        return [fetched[uid][b"BODY[]"] for uid in sorted(fetched)]


def without_trace_fields(raw: bytes) -> bytes:
    """The mail below the four fields that delivery puts on top."""
    *trace, mail = raw.split(b"\r\n", 4)
    names = [line.partition(b":")[0] for line in trace]
    assert names == [b"Return-Path", b"Delivered-To", b"Authentication-Results", b"Received"]
    return mail


class Telnet:
    """A client without manners: sends and reads what the test says."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> "Telnet":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()

    def say(self, line: str) -> None:
        self.socket.sendall(line.encode() + b"\r\n")

    def hear(self) -> str:
        return self.file.readline().decode().rstrip("\r\n")

    def hear_until(self, start: str) -> str:
        while not (line := self.hear()).startswith(start):
            assert line
        return line


@pytest.fixture
def idler(server: EmbeddedMail) -> Iterator[Telnet]:
    """An IMAP client that waits for mail."""
    with Telnet(server.imap_port) as client:
        client.hear_until("* OK")
        client.say(f'1 LOGIN {CONSULT} "{PASSWORD}"')
        client.hear_until("1 OK")
        client.say("2 SELECT INBOX")
        client.hear_until("2 OK")
        client.say("3 IDLE")
        client.hear_until("+")
        yield client


# Receiving


@pytest.mark.parametrize("raw", [QUESTION, AWKWARD], ids=["plain", "awkward"])
def test_a_mail_comes_out_octet_by_octet_as_it_went_in(server: EmbeddedMail, raw: bytes) -> None:
    # smtplib turns bare line feeds into CRLF, so the octets are sent as they are.
    with Telnet(server.smtp_port) as client:
        client.hear_until("220")
        for command in ("EHLO client.example", f"MAIL FROM:<{ADA}> BODY=8BITMIME", f"RCPT TO:<{CONSULT}>"):
            client.say(command)
            client.hear_until("250 ")
        client.say("DATA")
        client.hear_until("354")
        client.socket.sendall((b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n")
        assert client.hear() == "250 2.0.0 Mail kept"
    (kept,) = mails_in(server)
    assert without_trace_fields(kept) == raw

    plain = imaplib.IMAP4("127.0.0.1", server.imap_port)
    plain.login(CONSULT, PASSWORD)
    plain.select("INBOX")
    _, data = plain.uid("FETCH", "1:*", "(RFC822.SIZE BODY.PEEK[])")
    plain.shutdown()
    assert data[0][1] == kept
    assert b"RFC822.SIZE %d" % len(kept) in data[0][0]


def test_delivery_notes_the_envelope_on_top_of_the_mail(server: EmbeddedMail) -> None:
    send(server, to="consult+Token.9@practice.example", sender="ada@clinic.example")
    (kept,) = mails_in(server)
    assert kept.startswith(
        b"Return-Path: <ada@clinic.example>\r\n"
        b"Delivered-To: consult+Token.9@practice.example\r\n"
        b"Authentication-Results: trial.consultant.invalid; none\r\n"
        b"Received: from [127.0.0.1] by localhost with ESMTP; "
    )


@pytest.mark.parametrize("to", [CONSULT, "CONSULT@Practice.Example", "consult+a+b@practice.example"])
def test_an_address_of_an_account_reaches_its_inbox(server: EmbeddedMail, to: str) -> None:
    send(server, to=to)
    assert len(mails_in(server)) == 1


@pytest.mark.parametrize(
    "to",
    [
        "nobody@practice.example",
        "consult@elsewhere.example",
        "consult",
        "../consult@practice.example",
        "consult+../../x@elsewhere.example",
        "+@practice.example",
        '"consult"@practice.example',
        "",
    ],
)
def test_an_unknown_recipient_is_refused_at_once(server: EmbeddedMail, maildirs: Path, to: str) -> None:
    before = sorted(maildirs.rglob("*"))
    with submission(server) as client:
        client.ehlo()
        client.docmd(f"MAIL FROM:<{ADA}>")
        code, text = client.docmd(f"RCPT TO:<{to}>")
    assert code == 550
    assert text.startswith(b"5.1.1 ")
    assert b"trial server" in text
    assert sorted(maildirs.rglob("*")) == before


def test_two_addresses_of_one_account_get_one_copy_and_each_account_its_own(server: EmbeddedMail) -> None:
    with submission(server) as client:
        client.sendmail("x@y.example", [CONSULT, "consult+x@practice.example", ADA], QUESTION)
    (mail,) = mails_in(server)
    assert mail.count(b"Delivered-To:") == 2
    assert len(mails_in(server, user=ADA)) == 1


def test_a_notification_has_no_sender(server: EmbeddedMail) -> None:
    send(server, sender="")
    assert mails_in(server)[0].startswith(b"Return-Path: <>\r\n")


def test_an_address_in_another_script_is_kept_in_utf_8(server: EmbeddedMail) -> None:
    with submission(server) as client:
        client.ehlo()
        client.sendmail("адам@пример.example", [CONSULT], QUESTION, mail_options=["SMTPUTF8"])
    assert mails_in(server)[0].startswith("Return-Path: <адам@пример.example>\r\n".encode())


def test_a_mail_too_big_is_refused_whether_announced_or_not(server: EmbeddedMail) -> None:
    big = QUESTION + b"0123456789\r\n" * (MAX_BYTES // 10)
    with submission(server) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(MAX_BYTES)
        assert client.docmd(f"MAIL FROM:<{ADA}> SIZE={len(big)}")[0] == 552
        client.docmd(f"MAIL FROM:<{ADA}>")
        client.docmd(f"RCPT TO:<{CONSULT}>")
        code, text = client.data(big)
        assert (code, text[:5]) == (552, b"5.3.4")
        client.sendmail(ADA, [CONSULT], QUESTION)
    assert len(mails_in(server)) == 1


@pytest.mark.parametrize("mechanism", ["auth_plain", "auth_login"])
def test_a_password_is_checked_when_given(server: EmbeddedMail, mechanism: str) -> None:
    def log_in(user: str, password: str) -> int:
        with submission(server) as client:
            client.ehlo()
            client.user, client.password = user, password
            return client.auth(mechanism[5:].upper(), getattr(client, mechanism))[0]

    assert log_in(CONSULT, PASSWORD) == log_in("Consult@practice.example", PASSWORD) == 235
    for user, password in [(CONSULT, "wrong"), ("nobody@practice.example", PASSWORD), (CONSULT, "")]:
        with pytest.raises(smtplib.SMTPAuthenticationError, match="535"):
            log_in(user, password)


def test_trouble_on_the_disk_is_temporary_and_tells_nothing(
    server: EmbeddedMail, maildirs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tmp = maildirs / CONSULT / "tmp"
    tmp.rmdir()
    with submission(server) as client:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail(ADA, [ADA, CONSULT], QUESTION)
        assert refused.value.smtp_code == 451
        assert refused.value.smtp_error == b"4.3.0 Temporary trouble on our side, please try again later"
        assert mails_in(server, user=ADA) == []  # all recipients or none
        tmp.mkdir()
        client.sendmail(ADA, [ADA, CONSULT], QUESTION)
    assert len(mails_in(server)) == len(mails_in(server, user=ADA)) == 1
    assert "FileNotFoundError" in caplog.text
    assert "consult@" not in caplog.text


def test_a_client_that_hangs_up_after_the_final_dot_has_sent_its_mail(server: EmbeddedMail) -> None:
    for _ in range(20):
        with Telnet(server.smtp_port) as client:
            client.hear_until("220")
            client.say(f"HELO x\r\nMAIL FROM:<{ADA}>\r\nRCPT TO:<{CONSULT}>\r\nDATA")
            client.hear_until("354")
            client.say(f"Subject: x\r\n\r\n{'y' * 900}\r\n.")
    deadline = time.monotonic() + 5
    while len(mails_in(server)) < 20:
        assert time.monotonic() < deadline


def test_nothing_said_or_sent_is_logged(server: EmbeddedMail, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(server)
    with submission(server) as client:
        client.docmd("BOGUS ada@clinic.example")
    mails_in(server)
    # IMAPClient, the client here, does log what it reads.
    said = "\n".join(record.getMessage() for record in caplog.records if "imapclient" not in record.name)
    for secret in ("ada@", "consult@", "Which code", PASSWORD, "A question"):
        assert secret not in said


# Reading


def test_idle_wakes_at_once(server: EmbeddedMail) -> None:
    with mailbox(server) as client:
        for number in range(1, 41):
            client.idle()
            send(server)
            sent = time.monotonic()
            assert (number, b"EXISTS") in client.idle_check(timeout=5)
            assert time.monotonic() - sent < 3
            client.idle_done()


def test_a_mail_that_came_before_idle_is_announced_all_the_same(server: EmbeddedMail) -> None:
    with mailbox(server) as client:
        for number in range(1, 11):
            send(server)
            client.idle()
            assert (number, b"EXISTS") in client.idle_check(timeout=5)
            client.idle_done()


def test_an_announcement_leaves_the_go_ahead_a_packet_of_its_own(server: EmbeddedMail, idler: Telnet) -> None:
    """IMAPClient waits for the socket, and does not see what came along with the go-ahead."""
    apart = 0
    for _ in range(10):
        idler.say("DONE")
        idler.hear_until("3 OK")
        send(server)
        idler.say("3 IDLE")
        time.sleep(0.01)
        apart += idler.socket.recv(65536) == b"+ Idling.\r\n"
        idler.hear_until("* ")
    assert apart > 5  # all ten, unless the machine is very busy


def test_an_announcement_comes_in_whole_lines(server: EmbeddedMail, idler: Telnet) -> None:
    """IMAPClient gives up a connection whose last octets at hand are half a line."""
    for _ in range(40):
        send(server)
        heard = idler.socket.recv(65536)
        assert heard.endswith(b"\r\n")
        assert b"EXISTS" in heard
        assert b"FETCH (FLAGS" in heard


def test_a_waiting_connection_survives_garbage_collection(server: EmbeddedMail, idler: Telnet) -> None:
    """From Python 3.13 on, pymap's own way of serving loses the connection here."""
    for _ in range(3):
        gc.collect()
        time.sleep(0.02)
    send(server)
    assert idler.hear() == "* 1 EXISTS"


def test_one_client_hears_what_another_does(server: EmbeddedMail) -> None:
    send(server)
    with mailbox(server) as watching, mailbox(server) as working:
        (uid,) = working.search()
        watching.idle()
        working.add_flags([uid], [rb"\Seen", rb"\Deleted"])
        assert watching.idle_check(timeout=5)
        working.expunge()
        assert (1, b"EXPUNGE") in watching.idle_check(timeout=5)
        watching.idle_done()
        assert watching.search() == []


def test_log_in_wants_the_right_password(server: EmbeddedMail) -> None:
    client = IMAPClient("127.0.0.1", server.imap_port, ssl=False)
    with pytest.raises(imaplib.IMAP4.error):
        client.login(CONSULT, "wrong")
    client.login("CONSULT@practice.example", PASSWORD)
    client.shutdown()


# What a client does lasts


def test_what_a_client_does_is_still_done_after_a_restart(start: Callable[[], EmbeddedMail]) -> None:
    server = start()
    for subject in (b"kept", b"moved", b"expunged", b"copied"):
        send(server, b"Subject: %b\r\n\r\n" % subject)
    with mailbox(server) as client:
        kept, moved, expunged, copied = client.search()
        client.create_folder("Processed")
        client.create_folder("Old/2025")
        client.add_flags([kept], [rb"\Seen", rb"\Flagged"])
        client.move([moved], "Processed")
        client.delete_messages([expunged])
        client.expunge()
        client.copy([copied], "Old/2025")
        client.append("Old/2025", b"Subject: appended\r\n\r\n", flags=[rb"\Draft"])

    server = start()
    with mailbox(server) as client:
        names = {name for _, _, name in client.list_folders()}
        assert {"INBOX", "Processed", "Old/2025"} <= names
        flags = [set(data[b"FLAGS"]) - {rb"\Recent"} for data in client.fetch(client.search(), ["FLAGS"]).values()]
        assert flags == [{rb"\Seen", rb"\Flagged"}, set()]
    assert [without_trace_fields(mail) for mail in mails_in(server)] == [
        b"Subject: kept\r\n\r\n",
        b"Subject: copied\r\n\r\n",
    ]
    assert [without_trace_fields(mail) for mail in mails_in(server, "Processed")] == [b"Subject: moved\r\n\r\n"]
    copied_mail, appended = mails_in(server, "Old/2025")
    assert without_trace_fields(copied_mail) == b"Subject: copied\r\n\r\n"
    assert appended == b"Subject: appended\r\n\r\n"


def test_folders_are_renamed_and_deleted_for_good(start: Callable[[], EmbeddedMail]) -> None:
    server = start()
    with mailbox(server) as client:
        for name in ("Work", "Work/2025", "Rubbish"):
            client.create_folder(name)
        client.append("Work/2025", QUESTION)
        client.append("Rubbish", QUESTION)
        client.rename_folder("Work", "Done")
        client.append("Done/2025", QUESTION)
        client.delete_folder("Rubbish")
        with pytest.raises(imaplib.IMAP4.error):
            client.rename_folder("INBOX", "Elsewhere")
    server = start()
    with mailbox(server) as client:
        assert {name for _, _, name in client.list_folders()} == {"INBOX", "Done", "Done/2025"}
        assert {name for _, _, name in client.list_sub_folders()} == {"INBOX", "Done", "Done/2025"}
    assert mails_in(server, "Done/2025") == [QUESTION, QUESTION]


@pytest.mark.parametrize("name", ["../../escape", "..", ".hidden", "a.b", "tmp", "Übung %2E", "x\\y"])
def test_a_folder_of_any_name_stays_in_its_place(start: Callable[[], EmbeddedMail], tmp_path: Path, name: str) -> None:
    server = start()
    with mailbox(server) as client:
        client.create_folder(name)
        client.append(name, QUESTION)
    assert {entry.name for entry in tmp_path.iterdir()} == {"mail"}
    assert {entry.name for entry in (tmp_path / "mail").iterdir()} == {CONSULT, ADA}
    assert mails_in(start(), name) == [QUESTION]


@pytest.mark.parametrize("name", ["/", "a//b", "/a", "x" * 300])
def test_an_impossible_folder_is_refused_and_nothing_breaks(server: EmbeddedMail, name: str) -> None:
    with mailbox(server) as client:
        with pytest.raises(imaplib.IMAP4.error):
            client.create_folder(name)
        assert client.noop()


def test_a_mail_half_written_when_the_power_went_is_not_shown(
    start: Callable[[], EmbeddedMail], maildirs: Path
) -> None:
    send(start())
    (maildirs / CONSULT / "tmp" / "half").write_bytes(b"Subject: ha")
    assert len(mails_in(start())) == 1
    assert not (maildirs / CONSULT / "tmp" / "half").exists()


@given(st.text(max_size=60))
def test_every_folder_name_is_one_directory_or_refused(name: str) -> None:
    inbox = Path("/inbox")
    try:
        path = folder_path(inbox, name)
    except ValueError:
        return
    assert path.parent == inbox
    assert path.name.startswith(".")
    assert path.name not in {".", ".."}
    assert "\x00" not in path.name


_MIME = [b"Content-Type: ", b"multipart/mixed; boundary=x", b"message/rfc822", b"--x", b"--x--", b"Subject: "]
_ENDS = [b"\r\n", b"\n", b"\r\n\r\n", b"\r", b" ", b'"', b"(", b";", b"=?utf-8?q?", b"References: <a@b>"]
_PIECES = st.sampled_from(_MIME + _ENDS)


@given(st.lists(_PIECES | st.binary(max_size=8), max_size=40).map(b"".join))
def test_whatever_a_mail_holds_its_octets_are_served(raw: bytes) -> None:
    assert bytes(understood(raw)) == raw


def test_a_mail_nested_beyond_reason_is_served_too(server: EmbeddedMail) -> None:
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 3000
    send(server, nested)
    send(server)
    assert without_trace_fields(mails_in(server)[0]) == nested
    assert len(mails_in(server)) == 2


# Starting and stopping


def test_a_taken_port_is_named(server: EmbeddedMail, tmp_path: Path) -> None:
    for setting, port in (("smtp_port", server.smtp_port), ("imap_port", server.imap_port)):
        second = embedded(tmp_path / "other", **{setting: port})
        with pytest.raises(PortTaken) as refused:
            second.start()
        assert refused.value.port == port
        assert f"port {port} on {refused.value.host} is already taken" in str(refused.value)
        assert f"set CONSULTANT_EMBEDDED__{setting.upper()} to another port" in str(refused.value)
        assert "\n" not in str(refused.value)
        second.stop()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "mail.practice.example", ""])
def test_it_listens_on_loopback_only(tmp_path: Path, host: str) -> None:
    for setting in ("smtp_host", "imap_host"):
        with pytest.raises(NotLoopback):
            embedded(tmp_path, **{setting: host}).start()


@pytest.mark.parametrize("address", ["../x@y.example", "a/b@y.example", "nobody", "@y.example", "é@y.example"])
def test_an_account_that_cannot_be_a_folder_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(UnusableAccount) as refused:
        embedded(tmp_path, accounts=[Account(address, "x")])
    assert isinstance(refused.value, ListeningError)


def test_an_unusable_folder_is_an_error_of_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    server = embedded(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        server.start()
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.smtp_port))


def test_it_stops_soon_and_twice_with_clients_connected(server: EmbeddedMail, idler: Telnet) -> None:
    with Telnet(server.smtp_port) as sending:
        sending.hear_until("220")
        started = time.monotonic()
        server.stop()
        server.stop()
        assert time.monotonic() - started < 3
        assert idler.hear().startswith("* BYE")
        assert sending.hear().startswith("421 4.3.2 ")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.smtp_port))


def test_it_starts_soon_with_mail_in_it(start: Callable[[], EmbeddedMail]) -> None:
    server = start()
    with submission(server) as client:
        for _ in range(100):
            client.sendmail(ADA, [CONSULT], QUESTION)
    server.stop()
    started = time.monotonic()
    assert len(mails_in(start())) == 100
    assert time.monotonic() - started < 3


# Programs that people use


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_sends_and_reads(server: EmbeddedMail, tmp_path: Path) -> None:
    (tmp_path / "question.eml").write_bytes(QUESTION)
    smtp, imap = f"smtp://127.0.0.1:{server.smtp_port}", f"imap://127.0.0.1:{server.imap_port}"
    login = ["--user", f"{CONSULT}:{PASSWORD}"]
    run("curl", "-sS", smtp, "--mail-from", ADA, "--mail-rcpt", CONSULT, "-T", str(tmp_path / "question.eml"))
    run(
        "curl",
        "-sS",
        smtp,
        *login,
        "--mail-from",
        ADA,
        "--mail-rcpt",
        CONSULT,
        "-T",
        str(tmp_path / "question.eml"),
    )
    assert run("curl", "-sS", f"{imap}/INBOX;MAILINDEX=1", *login) == mails_in(server)[0]
    assert len(mails_in(server)) == 2


@pytest.mark.skipif(shutil.which("swaks") is None, reason="swaks is not installed")
def test_swaks_sends(server: EmbeddedMail) -> None:
    where = ["--server", "127.0.0.1", "--port", str(server.smtp_port), "--to", CONSULT, "--from", ADA]
    run("swaks", *where, "--auth-user", CONSULT, "--auth-password", PASSWORD, "--body", "Which code?")
    run("swaks", *where, "--pipeline")
    assert b"Which code?" in mails_in(server)[0]


def run(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True, timeout=30).stdout
