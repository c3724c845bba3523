"""Whoever installs from a lock gets exactly what was tested, from whichever index is theirs."""

import pytest

from tests.house.locks import LOCKS, locked, text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_has_a_hash(lock: str) -> None:
    requirements = locked(lock)
    assert len(requirements) > 30
    assert [each.name for each in requirements if not (each.pinned and each.hashes)] == []


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("address", ["http:", "https:", "--index-url", "--extra-index-url", "--find-links", " @ "])
def test_no_lock_names_an_index_or_an_address(lock: str, address: str) -> None:
    assert address not in text(lock)


@pytest.mark.parametrize("larger", ["requirements-postgres.lock", "requirements-dev.lock"])
def test_what_is_tested_is_what_is_shipped(larger: str) -> None:
    versions = {each.name: each.requirement.specifier for each in locked(larger)}
    assert {each.name: versions.get(each.name) for each in locked("requirements.lock")} == {
        each.name: each.requirement.specifier for each in locked("requirements.lock")
    }
