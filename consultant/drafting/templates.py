"""Which template lays a draft out, and where templates and blocks are found: the operator's folders, then ours.

`draft/answer.md` is the general one. A topic may have its own, `draft/topics/<topic>.md`, which puts the same blocks
in the order that serves that kind of question. Blocks are the files in `draft/blocks/`. Must not know what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consultant.questions.model import Topic

ANSWER = "draft/answer.md"
REQUEST = "draft/request.md"


def template_for(topics: Sequence[Topic], folders: Sequence[Path] = ()) -> str:
    """The template of the first topic that has one; else the general one."""
    known = draft_templates(tuple(folders))
    return next((name for topic in topics if (name := of_topic(topic.value)) in known), ANSWER)


def of_topic(topic: str) -> str:
    """The name of a topic's own template, be there one or not."""
    return f"draft/topics/{topic}.md"


@lru_cache(maxsize=8)
def draft_templates(folders: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """The names of all templates that lay out a whole draft, as they were when first asked for."""
    found = environment(folders).list_templates(extensions=["md"])
    return tuple(name for name in found if name in (ANSWER, REQUEST) or name.startswith("draft/topics/"))


@lru_cache(maxsize=8)
def environment(folders: tuple[Path, ...]) -> Environment:
    """Templates of the operator's folders before the packaged ones; every name that they use must exist."""
    search = [*folders, Path(str(files("mailtemplates")))]
    # Markdown, not HTML: what is put in has been made plain text by as_text already.
    return Environment(  # noqa: S701
        loader=FileSystemLoader(search), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
