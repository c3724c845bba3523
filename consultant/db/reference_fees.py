"""The Physician Fee Schedule by release: values of codes, and what localities make of them."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from consultant.db.reference_rows import NumberedRow, ReleaseRow


class RefPfsValue(ReleaseRow):
    """A code, or a part of one, in the relative value file."""

    __tablename__ = "ref_pfs_value"

    hcpcs: Mapped[str] = mapped_column(primary_key=True)
    mod: Mapped[str] = mapped_column(primary_key=True)
    description: Mapped[str | None]
    status_code: Mapped[str]
    not_used_for_medicare_payment: Mapped[bool]
    work_rvu: Mapped[Decimal]
    non_fac_pe_rvu: Mapped[Decimal]
    non_fac_na_indicator: Mapped[bool]
    facility_pe_rvu: Mapped[Decimal]
    facility_na_indicator: Mapped[bool]
    mp_rvu: Mapped[Decimal]
    non_facility_total: Mapped[Decimal]
    facility_total: Mapped[Decimal]
    pctc_ind: Mapped[str]
    glob_days: Mapped[str]
    pre_op: Mapped[Decimal]
    intra_op: Mapped[Decimal]
    post_op: Mapped[Decimal]
    mult_proc: Mapped[str]
    bilat_surg: Mapped[str]
    asst_surg: Mapped[str]
    co_surg: Mapped[str]
    team_surg: Mapped[str]
    pric_ind: Mapped[str | None]
    endo_base: Mapped[str | None]
    conv_factor: Mapped[Decimal]
    physician_supervision: Mapped[str]
    calculation_flag: Mapped[str]
    diagnostic_imaging_family: Mapped[str]
    non_facility_pe_used_for_opps: Mapped[Decimal]
    facility_pe_used_for_opps: Mapped[Decimal]
    mp_used_for_opps: Mapped[Decimal]


class RefPfsGpci(ReleaseRow):
    """The cost indices of a locality."""

    __tablename__ = "ref_pfs_gpci"

    medicare_administrative_contractor: Mapped[str] = mapped_column(primary_key=True)
    locality_number: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    locality_name: Mapped[str]
    pw_gpci: Mapped[Decimal]
    pw_gpci_without_floor: Mapped[Decimal | None]
    pe_gpci: Mapped[Decimal]
    mp_gpci: Mapped[Decimal]


class RefPfsLocality(NumberedRow):
    """The counties of a locality."""

    __tablename__ = "ref_pfs_locality"

    medicare_administrative_contractor: Mapped[str] = mapped_column(primary_key=True)
    locality_number: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str | None]
    fee_schedule_area: Mapped[str]
    counties: Mapped[str]


class RefPfsAnesthesia(ReleaseRow):
    """The anesthesia factors of a locality."""

    __tablename__ = "ref_pfs_anesthesia"

    contractor: Mapped[str] = mapped_column(primary_key=True)
    locality: Mapped[str] = mapped_column(primary_key=True)
    locality_name: Mapped[str]
    conversion_factor: Mapped[Decimal]
    qualifying_apm_conversion_factor: Mapped[Decimal | None]


class RefPfsOppsCap(ReleaseRow):
    """The capped price of imaging in a locality."""

    __tablename__ = "ref_pfs_opps_cap"

    hcpcs: Mapped[str] = mapped_column(primary_key=True)
    mod: Mapped[str] = mapped_column(primary_key=True)
    carrier: Mapped[str] = mapped_column(primary_key=True)
    locality: Mapped[str] = mapped_column(primary_key=True)
    procstat: Mapped[str]
    facility_price: Mapped[Decimal]
    non_facility_price: Mapped[Decimal]
