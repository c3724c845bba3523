"""Every table, so that the metadata is whole: for migrations and for relationships between modules."""

from consultant.db import (
    answered,
    attachments,
    cases,
    credentials,
    ledger,
    letters,
    messages,
    people,
    reference,
    reference_coverage,
    reference_cpt,
    reference_drg,
    reference_drugs,
    reference_fees,
    reference_guidelines,
    reference_hcpcs,
    reference_icd10,
)
from consultant.db.base import Base

__all__ = [
    "Base",
    "answered",
    "attachments",
    "cases",
    "credentials",
    "ledger",
    "letters",
    "messages",
    "people",
    "reference",
    "reference_coverage",
    "reference_cpt",
    "reference_drg",
    "reference_drugs",
    "reference_fees",
    "reference_guidelines",
    "reference_hcpcs",
    "reference_icd10",
]
