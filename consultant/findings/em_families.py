"""Families of visit codes: the code of each level of decision making, and the least minutes of each code.

Office visits since 2021 (CY 2021 Physician Fee Schedule rule), all others since 2023 (CY 2023 rule); minutes as the
code set and CMS publish them. Must not know questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consultant.questions.mdm import Level

OFFICE_SINCE, OTHERS_SINCE = date(2021, 1, 1), date(2023, 1, 1)
_NURSING_CHANGED = date(2024, 1, 1)
_LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class Family:
    """Codes of one kind of visit. `codes` are those of the four levels; `minutes` the least of each, none in the ED.

    `new` tells new (or initial) from established (or subsequent) visits; None where there is no such difference.
    """

    name: str
    codes: tuple[str, str, str, str]
    minutes: tuple[int, ...] = ()
    new: bool | None = None
    since: date = OTHERS_SINCE

    def code(self, level: Level) -> str:
        """The code that this level of decision making reaches."""
        return self.codes[_LEVELS.index(level)]

    @property
    def distinct(self) -> tuple[str, ...]:
        """The codes, lowest first, once each."""
        return tuple(dict.fromkeys(self.codes))

    def timed(self, on: date) -> tuple[tuple[str, int], ...]:
        """Each code with its least minutes on that day."""
        before = on < _NURSING_CHANGED
        return (
            tuple(
                (code, _BEFORE_2024.get(code, least) if before else least)
                for code, least in zip(self.distinct, self.minutes, strict=True)
            )
            if self.minutes
            else ()
        )


_BEFORE_2024 = {"99306": 45, "99308": 15}


def _family(name: str, codes: str, minutes: str = "", *, new: bool | None = None, since: date = OTHERS_SINCE) -> Family:
    first, second, third, fourth = codes.split()
    return Family(name, (first, second, third, fourth), tuple(map(int, minutes.split())), new, since)


NEW_OFFICE = _family("new office patient", "99202 99203 99204 99205", "15 30 45 60", new=True, since=OFFICE_SINCE)
KNOWN_OFFICE = _family(
    "established office patient", "99212 99213 99214 99215", "10 20 30 40", new=False, since=OFFICE_SINCE
)
EMERGENCY = _family("emergency department", "99282 99283 99284 99285")
FAMILIES = (
    NEW_OFFICE,
    KNOWN_OFFICE,
    EMERGENCY,
    _family("first hospital visit", "99221 99221 99222 99223", "40 55 75", new=True),
    _family("further hospital visit", "99231 99231 99232 99233", "25 35 50", new=False),
    _family("hospital admission and discharge on one day", "99234 99234 99235 99236", "45 70 85"),
    _family("first nursing facility visit", "99304 99304 99305 99306", "25 35 50", new=True),
    _family("further nursing facility visit", "99307 99308 99309 99310", "10 20 30 45", new=False),
    _family("new patient at home", "99341 99342 99344 99345", "15 30 60 75", new=True),
    _family("established patient at home", "99347 99348 99349 99350", "20 30 40 60", new=False),
    _family("outpatient consultation", "99242 99243 99244 99245", "20 30 40 55"),
    _family("inpatient consultation", "99252 99253 99254 99255", "35 45 60 80"),
)
BY_CODE = {code: family for family in FAMILIES for code in family.codes}
