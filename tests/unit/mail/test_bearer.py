"""The SASL mechanisms with an access token, byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.bearer import BearerDialogue, Mechanism


def dialogue(mechanism: Mechanism, username: str = "consult@consult.example") -> BearerDialogue:
    return BearerDialogue(mechanism, username, "the-token", "imap.example", 993)


def test_xoauth2_says_user_and_token() -> None:
    assert dialogue("xoauth2")() == "user=consult@consult.example\1auth=Bearer the-token\1\1"


def test_oauthbearer_says_whom_where_and_the_token() -> None:
    said = dialogue("oauthbearer")(b"")
    assert said == "n,a=consult@consult.example,\1host=imap.example\1port=993\1auth=Bearer the-token\1\1"
    assert dialogue("oauthbearer", "a=b,c")().startswith("n,a=a=3Db=2Cc,\1")


@pytest.mark.parametrize(("mechanism", "last"), [("xoauth2", ""), ("oauthbearer", "\1")])
def test_a_refusal_is_read_and_the_token_is_not_said_again(mechanism: Mechanism, last: str) -> None:
    talk = dialogue(mechanism)
    talk()
    assert talk(b'{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}') == last
    assert talk.reason == "status 400, schemes Bearer, scope https://mail.example/"


@given(st.binary(min_size=1), st.sampled_from(["xoauth2", "oauthbearer"]))
def test_whatever_a_server_says_the_reason_is_one_short_line_without_the_token(said: bytes, by: Mechanism) -> None:
    talk = dialogue(by)
    assert "the-token" not in talk(said + b"the-token" + said)
    assert "the-token" not in talk.reason
    assert "\n" not in talk.reason
    assert len(talk.reason) <= 200
