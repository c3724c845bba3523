"""Look-ups remembered from question to question, for workers that draft many: what is asked most is asked once.

Forgotten as a whole whenever a release was loaded or dropped; bounded by how many answers it keeps. Must not know what
an answer means.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from datetime import date
from threading import Lock
from typing import Any, TypeVar, cast

from consultant.reference.model import (
    AddOnLink,
    CodeDetails,
    CodeEntry,
    Excludes1,
    Fact,
    Guideline,
    Hit,
    Mue,
    PriceRequest,
    Prices,
    PtpEdit,
    Reference,
    Setting,
    Source,
    UnmatchedAddOn,
)

Answer = TypeVar("Answer")
MOST_ANSWERS = 20_000  # of a few KB each: the largest are the coverage documents of a code


class Remembered:
    """The `Reference` protocol over another one. Safe from any thread; call `refreshed` before each question."""

    def __init__(
        self, asked: Reference, stamp: Callable[[], Hashable] = lambda: None, most: int = MOST_ANSWERS
    ) -> None:
        """`stamp` tells two states of the store apart, and must be cheap; without one nothing is ever forgotten."""
        self._asked = asked
        self._stamp = stamp
        self._most = most
        self._lock = Lock()
        self._state: Hashable = None
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def refreshed(self) -> Reference:
        """This, without what was remembered from before the newest load."""
        state = self._stamp()
        with self._lock:
            if state != self._state:
                self._state, self._answers = state, OrderedDict()
        return self

    def code(self, code: str, on: date) -> CodeEntry | None:
        """As `Reference.code`."""
        return self._once(self._asked.code, code, on)

    def known(self, code: str) -> CodeEntry | None:
        """As `Reference.known`."""
        return self._once(self._asked.known, code)

    def ptp_edits(self, codes: Sequence[str], on: date, setting: Setting = "practitioner") -> tuple[PtpEdit, ...]:
        """As `Reference.ptp_edits`."""
        return self._once(self._asked.ptp_edits, tuple(codes), on, setting)

    def ptp_table(self, on: date, setting: Setting = "practitioner") -> Source | None:
        """As `Reference.ptp_table`."""
        return self._once(self._asked.ptp_table, on, setting)

    def mue(self, code: str, on: date, setting: Setting = "practitioner") -> Mue | None:
        """As `Reference.mue`."""
        return self._once(self._asked.mue, code, on, setting)

    def primaries_of(self, add_on: str, on: date) -> tuple[AddOnLink, ...]:
        """As `Reference.primaries_of`."""
        return self._once(self._asked.primaries_of, add_on, on)

    def add_ons_of(self, primary: str, on: date) -> tuple[AddOnLink, ...]:
        """As `Reference.add_ons_of`."""
        return self._once(self._asked.add_ons_of, primary, on)

    def guidelines(self, codes: Sequence[str], topics: Sequence[str], on: date) -> tuple[Guideline, ...]:
        """As `Reference.guidelines`."""
        return self._once(self._asked.guidelines, tuple(codes), tuple(topics), on)

    def details(self, code: str, on: date, state: str | None = None) -> CodeDetails:
        """As `Reference.details`."""
        return self._once(self._asked.details, code, on, state)

    def between(self, system: str, first: str, last: str, on: date) -> tuple[str, ...]:
        """As `Reference.between`."""
        return self._once(self._asked.between, system, first, last, on)

    def left_out_by(self, code: str, on: date) -> Source | None:
        """As `Reference.left_out_by`."""
        return self._once(self._asked.left_out_by, code, on)

    def near_misses(self, code: str, on: date, limit: int = 5) -> tuple[CodeEntry, ...]:
        """As `Reference.near_misses`."""
        return self._once(self._asked.near_misses, code, on, limit)

    def replacements(self, code: str, on: date) -> tuple[Fact, ...]:
        """As `Reference.replacements`."""
        return self._once(self._asked.replacements, code, on)

    def billable_below(self, code: str, on: date) -> tuple[str, ...]:
        """As `Reference.billable_below`."""
        return self._once(self._asked.billable_below, code, on)

    def excludes1(self, codes: Sequence[str], on: date) -> tuple[Excludes1, ...]:
        """As `Reference.excludes1`."""
        return self._once(self._asked.excludes1, tuple(codes), on)

    def add_ons_without_primary(self, codes: Sequence[str], on: date) -> tuple[UnmatchedAddOn, ...]:
        """As `Reference.add_ons_without_primary`."""
        return self._once(self._asked.add_ons_without_primary, tuple(codes), on)

    def search(
        self, text: str, on: date, *, systems: Sequence[str] = (), billable: bool | None = None, limit: int = 10
    ) -> tuple[Hit, ...]:
        """As `Reference.search`. Not remembered: no two questions have the same words."""
        return self._asked.search(text, on, systems=systems, billable=billable, limit=limit)

    def estimate(self, request: PriceRequest, on: date) -> Prices:
        """As `Reference.estimate`. Not remembered: it is seldom asked."""
        return self._asked.estimate(request, on)

    def datasets(self) -> tuple[Source, ...]:
        """As `Reference.datasets`."""
        return self._once(self._asked.datasets)

    def _once(self, ask: Callable[..., Answer], *arguments: Hashable) -> Answer:
        key = (ask.__name__, *arguments)
        with self._lock:
            answers = self._answers
            if key in answers:
                answers.move_to_end(key)
                return cast(Answer, answers[key])
        answer = ask(*arguments)
        with self._lock:
            # Where the memory was emptied meanwhile, this answer may be from before: it goes into the old one.
            answers[key] = answer
            if len(answers) > self._most:
                answers.popitem(last=False)
        return answer
