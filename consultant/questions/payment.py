"""Whether a question asks what is paid. Pure text; never raises."""

from __future__ import annotations

import re

_PAYMENT = re.compile(
    r"\ballow(?:ed amount|able)\b|\b(?:reimbursement|payment) (?:rate|amount|limit)|\b(?:medicare|expected) rate\b"
    r"|\bfee schedule (?:amount|rate|price|payment)|(?:\A|[.?!\n]\s{0,9})reimbursement (?:of|for)\b"
    r"|\b(?:how much|what|estimate)\b[^.?!]{0,60}\b(?:reimburse(?:d|s|ment)?|pays?|paid|allows?)\b",
    re.IGNORECASE,
)


def asks_payment(text: str) -> bool:
    """Whether an amount is asked for: reimbursement, the allowed amount, what Medicare pays."""
    return bool(_PAYMENT.search(text))
