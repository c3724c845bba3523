"""Drugs under Medicare Part B by quarter: payment limits, and the products that a code is billed for."""

from __future__ import annotations

from sqlalchemy import Column, String

from consultant.db.column_types import Exact
from consultant.db.reference_rows import AgencyRow, numbered_table, release_table


class RefPaymentLimit(AgencyRow):
    """The payment limit of a code."""

    __table__ = release_table(
        "ref_payment_limit",
        Column("hcpcs_code", String, primary_key=True),
        Column("short_description", String),
        Column("hcpcs_code_dosage", String),
        Column("payment_limit", Exact),
        Column("co_insurance_percentage", Exact),
        Column("vaccine_awp_percentage", Exact),
        Column("vaccine_limit", Exact),
        Column("infusion_awp_percentage", Exact),
        Column("infusion_limit", Exact),
        Column("blood_awp_percentage", Exact),
        Column("blood_limit", Exact),
        Column("clotting_factor", String),
        Column("notes", String),
    )


class RefNdc(AgencyRow):
    """A product and a code that it is billed with."""

    __table__ = numbered_table(
        "ref_ndc",
        Column("hcpcs_code", String, primary_key=True),
        Column("short_description", String),
        Column("labeler_name", String),
        Column("ndc", String, nullable=False),
        Column("drug_name", String),
        Column("hcpcs_dosage", String),
        Column("pkg_size", Exact),
        Column("pkg_qty", Exact),
        Column("billunits", Exact),
        Column("billunitspkg", Exact),
    )
