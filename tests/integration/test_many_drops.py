"""Dropped connections, a thousand if need be: no thread, no socket and no memory is left behind.

The usual run drops forty; `DROPS=1000 pytest tests/integration/test_many_drops.py` drops a thousand.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from config.settings import ImapSettings
from consultant.db.messages import Message
from consultant.mail.mailbox import Patience
from tests.conversation import Conversation
from tests.integration.pollers import polling, until
from tests.integration.test_polling import RAW, Inbox
from tests.services.dovecot_server import DovecotServer
from tests.services.imap_proxy import ImapProxy
from workers.poller import Bounds

DROPS = int(os.environ.get("DROPS", "40"))
WARM = 15  # drops until caches, pools and arenas have the size that they keep
LEAST_MEMORY = 2 * 1024 * 1024  # growth that one run may differ by from another
QUICK = Bounds(patience=Patience(silence=1, command=2), look=1, lease=30, first_wait=0.001, longest_wait=0.002)


@pytest.fixture
def inbox(dovecot: DovecotServer) -> Inbox:
    """The mailbox as an honest client sees it."""
    account = dovecot.new_account("consult")
    return Inbox(
        ImapSettings(
            host=dovecot.host, port=dovecot.port, username=account.address,
            password=SecretStr(account.password), tls="none",
        )
    )  # fmt: skip


@pytest.fixture
def proxy(dovecot: DovecotServer) -> Iterator[ImapProxy]:
    """What stands between the mailbox and the poller."""
    with ImapProxy((dovecot.host, dovecot.port)) as proxy:
        yield proxy


@pytest.mark.timeout(600)
def test_after_all_the_drops_there_are_the_threads_sockets_and_memory_of_before(
    ready_sqlite_url: str, inbox: Inbox, proxy: ImapProxy
) -> None:
    behind = inbox.settings.model_copy(update={"port": proxy.port})
    desk = Conversation(ready_sqlite_url, imap=behind)
    chance = random.Random(1)
    with polling(desk.service, QUICK):
        _arrives_and_is_stored(desk, inbox, 1)
        threads, files = threading.active_count(), _open_files()
        _drop(proxy, chance, WARM)
        _arrives_and_is_stored(desk, inbox, 2)
        memory = _memory()
        _drop(proxy, chance, DROPS - WARM)
        _arrives_and_is_stored(desk, inbox, 3)
        until(lambda: threading.active_count() <= threads and _open_files() <= files)
        growth = _memory() - memory
    print(f"{DROPS} drops, {proxy.connections} connections; memory grew by {growth / 1024:.0f} KB in the last of them")
    assert proxy.connections > DROPS
    assert growth < LEAST_MEMORY
    desk.close()


def _drop(proxy: ImapProxy, chance: random.Random, times: int) -> None:
    """The first while idling; the others after some bytes, wherever the poller stands then."""
    before = proxy.connections
    proxy.cuts = iter([chance.randrange(1, 1200) for _ in range(times - 1)])
    proxy.drop()
    until(lambda: proxy.connections >= before + times, seconds=0.5 * times)


def _arrives_and_is_stored(desk: Conversation, inbox: Inbox, number: int) -> None:
    inbox.append(RAW % (number, number))
    until(lambda: _stored(desk) == number and not inbox.folder("INBOX"))


def _stored(desk: Conversation) -> int:
    with desk.service.reading() as session:
        return len(session.scalars(select(Message.id)).all())


def _open_files() -> int:
    """Sockets, pipes and files; not the database's, whose pool opens another when two threads happen to ask at once."""
    return sum("sqlite3" not in name for name in _names_of_open_files())


def _names_of_open_files() -> Iterator[str]:
    for each in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed while we look
            yield str(each.readlink())


def _memory() -> int:
    """Bytes of this process in memory that are its own."""
    gc.collect()
    found = re.search(r"RssAnon:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024
