"""Rows of the agencies' small files and of the areas of the fee schedule read back, each file read here by itself.

Every row that the file has, or a hundred of them, a thousand when REFERENCE_FILES=all is in the environment.
"""

import csv
import io
import random
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from consultant.reference.estimating import PAYABLE, NoEstimate
from consultant.reference.model import PriceRequest
from consultant.reference.store import SqlReference
from tests.integration.reference.conftest import Load
from tests.integration.reference.test_real_kinds import FILES, PFS, SAMPLE, text_of
from tests.reference_files import AGENCY

pytestmark = pytest.mark.skipif(not AGENCY.is_dir(), reason="the agencies' files are not here")

LIMITS = FILES / "asp" / "section 508 version of October 2026 Medicare Part B Payment Limit File 091626.excerpt.csv"
PRODUCTS = FILES / "asp" / "section 508 version of October 2026 ASP NDC-HCPCS Crosswalk 091126.excerpt.csv"
TITLES = FILES / "msdrg" / "v40" / "appendix_A.txt"
WEIGHTS = FILES / "msdrg" / "CMS-1849-CN Table 5.excerpt.txt"
PLACES = FILES / "pos" / "place-of-service-codes-2023-09.derived.csv"
ADDENDA = FILES / "icd10cm" / "icd10cm-order-addenda-2023.txt"
MODIFIERS = FILES / "hcpcs" / "HCPC2026_OCT_ANWEB.excerpt.csv"
IN_2026 = date(2026, 11, 1)


def records(text: str, delimiter: str = ",") -> list[list[str]]:
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def below(rows: list[list[str]], first: str) -> list[list[str]]:
    """The rows below the head, whose first cell this is."""
    at = next(number for number, cells in enumerate(rows) if cells and cells[0] == first)
    return [cells for cells in rows[at + 1 :] if any(cells)]


def number(cell: str) -> Decimal | None:
    """A number as these files have it: N/A and a dot are none."""
    return Decimal(cell) if any(map(str.isdigit, cell)) else None


def one(rows: Any) -> dict[str, Any]:
    (fact,) = rows
    return dict(fact.values)


def test_payment_limits_read_back(loaded: Load, reference: SqlReference) -> None:
    loaded(LIMITS)
    rows = below(records(LIMITS.read_text("utf-8")), "HCPCS Code")
    assert len(rows) == 8
    for code, words, dosage, limit, share, vaccine_part, vaccine, blood_part, blood, clotting, notes, *_ in rows:
        found = one(reference.details(code, IN_2026).payment_limits)
        assert (found["hcpcs_code"], found["payment_limit"]) == (code, number(limit))
        assert found["short_description"] == (None if code[0].isdigit() else words or None)
        assert found["hcpcs_code_dosage"] == (dosage or None)
        numbers = ("co_insurance_percentage", "vaccine_awp_percentage", "vaccine_limit", "blood_awp_percentage")
        assert [found[name] for name in numbers] == [
            number(each) for each in (share, vaccine_part, vaccine, blood_part)
        ]
        assert (found["blood_limit"], found["clotting_factor"]) == (number(blood), clotting or None)
        assert (found["notes"] or "").split() == notes.split()


def test_products_read_back(loaded: Load, reference: SqlReference) -> None:
    loaded(PRODUCTS)
    rows = below(records(PRODUCTS.read_text("utf-8")), "_2026_CODE")
    assert len(rows) == 5
    for code in {cells[0] for cells in rows}:
        found = [
            (
                *(each.values[name] for name in ("labeler_name", "ndc", "drug_name", "hcpcs_dosage")),
                *(each.values[name] for name in ("pkg_size", "pkg_qty", "billunits", "billunitspkg")),
            )
            for each in reference.details(code, IN_2026).products
        ]
        raw = [(*cells[2:6], *map(number, cells[6:10])) for cells in rows if cells[0] == code]
        assert sorted(map(str, found)) == sorted(map(str, raw))


def test_drg_titles_read_back(loaded: Load, reference: SqlReference) -> None:
    loaded(TITLES)
    lines = [line.rstrip() for line in TITLES.read_text("cp1252").splitlines()]
    lines = [line for line in lines[lines.index("DRG MDC MS Description") + 1 :] if line[:3].isdigit()]
    assert len(lines) == 767
    for line in random.Random(9).sample(lines, min(SAMPLE, len(lines))):
        found = one(reference.details(line[:3], IN_2026).ms_drg)
        assert (found["drg"], found["mdc"], found["ms"]) == (
            line[:3],
            line[4:6].strip() or None,
            line[6:9].strip() or None,
        )
        assert found["description"] == line[9:].strip()


