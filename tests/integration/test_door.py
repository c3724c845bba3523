"""The SMTP and LMTP door, spoken to by smtplib and by clients without manners."""

import logging
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from consultant.mail.door import Arrival, Door, ListeningError, PortTaken

CONSULT = "consult@practice.example"
ADA = "ada@clinic.example"
QUESTION = b"From: <ada@clinic.example>\r\nSubject: A question\r\n\r\n.Which code?\r\nbare\nfeed \xff\r\n"


class Ledger:
    """Keeps what arrives, as a database would; can be told to be slow or broken."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.open = threading.Event()
        self.open.set()
        self.trouble: Exception | None = None
        self.threads: set[str] = set()

    def keep(self, arrival: Arrival) -> None:
        self.threads.add(threading.current_thread().name)
        assert self.open.wait(10)
        if self.trouble:
            raise self.trouble
        self.arrivals.append(arrival)


OpenDoor = Callable[..., Door]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def open_door(ledger: Ledger) -> Iterator[OpenDoor]:
    doors: list[Door] = []

    def open_door(**changes: Any) -> Door:
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": 0,
            "lmtp": False,
            "accepts": lambda address: address.lower().endswith("@practice.example"),
            "keep": ledger.keep,
            "max_message_bytes": 100_000,
        }
        door = Door(**(settings | changes))
        door.start()
        doors.append(door)
        return door

    yield open_door
    ledger.open.set()
    for door in doors:
        door.stop()


class Telnet:
    """Sends and reads line by line."""

    def __init__(self, door: Door) -> None:
        self.socket = socket.create_connection(("127.0.0.1", door.port), timeout=5)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> "Telnet":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()

    def hear(self) -> str:
        """One whole reply, its lines joined."""
        lines = [self.file.readline().decode()]
        while lines[-1][3:4] == "-":
            lines.append(self.file.readline().decode())
        return "".join(lines).rstrip("\r\n")

    def say(self, line: str) -> str:
        self.socket.sendall(line.encode() + b"\r\n")
        return self.hear()

    def send(self, raw: bytes) -> None:
        self.socket.sendall((b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n")


def greeted(door: Door, hello: str = "EHLO relay.example") -> Telnet:
    client = Telnet(door)
    assert client.hear().startswith("220 ")
    assert client.say(hello).startswith("250")
    return client


def addressed(door: Door, *recipients: str, hello: str = "EHLO relay.example") -> Telnet:
    client = greeted(door, hello)
    assert client.say(f"MAIL FROM:<{ADA}>").startswith("250 ")
    for recipient in recipients or (CONSULT,):
        client.say(f"RCPT TO:<{recipient}>")
    assert client.say("DATA").startswith("354 ")
    return client


# What is kept


def test_a_mail_is_handed_on_as_it_was_sent(open_door: OpenDoor, ledger: Ledger) -> None:
    with addressed(open_door(), CONSULT, "Consult+x@practice.example") as client:
        client.send(QUESTION)
        assert client.hear() == "250 2.0.0 Mail kept"
    assert ledger.arrivals == [Arrival(QUESTION, ADA, (CONSULT, "Consult+x@practice.example"), "127.0.0.1")]


def test_a_line_end_that_is_none_does_not_end_a_mail(open_door: OpenDoor, ledger: Ledger) -> None:
    smuggled = b"Subject: x\r\n\r\none\n.\nMAIL FROM:<evil@x.example>\r\n\n.\r\ntwo\r.\r\r\n"
    with addressed(open_door()) as client:
        client.send(smuggled)
        assert client.hear().startswith("250 ")
    assert [arrival.raw for arrival in ledger.arrivals] == [smuggled]


def test_a_notification_has_no_sender(open_door: OpenDoor, ledger: Ledger) -> None:
    with smtplib.SMTP("127.0.0.1", open_door().port) as client:
        client.sendmail("", [CONSULT], QUESTION)
    assert ledger.arrivals[0].envelope_from == ""


def test_utf_8_addresses_and_8_bit_mail_are_taken(open_door: OpenDoor, ledger: Ledger) -> None:
    with smtplib.SMTP("127.0.0.1", open_door().port) as client:
        client.ehlo()
        assert {"8bitmime", "smtputf8", "pipelining", "enhancedstatuscodes"} <= set(client.esmtp_features)
        client.sendmail(
            "адам@пример.example",
            ["é@practice.example"],
            QUESTION,
            mail_options=["SMTPUTF8", "BODY=8BITMIME"],
        )
    assert ledger.arrivals[0].envelope_from == "адам@пример.example"
    assert ledger.arrivals[0].envelope_to == ("é@practice.example",)


def test_acceptance_is_said_only_once_the_mail_is_kept(open_door: OpenDoor, ledger: Ledger) -> None:
    door = open_door()
    ledger.open.clear()
    with addressed(door) as slow:
        slow.send(QUESTION)
        slow.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            slow.socket.recv(1)
        with greeted(door) as other:  # the loop is not blocked meanwhile
            assert other.say("NOOP").startswith("250 ")
        ledger.open.set()
        slow.socket.settimeout(5)
        assert slow.socket.recv(100).startswith(b"250 2.0.0 ")
    assert not any("door" in name for name in ledger.threads)


def test_several_mails_in_one_conversation(open_door: OpenDoor, ledger: Ledger) -> None:
    with greeted(open_door()) as client:
        for number in range(3):
            client.say(f"MAIL FROM:<{number}@x.example>")
            client.say(f"RCPT TO:<{CONSULT}>")
            client.say("DATA")
            client.send(QUESTION)
            assert client.hear().startswith("250 ")
        assert client.say("QUIT") == "221 2.0.0 Bye"
    assert [arrival.envelope_from[0] for arrival in ledger.arrivals] == ["0", "1", "2"]


# What is refused


def test_an_unknown_recipient_is_refused_without_a_word_too_many(open_door: OpenDoor) -> None:
    with greeted(open_door()) as client:
        client.say(f"MAIL FROM:<{ADA}>")
        assert client.say("RCPT TO:<who@elsewhere.example>") == "550 5.1.1 No such recipient here"
        assert client.say("DATA") == "503 5.5.1 Error: need RCPT command"


@pytest.mark.parametrize(
    "path",
    [
        "<a b@practice.example>",
        "<a@b@practice.example>",
        "<a\rb@practice.example>",
        "<a\x00b@practice.example>",
        '<"a\x07"@practice.example>',
        "a@practice.example",
        "<a@practice.example",
        "<<a@practice.example>>",
        '<"unclosed@practice.example>',
    ],
)
def test_a_malformed_path_is_refused_for_good(open_door: OpenDoor, path: str) -> None:
    with greeted(open_door()) as client:
        assert client.say(f"MAIL FROM:{path}") == "553 5.1.3 Error: malformed address"
        client.say(f"MAIL FROM:<{ADA}>")
        assert client.say(f"RCPT TO:{path}") == "553 5.1.3 Error: malformed address"


def test_octets_that_are_no_text_are_no_address(open_door: OpenDoor) -> None:
    with greeted(open_door()) as client:
        client.socket.sendall(b"MAIL FROM:<\xff@x.example>\r\n")
        assert client.hear().startswith("553 5.1.3 ")


@pytest.mark.parametrize("path", ["<@relay.example:consult@practice.example>", '<"a b\\"c"@practice.example>'])
def test_unusual_paths_of_the_standard_are_understood(open_door: OpenDoor, path: str) -> None:
    with greeted(open_door()) as client:
        client.say(f"MAIL FROM:<{ADA}>")
        assert client.say(f"RCPT TO:{path}").startswith("250 ")


def test_too_many_recipients_are_put_off(open_door: OpenDoor, ledger: Ledger) -> None:
    with greeted(open_door(max_recipients=2)) as client:
        client.say(f"MAIL FROM:<{ADA}>")
        replies = [client.say(f"RCPT TO:<{n}@practice.example>")[:9] for n in range(3)]
        assert replies == ["250 2.1.5", "250 2.1.5", "452 4.5.3"]
        client.say("DATA")
        client.send(QUESTION)
        assert client.hear().startswith("250 ")
    assert len(ledger.arrivals[0].envelope_to) == 2


def test_too_many_connections_are_put_off(open_door: OpenDoor) -> None:
    door = open_door(max_connections=2)
    with greeted(door) as first, greeted(door), Telnet(door) as third:
        assert third.hear() == "421 4.3.2 Too many connections, try again later"
        assert third.file.read() == b""
        first.say("QUIT")
        assert first.file.read() == b""
        greeted(door).__exit__()


def test_a_mail_too_big_is_refused_whether_announced_or_not(open_door: OpenDoor, ledger: Ledger) -> None:
    with greeted(open_door(max_message_bytes=5000)) as client:
        assert "250-SIZE 5000\r\n" in client.say("EHLO relay.example")
        assert client.say(f"MAIL FROM:<{ADA}> SIZE=5001").startswith("552 5.3.4 ")
        client.say(f"MAIL FROM:<{ADA}> SIZE=100")
        client.say(f"RCPT TO:<{CONSULT}>")
        client.say("DATA")
        client.send(b"x" * 900 + b"\r\n" + b"y" * 9000 + b"\r\n")
        assert client.hear().startswith("552 5.3.4 ")
    assert ledger.arrivals == []


def test_a_silent_client_is_dropped(open_door: OpenDoor) -> None:
    with greeted(open_door(timeout=0.2)) as client:
        assert client.file.read() == b""


def test_no_password_is_asked_for_or_taken(open_door: OpenDoor) -> None:
    with greeted(open_door()) as client:
        assert "AUTH" not in client.say("EHLO relay.example")
        assert client.say("AUTH PLAIN AGEAYg==").startswith("538 ")


# Trouble


@pytest.mark.parametrize("trouble", [RuntimeError("secret ada@clinic.example"), OSError("secret"), KeyError("x")])
def test_trouble_of_ours_is_temporary_and_tells_nothing(
    open_door: OpenDoor, ledger: Ledger, caplog: pytest.LogCaptureFixture, trouble: Exception
) -> None:
    caplog.set_level(logging.DEBUG)
    ledger.trouble = trouble
    door = open_door()
    with addressed(door) as client:
        client.send(QUESTION)
        assert client.hear() == "451 4.3.0 Temporary trouble on our side, please try again later"
        ledger.trouble = None
        client.say(f"MAIL FROM:<{ADA}>")
        client.say(f"RCPT TO:<{CONSULT}>")
        client.say("DATA")
        client.send(QUESTION)
        assert client.hear().startswith("250 ")
    assert len(ledger.arrivals) == 1
    assert type(trouble).__name__ in caplog.text
    for secret in ("secret", "ada@", "consult@", "A question"):
        assert secret not in caplog.text


def test_trouble_with_asking_for_a_recipient_is_temporary_too(open_door: OpenDoor) -> None:
    def broken(address: str) -> bool:
        raise ConnectionError(address)

    with greeted(open_door(accepts=broken)) as client:
        client.say(f"MAIL FROM:<{ADA}>")
        assert client.say(f"RCPT TO:<{CONSULT}>").startswith("451 4.3.0 ")


# LMTP


def test_lmtp_answers_once_for_each_accepted_recipient(open_door: OpenDoor, ledger: Ledger) -> None:
    door = open_door(lmtp=True)
    recipients = ("a@practice.example", "who@elsewhere.example", "b@practice.example", "a@practice.example")
    with addressed(door, *recipients, hello="LHLO relay.example") as client:
        client.send(QUESTION)
        assert [client.hear() for _ in range(3)] == ["250 2.0.0 Mail kept"] * 3
        assert client.say("NOOP") == "250 2.0.0 OK"  # and no more than that
    assert ledger.arrivals[0].envelope_to == (
        "a@practice.example",
        "b@practice.example",
        "a@practice.example",
    )


@pytest.mark.parametrize(("raw", "reply"), [(QUESTION, "451 4.3.0 "), (b"x" * 200_000 + b"\r\n", "552 5.3.4 ")])
def test_lmtp_refuses_a_mail_once_for_each_recipient_too(
    open_door: OpenDoor, ledger: Ledger, raw: bytes, reply: str
) -> None:
    ledger.trouble = OSError("disk full")
    with addressed(
        open_door(lmtp=True), "a@practice.example", "b@practice.example", hello="LHLO relay.example"
    ) as client:
        client.send(raw)
        assert all(client.hear().startswith(reply) for _ in range(2))
        assert client.say("QUIT") == "221 2.0.0 Bye"


def test_lmtp_is_greeted_by_its_own_command(open_door: OpenDoor) -> None:
    with Telnet(open_door(lmtp=True)) as client:
        client.hear()
        assert client.say("EHLO relay.example").startswith("500 ")
        assert client.say("HELO relay.example").startswith("500 ")
        capabilities = client.say("LHLO relay.example")
    for capability in ("SIZE 100000", "8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES"):
        assert f"250-{capability}\r\n" in capabilities


def test_lmtp_without_a_recipient_answers_once(open_door: OpenDoor) -> None:
    with greeted(open_door(lmtp=True), "LHLO relay.example") as client:
        client.say(f"MAIL FROM:<{ADA}>")
        assert client.say("DATA").startswith("503 5.5.1 ")
        assert client.say("NOOP") == "250 2.0.0 OK"


def test_smtplib_speaks_lmtp_with_the_door(open_door: OpenDoor, ledger: Ledger) -> None:
    with smtplib.LMTP("127.0.0.1", open_door(lmtp=True).port) as client:
        client.sendmail(ADA, [CONSULT], QUESTION)
    assert len(ledger.arrivals) == 1


# Opening and closing


def test_a_taken_port_is_named(open_door: OpenDoor) -> None:
    taken = open_door().port
    with pytest.raises(PortTaken, match=f"port {taken} on 127.0.0.1 is already taken.*set CONSULTANT_DOOR__PORT"):
        open_door(port=taken)


def test_a_host_of_others_cannot_be_listened_on(open_door: OpenDoor) -> None:
    with pytest.raises(ListeningError, match="Choose another host or port"):
        open_door(host="192.0.2.1")


def test_closing_lets_a_mail_on_its_way_arrive_and_be_acknowledged(open_door: OpenDoor, ledger: Ledger) -> None:
    door = open_door()
    ledger.open.clear()
    with addressed(door) as busy, greeted(door) as idle:
        busy.send(QUESTION)
        while not ledger.threads:
            time.sleep(0.01)
        threading.Timer(0.2, ledger.open.set).start()
        started = time.monotonic()
        door.stop()
        door.stop()
        assert time.monotonic() - started < 1
        assert idle.hear() == "421 4.3.2 Shutting down, try again later"
        assert busy.hear() == "250 2.0.0 Mail kept"
        assert busy.hear() == "421 4.3.2 Shutting down, try again later"
    assert len(ledger.arrivals) == 1
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", door.port))


def test_a_keeper_that_hangs_does_not_hold_up_the_stop(
    open_door: OpenDoor, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    door = open_door()
    ledger.open.clear()
    with addressed(door) as busy:
        busy.send(QUESTION)
        while not ledger.threads:
            time.sleep(0.01)
        started = time.monotonic()
        door.stop(timeout=1)
        assert time.monotonic() - started < 1.5
        assert "still busy" in caplog.text
        ledger.open.set()
        assert busy.file.read() in {b"", b"421 4.3.2 Shutting down, try again later\r\n"}


def test_a_door_can_be_opened_again(open_door: OpenDoor, ledger: Ledger) -> None:
    door = open_door()
    door.stop()
    door.start()
    with addressed(door) as client:
        client.send(QUESTION)
        assert client.hear().startswith("250 ")
