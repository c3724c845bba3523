"""The Physician Fee Schedule by release: values of codes, and what localities make of them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, String

from consultant.db.column_types import Exact
from consultant.db.reference_rows import AgencyRow, numbered_table, release_table


class RefPfsValue(AgencyRow):
    """A code, or a part of one, in the relative value file."""

    __table__ = release_table(
        "ref_pfs_value",
        Column("hcpcs", String, primary_key=True),
        Column("mod", String, primary_key=True),
        Column("description", String),
        Column("status_code", String, nullable=False),
        Column("not_used_for_medicare_payment", Boolean, nullable=False),
        Column("work_rvu", Exact, nullable=False),
        Column("non_fac_pe_rvu", Exact, nullable=False),
        Column("non_fac_na_indicator", Boolean, nullable=False),
        Column("facility_pe_rvu", Exact, nullable=False),
        Column("facility_na_indicator", Boolean, nullable=False),
        Column("mp_rvu", Exact, nullable=False),
        Column("non_facility_total", Exact, nullable=False),
        Column("facility_total", Exact, nullable=False),
        Column("pctc_ind", String, nullable=False),
        Column("glob_days", String, nullable=False),
        Column("pre_op", Exact, nullable=False),
        Column("intra_op", Exact, nullable=False),
        Column("post_op", Exact, nullable=False),
        Column("mult_proc", String, nullable=False),
        Column("bilat_surg", String, nullable=False),
        Column("asst_surg", String, nullable=False),
        Column("co_surg", String, nullable=False),
        Column("team_surg", String, nullable=False),
        Column("pric_ind", String),
        Column("endo_base", String),
        Column("conv_factor", Exact, nullable=False),
        Column("physician_supervision", String, nullable=False),
        Column("calculation_flag", String, nullable=False),
        Column("diagnostic_imaging_family", String, nullable=False),
        Column("non_facility_pe_used_for_opps", Exact, nullable=False),
        Column("facility_pe_used_for_opps", Exact, nullable=False),
        Column("mp_used_for_opps", Exact, nullable=False),
    )


class RefPfsGpci(AgencyRow):
    """The cost indices of a locality."""

    __table__ = release_table(
        "ref_pfs_gpci",
        Column("medicare_administrative_contractor", String, primary_key=True),
        Column("locality_number", String, primary_key=True),
        Column("state", String, nullable=False),
        Column("locality_name", String, nullable=False),
        Column("pw_gpci", Exact, nullable=False),
        Column("pw_gpci_without_floor", Exact),
        Column("pe_gpci", Exact, nullable=False),
        Column("mp_gpci", Exact, nullable=False),
    )


class RefPfsLocality(AgencyRow):
    """The counties of a locality."""

    __table__ = numbered_table(
        "ref_pfs_locality",
        Column("medicare_administrative_contractor", String, primary_key=True),
        Column("locality_number", String, primary_key=True),
        Column("state", String),
        Column("fee_schedule_area", String, nullable=False),
        Column("counties", String, nullable=False),
    )


class RefPfsAnesthesia(AgencyRow):
    """The anesthesia factors of a locality."""

    __table__ = release_table(
        "ref_pfs_anesthesia",
        Column("contractor", String, primary_key=True),
        Column("locality", String, primary_key=True),
        Column("locality_name", String, nullable=False),
        Column("conversion_factor", Exact, nullable=False),
        Column("qualifying_apm_conversion_factor", Exact),
    )


class RefPfsOppsCap(AgencyRow):
    """The capped price of imaging in a locality."""

    __table__ = release_table(
        "ref_pfs_opps_cap",
        Column("hcpcs", String, primary_key=True),
        Column("mod", String, primary_key=True),
        Column("carrier", String, primary_key=True),
        Column("locality", String, primary_key=True),
        Column("procstat", String, nullable=False),
        Column("facility_price", Exact, nullable=False),
        Column("non_facility_price", Exact, nullable=False),
    )
