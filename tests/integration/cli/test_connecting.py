"""`consultant mailbox connect`: a person consents elsewhere, the tokens are proved and stored, or nothing is."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import text

from consultant.cli.database import load_settings
from consultant.db.engine import open_engine
from tests.integration.cli.conftest import Run
from tests.services.certificates import Authority
from tests.services.dovecot_server import DovecotServer, MailAccount
from tests.services.issuer import TokenIssuer, broken
from tests.services.processes import free_port


@pytest.fixture
def account(
    secure_dovecot: DovecotServer, authority: Authority, oauth: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> MailAccount:
    """The consult mailbox, as the settings name it."""
    account = secure_dovecot.new_account("consult")
    given = {
        "HOST": "localhost", "PORT": str(secure_dovecot.tls_port), "USERNAME": account.address, "AUTH": "xoauth2",
        "CA_FILE": str(authority.file), **{f"OAUTH__{name.upper()}": value for name, value in oauth.items()},
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"CONSULTANT_IMAP__{name}", value)
    return account


def test_consent_on_another_device_connects_the_mailbox(desk: Run, account: MailAccount, issuer: TokenIssuer) -> None:
    with somebody(issuer, lambda code: issuer.approve(code, account.address)) as agreed:
        ran = desk("mailbox", "connect")
    assert ran.code == 0, ran.err
    assert f"{issuer.url}/enter and enter the code {agreed[0]}" in ran.out
    assert f"signed in as {account.address}, 0 in INBOX" in ran.out
    assert stored() == 1
    assert desk("mailbox", "status", "--json").data[0]["waiting"] == 0
    findings = {each["check"]: each["ok"] for each in desk("doctor", "--json").lines}
    assert findings["access"] is True
    assert findings["IMAP"] is True


def test_the_account_can_be_named(desk: Run, account: MailAccount, issuer: TokenIssuer) -> None:
    ran = desk("mailbox", "connect", "--account", "another@consult.example")
    assert (ran.code, ran.out) == (4, "")
    assert account.address in ran.err
    with somebody(issuer, lambda code: issuer.approve(code, account.address)):
        assert desk("mailbox", "connect", "--account", account.address).code == 0


def test_the_pace_of_the_issuer_is_kept(desk: Run, account: MailAccount, issuer: TokenIssuer) -> None:
    def agree(code: str) -> None:
        device = issuer._device(code)
        until(lambda: len(device.asked) == 2)
        polls.extend(device.asked)
        issuer.approve(code, account.address)

    polls: list[float] = []
    with somebody(issuer, agree):
        assert desk("mailbox", "connect").code == 0
    assert polls[1] - polls[0] >= 1


def test_a_no_stores_nothing(desk: Run, account: MailAccount, issuer: TokenIssuer) -> None:
    with somebody(issuer, issuer.deny):
        ran = desk("mailbox", "connect")
    assert ran.code == 1
    assert "access_denied; nothing was stored" in ran.err
    assert "--browser" in ran.err
    assert stored() == 0


def test_consent_of_the_wrong_person_replaces_nothing(desk: Run, account: MailAccount, issuer: TokenIssuer) -> None:
    with somebody(issuer, lambda code: issuer.approve(code, account.address)):
        assert desk("mailbox", "connect").code == 0
    with somebody(issuer, lambda code: issuer.approve(code, "operator@consult.example")):
        ran = desk("mailbox", "connect")
    assert ran.code == 1
    assert f"was consent given as {account.address}?" in ran.err
    assert desk("mailbox", "status", "--json").data[0]["waiting"] == 0


def test_a_mailbox_that_cannot_be_tried_now_costs_no_consent(
    desk: Run, account: MailAccount, issuer: TokenIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = os.environ["CONSULTANT_IMAP__PORT"]
    monkeypatch.setenv("CONSULTANT_IMAP__PORT", str(free_port()))
    with somebody(issuer, lambda code: issuer.approve(code, account.address)):
        ran = desk("mailbox", "connect")
    assert ran.code == 3
    assert "The tokens are stored." in ran.out
    assert "could not be tried" in ran.err
    monkeypatch.setenv("CONSULTANT_IMAP__PORT", port)
    assert desk("mailbox", "status", "--json").data[0]["waiting"] == 0


def test_consent_in_a_browser(desk: Run, account: MailAccount, issuer: TokenIssuer, state: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "workers.command", "mailbox", "connect", "--browser"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        url = next(line for line in process.stdout if line.startswith(issuer.url))
        ended_at = requests.get(url.strip(), allow_redirects=False, timeout=5).headers["location"]
        out, _ = process.communicate(f"{ended_at}\n", timeout=30)
    assert process.returncode == 0, out
    assert "Connected" in out
    assert stored() == 1


def test_interrupted_it_stores_nothing_and_says_so(desk: Run, account: MailAccount, issuer: TokenIssuer) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "workers.command", "mailbox", "connect"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        until(lambda: (device := issuer.pending()) and device.asked)
        out, err = _interrupted(process)
    assert (process.returncode, err) == (1, "error: stopped: nothing was stored\n")
    assert re.search("enter the code [0-9A-F]{8}", out)
    assert stored() == 0


def _interrupted(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it said until Ctrl-C ended it. Pressed again where Python lost it in a place that ignores exceptions."""
    for _ in range(10):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=5)
    process.kill()
    raise AssertionError("it goes on")


