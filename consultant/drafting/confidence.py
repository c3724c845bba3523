"""How far the data decides the whole question: what a consultant sees first of a draft."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from consultant.findings.model import Finding, Severity


class Confidence(enum.StrEnum):
    """What is still missing before the answer may go out."""

    COMPLETE = "complete"  # the data decides all that was asked
    NEEDS_JUDGEMENT = "needs judgement"  # a person must decide something
    NEEDS_INFORMATION = "needs information"  # the member has left out what nobody can answer without


MEANING = {
    Confidence.COMPLETE: "Complete: the data decides all that was asked.",
    Confidence.NEEDS_JUDGEMENT: "Needs judgement: the data alone does not decide it.",
    Confidence.NEEDS_INFORMATION: "Needs information: the draft asks the member for what is missing.",
}


def confidence(findings: Sequence[Finding], *, is_answered: bool) -> Confidence:
    """Missing facts matter only where nothing was answered: else they are named as what would change the answer. Where
    the data is silent about anything, a person has to look."""
    if not is_answered and any(finding.needs for finding in findings):
        return Confidence.NEEDS_INFORMATION
    if not is_answered or any(each.to_judge or each.severity is Severity.GAP for each in findings):
        return Confidence.NEEDS_JUDGEMENT
    return Confidence.COMPLETE


def missing_facts(findings: Sequence[Finding]) -> tuple[str, ...]:
    """What the member is to be asked, once each: what stops the claim first."""
    order = tuple(Severity)
    ranked = sorted(findings, key=lambda finding: order.index(finding.severity))
    return tuple(dict.fromkeys(finding.needs for finding in ranked if finding.needs))
