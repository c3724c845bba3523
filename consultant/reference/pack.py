"""The starter pack in the database: loading it once, replacing what changed, and a store in memory."""

from __future__ import annotations

import weakref
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from uuid import uuid4

from sqlalchemy import Engine, QueuePool, create_engine, delete, select
from sqlalchemy.orm import Session, sessionmaker

from consultant.db.base import Base
from consultant.db.ptp_partitions import attach_partition, has_partitions, make_partition
from consultant.db.reference import (
    RefAddOnLink,
    RefCode,
    RefMue,
    RefPtpEdit,
    RefPtpTerm,
    RefRelease,
)
from consultant.db.reference_search import RefSearchText, RefSearchWord
from consultant.reference.model import Reference
from consultant.reference.notes import load_guidelines
from consultant.reference.pack_files import PackedRelease, read_pack
from consultant.reference.ptp_query import STARTER
from consultant.reference.search.indexing import index_missing
from consultant.reference.store import SqlReference


def load_starter(session: Session, now: datetime) -> int:
    """Bring the starter pack into the database; returns how many rows were written, 0 when all is there.

    The caller commits: readers see the old release or the new one. A data set of which somebody loaded a
    release of his own is left alone. Raises PackError when a file of the pack cannot be read.
    """
    return load_pack(session, files("consultant.reference") / STARTER, now)


def load_pack(session: Session, folder: Traversable, now: datetime) -> int:
    """As load_starter, from any folder of the same form."""
    loaded = session.scalars(select(RefRelease)).all()
    not_ours = {release.dataset for release in loaded if release.origin != STARTER}
    ours = {(release.dataset, release.release): release for release in loaded if release.origin == STARTER}
    due = []
    for packed in read_pack(folder):
        old = ours.pop((packed.facts["dataset"], packed.facts["release"]), None)
        if packed.facts["dataset"] in not_ours or (old and old.sha256 == packed.sha256()):
            continue
        if old:
            _remove(session, old)
        due.append(packed)
    for gone in ours.values():
        if gone.dataset not in not_ours:
            _remove(session, gone)
    session.flush()
    written = sum(_add(session, packed, now) for packed in due)
    index_missing(session.connection())
    return written


def in_memory_reference() -> Reference:
    """The starter pack and the guidelines in a database of its own in memory; it goes when the reference goes."""
    engine = _memory_engine()
    tables = [table for table in Base.metadata.sorted_tables if table.name.startswith("ref_")]
    Base.metadata.create_all(engine, tables=tables)
    sessions = sessionmaker(engine)
    with sessions.begin() as session:
        never = datetime.fromtimestamp(0, UTC)  # nobody asks when it was loaded
        load_starter(session, never)
        load_guidelines(session, (), never)
    reference = SqlReference(sessions)
    weakref.finalize(reference, engine.dispose)
    return reference


def _memory_engine() -> Engine:
    """One shared in-memory database for all connections of the pool, so that threads may ask at once."""
    url = f"sqlite:///file:reference-{uuid4().hex}?mode=memory&cache=shared&uri=true"
    return create_engine(url, poolclass=QueuePool, connect_args={"check_same_thread": False})


def _remove(session: Session, release: RefRelease) -> None:
    for table in (RefAddOnLink, RefCode, RefMue, RefPtpEdit, RefPtpTerm, RefSearchText, RefSearchWord):
        session.execute(delete(table).where(table.release_id == release.id))
    session.flush()
    session.delete(release)


def _add(session: Session, packed: PackedRelease, now: datetime) -> int:
    release = RefRelease(**packed.facts, origin=STARTER, sha256=packed.sha256(), loaded_at=now)
    session.add(release)
    session.flush()
    if has_partitions(session.connection()) and any(isinstance(row, RefPtpEdit) for row in packed.rows):
        make_partition(session.connection(), release.id)
        attach_partition(session.connection(), release.id)
    for row in packed.rows:
        row.release = release
        if isinstance(row, RefPtpEdit):
            row.term.release = release
    session.add_all(packed.rows)
    session.flush()
    return len(packed.rows)
