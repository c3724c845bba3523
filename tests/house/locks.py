"""The lock files, read."""

from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.repository import ROOT

LOCKS = ("requirements.lock", "requirements-postgres.lock", "requirements-dev.lock")


@dataclass(frozen=True, slots=True)
class Locked:
    """One requirement of a lock: its line, and how many hashes stand below it."""

    requirement: Requirement
    hashes: int

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def pinned(self) -> bool:
        return [specifier.operator for specifier in self.requirement.specifier] == ["=="]

    @property
    def needed_here(self) -> bool:
        """Whether its environment marker holds on this machine."""
        return self.requirement.marker is None or self.requirement.marker.evaluate()


def text(lock: str) -> str:
    return (ROOT / lock).read_text(encoding="utf-8")


def locked(lock: str) -> list[Locked]:
    """Every requirement of that lock file."""
    lines = [line for line in text(lock).splitlines() if not line.lstrip().startswith("#")]
    logical = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [_read(line) for line in logical if line.strip()]


def _read(line: str) -> Locked:
    requirement, *hashes = line.split("--hash=")
    return Locked(Requirement(requirement.strip()), len(hashes))
