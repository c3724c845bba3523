"""The private servers are there, and each test finds them empty."""

import imaplib

import psycopg
import redis
from playwright.sync_api import Page
from sqlalchemy import create_engine, text

from tests.services.dovecot_server import DovecotServer

MAIL = b"From: ann@clinic.example\r\nTo: consult@clinic.example\r\nSubject: A question\r\n\r\nMay I?\r\n"


def test_redis_keeps_a_value(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()
        assert client.set("key", "value")
        assert client.get("key") == b"value"


def test_redis_is_empty_at_the_start_of_a_test(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_each_test_has_a_database_of_its_own(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (id INTEGER)"))
        connection.execute(text("INSERT INTO only_here VALUES (1)"))
        assert connection.execute(text("SELECT count(*) FROM only_here")).scalar() == 1
    engine.dispose()


def test_postgres_speaks_to_its_own_driver(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT current_setting('server_encoding')").fetchone() == ("UTF8",)


def test_dovecot_stores_a_mail_byte_for_byte(dovecot: DovecotServer) -> None:
    account = dovecot.new_account()
    with imaplib.IMAP4(dovecot.host, dovecot.port) as client:
        client.login(account.address, account.password)
        assert client.select("INBOX") == ("OK", [b"0"])
        client.append("INBOX", "", "", MAIL)
        client.noop()
        assert _fetched(client) == MAIL


def test_dovecot_can_idle_move_and_tell_uids(dovecot: DovecotServer) -> None:
    account = dovecot.new_account()
    with imaplib.IMAP4(dovecot.host, dovecot.port) as client:
        client.login(account.address, account.password)
        _, answers = client.capability()
        assert {b"IDLE", b"MOVE", b"UIDPLUS"} <= set(answers[-1].split())


def test_dovecot_comes_back_after_a_restart_with_its_mail(dovecot: DovecotServer) -> None:
    account = dovecot.new_account()
    with imaplib.IMAP4(dovecot.host, dovecot.port) as client:
        client.login(account.address, account.password)
        client.append("INBOX", "", "", MAIL)
    dovecot.restart()
    with imaplib.IMAP4(dovecot.host, dovecot.port) as client:
        client.login(account.address, account.password)
        client.select("INBOX")
        assert _fetched(client) == MAIL


def test_chromium_shows_a_page(browser_page: Page) -> None:
    browser_page.goto("data:text/html,<title>A page</title><h1>Queue</h1>")
    assert browser_page.title() == "A page"
    assert browser_page.locator("h1").inner_text() == "Queue"


def _fetched(client: imaplib.IMAP4) -> bytes:
    _, parts = client.fetch("1", "(BODY.PEEK[])")
    assert isinstance(parts[0], tuple)
    return bytes(parts[0][1])
