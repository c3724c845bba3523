"""A conversation with the service over each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversation import Conversation


@pytest.fixture
def post(database_url: str) -> Iterator[Conversation]:
    """A service with a member and two consultants, working step by step."""
    conversation = Conversation(database_url)
    yield conversation
    conversation.close()


@pytest.fixture(scope="module")
def shared_post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    """One for examples that commit nothing."""
    path: Path = tmp_path_factory.mktemp("shared") / "test.db"
    conversation = Conversation(f"sqlite:///{path}")
    yield conversation
    conversation.close()
