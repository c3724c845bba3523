"""How PTP edits are kept: two codes and the number of a term, which says all the rest once for thousands of edits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import add as join
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Table, func, insert, select, text

from consultant.db.reference import RefPtpEdit, RefPtpTerm
from consultant.reference.formats import Format, Release, RowError, Source
from consultant.reference.formats.ncci_ptp import NcciPtp, PtpRow, PtpTerm
from consultant.reference.loading.bulk import bulk_insert, in_batches
from consultant.reference.loading.row_stores import Compared, OnBadRow, OnRows, Tally, in_code_order

EDITS: Table = RefPtpEdit.__table__  # type: ignore[assignment]  # declared as FromClause
TERMS: Table = RefPtpTerm.__table__  # type: ignore[assignment]
CODES = len(("column_one", "column_two"))


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
        terms = _Numbered(connection)
        tally = Tally()
        columns = ("column_one", "column_two", "term_id")
        with bulk_insert(connection, EDITS, release_id, columns, plain=True) as add:
            for block in file_format.blocks(source, terms.number):
                if isinstance(block, RowError):
                    bad_row(block)
                    continue
                ones, twos, numbers = block
                add(block)
                pairs = map(str.encode, map(join, ones, twos))
                tally.add(len(ones), sum(map(crc32, pairs, map(terms.checksums.__getitem__, numbers))))
                written(tally.rows)
        terms.write(release_id)
        return tally

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
