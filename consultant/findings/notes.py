"""Guideline notes as sources of a rule: each rule names the notes that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from consultant.reference.model import Reference, Source


def note_sources(reference: Reference, codes: Sequence[str], on: date, *slugs: str) -> tuple[Source, ...]:
    """Where the loaded notes of these names stand, in the order asked for; `codes` are what they speak of.

    A note that is not loaded, or does not hold on that day, is left out.
    """
    found = {note.slug: note.source for note in reference.guidelines(codes, (), on)}
    return tuple(dict.fromkeys(found[slug] for slug in slugs if slug in found))
