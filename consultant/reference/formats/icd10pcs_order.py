"""ICD-10-PCS order file (CMS `icd10pcs_order_2022.txt`): 7-character procedure codes under 3-character headers.

Yields OrderRow; for inpatient hospital procedures only.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.reference.formats import Release, Source
from consultant.reference.formats.fiscal_release import fiscal_release
from consultant.reference.formats.order_file import PCS_CODE, OrderRow, order_rows, order_system
from consultant.reference.formats.text_lines import Skipped


class Icd10pcsOrder:
    """The complete list of a fiscal year, or of an update within it."""

    kind = "icd10pcs-order"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """See Format.recognise."""
        return fiscal_release(self.kind, source.name) if order_system(source, head) == "pcs" else None

    def rows(self, source: Source, release: Release) -> Iterator[OrderRow | Skipped]:
        """See Format.rows."""
        return order_rows(source, PCS_CODE)
