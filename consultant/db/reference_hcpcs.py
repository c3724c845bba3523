"""HCPCS Level II by quarter: codes and modifiers. And the places of service."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.reference_rows import ReleaseRow


class RefHcpcsCode(ReleaseRow):
    """A Level II code with its first and last day."""

    __tablename__ = "ref_hcpcs_code"

    hcpc: Mapped[str] = mapped_column(primary_key=True)
    long_description: Mapped[str | None]
    short_description: Mapped[str | None]
    price: Mapped[tuple[str, ...]]
    mult_pi: Mapped[str | None]
    cim: Mapped[tuple[str, ...]]
    mcm: Mapped[tuple[str, ...]]
    statute: Mapped[str | None]
    labcert: Mapped[tuple[str, ...]]
    xref: Mapped[tuple[str, ...]]
    cov: Mapped[str | None]
    asc_grp: Mapped[str | None]
    asc_dt: Mapped[date | None]
    opps: Mapped[str | None]
    opps_pi: Mapped[str | None]
    opps_dt: Mapped[date | None]
    procnote: Mapped[str | None]
    betos: Mapped[str | None]
    tos: Mapped[tuple[str, ...]]
    anest_bu: Mapped[str | None]
    add_dt: Mapped[date]
    act_eff_dt: Mapped[date | None]
    term_dt: Mapped[date | None]
    action_cd: Mapped[str | None]


class RefHcpcsModifier(ReleaseRow):
    """A Level II modifier with its first and last day."""

    __tablename__ = "ref_hcpcs_modifier"

    modifier: Mapped[str] = mapped_column(primary_key=True)
    long_description: Mapped[str | None]
    short_description: Mapped[str | None]
    cim: Mapped[tuple[str, ...]]
    mcm: Mapped[tuple[str, ...]]
    statute: Mapped[str | None]
    xref: Mapped[tuple[str, ...]]
    cov: Mapped[str | None]
    procnote: Mapped[str | None]
    add_dt: Mapped[date]
    act_eff_dt: Mapped[date | None]
    term_dt: Mapped[date | None]
    action_cd: Mapped[str | None]


class RefPlaceOfService(ReleaseRow):
    """A place of service."""

    __tablename__ = "ref_place_of_service"

    pos_code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str | None]
    pfs_setting: Mapped[str | None]
