"""How often somebody may ask: so many times a minute, counted in this process."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from threading import Lock


class Rates:
    """Counts who asked within the running minute; forgets all when the next one begins."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._minute = ""
        self._asked: Counter[str] = Counter()
        self._lock = Lock()

    def allows(self, who: str, now: datetime) -> bool:
        """Whether this request is still within what a minute allows."""
        minute = now.isoformat(timespec="minutes")
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._asked.clear()
            self._asked[who] += 1
            return self._asked[who] <= self._most
