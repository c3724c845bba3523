"""A service whose mailbox is opened by tokens, and our client at their issuer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from config.settings import ImapSettings, OAuthSettings
from consultant.intake.credentials import keep
from consultant.mail.oauth.issuer import Grant, Issuer
from tests.conversation import Conversation
from tests.services.issuer import TokenIssuer

USERNAME = "consult@consult.example"


@dataclass
class Post:
    """A service with one mailbox that tokens open, and its issuer."""

    conversation: Conversation
    issuer: TokenIssuer
    url: str

    @property
    def imap(self) -> ImapSettings:
        return self.conversation.settings.imap

    def connect(self) -> str:
        """Consent is given, and the tokens are stored. The refresh token."""
        tokens = self.issuer.consented(USERNAME)
        self.keep(tokens)
        return str(tokens["refresh_token"])

    def keep(self, tokens: dict[str, Any]) -> None:
        service = self.conversation.service
        keep(service, self.imap, grant_of(tokens), asked_at=service.clock())


@pytest.fixture
def post(ready_database_url: str, issuer: TokenIssuer, oauth: dict[str, Any]) -> Iterator[Post]:
    """On each database, with a clock that the test moves."""
    imap = ImapSettings(username=USERNAME, auth="xoauth2", oauth=OAuthSettings(**oauth))
    conversation = Conversation(ready_database_url, imap=imap)
    yield Post(conversation, issuer, ready_database_url)
    conversation.close()


@pytest.fixture
def client(oauth: dict[str, Any]) -> Callable[..., Issuer]:
    """Our side of the issuer, with other settings where the test says so."""
    return lambda **other: Issuer(OAuthSettings(**{**oauth, **other}))


def grant_of(tokens: dict[str, Any]) -> Grant:
    """The issuer's JSON as our value."""
    return Grant(tokens["access_token"], tokens["refresh_token"], timedelta(seconds=tokens["expires_in"]))
