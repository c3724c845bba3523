"""How a letter shows a value: dates, counts, names, and strangers' text, in its text part and its HTML part.

Each filter has the same name in both parts, so that the two templates of a letter read alike. In the text
part the danger is a line end that fakes a line of ours; in the HTML part it is markup. Knows no letter
and no template.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime

from markupsafe import Markup, escape

from consultant.letters import markdown as markdown_reading
from consultant.letters.markers import defused
from consultant.letters.plaintext import fill
from consultant.mail.characters import clean, one_line

WIDTH = 72

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .,'’()&-]){0,59}")
_LOOKS_LIKE_HOST = re.compile(r"[^\W_]{2,}\.[^\W_]{2,}")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Lines(str):
    """Text of several lines that a filter has laid out: the text part shows it as it is."""


def when(moment: datetime) -> str:
    """A moment in words, in UTC, whatever the machine's locale: "Friday 20 November 2026, 17:00 UTC"."""
    utc = moment.astimezone(UTC)
    return f"{_DAYS[utc.weekday()]} {utc.day} {_MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC"


def consults(count: int) -> str:
    """ "1 consult", "3 consults", "no consults"."""
    return f"{count or 'no'} consult{'' if count == 1 else 's'}"


def as_name(name: str) -> str:
    """The name a sender gave if it looks like one, else nothing: greet nobody with a stranger's link."""
    name = one_line(name)
    return name if _NAME.fullmatch(name) and not _LOOKS_LIKE_HOST.search(name) else ""


def for_text(value: object) -> object:
    """What `{{ value }}` writes into the text part: one line, unless a filter laid out several."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Lines) else value


def for_html(value: object) -> object:
    """What `{{ value }}` writes into the HTML part before it is escaped."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def wrap(text: str) -> str:
    """A stretch of template text wrapped: paragraphs, and lines that begin with "- " as items."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(_wrapped(paragraph) for paragraph in paragraphs) + "\n"


def text_paragraphs(text: str) -> Lines:
    """A person's text as written, long lines wrapped."""
    return Lines(fill(clean(text).strip(), WIDTH))


def html_paragraphs(text: str) -> Markup:
    """A person's text as written: empty lines part paragraphs, line ends stay."""
    paragraphs = re.split(r"\n\s*\n", clean(text).strip())
    return Markup("\n").join(Markup("<p>{}</p>").format(_with_breaks(paragraph)) for paragraph in paragraphs)


def text_quote(text: str) -> Lines:
    """A person's text quoted line by line, so that nothing in it passes for a line of ours."""
    lines = fill(defused(clean(text)).strip(), WIDTH - 2).split("\n")
    return Lines("\n".join(f"> {line}".rstrip() for line in lines))


def html_quote(text: str) -> Markup:
    """A person's text set off by a line at its side."""
    style = "border-left:3px solid #8a8a8a;margin:12px 0;padding:0 0 0 12px"
    return Markup('<blockquote style="{}">{}</blockquote>').format(style, html_paragraphs(defused(clean(text))))


def source(markdown: str) -> Lines:
    """Markdown as its writer typed it, for editing; a marker line inside it is made harmless."""
    return Lines(defused(clean(markdown)).strip("\n"))


def text_markdown(markdown: str) -> Lines:
    """Markdown to be read as plain text."""
    return Lines(markdown_reading.to_text(clean(markdown), WIDTH))


def html_markdown(markdown: str) -> Markup:
    """Markdown to be read as HTML."""
    return markdown_reading.to_html(clean(markdown))


@functools.lru_cache(maxsize=256)  # most of what a letter says it says to everybody
def _wrapped(paragraph: str) -> str:
    items = re.split(r"\n(?=- )", paragraph)
    return "\n".join(fill(" ".join(item.split()), WIDTH, "  " if item.startswith("- ") else "") for item in items)


def _with_breaks(paragraph: str) -> Markup:
    return Markup("<br>\n").join(escape(line) for line in paragraph.split("\n"))
