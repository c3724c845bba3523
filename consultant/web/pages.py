"""The pages' templates, and how a page shows times, spans, sizes and codes. Knows no request and no database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from consultant.db.cases import Case
from consultant.letters.display import for_html, html_markdown
from consultant.questions.receipt import hours_and_minutes
from consultant.web.words import words

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
SOON = timedelta(hours=4)

_INLINE_STYLE = re.compile(r' style="[^"]*"')
_PLACEHOLDER = re.compile(r"\[\[[^<]{0,600}?\]\]")


class Pages:
    """Renders pages. Every name a template uses must exist; everything is escaped."""

    def __init__(self, service_name: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=for_html,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals["service_name"] = service_name
        self._environment.filters.update(
            when=when,
            day=day,
            span=span,
            due=due,
            words=words,
            size=size,
            preview=preview,
            count=count,
            hours_and_minutes=hours_and_minutes,
        )

    def render(self, template: str, facts: Mapping[str, Any]) -> str:
        """The page as HTML."""
        return self._environment.get_template(template).render(facts)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline in words, and how it is marked."""

    words: str
    urgency: str  # late, soon, later or stopped


def when(moment: datetime) -> Markup:
    """A moment in UTC, such as 2026-11-20 17:00 UTC."""
    utc = moment.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(f"{utc:%Y-%m-%dT%H:%M:%SZ}", f"{utc:%Y-%m-%d %H:%M} UTC")


def day(moment: datetime) -> str:
    """The day of a moment in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def span(length: timedelta) -> str:
    """A length of time by its two largest units: "2 days 4 h", "3 h 20 min", "5 min"."""
    minutes = int(abs(length).total_seconds()) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{count(days, 'day')} {hours} h" if hours and days < 7 else count(days, "day")
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min" if minutes else "less than a minute"


def due(case: Case, now: datetime) -> Due:
    """How the deadline of an open case stands."""
    if case.clock_stopped_at is not None:
        return Due("clock stopped", "stopped")
    left = case.due_at - now
    if left < timedelta(0):
        return Due(f"overdue by {span(left)}", "late")
    return Due(f"{span(left)} left", "soon" if left < SOON else "later")


def size(octets: int) -> str:
    """A size in octets for people."""
    if octets < 1024:
        return f"{octets} B"
    return f"{octets / 1024:.0f} KB" if octets < 1024 * 1024 else f"{octets / 1024 / 1024:.1f} MB"


def count(number: int, noun: str) -> str:
    """ "1 case", "3 cases", "no cases"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def preview(markdown: str) -> Markup:
    """A draft as the member will read it: styled by our sheet alone, what is still to be judged marked."""
    html = _INLINE_STYLE.sub("", html_markdown(markdown))
    return Markup(_PLACEHOLDER.sub(lambda found: f"<mark>{found[0]}</mark>", html))  # noqa: S704 - escaped before
