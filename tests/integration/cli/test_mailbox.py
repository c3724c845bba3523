"""`consultant mailbox`: what an operator sees of the mailbox, and where it differs from the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from config.settings import ImapSettings
from consultant.cli.database import load_settings
from consultant.intake.mailbox_lease import Lease
from consultant.intake.polling import note_failure, poll
from consultant.mail.mailbox import Mailbox
from consultant.service import Service, open_service
from tests.integration.cli.conftest import Run
from tests.integration.test_polling import RAW, Inbox
from tests.services.dovecot_server import DovecotServer


@pytest.fixture
def inbox(dovecot: DovecotServer, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    """The consult mailbox, as the settings name it."""
    account = dovecot.new_account("consult")
    for name, value in {
        "HOST": dovecot.host, "PORT": str(dovecot.port), "USERNAME": account.address, "PASSWORD": account.password,
        "TLS": "none",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"CONSULTANT_IMAP__{name}", value)
    return Inbox(
        ImapSettings(
            host=dovecot.host, port=dovecot.port, username=account.address,
            password=SecretStr(account.password), tls="none",
        )
    )  # fmt: skip


@pytest.fixture
def service(inbox: Inbox, desk: Run) -> Iterator[Service]:
    """The service that polls it."""
    service = open_service(load_settings())
    yield service
    service.engine.dispose()


def test_a_mailbox_that_nobody_has_polled_yet(desk: Run, inbox: Inbox) -> None:
    inbox.append(RAW % (1, 1))
    (status,) = desk("mailbox", "status", "--json").data
    assert status == {
        "account": inbox.settings.account, "succeeded_at": None, "failed_at": None, "failure": None,
        "folders": {}, "holder": None, "held_until": None, "waiting": 1, "trouble": None,
    }  # fmt: skip
    assert inbox.folder("INBOX") == [RAW % (1, 1)]


def test_who_holds_the_mailbox_and_what_happened_last(desk: Run, inbox: Inbox, service: Service) -> None:
    lease = Lease(service, inbox.settings.account, timedelta(minutes=1))
    assert lease.take()
    note_failure(service, inbox.settings.account, "LoginError: no")
    with Mailbox(inbox.settings) as mailbox:
        poll(service, mailbox)
    (status,) = desk("mailbox", "status", "--json").data
    assert status["holder"] == lease.holder
    assert status["held_until"] > status["succeeded_at"] > status["failed_at"]
    assert (status["failure"], status["waiting"]) == ("LoginError: no", 0)
    assert status["folders"] == {}
    assert lease.holder in desk("mailbox", "status").out


def test_a_lease_that_has_run_out_is_held_by_nobody(desk: Run, inbox: Inbox, service: Service) -> None:
    assert Lease(service, inbox.settings.account, timedelta(seconds=-1)).take()
    assert desk("mailbox", "status", "--json").data[0]["holder"] is None


def test_a_server_that_cannot_be_reached(desk: Run, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULTANT_IMAP__PORT", "1")
    (status,) = desk("mailbox", "status", "--json").data
    assert status["waiting"] is None
    assert "refused" in status["trouble"]
    ran = desk("mailbox", "reconcile")
    assert ran.code == 3
    assert ran.err.startswith("error: the mailbox consult")
    assert "consultant doctor" in ran.err


def test_without_a_mailbox(desk: Run) -> None:
    ran = desk("mailbox", "status")
    assert (ran.code, ran.out) == (3, "")
    assert "CONSULTANT_IMAP__HOST" in ran.err


def test_where_nothing_differs(desk: Run, inbox: Inbox, service: Service) -> None:
    inbox.append(RAW % (1, 1))
    with Mailbox(inbox.settings) as mailbox:
        poll(service, mailbox)
    ran = desk("mailbox", "reconcile", "--json")
    assert ran.code == 0
    assert ran.data == {
        "account": inbox.settings.account, "stored_not_moved": {"INBOX": []}, "not_stored": {"INBOX": []},
        "unknown_processed": [], "stored_now": [],
    }  # fmt: skip


def test_reconciling_a_new_mailbox_makes_no_folder(desk: Run, inbox: Inbox) -> None:
    assert desk("mailbox", "reconcile").code == 0
    with inbox._client() as client:
        assert client.select("Processed")[0] == "NO"


def test_every_difference_is_told_and_nothing_is_changed(desk: Run, inbox: Inbox, service: Service) -> None:
    _make_differences(inbox, service)
    for _ in range(2):
        ran = desk("mailbox", "reconcile", "--json")
        assert ran.code == 1
        assert ran.data["stored_not_moved"] == {"INBOX": [1]}
        assert ran.data["not_stored"] == {"INBOX": [2]}
        assert ran.data["unknown_processed"] == [2]
    assert inbox.folder("INBOX") == [RAW % (1, 1), RAW % (2, 2)]
    assert inbox.folder("Processed") == [RAW % (0, 0), RAW % (3, 3)]


def test_what_the_database_forgot_is_stored_when_told_to(desk: Run, inbox: Inbox, service: Service) -> None:
    _make_differences(inbox, service)
    ran = desk("mailbox", "reconcile", "--store", "--json")
    assert ran.data["unknown_processed"] == [2]
    (mail,) = ran.data["stored_now"]
    assert desk("quarantine", "show", mail, "--json").data["size"] == len(RAW % (3, 3))
    again = desk("mailbox", "reconcile", "--store", "--json").data
    assert (again["unknown_processed"], again["stored_now"]) == ([], [])


def _make_differences(inbox: Inbox, service: Service) -> None:
    """One mail stored and moved, one stored only, one not yet seen, one in Processed that nobody knows."""

    class Dying(Mailbox):
        def put_away(self, uids: object) -> None:
            raise ConnectionResetError

    with inbox._client() as client:
        client.create("Processed")
        client.append("Processed", "", "", RAW % (0, 0))
        client.append("Processed", "", "", RAW % (3, 3))
    from_processed = service.settings.imap.model_copy(update={"folders": ["Processed"]})
    known = replace(service, settings=service.settings.model_copy(update={"imap": from_processed}))
    _store_first(known, from_processed)
    inbox.append(RAW % (1, 1))
    with pytest.raises(ConnectionResetError), Dying(inbox.settings) as mailbox:
        poll(service, mailbox)
    inbox.append(RAW % (2, 2))


def _store_first(service: Service, settings: ImapSettings) -> None:
    """Only the first mail of the folder, as a poller that was killed then."""

    class First(Mailbox):
        def uids(self, above: int = 0) -> list[int]:
            return super().uids()[:1]

        def put_away(self, uids: object) -> None: ...

    with First(settings) as mailbox:
        poll(service, mailbox)
