"""The stored tokens: renewed ahead by one process at a time, whoever else wants them, dies, or says no."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from imapclient.exceptions import LoginError
from pydantic import SecretStr
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from consultant.db.credentials import MailboxCredential
from consultant.intake.credentials import LEASE, AccessRefused, access_token, doubting, refusals, renew_ahead, secret_of
from consultant.intake.sealing import CannotOpen, Seal
from consultant.mail.oauth.errors import TryLater
from consultant.service import Service
from consultant.web.condition import condition
from tests.integration.oauth.conftest import USERNAME, Post
from tests.services.issuer import broken

MINUTE = timedelta(minutes=1)
ASK = """
import sys
from datetime import datetime
from config.settings import ImapSettings, Settings
from consultant.intake.credentials import access_token
from consultant.service import open_service
url, now, imap, key = sys.argv[1:]
imap = ImapSettings.model_validate_json(imap)
settings = Settings(database_url=url, secret_key=key, imap=imap)
service = open_service(settings, clock=lambda: datetime.fromisoformat(now))
print("ready", flush=True)
sys.stdin.readline()
print(access_token(service, imap))
"""


def test_a_mailbox_that_nobody_connected(post: Post) -> None:
    with pytest.raises(AccessRefused, match="not connected yet: run `consultant mailbox connect`"):
        token(post)


def test_a_token_is_used_until_five_minutes_before_its_end(post: Post) -> None:
    post.connect()
    first = token(post)
    later(post, 55 * MINUTE)
    assert token(post) == first
    assert post.issuer.refreshed == 0
    later(post, timedelta(seconds=1))
    second = token(post)
    assert second != first
    assert post.issuer.refreshed == 1
    later(post, 55 * MINUTE)
    assert token(post) == second


def test_each_new_refresh_token_is_stored_and_used_next(post: Post) -> None:
    post.connect()
    for _ in range(5):
        later(post, 60 * MINUTE)
        token(post)
    assert (post.issuer.refreshed, post.issuer.reused) == (5, 0)
    assert row(post).version == 6


def test_a_refresh_token_that_is_not_replaced_is_kept(post: Post) -> None:
    post.issuer.rotates = False
    post.connect()
    for _ in range(3):
        later(post, 60 * MINUTE)
        token(post)
    assert post.issuer.refreshed == 3


def test_no_token_lies_in_the_database_or_the_log(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    refresh_token = post.connect()
    later(post, 60 * MINUTE)
    access = token(post)
    post.issuer.revoke(USERNAME)
    later(post, 60 * MINUTE)
    with pytest.raises(AccessRefused) as refused:
        token(post)
    with post.conversation.service.reading() as session:
        everything = repr(session.execute(text("SELECT * FROM mailbox_credential")).all())
    written = everything + capsys.readouterr().out + str(refused.value)
    assert "invalid_grant" in written
    for secret in (refresh_token, access):
        assert secret not in written


def test_another_key_opens_nothing_and_the_error_says_what_to_do(post: Post) -> None:
    post.connect()
    settings = post.conversation.settings.model_copy(update={"secret_key": SecretStr("quite another key")})
    with pytest.raises(AccessRefused, match=r"another secret_key.*consultant mailbox connect"):
        access_token(replace(post.conversation.service, settings=settings), post.imap)
    assert token(post)


def test_a_row_put_in_anothers_place_does_not_open() -> None:
    sealed = Seal(b"key", "one@consult.example").seal("token")
    assert Seal(b"key", "one@consult.example").open(sealed) == "token"
    for other in (Seal(b"key", "two@consult.example"), Seal(b"yek", "one@consult.example")):
        with pytest.raises(CannotOpen):
            other.open(sealed)


def test_a_refusal_is_told_once_and_the_issuer_is_not_asked_again(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    post.connect()
    post.issuer.revoke(USERNAME)
    later(post, 56 * MINUTE)
    asked = len(post.issuer.forms)
    for _ in range(5):
        with pytest.raises(AccessRefused, match=r"invalid_grant.*expired or revoked.*consultant mailbox connect"):
            token(post)
        renew_ahead(post.conversation.service, post.imap)
    assert len(post.issuer.forms) == asked + 1
    assert capsys.readouterr().out.count("ALARM") == 1
    assert health(post) == 1
    with post.conversation.service.reading() as session:
        assert [each.refused_at for each in refusals(session, [USERNAME, "nobody"])] == [post.conversation.now]


def test_connecting_again_ends_the_refusal_and_the_next_one_is_told_anew(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2):
        post.connect()
        assert health(post) == 0
        post.issuer.revoke(USERNAME)
        later(post, 56 * MINUTE)
        with pytest.raises(AccessRefused):
            token(post)
        assert capsys.readouterr().out.count("ALARM") == 1, number
    post.connect()
    assert token(post)


def test_a_client_that_is_not_known_is_told_once_and_tried_again(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    post.connect()
    later(post, 56 * MINUTE)
    imap = post.imap.model_copy(update={"oauth": post.imap.oauth.model_copy(update={"client_id": "stranger"})})
    for _ in range(3):
        with pytest.raises(AccessRefused, match=r"invalid_client.*correct imap\.oauth"):
            access_token(post.conversation.service, imap)
    assert capsys.readouterr().out.count("ALARM") == 1
    assert health(post) == 1
    assert token(post)
    assert health(post) == 0


def test_while_the_issuer_is_out_of_order_the_old_token_is_used_as_long_as_it_lasts(post: Post) -> None:
    post.connect()
    first = token(post)
    later(post, 57 * MINUTE)
    post.issuer.answers = [broken(), broken()]
    assert token(post) == first
    later(post, 3 * MINUTE)
    with pytest.raises(TryLater, match="500"):
        token(post)
    assert health(post) == 0
    assert token(post) != first


def test_a_standing_connection_renews_ahead_and_never_ends_by_that(post: Post) -> None:
    renew_ahead(post.conversation.service, post.imap)
    post.connect()
    renew_ahead(post.conversation.service, post.imap)
    later(post, 53 * MINUTE)
    renew_ahead(post.conversation.service, post.imap)
    assert post.issuer.refreshed == 0
    later(post, MINUTE)  # the next look: more than five minutes are left
    renew_ahead(post.conversation.service, post.imap)
    assert post.issuer.refreshed == 1
    with_password = post.imap.model_copy(update={"auth": "password"})
    renew_ahead(post.conversation.service, with_password)
    assert secret_of(post.conversation.service, with_password) is None


def test_a_token_that_the_mailbox_does_not_take_is_renewed_the_next_time(post: Post) -> None:
    post.connect()
    first = token(post)
    later(post, 5 * MINUTE)
    refused_by_the_mailbox(post)
    second = token(post)
    assert second != first
    refused_by_the_mailbox(post)
    assert token(post) == second  # it is young: the issuer is not asked again and again
    assert post.issuer.refreshed == 1


def test_where_consent_went_with_the_token_the_alarm_comes_at_once(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    post.connect()
    later(post, 5 * MINUTE)
    post.issuer.revoke(USERNAME)
    refused_by_the_mailbox(post)
    with pytest.raises(AccessRefused, match="consultant mailbox connect"):
        token(post)
    assert capsys.readouterr().out.count("ALARM") == 1


def test_eight_threads_renew_once(post: Post) -> None:
    post.connect()
    later(post, 60 * MINUTE)
    post.issuer.delay = 0.3
    with ThreadPoolExecutor(8) as threads:
        tokens = set(threads.map(lambda _: token(post), range(8)))
    assert len(tokens) == 1
    assert (post.issuer.refreshed, post.issuer.reused) == (1, 0)


def test_four_processes_renew_once(post: Post) -> None:
    post.connect()
    later(post, 60 * MINUTE)
    post.issuer.delay = 0.5
    processes = [asking(post) for _ in range(4)]
    for process in processes:
        start(process)
    tokens = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert tokens == {token(post)}
    assert (post.issuer.refreshed, post.issuer.reused) == (1, 0)


def test_connected_by_two_at_the_same_moment_one_consent_is_kept_whole(post: Post) -> None:
    given = [post.issuer.consented(USERNAME) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(post.keep, given))
    assert token(post) in {each["access_token"] for each in given}
    later(post, 60 * MINUTE)
    assert token(post)
    assert post.issuer.refreshed == 1


def test_others_use_the_old_token_meanwhile_and_do_not_wait(post: Post) -> None:
    post.connect()
    first = token(post)
    later(post, 57 * MINUTE)
    post.issuer.delay = 1.0
    with ThreadPoolExecutor(1) as thread:
        renewing = thread.submit(token, post)
        assert post.issuer.spent.wait(10)
        assert token(post) == first
        assert renewing.result() != first
    assert post.issuer.refreshed == 1


def test_killed_before_the_answer_came_it_is_renewed_by_another_where_the_issuer_forgives(post: Post) -> None:
    post.issuer.forgives_reuse = True
    kill_between(post)
    assert row(post).renewal_until == post.conversation.now + LEASE
    later(post, LEASE)
    assert token(post)
    assert (post.issuer.refreshed, post.issuer.reused) == (2, 1)


def test_killed_before_the_answer_came_a_person_is_called_where_the_issuer_is_strict(
    post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    kill_between(post)
    later(post, LEASE)
    with pytest.raises(AccessRefused, match="consultant mailbox connect"):
        token(post)
    assert capsys.readouterr().out.count("ALARM") == 1
    post.connect()
    assert token(post)


def test_a_database_that_is_away_when_the_answer_comes_is_waited_for(post: Post) -> None:
    post.connect()
    later(post, 60 * MINUTE)
    with away_for_a_moment(post.conversation.service) as failed:
        access = token(post)
    assert failed == [1, 2]
    assert token(post) == access
    later(post, 60 * MINUTE)
    assert token(post) != access
    assert post.issuer.reused == 0


def test_tokens_of_a_renewal_do_not_replace_those_of_a_consent_given_meanwhile(post: Post) -> None:
    post.connect()
    later(post, 60 * MINUTE)
    post.issuer.delay = 1.0
    with ThreadPoolExecutor(1) as thread:
        renewing = thread.submit(token, post)
        assert post.issuer.spent.wait(10)
        post.connect()
        connected = token(post)
        renewing.result()
    assert token(post) == connected


def test_a_refusal_does_not_touch_a_consent_given_meanwhile(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    post.connect()
    later(post, 60 * MINUTE)
    post.issuer.revoke(USERNAME)
    post.issuer.forms = Noticing(post.issuer.forms, post)
    assert token(post)
    assert capsys.readouterr().out.count("ALARM") == 0
    assert health(post) == 0


class Noticing(list[dict[str, str]]):
    """The forms that the issuer gets; at the first one somebody connects the mailbox anew."""

    def __init__(self, forms: list[dict[str, str]], post: Post) -> None:
        super().__init__(forms)
        self._post = post
        self._done = False

    def append(self, form: dict[str, str]) -> None:
        super().append(form)
        if not self._done:
            self._done = True
            self._post.connect()


def refused_by_the_mailbox(post: Post) -> None:
    with pytest.raises(LoginError), doubting(post.conversation.service, post.imap):
        raise LoginError("AUTHENTICATE failed")


def token(post: Post) -> str:
    return access_token(post.conversation.service, post.imap)


def later(post: Post, span: timedelta) -> None:
    post.conversation.now += span


def row(post: Post) -> MailboxCredential:
    with post.conversation.service.reading() as session:
        return session.get_one(MailboxCredential, USERNAME)


def health(post: Post) -> int:
    with post.conversation.service.reading() as session:
        return condition(session, post.conversation.service).access_refused


def asking(post: Post) -> subprocess.Popen[str]:
    """A process that is ready to ask for the token, and does when told to."""
    key = post.conversation.settings.secret_key.get_secret_value()
    arguments = [post.url, post.conversation.now.isoformat(), post.imap.model_dump_json(), key]
    process = subprocess.Popen(
        [sys.executable, "-c", ASK, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def kill_between(post: Post) -> None:
    """A process is killed when the issuer has spent its refresh token, and has not answered yet."""
    post.connect()
    later(post, 60 * MINUTE)
    post.issuer.delay = 1.0
    process = asking(post)
    start(process)
    assert post.issuer.spent.wait(30)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    post.issuer.delay = 0.0


@contextmanager
def away_for_a_moment(service: Service) -> Iterator[list[int]]:
    """The database refuses the first two tries to store new tokens."""
    failed: list[int] = []

    def refuse(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "SET version" in statement and len(failed) < 2:
            failed.append(len(failed) + 1)
            raise OperationalError("the server closed the connection", {}, ConnectionError())

    event.listen(service.engine, "before_cursor_execute", refuse)
    try:
        yield failed
    finally:
        event.remove(service.engine, "before_cursor_execute", refuse)
