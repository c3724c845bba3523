"""HCPCS Level II by quarter: codes and modifiers. And the places of service."""

from __future__ import annotations

from sqlalchemy import Column, Date, String

from consultant.db.column_types import Texts
from consultant.db.reference_rows import AgencyRow, release_table


class RefHcpcsCode(AgencyRow):
    """A Level II code with its first and last day."""

    __table__ = release_table(
        "ref_hcpcs_code",
        Column("hcpc", String, primary_key=True),
        Column("long_description", String),
        Column("short_description", String),
        Column("price", Texts, nullable=False),
        Column("mult_pi", String),
        Column("cim", Texts, nullable=False),
        Column("mcm", Texts, nullable=False),
        Column("statute", String),
        Column("labcert", Texts, nullable=False),
        Column("xref", Texts, nullable=False),
        Column("cov", String),
        Column("asc_grp", String),
        Column("asc_dt", Date),
        Column("opps", String),
        Column("opps_pi", String),
        Column("opps_dt", Date),
        Column("procnote", String),
        Column("betos", String),
        Column("tos", Texts, nullable=False),
        Column("anest_bu", String),
        Column("add_dt", Date, nullable=False),
        Column("act_eff_dt", Date),
        Column("term_dt", Date),
        Column("action_cd", String),
    )


class RefHcpcsModifier(AgencyRow):
    """A Level II modifier with its first and last day."""

    __table__ = release_table(
        "ref_hcpcs_modifier",
        Column("modifier", String, primary_key=True),
        Column("long_description", String),
        Column("short_description", String),
        Column("cim", Texts, nullable=False),
        Column("mcm", Texts, nullable=False),
        Column("statute", String),
        Column("xref", Texts, nullable=False),
        Column("cov", String),
        Column("procnote", String),
        Column("add_dt", Date, nullable=False),
        Column("act_eff_dt", Date),
        Column("term_dt", Date),
        Column("action_cd", String),
    )


class RefPlaceOfService(AgencyRow):
    """A place of service."""

    __table__ = release_table(
        "ref_place_of_service",
        Column("pos_code", String, primary_key=True),
        Column("name", String, nullable=False),
        Column("description", String),
        Column("pfs_setting", String),
    )
