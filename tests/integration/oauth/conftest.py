"""An issuer, a Dovecot with TLS that asks it about tokens, and a service whose mailbox uses both."""

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
from tests.services.certificates import Authority
from tests.services.dovecot_server import DovecotServer, Encryption, running_dovecot
from tests.services.issuer import CLIENT_ID, TokenIssuer, running_issuer

USERNAME = "consult@consult.example"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom our settings trust."""
    folder = tmp_path_factory.mktemp("authority")
    for each in (folder, folder.parent):
        each.chmod(0o755)  # Dovecot reads its certificate as another user
    return Authority(folder)


@pytest.fixture(scope="session")
def _issuer() -> Iterator[TokenIssuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def issuer(_issuer: TokenIssuer) -> TokenIssuer:
    """An issuer on an ordinary day."""
    url = _issuer.url
    _issuer.__init__()  # type: ignore[misc]
    _issuer.url = url
    return _issuer


@pytest.fixture(scope="session")
def secure_dovecot(_issuer: TokenIssuer, authority: Authority) -> Iterator[DovecotServer]:
    """An IMAP server that takes nothing in clear text, and asks the issuer about tokens."""
    introspection = _issuer.url.replace("localhost", "127.0.0.1") + "/introspect"
    with running_dovecot(Encryption(authority.certificate(), introspection)) as server:
        yield server


@pytest.fixture
def oauth(issuer: TokenIssuer) -> dict[str, Any]:
    """The settings of our client at the issuer."""
    return {
        "client_id": CLIENT_ID,
        "token_url": f"{issuer.url}/token",
        "device_url": f"{issuer.url}/device",
        "authorize_url": f"{issuer.url}/authorize",
        "scopes": "mail offline_access",
    }


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
