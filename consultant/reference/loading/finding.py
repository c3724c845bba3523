"""What there is to load: each file asked for its kind, files of one release put together.

Must not know the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from consultant.reference.formats import HEAD_BYTES, UNREADABLE, FormatError, Release, Source
from consultant.reference.formats.mcd_tables import why_not_read
from consultant.reference.loading.datasets import DATASETS, Dataset

# Where a release comes in several containers, the one that is read is the first of these; the others say the same.
CONTAINERS = (".csv", ".tsv", ".txt", ".xml", ".xlsx")


@dataclass(slots=True)
class Planned:
    """A release that can be loaded: its files by part, and those passed over because they hold the same rows."""

    dataset: Dataset
    release: Release
    files: dict[str, Source] = field(default_factory=dict)
    same: list[Source] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes to read."""
        return sum(source.size for source in self.files.values())


@dataclass(frozen=True, slots=True)
class Findings:
    """What the files are: releases in the order of their dates, and files of no known kind, with why."""

    releases: tuple[Planned, ...]
    unknown: tuple[tuple[Source, str], ...]


def find(sources: Iterable[Source], datasets: Sequence[Dataset] = DATASETS) -> Findings:
    """Recognise the files. Raises FormatError for a file whose release cannot be told, or two that contradict."""
    planned: dict[Release, Planned] = {}
    unknown = []
    for source in sources:
        head = _head(source)
        found = _recognised(source, head, datasets)
        if found is None:
            unknown.append((source, why_not_read(source.name) or _why(head)))
        else:
            dataset, release = found
            _put(planned.setdefault(release, Planned(dataset, release)), source)
    return Findings(tuple(sorted(planned.values(), key=_order)), tuple(unknown))


def _recognised(source: Source, head: bytes, datasets: Sequence[Dataset]) -> tuple[Dataset, Release] | None:
    for dataset in datasets:
        release = dataset.format.recognise(source, head)
        if release is not None:
            return dataset, release
    return None


def _put(planned: Planned, source: Source) -> None:
    part = planned.dataset.part_of(source)
    other = planned.files.get(part)
    if other is None:
        planned.files[part] = source
        return
    if _container(source) == _container(other):
        raise FormatError(
            f"{source.name} and {other.name}: both are {planned.dataset.title_of(planned.release)} "
            f"{planned.release.label} {part}. Load the one that is meant."
        )
    first, second = sorted((source, other), key=_container)
    planned.files[part] = first
    planned.same.append(second)


def _container(source: Source) -> int:
    name = source.name.lower()
    return next((rank for rank, ending in enumerate(CONTAINERS) if name.endswith(ending)), len(CONTAINERS))


def _order(planned: Planned) -> tuple[str, str, str]:
    release = planned.release
    return planned.dataset.name(release), str(release.effective_from or ""), release.label


def _head(source: Source) -> bytes:
    try:
        with source.open() as file:
            return file.read(HEAD_BYTES)
    except UNREADABLE as error:
        raise FormatError(f"{source.name}: cannot be read ({error}). Download it again.") from error


def _why(head: bytes) -> str:
    """What a file is that no format knows."""
    start = _start(head)
    if not start:
        return "it is empty: download it again"
    if is_web_page(head):
        return "it is a web page: the download met a page to click through; open the address in a browser"
    if start.startswith(b"%pdf"):
        return "it is a PDF"
    return "no kind of file that can be loaded"


def is_web_page(head: bytes) -> bool:
    """Whether a file that begins so is a web page, whatever it is called."""
    return _start(head).startswith((b"<!doctype html", b"<html"))


def _start(head: bytes) -> bytes:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
