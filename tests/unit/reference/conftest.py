"""An empty store in memory, and the starter pack."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

from consultant.db.base import Base
from consultant.reference.model import Reference
from consultant.reference.pack import in_memory_reference


@pytest.fixture
def sessions() -> Iterator[sessionmaker[Session]]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    yield sessionmaker(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def starter() -> Reference:
    return in_memory_reference()
