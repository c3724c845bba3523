"""MS-DRGs: titles by version of the grouper, weights by fiscal year."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, String

from consultant.db.column_types import Exact
from consultant.db.reference_rows import AgencyRow, release_table


class RefMsDrg(AgencyRow):
    """A title."""

    __table__ = release_table(
        "ref_msdrg",
        Column("drg", String, primary_key=True),
        Column("mdc", String),
        Column("ms", String),
        Column("description", String, nullable=False),
    )


class RefMsDrgWeight(AgencyRow):
    """A row of IPPS Table 5."""

    __table__ = release_table(
        "ref_msdrg_weight",
        Column("ms_drg", String, primary_key=True),
        Column("post_acute_drg", Boolean, nullable=False),
        Column("special_pay_drg", Boolean, nullable=False),
        Column("mdc", String),
        Column("type", String),
        Column("ms_drg_title", String, nullable=False),
        Column("weight_before_cap", Exact),
        Column("weight_cap_applied", Exact),
        Column("geometric_mean_los", Exact),
        Column("arithmetic_mean_los", Exact),
    )
