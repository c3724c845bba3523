"""Drugs under Medicare Part B by quarter: payment limits, and the products that a code is billed for."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.reference_rows import NumberedRow, ReleaseRow


class RefPaymentLimit(ReleaseRow):
    """The payment limit of a code."""

    __tablename__ = "ref_payment_limit"

    hcpcs_code: Mapped[str] = mapped_column(primary_key=True)
    short_description: Mapped[str | None]
    hcpcs_code_dosage: Mapped[str | None]
    payment_limit: Mapped[Decimal | None]
    co_insurance_percentage: Mapped[Decimal | None]
    vaccine_awp_percentage: Mapped[Decimal | None]
    vaccine_limit: Mapped[Decimal | None]
    infusion_awp_percentage: Mapped[Decimal | None]
    infusion_limit: Mapped[Decimal | None]
    blood_awp_percentage: Mapped[Decimal | None]
    blood_limit: Mapped[Decimal | None]
    clotting_factor: Mapped[str | None]
    notes: Mapped[str | None]


class RefNdc(NumberedRow):
    """A product and a code that it is billed with."""

    __tablename__ = "ref_ndc"

    hcpcs_code: Mapped[str] = mapped_column(primary_key=True)
    short_description: Mapped[str | None]
    labeler_name: Mapped[str | None]
    ndc: Mapped[str]
    drug_name: Mapped[str | None]
    hcpcs_dosage: Mapped[str | None]
    pkg_size: Mapped[Decimal | None]
    pkg_qty: Mapped[Decimal | None]
    billunits: Mapped[Decimal | None]
    billunitspkg: Mapped[Decimal | None]
