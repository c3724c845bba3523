"""The General Equivalence Mappings: four directions, five flags, no-map rows, and a small letter of CMS's own."""

from datetime import date

import pytest

from consultant.reference.formats.gems import GemRow, Gems
from tests.unit.reference.formats.code_files import GEM_I9, GEM_I10, GEM_PCS, read, recognised, refusal


def test_flags_are_read_one_by_one() -> None:
    assert read(Gems(), GEM_I10, "2018_I10gem.txt").rows == [
        GemRow("A000", "0010", False, False, False, 0, 0),
        GemRow("A001", "V99", True, False, False, 0, 0),
        GemRow("A0021", None, True, True, False, 0, 0),
        GemRow("B001", "0021", True, False, True, 1, 1),
    ]


@pytest.mark.parametrize(
    ("content", "name", "variant"),
    [
        (GEM_I10, "2018_I10gem.txt", "icd10cm_to_icd9cm"),
        (GEM_I9, "2018_I9gem.txt", "icd9cm_to_icd10cm"),
        (GEM_PCS, "2018/gem_pcsi9.txt", "icd10pcs_to_icd9cm_procedure"),
        (b"9999  0X00ZZ1 10000\r\n9998  NoPCS   11000\r\n", "2018/gem_i9pcs.txt", "icd9cm_procedure_to_icd10pcs"),
    ],
)
def test_columns_and_codes_tell_the_direction(content: bytes, name: str, variant: str) -> None:
    release = recognised(Gems(), content, name)
    assert release is not None
    assert (release.kind, release.label, release.variant) == ("gem", "FY2018", variant)


def test_the_last_release_has_no_end_and_those_before_have() -> None:
    last, earlier = (recognised(Gems(), GEM_I10, f"{year}_I10gem.txt") for year in (2018, 2017))
    assert last is not None
    assert earlier is not None
    assert (last.effective_from, last.effective_to) == (date(2017, 10, 1), None)
    assert (earlier.effective_from, earlier.effective_to) == (date(2016, 10, 1), date(2017, 9, 30))


def test_a_year_is_asked_for() -> None:
    assert "do not say their year" in refusal(Gems(), GEM_I10, "I10gem.txt")


@pytest.mark.parametrize(
    "line", [b"A009    NoDx  00000", b"A009    0019  01000", b"A009 0019", b"A009    0019  00002 x"]
)
def test_a_line_that_contradicts_itself_is_told(line: bytes) -> None:
    result = read(Gems(), GEM_I10 + line + b"\r\n" + GEM_I10, "2018_I10gem.txt")
    assert len(result.rows) == 8
    assert len(result.bad) == 1
    assert "2018_I10gem.txt, line 5, column " in result.bad[0]
