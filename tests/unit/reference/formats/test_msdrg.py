"""MS-DRG titles by version and weights by year: wrapped title, blank and dotted numbers, proposed rules."""

from datetime import date
from decimal import Decimal

import pytest

from consultant.reference.formats.msdrg import MsDrgTitle, MsDrgTitles, MsDrgWeight, MsDrgWeights
from tests.unit.reference.formats.code_files import TITLES, WEIGHTS, read, recognised, refusal

NAME = "CMS-0000-CN Table 5.txt"


def test_titles_follow_the_prose() -> None:
    result = read(MsDrgTitles(), TITLES, "appendix_A.txt")
    assert result.rows == [
        MsDrgTitle("001", None, "P", "MENDING OF FANCY WITH MCC"),
        MsDrgTitle("020", "01", "M", "FANCY (PLAIN)"),
        MsDrgTitle("999", None, None, "NOT TO BE GROUPED"),
    ]
    assert [one.reason for one in result.skipped].count("preamble") == 5


@pytest.mark.parametrize(
    ("version", "label", "first", "last"),
    [
        (b"40.0", "V40", date(2022, 10, 1), date(2023, 9, 30)),
        (b"40.1", "V40.1", date(2023, 4, 1), date(2023, 9, 30)),
    ],
)
def test_the_version_tells_the_fiscal_year(version: bytes, label: str, first: date, last: date) -> None:
    release = recognised(MsDrgTitles(), TITLES.replace(b"48.1", version), "appendix_A.txt")
    assert release is not None
    assert (release.label, release.effective_from, release.effective_to) == (label, first, last)


def test_a_title_out_of_its_columns_is_told() -> None:
    content = TITLES.replace(b"020 01  M  FANCY", b"020 01 M FANCY")
    result = read(MsDrgTitles(), content, "appendix_A.txt")
    assert [row.drg for row in result.rows] == ["001", "999"]
    assert "appendix_A.txt, line 9, column 1" in result.bad[0]


def test_weights_are_exact_and_missing_ones_are_none() -> None:
    result = read(MsDrgWeights(), WEIGHTS, NAME)
    assert (result.release.label, result.release.variant) == ("FY2031", "cn")
    assert (result.release.effective_from, result.release.effective_to) == (date(2030, 10, 1), date(2031, 9, 30))
    number = Decimal
    assert result.rows == [
        MsDrgWeight(
            "001", False, False, "PRE", "SURG", "MENDING OF FANCY WITH MCC",
            number("28.5"), number("28.6"), number("24.5"), number("0.5"),
        ),
        MsDrgWeight("020", True, False, "01", "MED", "FANCY (PLAIN)", number(1), number("0.9"), number(2), number(3)),
        MsDrgWeight("999", False, False, None, None, "NOT TO BE GROUPED", None, None, None, None),
    ]  # fmt: skip


def test_one_weight_of_earlier_years_is_both() -> None:
    content = WEIGHTS.replace(b"Weights - Before Cap\tWeights - 10% Cap Applied ", b"Weights").replace(b"\t28.6", b"")
    row = read(MsDrgWeights(), content, NAME).rows[0]
    assert (row.weight_before_cap, row.weight_cap_applied) == (Decimal("28.5"), Decimal("28.5"))


def test_a_proposed_rule_is_refused() -> None:
    content = WEIGHTS.replace(b"FY 2031 CN", b"FY 2031 Proposed")
    assert "Load the final rule's" in refusal(MsDrgWeights(), content, NAME)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"\t28.5\t", b"\tmany\t", "line 4, column weight_before_cap: 'many' is no number"),
        (b"001\tNo", b"001\tPerhaps", "line 4, column post_acute_drg: 'Perhaps' is neither"),
        (b"\n001\t", b"\n1\t", "line 4, column MS-DRG: '1' is no MS-DRG"),
        (b"\t28.5\t28.6\t24.5\t.5", b"", "line 4, column 6: columns are missing"),
    ],
)
def test_a_row_that_makes_no_sense_is_told_and_the_others_are_read(old: bytes, new: bytes, problem: str) -> None:
    result = read(MsDrgWeights(), WEIGHTS.replace(old, new), NAME)
    assert [row.ms_drg for row in result.rows] == ["020", "999"]
    assert problem in result.bad[0]


def test_a_table_without_a_column_is_refused() -> None:
    assert "no column 'geometric'" in refusal(MsDrgWeights(), WEIGHTS.replace(b"Geometric", b"Other"), NAME)
