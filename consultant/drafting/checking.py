"""Whether the templates of drafts, the operator's own among them, lay out every sample question as they should.

Must not know the command line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError

from consultant.drafting.draft import draft_parts, laid_out
from consultant.drafting.samples import SAMPLES, SENT_ON, SampleQuestion
from consultant.drafting.self_check import Uncited
from consultant.drafting.templates import draft_templates
from consultant.drafting.working import Working, work_out
from consultant.reference.model import Reference


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a template, and with which sample it showed. `template` may name a block that it uses."""

    template: str
    sample: str
    what: str


def drafted(sample: SampleQuestion, reference: Reference, folders: Sequence[Path] = ()) -> Working:
    """The sample worked out with these templates. Raises jinja2.TemplateError and Uncited."""
    return work_out(sample.text, subject=sample.subject, sent_on=SENT_ON, reference=reference, templates=folders)


def troubles(reference: Reference, folders: Sequence[Path]) -> Iterator[Trouble]:
    """Every template of a whole draft with every sample, whatever its topic; the first trouble of each template."""
    workings = {name: drafted(sample, reference) for name, sample in SAMPLES.items()}
    for template in draft_templates(tuple(folders)):
        yield from _first(template, workings, folders)


def _first(template: str, workings: dict[str, Working], folders: Sequence[Path]) -> Iterator[Trouble]:
    for name, working in workings.items():
        parts = draft_parts(working.question, working.findings, working.on)
        try:
            laid_out(template, parts, folders)
        except TemplateSyntaxError as error:
            yield Trouble(error.name or template, name, f"line {error.lineno}: {error.message}")
            return
        except TemplateError as error:
            yield Trouble(template, name, error.message or type(error).__name__)
            return
        except Uncited as error:
            yield Trouble(template, name, "; ".join(error.items[:3]))
            return
