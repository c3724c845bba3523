"""The codes that a question without one may be about: offered to the consultant as suggestions, never a fact.

Found by the question's own words. None of them comes into the draft: whoever reviews it decides what is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from consultant.questions import masked
from consultant.questions.model import NAMED_APART, Question, System, Topic
from consultant.questions.patient_data import MASK
from consultant.reference.model import Hit, Reference

MOST = 5
_SURE = 0.7  # score of a hit by which the words that asked have said enough
_MOST_ASKED = 400  # characters that are searched by
_DIAGNOSES = (System.ICD10CM,)
_ALL = (System.CPT, System.HCPCS, System.ICD10CM, System.ICD10PCS, System.DRG)


def suggestions(question: Question, reference: Reference, on: date) -> tuple[Hit, ...]:
    """The likeliest codes, the best first; none where the question names a code itself.

    The sentences that ask are searched by first, then all words: "How is that coded?" leads nowhere alone.
    """
    if any(mention.system not in NAMED_APART for mention in question.codes):
        return ()
    systems = _DIAGNOSES if question.topics == (Topic.DIAGNOSIS,) else _ALL
    found: dict[str, Hit] = {}
    for words in _searches(question):
        for hit in reference.search(words, on, systems=systems, billable=True, limit=MOST):
            if hit.entry.code not in found or found[hit.entry.code].score < hit.score:
                found[hit.entry.code] = hit
        if len(found) >= MOST and max(hit.score for hit in found.values()) >= _SURE:
            break
    return tuple(sorted(found.values(), key=lambda hit: -hit.score)[:MOST])


def _searches(question: Question) -> Iterator[str]:
    """Nothing that identifies a patient is searched by."""
    text = masked(question.text, question.patient_data).replace(MASK, " ")
    asked = " ".join(text[ask.start : ask.end] for ask in question.asks)[:_MOST_ASKED].strip()
    whole = text[:_MOST_ASKED].strip()
    return iter(dict.fromkeys(words for words in (asked, whole) if words))
