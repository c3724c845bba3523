"""Facts about a question: one small rule a kind of fact, pure over (question, reference, date).

Must not know mail, cases or templates.
"""

from consultant.findings.rules import RULES, find

__all__ = ["RULES", "find"]
