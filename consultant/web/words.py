"""Codes of states, reasons and kinds as a consultant reads them."""

from __future__ import annotations

WORDS = {
    "received": "Being drafted",
    "drafted": "Needs review",
    "in_review": "In review",
    "approved": "On its way",
    "awaiting_member": "Awaiting member",
    "undeliverable": "Undeliverable",
    "no_allowance": "no allowance left",
    "unknown_sender": "unknown sender",
    "patient_data": "patient data in the mail",
    "sender_in_doubt": "doubt about the sender",
    "proof_pass": "proven",
    "proof_fail": "disproved",
    "proof_none": "not proven",
    "proof_unknown": "not checked",
    "second_opinion": "a second opinion is wanted",
    "reference_missing": "reference data is missing",
    "stored": "Waiting to be read",
    "taken_in": "Taken in",
    "pending": "Waiting to be sent",
    "uncertain": "Outcome unknown",
    "em_level": "E/M level",
    "ncci_edits": "NCCI edits",
    "own_letter": "Copy of our letter",
}
HOLD_REASONS = ("second_opinion", "reference_missing", "sender_in_doubt", "patient_data")


def words(code: str) -> str:
    """The code in words: our own where there are some, else the code itself without its underscores."""
    known = WORDS.get(code)
    if known is not None:
        return known
    plain = code.replace("_", " ").replace("-", " ")
    return plain[:1].upper() + plain[1:]
