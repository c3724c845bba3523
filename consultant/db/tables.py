"""Every table, so that the metadata is whole: for migrations and for relationships between modules."""

from consultant.db import (
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
    reference_hcpcs,
    reference_icd10,
    reference_search,
)
from consultant.db.base import Base

__all__ = [
    "Base",
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
    "reference_hcpcs",
    "reference_icd10",
    "reference_search",
]
