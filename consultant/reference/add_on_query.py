"""The one query for add-on codes and their primaries on a day, asked from either end, for one code or for several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import bindparam, or_, select

from consultant.db.reference import RefAddOnLink, RefRelease
from consultant.reference.issues import window
from consultant.reference.model import AddOnLink, Source, UnmatchedAddOn
from consultant.reference.ptp_query import release_for
from consultant.reference.statements import Reading, Statement

DATASET = "ncci_aoc"
End = Literal["add_on", "primary_code"]


def links_on(reading: Reading, end: End, codes: Sequence[str], on: date) -> tuple[AddOnLink, ...]:
    """The links in force that have one of the codes at this end, by add-on, primary and type."""
    if not codes:
        return ()
    values = {f"code_{number}": code for number, code in enumerate(codes)}
    rows = _statement(end, len(codes)).rows(reading, on=on, dataset=DATASET, **values)
    return tuple(_links(rows, on))


def unmatched(links: Sequence[AddOnLink], codes: Sequence[str]) -> tuple[UnmatchedAddOn, ...]:
    """Of the links of these codes as add-ons: the codes of which no primary is among them."""
    of_code: dict[str, list[AddOnLink]] = {}
    for link in links:
        of_code.setdefault(link.add_on, []).append(link)
    return tuple(
        UnmatchedAddOn(code, tuple(of_code[code]))
        for code in codes
        if code in of_code and not any(link.primary in codes for link in of_code[code])
    )


def _links(rows: Sequence[Any], on: date) -> Iterator[AddOnLink]:
    """One for each add-on, primary and type: that which began last, which stands first."""
    done = None
    for add_on, primary, edit_type, first, last, note, name, release, release_from, release_to in rows:
        if (add_on, primary, edit_type) != done:
            done = (add_on, primary, edit_type)
            locator = f"add-on {add_on}, primary {primary}"
            source = Source(name, release, window(release_from, release_to, on), locator)
            yield AddOnLink(add_on, primary, edit_type, first, last, note, source)


@lru_cache(maxsize=256)
def _statement(end: End, codes: int) -> Statement:
    return Statement(add_on_query(end, codes))


def add_on_query(end: End, codes: int) -> Any:
    """The query for so many codes at this end: parameters `dataset`, `on` and `code_0` and so on."""
    on = bindparam("on", type_=RefAddOnLink.effective.type)
    dataset = bindparam("dataset", type_=RefRelease.dataset.type)
    among = [bindparam(f"code_{number}", type_=RefAddOnLink.add_on.type) for number in range(codes)]
    return (
        select(
            RefAddOnLink.add_on,
            RefAddOnLink.primary_code,
            RefAddOnLink.edit_type,
            RefAddOnLink.effective,
            RefAddOnLink.deletion,
            RefAddOnLink.note,
            RefRelease.name,
            RefRelease.release,
            RefRelease.effective_from,
            RefRelease.effective_to,
        )
        .join(RefAddOnLink.release)
        .where((RefAddOnLink.add_on if end == "add_on" else RefAddOnLink.primary_code).in_(among))
        .where(RefAddOnLink.effective <= on, or_(RefAddOnLink.deletion.is_(None), RefAddOnLink.deletion >= on))
        # + 0 keeps SQLite from reading all rows of the release by their index, instead of those of the codes.
        .where(RefAddOnLink.release_id + 0 == release_for(RefRelease.dataset == dataset, on).scalar_subquery())
        # An edit deleted on its first day was never in force: so CMS takes one back retroactively.
        .where(or_(RefAddOnLink.deletion.is_(None), RefAddOnLink.deletion > RefAddOnLink.effective))
        .order_by(RefAddOnLink.add_on, RefAddOnLink.primary_code, RefAddOnLink.edit_type, RefAddOnLink.effective.desc())
    )
