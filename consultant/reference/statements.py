"""Reading through the database's driver itself, by statements that are compiled once: look-ups are asked by thousands.

SQLAlchemy writes the statement and turns values into types as it would; only its work for each execution is left out.
Must not know what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Engine, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

# One READ COMMITTED would let each statement see what was loaded before it.
SNAPSHOT = {"postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}

Turn = Callable[[Any], Any]
Seen = TypeVar("Seen")
_SEEN = "seen in the snapshot"  # of what a connection keeps


@dataclass(frozen=True, slots=True)
class Reading:
    """A connection for reading, of one thread at a time. What is put into `kept` stays as long as the connection."""

    dialect: Dialect
    driver: Any
    kept: dict[Any, Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one kind of database takes it: `in_order` picks its parameters where it counts them."""

    text: str
    in_order: Callable[[dict[str, Any]], Any] | None
    constants: dict[str, Any]
    turned_in: tuple[tuple[str, Turn], ...]
    turned_out: tuple[tuple[int, Turn], ...]


class Statement:
    """A query whose parameters are `bindparam`s with names."""

    __slots__ = ("_forms", "_query")

    def __init__(self, query: Select[Any]) -> None:
        self._query = query
        self._forms: dict[str, _Form] = {}

    def rows(self, reading: Reading, **values: Any) -> list[Any]:
        """Every row of the answer, as a sequence. Raises SQLAlchemy's errors when the database cannot be asked."""
        asked = (self, tuple(values.items()))
        return seen_once(reading, asked, lambda: self.turned(reading.dialect, self.as_kept(reading, **values)))

    def as_kept(self, reading: Reading, **values: Any) -> list[Any]:
        """The same, with values as the database keeps them; `turned` makes the rows of them."""
        form = self._form(reading.dialect)
        given = form.constants | values
        for name, turn in form.turned_in:
            given[name] = turn(given[name])
        return _fetched(reading, form.text, form.in_order(given) if form.in_order else given)

    def turned(self, dialect: Dialect, rows: Iterable[Any]) -> list[Any]:
        """Rows as kept, with their values as the types of the columns have them."""
        form = self._form(dialect)
        return [_turned(row, form.turned_out) for row in rows] if form.turned_out else list(rows)

    def _form(self, dialect: Dialect) -> _Form:
        return self._forms.get(dialect.name) or self._compile(dialect)

    def _compile(self, dialect: Dialect) -> _Form:
        compiled = self._query.compile(dialect=dialect)
        order: list[str] | None = getattr(compiled, "positiontup", None)
        turned_in = ((name, bind.type.dialect_impl(dialect).bind_processor(dialect)) for name, bind in _binds(compiled))
        turned_out = (
            (number, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for number, column in enumerate(self._query.selected_columns)
        )
        form = _Form(
            str(compiled),
            _picking(order) if order is not None else None,
            dict(compiled.params),
            tuple((name, turn) for name, turn in turned_in if turn),
            tuple((number, turn) for number, turn in turned_out if turn),
        )
        self._forms[dialect.name] = form
        return form


@contextmanager
def reading(engine: Engine) -> Iterator[Reading]:
    """A connection of the pool, outside a transaction: one statement needs none.

    On PostgreSQL the rollback of one would make psycopg forget the statements that it has prepared.
    """
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    on_postgresql = engine.dialect.name == "postgresql"
    try:
        if on_postgresql:
            driver.autocommit = True
        yield Reading(engine.dialect, driver, pooled.info)
    finally:
        if on_postgresql and not driver.closed:
            driver.autocommit = False
        pooled.close()


@contextmanager
def planned_once(asked: Reading) -> Iterator[None]:
    """For thousands of statements: PostgreSQL plans each once, where it would weigh a plan for the values each time.

    All of them seek by keys, so that one plan is as good for any values.
    """
    if asked.dialect.name != "postgresql":
        yield
        return
    _run(asked, "SET plan_cache_mode = force_generic_plan")
    try:
        yield
    finally:
        with suppress(DBAPIError):  # of a connection that is gone
            _run(asked, "RESET plan_cache_mode")


@contextmanager
def snapshot(asked: Reading) -> Iterator[None]:
    """Statements that must see the same releases, whatever is loaded meanwhile. Within a snapshot it is that one."""
    if _SEEN in asked.kept:
        yield
        return
    _run(asked, SNAPSHOT.get(asked.dialect.name, "BEGIN"))
    asked.kept[_SEEN] = {}
    try:
        yield
    except BaseException:
        with suppress(DBAPIError):  # the connection may be gone: what went wrong before says why
            _run(asked, "ROLLBACK")
        raise
    finally:
        del asked.kept[_SEEN]
    _run(asked, "COMMIT")


def _picking(names: Sequence[str]) -> Callable[[dict[str, Any]], Any]:
    """What takes the values of these names out of a dictionary, as a sequence."""
    return itemgetter(*names) if len(names) > 1 else lambda given: [given[name] for name in names]


def seen_once(asked: Reading, what: Hashable, ask: Callable[[], Seen]) -> Seen:
    """What need not be asked again in one snapshot; outside one it is asked."""
    seen = asked.kept.get(_SEEN)
    if seen is None:
        return ask()
    if what not in seen:
        seen[what] = ask()
    found: Seen = seen[what]
    return found


def _binds(compiled: Any) -> Iterator[tuple[str, Any]]:
    return ((name, bind) for bind, name in compiled.bind_names.items())


def _fetched(asked: Reading, text: str, parameters: Any) -> list[Any]:
    rows: list[Any] = _run(asked, text, parameters).fetchall()
    return rows


def _run(asked: Reading, text: str, parameters: Any = ()) -> Any:
    dbapi: Any = asked.dialect.loaded_dbapi
    try:
        return asked.driver.execute(text, parameters)
    except dbapi.Error as error:
        # As SQLAlchemy would have told it, without the parameters.
        told = DBAPIError.instance(text, None, error, dbapi.Error, hide_parameters=True, dialect=asked.dialect)
        raise told from error


def _turned(row: Sequence[Any], turned_out: tuple[tuple[int, Turn], ...]) -> list[Any]:
    cells = list(row)
    for number, turn in turned_out:
        cells[number] = turn(cells[number])
    return cells
