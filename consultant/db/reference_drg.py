"""MS-DRGs: titles by version of the grouper, weights by fiscal year."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.reference_rows import ReleaseRow


class RefMsDrg(ReleaseRow):
    """A title."""

    __tablename__ = "ref_msdrg"

    drg: Mapped[str] = mapped_column(primary_key=True)
    mdc: Mapped[str | None]
    ms: Mapped[str | None]
    description: Mapped[str]


class RefMsDrgWeight(ReleaseRow):
    """A row of IPPS Table 5."""

    __tablename__ = "ref_msdrg_weight"

    ms_drg: Mapped[str] = mapped_column(primary_key=True)
    post_acute_drg: Mapped[bool]
    special_pay_drg: Mapped[bool]
    mdc: Mapped[str | None]
    type: Mapped[str | None]
    ms_drg_title: Mapped[str]
    weight_before_cap: Mapped[Decimal | None]
    weight_cap_applied: Mapped[Decimal | None]
    geometric_mean_los: Mapped[Decimal | None]
    arithmetic_mean_los: Mapped[Decimal | None]
