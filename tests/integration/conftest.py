"""A conversation with the service over each database."""

from collections.abc import Iterator

import pytest

from tests.conversation import Conversation


@pytest.fixture
def post(database_url: str) -> Iterator[Conversation]:
    """A service with a member and two consultants, working step by step."""
    conversation = Conversation(database_url)
    yield conversation
    conversation.close()
