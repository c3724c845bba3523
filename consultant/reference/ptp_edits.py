"""PTP edits as the store answers them: each with its release and the place in it. Must not know how they are found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from consultant.reference.issues import window
from consultant.reference.model import PtpEdit, Setting, Source
from consultant.reference.ptp_query import FoundEdit, edits_in_force
from consultant.reference.statements import Reading


def edits_on(reading: Reading, codes: Sequence[str], on: date, setting: Setting) -> tuple[PtpEdit, ...]:
    """All edits in force among the codes on that day, one a pair, by column one, then column two."""
    release, rows = edits_in_force(reading, f"ncci_ptp_{setting}", codes, on)
    if release is None:
        return ()
    newest: dict[tuple[str, str], FoundEdit] = {}
    for row in rows:
        newest.setdefault((row.column_one, row.column_two), row)
    effective = window(release.effective_from, release.effective_to, on)
    return tuple(
        PtpEdit(*row, setting, Source(release.name, release.release, effective, f"column one {one}, column two {two}"))
        for (one, two), row in newest.items()
    )
