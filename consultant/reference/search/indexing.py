"""The texts of a release into the index, in the transaction of its load: found from the moment that it answers.

Texts leave with their release, as all its rows do. Must not know how a question is answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, Table, delete, select, text

from consultant.db.reference import RefRelease
from consultant.db.reference_search import FILL_SQLITE, SORT_IN_POSTGRESQL, RefSearchText, RefSearchWord
from consultant.reference.loading.bulk import bulk_insert
from consultant.reference.search.texts import CodeText, has_texts, texts_of
from consultant.reference.search.words import stem, words_of

SEARCHED = frozenset({RefSearchText.__tablename__, RefSearchWord.__tablename__})
TEXTS: Table = RefSearchText.__table__  # type: ignore[assignment]  # declared as FromClause
WORDS: Table = RefSearchWord.__table__  # type: ignore[assignment]
NOT_PLAIN = "\\\t\r\n"


def index_release(connection: Connection, release_id: int) -> int:
    """Index the texts of a release, anew where it was indexed before; returns how many there are."""
    for table in (TEXTS, WORDS):
        connection.execute(delete(table).where(table.c.release_id == release_id))
    found = list(texts_of(connection, release_id))
    if not found:
        return 0
    stems, words = _taken_apart([each.text for each in found])
    # Short texts first: of very many that fit equally well, a look-up takes the first.
    order = sorted(range(len(found)), key=[len(each) for each in stems].__getitem__)
    rows = [found[at] for at in order]
    plain = not _has_signs(rows)
    with bulk_insert(connection, TEXTS.name, release_id, (*CodeText._fields, "words"), plain=plain) as add:
        *columns, first, last = zip(*rows, strict=True)
        add([*columns, *map(_days, (first, last)), [stems[at] for at in order]])
    with bulk_insert(connection, WORDS.name, release_id, ("word", "stem", "texts"), plain=True) as add:
        add([list(words), [stem(word) for word in words], list(words.values())])
    if connection.dialect.name == "sqlite":
        connection.execute(text(FILL_SQLITE), {"release_id": release_id})
    else:
        connection.execute(text(SORT_IN_POSTGRESQL))
    return len(found)


def index_missing(connection: Connection) -> None:
    """Index what was loaded before there was an index."""
    indexed = select(RefSearchWord.release_id)
    query = select(RefRelease.id).where(RefRelease.id.not_in(indexed)).order_by(RefRelease.id)
    for release_id in connection.scalars(query).all():
        if has_texts(connection, release_id):
            index_release(connection, release_id)


def _days(days: Sequence[date]) -> list[str]:
    """As both databases read them."""
    written = {day: day.isoformat() for day in set(days)}
    return [written[day] for day in days]


def _has_signs(rows: Sequence[CodeText]) -> bool:
    """Whether a text has a sign that COPY would take for one of its own."""
    everything = "".join([row.text for row in rows])
    return any(sign in everything for sign in NOT_PLAIN)


def _taken_apart(texts: Sequence[str]) -> tuple[list[str], Counter[str]]:
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
