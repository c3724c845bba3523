"""`consultant doctor` against real servers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from config.settings import ImapSettings
from consultant.cli.mail_accounts import SearchedMailbox
from consultant.mail.embedded import Account, EmbeddedMail
from tests.integration.cli.conftest import Ran, Run
from tests.services.dovecot_server import DovecotServer
from tests.services.processes import free_port

CONSULT = Account("consult@consult.example", "correct horse")


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[EmbeddedMail]:
    server = EmbeddedMail(
        maildirs=tmp_path / "maildirs",
        accounts=[CONSULT],
        smtp_host="127.0.0.1",
        smtp_port=0,
        imap_host="127.0.0.1",
        imap_port=0,
        max_message_bytes=100_000,
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def accounts(mail: EmbeddedMail, monkeypatch: pytest.MonkeyPatch) -> EmbeddedMail:
    """The settings point to both accounts."""
    for way, port in (("IMAP", mail.imap_port), ("SMTP", mail.smtp_port)):
        for name, value in (
            ("HOST", "127.0.0.1"),
            ("PORT", str(port)),
            ("TLS", "none"),
            ("USERNAME", CONSULT.address),
            ("PASSWORD", CONSULT.password),
        ):
            monkeypatch.setenv(f"CONSULTANT_{way}__{name}", value)
    return mail


def found(ran: Ran) -> dict[str, Any]:
    return {each["check"]: each["ok"] for each in ran.lines}


def test_where_nothing_proves_a_sender_it_is_said_what_to_set(desk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "every mail waits for a person: set trust.authserv_ids" in desk("doctor").out
    monkeypatch.setenv("CONSULTANT_TRUST__UNPROVEN_SENDERS", "take")
    assert "taken at their word" in desk("doctor").out
    monkeypatch.setenv("CONSULTANT_TRUST__AUTHSERV_IDS", '["mx.consult.example"]')
    assert "proven by the results of mx.consult.example" in desk("doctor").out


def test_a_healthy_service_is_told_so(desk: Run, accounts: EmbeddedMail) -> None:
    ran = desk("doctor", "--json")
    assert ran.code == 0
    fine = dict.fromkeys(("settings", "state folder", "database", "broker", "IMAP", "SMTP"), True)
    assert found(ran) == {**fine, "senders": None}
    assert "in-process" in desk("doctor").out


def test_a_mail_goes_the_whole_way_and_every_hop_is_shown(desk: Run, accounts: EmbeddedMail) -> None:
    ran = desk("doctor", "--send", "--json")
    assert ran.code == 0
    details = {each["check"]: each["detail"] for each in ran.lines}
    assert details["mail sent"].startswith(f"handed to 127.0.0.1:{accounts.smtp_port}: 250")
    assert details["mail arrived"].startswith("after ")
    assert details["hop 1"].startswith("from ")


def test_the_trial_mail_is_filed_as_written_by_a_machine(desk: Run, accounts: EmbeddedMail, tmp_path: Path) -> None:
    assert desk("doctor", "--send").code == 0
    (mail,) = [path for path in (tmp_path / "maildirs").rglob("new/*") if path.is_file()]
    told = desk("explain", mail, "--json").data
    assert (told["kind"], told["verdict"]["outcome"], told["draft"]) == ("automatic", "machine", None)


def test_a_mail_that_does_not_come_back_is_a_failure(
    desk: Run, accounts: EmbeddedMail, dovecot: DovecotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = dovecot.new_account()
    for name, value in (
        ("PORT", str(dovecot.port)),
        ("USERNAME", elsewhere.address),
        ("PASSWORD", elsewhere.password),
    ):
        monkeypatch.setenv(f"CONSULTANT_IMAP__{name}", value)
    ran = desk("doctor", "--send", "--seconds", "0.5", "--json")
    assert (ran.code, found(ran)["mail sent"], found(ran)["mail arrived"]) == (1, True, False)


def test_wrong_passwords_fail_and_say_what_to_look_at(
    desk: Run, accounts: EmbeddedMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    for way in ("IMAP", "SMTP"):
        monkeypatch.setenv(f"CONSULTANT_{way}__PASSWORD", "hunter2")
    ran = desk("doctor")
    assert ran.code == 1
    assert [line.split()[1] for line in ran.out.splitlines() if line.startswith("FAILED")] == ["IMAP", "SMTP"]
    assert "check imap.host, imap.port, imap.tls, imap.folders and the account" in ran.out
    assert "hunter2" not in ran.out + ran.err


def test_servers_that_are_not_there_fail(desk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = free_port()
    monkeypatch.setenv("CONSULTANT_BROKER_URL", f"redis://127.0.0.1:{nowhere}/0")
    for way in ("IMAP", "SMTP"):
        monkeypatch.setenv(f"CONSULTANT_{way}__HOST", "127.0.0.1")
        monkeypatch.setenv(f"CONSULTANT_{way}__PORT", str(nowhere))
    ran = desk("doctor", "--json")
    assert ran.code == 1
    assert {name for name, ok in found(ran).items() if ok is False} == {"broker", "IMAP", "SMTP"}


def test_a_real_broker_answers(desk: Run, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULTANT_BROKER_URL", redis_url)
    assert found(desk("doctor", "--json"))["broker"] is True


def test_before_anything_is_set_up_it_says_what_to_do(run: Run) -> None:
    ran = run("doctor", "--json")
    assert ran.code == 1
    told = {each["check"]: (each["ok"], each["what_to_do"]) for each in ran.lines}
    assert told["state folder"] == (False, "run `consultant migrate`")
    assert told["database"] == (False, "run `consultant migrate`")
    assert told["IMAP"][0] is None
    assert told["SMTP"][0] is None
    assert run("doctor", "--send").code == 1


def test_the_accounts_of_a_trial_run_are_found(
    desk: Run, mail: EmbeddedMail, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSULTANT_EMBEDDED__ENABLED", "true")
    assert (found(desk("doctor", "--json"))["IMAP"], found(desk("doctor", "--json"))["SMTP"]) == (None, None)
    (state / "run.json").write_text(
        json.dumps(
            {
                "smtp": {"host": "127.0.0.1", "port": mail.smtp_port},
                "imap": {"host": "127.0.0.1", "port": mail.imap_port},
                "consult": CONSULT.address,
            }
        )
    )
    (state / "accounts.json").write_text(json.dumps({CONSULT.address: CONSULT.password}))
    ran = desk("doctor", "--send", "--json")
    assert ran.code == 0
    assert found(ran)["mail arrived"] is True


def test_a_mail_that_the_poller_put_away_meanwhile_is_found(dovecot: DovecotServer) -> None:
    account = dovecot.new_account()
    settings = ImapSettings.model_validate(
        {
            "host": dovecot.host,
            "port": dovecot.port,
            "tls": "none",
            "username": account.address,
            "password": account.password,
        }
    )
    with IMAPClient(dovecot.host, port=dovecot.port, ssl=False) as client:
        client.login(account.address, account.password)
        client.create_folder(settings.processed)
        client.append(settings.processed, b"Message-ID: <trial@consult.example>\r\n\r\nx\r\n")
    with SearchedMailbox(settings) as mailbox:
        assert mailbox.received("<other@consult.example>") is None
        found = mailbox.received("<trial@consult.example>")
    assert found is not None
    assert found.startswith(b"Message-ID: <trial@")
