"""What plain words lead to: the texts of codes by release, their words, and the databases' own full-text indexes.

The words of a text stand in `words` as consultant.reference.search.words writes them, so that both databases find the
same. SQLite has them in an FTS5 table over this one, PostgreSQL in a GIN index of text search vectors; neither stems
or folds anything. Rows of FTS5 go by themselves with those of the table, and come by FILL_SQLITE. Must not know what
a text means.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import DDL, BigInteger, ForeignKey, Integer, event
from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.base import Base
from consultant.db.reference_rows import ReleaseRow

FULL_TEXT = "ref_search_fts"
ALWAYS, FOR_EVER = date(1, 1, 1), date(9999, 12, 31)


class RefSearchText(Base):
    """A text that leads to a code, from the first to the last day on which it does, both included.

    `header` where the code is known to be one, which is never billed.
    """

    __tablename__ = "ref_search_text"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("ref_release.id"), index=True)
    system: Mapped[str]
    code: Mapped[str]
    header: Mapped[bool]
    first_day: Mapped[date]
    last_day: Mapped[date]
    text: Mapped[str]
    words: Mapped[str]


class RefSearchWord(ReleaseRow):
    """A word as it is written in the texts of a release, its stem, and in how many of them it stands."""

    __tablename__ = "ref_search_word"

    word: Mapped[str] = mapped_column(primary_key=True)
    stem: Mapped[str]
    texts: Mapped[int]


FTS5_TABLE = f"""CREATE VIRTUAL TABLE {FULL_TEXT} USING fts5(
    words, content='ref_search_text', content_rowid='id', detail=none, columnsize=0, tokenize="ascii tokenchars '.'")"""
FTS5_FORGETS = f"""CREATE TRIGGER {FULL_TEXT}_delete AFTER DELETE ON ref_search_text BEGIN
    INSERT INTO {FULL_TEXT}({FULL_TEXT}, rowid, words) VALUES ('delete', old.id, old.words); END"""  # noqa: S608
IN_SQLITE = (FTS5_TABLE, FTS5_FORGETS)
IN_POSTGRESQL = (
    f"CREATE INDEX {FULL_TEXT} ON ref_search_text USING gin (array_to_tsvector(string_to_array(words, ' ')))",
)
FILL_SQLITE = (
    f"INSERT INTO {FULL_TEXT}(rowid, words) "  # noqa: S608 - a name of our own
    "SELECT id, words FROM ref_search_text WHERE release_id = :release_id"
)
# New entries wait in a list that every look goes through, until autovacuum sorts them in. Only the owner may sooner.
SORT_IN_POSTGRESQL = (
    "SELECT gin_clean_pending_list(oid) FROM pg_class "  # noqa: S608 - a name of our own
    f"WHERE oid = to_regclass('{FULL_TEXT}') AND pg_has_role(relowner, 'USAGE')"
)

for _dialect, _statements in (("sqlite", IN_SQLITE), ("postgresql", IN_POSTGRESQL)):
    for _statement in _statements:
        event.listen(RefSearchText.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


def is_declared(name: str | None, _kind: str, _parents: Any) -> bool:
    """Whether the declared tables should tell of this table or index: not of the databases' own full-text ones."""
    return name is None or not name.startswith(FULL_TEXT)