def test_drg_weights_read_back(loaded: Load, reference: SqlReference) -> None:
    loaded(WEIGHTS)
    rows = below(records(WEIGHTS.read_text("utf-8"), "\t"), "MS-DRG")
    assert len(rows) == 6
    for drg, post_acute, special, mdc, kind, title, *numbers in rows:
        found = one(reference.details(drg, IN_2026).ms_drg)
        names = ("weight_before_cap", "weight_cap_applied", "geometric_mean_los", "arithmetic_mean_los")
        assert [found[name] for name in names] == [number(each) for each in numbers[:4]]
        assert (found["post_acute_drg"], found["special_pay_drg"]) == (post_acute == "Yes", special == "Yes")
        assert (found["ms_drg_title"], found["mdc"] or "", found["type"] or "") == (title, mdc, kind.strip("*"))


def test_places_of_service_read_back(loaded: Load, reference: SqlReference) -> None:
    loaded(PLACES)
    rows = below(records(PLACES.read_text("utf-8")), "pos_code")
    assert len(rows) == 99
    for code, name, description, *_ in rows:
        found = one(reference.details(code, IN_2026).place_of_service)
        assert (found["pos_code"], found["name"], (found["description"] or "").strip()) == (code, name, description)


def test_changes_of_diagnoses_read_back(loaded: Load, reference: SqlReference) -> None:
    loaded(ADDENDA)
    lines = [
        line for line in ADDENDA.read_text("ascii").splitlines() if line[:12].strip().endswith(("e:", "d:", "m:", "o:"))
    ]
    assert len(lines) == 1_861
    changes: dict[str, Counter[tuple[str, ...]]] = {}
    for line in lines:
        told = (line[:12].strip().rstrip(":"), line[13], line[23:83].strip(), line[84:].strip())
        changes.setdefault(line[15:22].strip(), Counter())[told] += 1
    for code in random.Random(10).sample(sorted(changes), SAMPLE):
        facts = [fact.values for fact in reference.details(code, IN_2026).changes]
        names = ("short_description", "long_description")
        found = Counter((each["action"], str(int(each["valid"])), *(each[name] for name in names)) for each in facts)
        assert found == changes[code], code


def test_modifiers_read_back(loaded: Load, reference: SqlReference) -> None:
    loaded(MODIFIERS)
    head, *rows = records(MODIFIERS.read_text("utf-8"))
    assert len(rows) == 35
    for cells in rows:
        row = dict(zip(head, cells, strict=False))
        found = one(reference.details(row["HCPC"], IN_2026).level_ii)
        assert found["long_description"] == row["LONG DESCRIPTION"]
        for name, column in (("add_dt", "ADD DT"), ("act_eff_dt", "ACT EFF DT"), ("term_dt", "TERM DT")):
            assert (f"{found[name]:%Y%m%d}" if found[name] else "") == row[column]


def formulas(reference: SqlReference, **wanted: Any) -> dict[str, str]:
    """The formulas of an estimate by payee."""
    return {each.payee: each.formula for each in reference.estimate(PriceRequest(**wanted), date(2026, 2, 1)).prices}


def test_areas_and_caps_of_the_fee_schedule_read_back(loaded: Load, reference: SqlReference) -> None:
    """Through the estimates that rest on them."""
    loaded(PFS)
    areas = [cells for cells in records(text_of(PFS, "GPCI2026.csv")) if cells[0].isdigit()]
    factors = [cells for cells in records(text_of(PFS, "ANES2026.csv")) if cells[0].isdigit()]
    caps = [cells for cells in records(text_of(PFS, "OPPSCAP_Jan.csv")) if cells[0][:4].strip("G").isdigit()]
    assert (len(areas), len(factors), len(caps)) == (109, 109, 15_260)
    for mac, state, locality, _, _, work, expense, malpractice in areas:
        for formula in formulas(reference, code="99213", mac=mac, state=state, locality=locality).values():
            assert [part.split(" × ")[1].split(" ")[0].rstrip(")") for part in formula.split(" + ")] == [
                work,
                expense,
                malpractice,
            ]
    for mac, locality, _, qualifying, other in factors:
        asked = {"code": "00100", "mac": mac, "locality": locality, "minutes": 15, "base_units": Decimal(1)}
        found = [formula.split(" × ")[1].split(" ")[0] for formula in formulas(reference, **asked).values()]
        assert sorted(found) == sorted((qualifying, other))
    payable = [cells for cells in caps if cells[2] in PAYABLE]
    for code, mod, _, mac, locality, facility, elsewhere in random.Random(12).sample(payable, SAMPLE):
        for setting, price in (("facility", facility), ("non-facility", elsewhere)):
            asked = {"code": code, "modifiers": (mod,), "mac": mac, "locality": locality, "setting": setting}
            assert all(f"OPPS cap of {price}" in formula for formula in formulas(reference, **asked).values())
    with pytest.raises(NoEstimate):
        formulas(reference, code="99213", mac="00000")
