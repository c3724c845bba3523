"""The texts of a release into the index, in the transaction of its load: found from the moment that it answers.

Texts leave with their release, as all its rows do. Must not know how a question is answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, select, text

from consultant.db.reference import RefRelease
from consultant.db.reference_search import FILL_SQLITE, RefSearchText, RefSearchWord
from consultant.reference.loading.bulk import bulk_insert
from consultant.reference.search.texts import CodeText, has_texts, texts_of
from consultant.reference.search.words import stem, words_of

SEARCHED = frozenset({RefSearchText.__tablename__, RefSearchWord.__tablename__})
TEXTS: Table = RefSearchText.__table__  # type: ignore[assignment]  # declared as FromClause
WORDS: Table = RefSearchWord.__table__  # type: ignore[assignment]
COLUMNS = ("system", "code", "header", "first_day", "last_day", "text", "words")
NOT_PLAIN = "\\\t\r\n"


def index_release(connection: Connection, release_id: int) -> int:
    """Index the texts of a release, anew where it was indexed before; returns how many there are."""
    for table in (TEXTS, WORDS):
        connection.execute(delete(table).where(table.c.release_id == release_id))
    found = list(dict.fromkeys(texts_of(connection, release_id)))
    if not found:
        return 0
    tokens, words = _tokens([each.text for each in found])
    # Short texts first: of very many that fit equally well, a look-up takes the first.
    order = sorted(range(len(found)), key=lambda at: len(tokens[at]))
    _write(connection, TEXTS, release_id, COLUMNS, [_row(found[at], tokens[at]) for at in order])
    counted = [(word, stem(word), count) for word, count in sorted(words.items())]
    _write(connection, WORDS, release_id, ("word", "stem", "texts"), counted)
    if connection.dialect.name == "sqlite":
        connection.execute(text(FILL_SQLITE), {"release_id": release_id})
    return len(found)


def index_missing(connection: Connection) -> None:
    """Index what was loaded before there was an index."""
    indexed = select(RefSearchWord.release_id)
    query = select(RefRelease.id).where(RefRelease.id.not_in(indexed)).order_by(RefRelease.id)
    for release_id in connection.scalars(query).all():
        if has_texts(connection, release_id):
            index_release(connection, release_id)


def _row(each: CodeText, stems: str) -> tuple[Any, ...]:
    first, last = each.first_day.isoformat(), each.last_day.isoformat()
    return each.system, each.code, each.header, first, last, each.text, stems


def _tokens(texts: Sequence[str]) -> tuple[list[str], Counter[str]]:
    """The stems of each text as they are indexed, and in how many texts each word stands.

    What stands between commas is the same in very many texts, and is taken apart once.
    """
    stems: dict[str, str] = {}
    parts = [each.split(", ") for each in texts]
    times = Counter(part for each in parts for part in each)
    words: Counter[str] = Counter()
    for part, count in times.items():
        found = words_of(part)
        stems[part] = " ".join(map(stem, found))
        for word in set(found):
            words[word] += count
    return [" ".join(filter(None, map(stems.__getitem__, each))) for each in parts], words


def _write(
    connection: Connection, table: Table, release_id: int, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    by_column: Iterable[Sequence[Any]] = list(zip(*rows, strict=True))
    plain = not any(sign in "".join(map(str, column)) for column in by_column for sign in NOT_PLAIN)
    with bulk_insert(connection, table, release_id, columns, plain=plain) as add:
        add(list(by_column))
