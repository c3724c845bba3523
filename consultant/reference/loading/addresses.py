"""What is to be fetched for a day: sources of the data sets wanted, with the addresses of that day's release.

Must not know how a file is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from config.reference_sources import ReferenceSource
from consultant.reference.loading.due import words_of


class UnknownSource(Exception):
    """There is no source of that name, and none that has such a data set."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source and where its file of the day is: one of the addresses, or what a person must do."""

    name: str
    datasets: tuple[str, ...]
    addresses: tuple[str, ...]
    hosts: frozenset[str]
    instruction: str


def wanted(sources: Iterable[ReferenceSource], names: Sequence[str], on: date) -> tuple[Wanted, ...]:
    """The sources by these names or with these data sets, all without names. Raises UnknownSource."""
    known = tuple(sources)
    for name in names:
        if not any(_is_meant(source, name) for source in known):
            listed = ", ".join(sorted(source.name for source in known))
            raise UnknownSource(f"there is no source {name!r}, and none with such a data set: there are {listed}")
    return tuple(_on(source, on) for source in known if not names or any(_is_meant(source, name) for name in names))


def _is_meant(source: ReferenceSource, name: str) -> bool:
    """By its name, by a data set, or by one with a variant behind: `pfs_rvu_QPP` is in that which has `pfs_rvu`."""
    return name == source.name or any(name == each or name.startswith(f"{each}_") for each in source.datasets)


def _on(source: ReferenceSource, on: date) -> Wanted:
    words = words_of(on)
    addresses = tuple(address.format(**words) for address in source.addresses)
    return Wanted(source.name, tuple(source.datasets), addresses, frozenset(source.hosts), _instruction(source, words))


def _instruction(source: ReferenceSource, words: dict[str, str]) -> str:
    if not source.page:
        return ""
    return (
        f"open {source.page}, agree to the licence if it asks, download {source.files.format(**words)}, "
        "then run `consultant reference load PATH`"
    )
