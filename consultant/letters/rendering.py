"""Facts in, subject, text and HTML out: the letters' templates, the operator's own first, then ours.

Every name a template uses must exist (StrictUndefined), HTML is always escaped, text always kept to its
line. Must not know where a letter goes or why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

import mailtemplates
from consultant.letters import display
from consultant.letters.kinds import LetterContent
from consultant.letters.markers import BEGIN_MARKER, END_MARKER
from consultant.mail.characters import one_line
from consultant.mail.composing import reply_subject

PACKAGED = Path(mailtemplates.__file__).parent

_Filters = dict[str, Callable[..., object]]

_SHARED_FILTERS: _Filters = {
    "when": display.when,
    "consults": display.consults,
    "as_name": display.as_name,
    "source": display.source,
    "reply_subject": reply_subject,
}
_TEXT_FILTERS: _Filters = {
    **_SHARED_FILTERS,
    "wrap": display.wrap,
    "paragraphs": display.text_paragraphs,
    "quote": display.text_quote,
    "markdown": display.text_markdown,
}
_HTML_FILTERS: _Filters = {
    **_SHARED_FILTERS,
    "paragraphs": display.html_paragraphs,
    "quote": display.html_quote,
    "markdown": display.html_markdown,
}


class LetterError(Exception):
    """A template of a letter is missing or broken; the message names it and says what is wrong."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter ready to be composed: a subject of one line, and the same facts as text and as HTML."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)


class Letters:
    """Renders letters. Make one and keep it; it may be used from any number of threads."""

    def __init__(self, folders: Sequence[Path] = (), *, service_name: str, consult_address: str) -> None:
        """`folders` hold the operator's own templates; they are searched in order, before the packaged ones.

        `service_name` and `consult_address` stand in every letter.
        """
        search = [*folders, PACKAGED]
        self._text = _environment(search, html=False)
        self._html = _environment(search, html=True)
        self._service = {"service_name": service_name, "consult_address": consult_address}

    def render(self, letter: LetterContent) -> Rendered:
        """The letter in its three parts. LetterError for a missing template or an unknown name in it."""
        facts = {fact.name: getattr(letter, fact.name) for fact in fields(letter)}
        facts |= self._service | {"automatic": letter.automatic}
        subject = _render(self._text, f"{letter.template}/subject.txt", facts)
        text = _render(self._text, f"{letter.template}/body.txt", facts)
        html = _render(self._html, f"{letter.template}/body.html", facts)
        return Rendered(one_line(subject), text.strip("\n") + "\n", html)


def _environment(search: Sequence[Path], *, html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(search),
        undefined=StrictUndefined,
        autoescape=html,  # noqa: S701 - the text part is no HTML, and display.for_text guards it
        finalize=display.for_html if html else display.for_text,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(_HTML_FILTERS if html else _TEXT_FILTERS)
    environment.globals.update(begin_marker=BEGIN_MARKER, end_marker=END_MARKER)
    return environment


def _render(environment: Environment, name: str, facts: Mapping[str, object]) -> str:
    try:
        return environment.get_template(name).render(facts)
    except TemplateError as error:
        raise LetterError(
            f"letter template {name} cannot be rendered: {error.message or type(error).__name__}. "
            "Correct it in the folder of your own templates, or remove it there to use the packaged one."
        ) from error