def test_an_issuer_that_is_out_of_order(desk: Run, account: MailAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULTANT_IMAP__OAUTH__DEVICE_URL", f"http://localhost:{free_port()}/device")
    ran = desk("mailbox", "connect")
    assert ran.code == 3
    assert "the issuer cannot be reached" in ran.err


def test_without_tokens_in_the_settings_there_is_nothing_to_connect(desk: Run) -> None:
    ran = desk("mailbox", "connect")
    assert (ran.code, ran.out) == (3, "")
    assert "CONSULTANT_IMAP__AUTH" in ran.err


def test_what_the_settings_lack_is_named(desk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULTANT_IMAP__AUTH", "oauthbearer")
    ran = desk("mailbox", "connect")
    assert ran.code == 3
    assert "oauth.client_id and oauth.token_url and oauth.device_url or authorize_url" in ran.err


def test_a_mailbox_that_is_not_connected_says_so_everywhere(desk: Run, account: MailAccount) -> None:
    assert "consultant mailbox connect" in desk("mailbox", "status", "--json").data[0]["trouble"]
    assert "consultant mailbox connect" in desk("mailbox", "reconcile").err
    findings = {each["check"]: each for each in desk("doctor", "--json").lines}
    assert findings["access"]["ok"] is False
    assert "not connected yet" in findings["access"]["detail"]
    assert findings["IMAP"]["ok"] is False


def test_the_doctor_tells_that_access_was_withdrawn(desk: Run, account: MailAccount, issuer: TokenIssuer) -> None:
    issuer.lifetime = 60
    with somebody(issuer, lambda code: issuer.approve(code, account.address)):
        assert desk("mailbox", "connect").code == 0
    issuer.revoke(account.address)
    findings = {each["check"]: each for each in desk("doctor", "--json").lines}
    assert "invalid_grant" in findings["access"]["detail"]
    issuer.answers = [broken()]
    assert "invalid_grant" in desk("mailbox", "status", "--json").data[0]["trouble"]


@contextmanager
def somebody(issuer: TokenIssuer, does: Callable[[str], object]) -> Iterator[list[str]]:
    """A person who does that with the code as soon as there is one."""
    seen: list[str] = []

    def look() -> None:
        until(issuer.pending)
        device = issuer.pending()
        assert device
        seen.append(device.user_code)
        does(device.user_code)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        thread.join(30)
    assert seen


def stored() -> int:
    engine = open_engine(load_settings().database)
    with engine.connect() as connection:
        count = int(connection.scalar(text("SELECT count(*) FROM mailbox_credential")) or 0)
    engine.dispose()
    return count


def until(look: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not look():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
