"""ICD-10-CM order file (CMS `icd10cm_order_2026.txt`, CDC `icd10cm-order-April-2025.txt`): what is valid, in order.

Yields OrderRow; codes are verbatim, without dot.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.reference.formats import Release, Source
from consultant.reference.formats.fiscal_release import fiscal_release
from consultant.reference.formats.order_file import CM_CODE, OrderRow, order_rows, order_system
from consultant.reference.formats.text_lines import Skipped


class Icd10cmOrder:
    """The complete list of a fiscal year, or of an update within it."""

    kind = "icd10cm-order"

    def recognise(self, source: Source, head: bytes) -> Release | None:
        """See Format.recognise."""
        return fiscal_release(self.kind, source.name) if order_system(source, head) == "cm" else None

    def rows(self, source: Source, release: Release) -> Iterator[OrderRow | Skipped]:
        """See Format.rows."""
        return order_rows(source, CM_CODE)
