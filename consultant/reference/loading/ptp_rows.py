"""How PTP edits are kept: two codes and the number of a term, which says all the rest once for thousands of edits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import compress, count, islice
from operator import ge
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Table, func, insert, select, text

from consultant.db.ptp_partitions import attach_partition, has_partitions, make_partition, partition_of
from consultant.db.reference import RefPtpEdit, RefPtpTerm
from consultant.reference.formats import Format, FormatError, Release, RowError, Source
from consultant.reference.formats.ncci_ptp import NcciPtp, PtpRow, PtpTerm
from consultant.reference.loading.bulk import bulk_insert, copied_lines, in_batches
from consultant.reference.loading.row_stores import Compared, OnBadRow, OnRows, Tally, in_code_order

EDITS: Table = RefPtpEdit.__table__  # type: ignore[assignment]  # declared as FromClause
TERMS: Table = RefPtpTerm.__table__  # type: ignore[assignment]
CODES = len(("column_one", "column_two"))
PAIR = len("9642296423")

# Takes the codes of rows as a block has them, and the numbers of their terms.
Write = Callable[[Sequence[str], Sequence[int]], None]


class PtpRows:
    """The store of PTP edits."""

    fields: tuple[str, ...] = PtpRow._fields
    key = 4

    @property
    def parts(self) -> Sequence[Compared]:
        """All of it can be compared."""
        return (self,)

    def load(
        self,
        connection: Connection,
        release_id: int,
        read: tuple[Format, Source, Release],
        bad_row: OnBadRow,
        written: OnRows,
    ) -> Tally:
        """Write the rows of a file, block by block. Raises FormatError, and what `bad_row` raises."""
        file_format, source, _ = read
        if not isinstance(file_format, NcciPtp):
            raise TypeError(f"{file_format.kind} does not read PTP edits")
        table = _table_of(connection, release_id)
        terms, twice = _Numbered(connection), _Twice(connection, table)
        tally = Tally()
        with _writing(connection, table, release_id) as write:
            for block in file_format.blocks(source, terms.number):
                if isinstance(block, RowError):
                    bad_row(block)
                    continue
                codes, numbers = block
                pairs = _pairs(codes)
                twice.look(source, pairs, numbers)
                write(codes, numbers)
                tally.add(len(pairs), sum(map(crc32, pairs, map(terms.checksums.__getitem__, numbers))))
                written(tally.rows)
        twice.look_through(source)
        terms.write(release_id)
        return tally

    def finish(self, connection: Connection, release_id: int) -> None:
        """Index the edits and let them be seen."""
        if has_partitions(connection):
            attach_partition(connection, release_id)

    def compared(self, connection: Connection, release_id: int) -> Iterator[PtpRow]:
        """The rows of a release by codes, then dates."""
        for column_one, column_two, term in self._stored(connection, release_id):
            yield PtpRow(column_one, column_two, *term)

    def tally(self, connection: Connection, release_id: int) -> Tally:
        """What is there now. An edit whose term is gone does not count."""
        tally = Tally()
        for batch in in_batches(self._stored(connection, release_id)):
            checksums = (crc32((one + two).encode(), _checksum(term)) for one, two, term in batch)
            tally.add(len(batch), sum(checksums))
        return tally

    def _stored(self, connection: Connection, release_id: int) -> Iterator[tuple[str, str, PtpTerm]]:
        query = select(TERMS).where(TERMS.c.release_id == release_id)
        terms = {
            row.id: PtpTerm(row.prior_to_1996, row.effective, row.deletion, row.modifier_indicator, row.rationale)
            for row in connection.execute(query)
        }
        edits = (
            select(EDITS.c.column_one, EDITS.c.column_two, EDITS.c.term_id)
            .where(EDITS.c.release_id == release_id)
            .order_by(*(in_code_order(EDITS.c[name], connection) for name in ("column_one", "column_two")))
        )
        held: list[tuple[str, str, PtpTerm]] = []
        for one, two, number in connection.execution_options(yield_per=5000).execute(edits):
            if number not in terms:
                continue
            if held and held[0][:CODES] != (one, two):
                yield from _by_date(held)
                held = []
            held.append((one, two, terms[number]))
        yield from _by_date(held)


def _table_of(connection: Connection, release_id: int) -> str:
    """Where the edits of a release are written."""
    if not has_partitions(connection):
        return EDITS.name
    make_partition(connection, release_id)
    return partition_of(release_id)


def _pairs(codes: Sequence[str]) -> list[bytes]:
    """The two codes of each row, without their tabs."""
    together = "".join(codes).replace("\t", "").encode()
    return [together[at : at + PAIR] for at in range(0, len(together), PAIR)]


@contextmanager
def _writing(connection: Connection, table: str, release_id: int) -> Iterator[Write]:
    if has_partitions(connection):
        ends = _LineEnds(release_id)
        with copied_lines(connection, table, ("column_one", "column_two", "term_id", "release_id")) as copy:
            yield lambda codes, numbers: copy(_interleaved(codes, [ends[number] for number in numbers]))
    else:
        with bulk_insert(connection, table, release_id, ("column_one", "column_two", "term_id")) as add:
            yield lambda codes, numbers: add(([both[:5] for both in codes], [both[6:11] for both in codes], numbers))


class _LineEnds(dict[int, str]):
    """The number of a term to what stands behind the codes in a line for COPY."""

    def __init__(self, release_id: int) -> None:
        super().__init__()
        self._release_id = release_id

    def __missing__(self, number: int) -> str:
        self[number] = f"{number}\t{self._release_id}\n"
        return self[number]


def _interleaved(codes: Sequence[str], ends: Sequence[str]) -> str:
    cells = [""] * (2 * len(codes))
    cells[::2], cells[1::2] = codes, ends
    return "".join(cells)


class _Twice:
    """Notices an edit that stands twice, where no key does it.

    A file in the order of its codes, as CMS's are, is looked at as it goes by; of another the database is asked.
    """

    def __init__(self, connection: Connection, table: str) -> None:
        self._connection, self._table = connection, table
        self._keyed = not has_partitions(connection)
        self._in_order = True
        self._pairs, self._terms = list[bytes](), list[int]()

    def look(self, source: Source, pairs: Sequence[bytes], terms: Sequence[int]) -> None:
        """Look at the next edits. Raises FormatError."""
        if self._keyed or not self._in_order:
            return
        self._pairs += pairs
        self._terms += terms
        not_behind = list(compress(count(1), map(ge, self._pairs, islice(self._pairs, 1, None))))
        if any(self._pairs[at - 1] != self._pairs[at] for at in not_behind):
            self._in_order = False
            return
        seen = set[tuple[bytes, int]]()
        for at in sorted({*not_behind, *(number - 1 for number in not_behind)}):
            edit = self._pairs[at], self._terms[at]
            if edit in seen:
                raise _stands_twice(source, edit[0].decode())
            seen.add(edit)
        last = bisect_left(self._pairs, self._pairs[-1]) if self._pairs else 0
        del self._pairs[:last], self._terms[:last]  # what is left may go on in the next

    def look_through(self, source: Source) -> None:
        """When all is written, look at what could not be told before. Raises FormatError."""
        if self._in_order:
            return
        every = "column_one, column_two, term_id"
        query = f"SELECT column_one || column_two FROM {self._table} GROUP BY {every} HAVING count(*) > 1 LIMIT 1"  # noqa: S608 - names of our own
        if pair := self._connection.scalar(text(query)):
            raise _stands_twice(source, pair)


def _stands_twice(source: Source, pair: str) -> FormatError:
    return FormatError(f"{source.name}: a row stands there twice (edit {pair[:5]}, {pair[5:]}). Download it again.")


class _Numbered:
    """The terms of a file, numbered as they come, written at its end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next = (connection.scalar(select(func.max(TERMS.c.id))) or 0) + 1
        self._numbers: dict[PtpTerm, int] = {}
        self.checksums: dict[int, int] = {}

    def number(self, term: PtpTerm) -> int:
        number = self._numbers.get(term)
        if number is None:
            number = self._next + len(self._numbers)
            self._numbers[term] = number
            self.checksums[number] = _checksum(term)
        return number

    def write(self, release_id: int) -> None:
        rows: list[dict[str, Any]] = [
            {"id": number, "release_id": release_id, **term._asdict()} for term, number in self._numbers.items()
        ]
        if rows:
            self._connection.execute(insert(TERMS), rows)
        if self._connection.dialect.name == "postgresql":
            # The numbers were given here, so the table's own counting has to go on behind them.
            self._connection.execute(
                text("SELECT setval(pg_get_serial_sequence('ref_ptp_term', 'id'), (SELECT max(id) FROM ref_ptp_term))")
            )


def _by_date(edits: list[tuple[str, str, PtpTerm]]) -> list[tuple[str, str, PtpTerm]]:
    return sorted(edits, key=lambda edit: (edit[2].prior_to_1996, edit[2].effective)) if len(edits) > 1 else edits


def _checksum(term: PtpTerm) -> int:
    return crc32("\t".join(map(str, term)).encode())
