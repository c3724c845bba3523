"""Tables of codes, as HTML tables and spreadsheets arrive in mail text."""

import pytest

from tests.unit.questions.test_notation import read


@pytest.mark.parametrize(
    ("table", "meant"),
    [
        (
            "CPT    Mod  Units  POS\n20610  RT   2      11\n99213  25   1      11",
            "20610^RT x2, -RT, pos 11, 99213^25 x1, -25",
        ),
        ("CPT\tMod\tUnits\n20610\tRT\t2\n", "20610^RT x2, -RT"),
        (
            "CPT | Modifier | Dx\n20610 | RT | M17.11\n99213 | 25 | E119",
            "20610^RT, -RT, dx M17.11, 99213^25, -25, dx E11.9",
        ),
        ("| Code | Units | Charge |\n| J3301 | 4 | $120.00 |", "J3301 x4"),
        ("Rev   HCPCS  Qty\n0636  J1885  2\n0250         1", "rev 0636, J1885 x2, rev 0250"),
        ("CPT      Mod  Units\n20610         2\n99213    25   1", "20610 x2, 99213^25 x1, -25"),
        ("Code   Mods    Units\n29881  59, LT  1", "29881^59^LT x1, -59, -LT"),
        ("Line  CPT    Mod  Dx\n1     20610  50   M1711\n2     J3301       M17.11", "20610^50, -50, dx M17.11, J3301"),
    ],
)
def test_numbers_mean_what_their_column_says(table: str, meant: str) -> None:
    assert read(f"We billed:\n\n{table}\n\nIs that right?") == meant


@pytest.mark.parametrize("text", ["Units  of measure\n20  mg", "code  mod\nhello  there", "CPT  Mod\n\n\n"])
def test_what_only_looks_like_a_table_names_nothing(text: str) -> None:
    assert read(text) == ""
