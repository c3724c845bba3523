"""All rules, and what they find for one question.

A rule answers one kind of question, purely: `rule(question, reference, on)`. A new one is one more line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from consultant.findings.add_ons import add_ons
from consultant.findings.as_of import date_assumed, payer
from consultant.findings.code_facts import code_facts
from consultant.findings.coverage import coverage
from consultant.findings.crosswalk import crosswalk
from consultant.findings.denials import denials
from consultant.findings.diagnosis_notes import diagnosis_notes
from consultant.findings.em_level import em_level
from consultant.findings.global_period import global_period
from consultant.findings.guideline_notes import guideline_notes
from consultant.findings.infusion_time import infusion_time
from consultant.findings.model import Finding, Severity
from consultant.findings.modifier_conflicts import modifier_conflicts
from consultant.findings.modifiers_allowed import modifiers_allowed
from consultant.findings.mue import units_against_mue
from consultant.findings.payment import payment
from consultant.findings.ptp_edits import ptp_edits
from consultant.findings.status import status
from consultant.findings.telehealth import telehealth
from consultant.findings.validity import validity
from consultant.findings.worked_units import worked_units
from consultant.questions.model import Question
from consultant.reference.model import Reference
from consultant.reference.remembered import Remembered

Rule = Callable[[Question, Reference, date], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    date_assumed,
    payer,
    infusion_time,
    em_level,
    worked_units,
    add_ons,
    ptp_edits,
    global_period,
    modifier_conflicts,
    modifiers_allowed,
    status,
    diagnosis_notes,
    crosswalk,
    coverage,
    telehealth,
    denials,
    validity,
    code_facts,
    units_against_mue,
    payment,
    guideline_notes,
)

_ORDER = tuple(Severity)


def find(question: Question, reference: Reference, on: date) -> tuple[Finding, ...]:
    """Everything found as of `on`: what stops the claim first, then cautions, facts and gaps."""
    asked = Remembered(reference)  # rules of one question share the answers
    found = [finding for rule in RULES for finding in rule(question, asked, on)]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.severity)))
