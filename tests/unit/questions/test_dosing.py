"""Amounts of a drug: given, per kilogram, thrown away, in a vial, in a volume."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.questions.dosing import Dose, Dosing, base_measure, read_dosing

MG = "mg"


def read(text: str) -> Dosing:
    return read_dosing(text, ["J9035"])["J9035"]


def amounts(doses: tuple[Dose, ...]) -> list[tuple[str, str]]:
    return [(f"{dose.value.normalize():f}", dose.measure) for dose in doses]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("40 mg given", ("40", MG)),
        ("0.5 mg", ("0.5", MG)),
        ("500 mcg IV", ("0.5", MG)),
        ("1 g over an hour", ("1000", MG)),
        ("1,200 mg", ("1200", MG)),
        ("2.4 million units IM", ("2400000", "units")),
        ("10,000 units of heparin", ("10000", "units")),
        ("1000 cc of saline", ("1000", "ml")),
        ("J1885 x 2, 30mg", ("30", MG)),
    ],
)
def test_a_dose_in_its_base_measure(text: str, amount: tuple[str, str]) -> None:
    assert amounts(read(text).given) == [amount]


@pytest.mark.parametrize(
    "text", ["15 mg/hr", "J1885 per 15 mg", "J1885 is 15 mg", "1 unit = 15 mg", "2 units", "99213", "4 g/kg/day"]
)
def test_a_rate_a_unit_and_a_count_are_no_dose(text: str) -> None:
    assert read(text).given == ()


def test_what_was_thrown_away_is_told_from_what_was_given() -> None:
    for text in (
        "gave 45 mg, wasted 15 mg",
        "45 mg given and 15 mg discarded",
        "45 mg given; wastage of 15 mg",
        "15 mg of drug was wasted, 45 mg given",
    ):
        assert amounts(read(text).given) == [("45", MG)], text
        assert amounts(read(text).discarded) == [("15", MG)], text


def test_vials_are_told_with_their_size_and_number() -> None:
    for text, count in (
        ("from a 100 mg vial", 1),
        ("two 100 mg single-dose vials", 2),
        ("4 x 100 mg vials", 4),
        ("3 vials of 100 mg", 3),
        ("100 mg SDV", None),
    ):
        (vials,) = read(text).vials
        assert (vials.size.value, vials.count) == (Decimal(100), count), text
        assert read(text).given == ()


def test_concentration_and_dose_by_weight() -> None:
    dosing = read("1.5 mL of 40 mg/mL; 100 mg/4 mL; 5 mg/kg")
    assert amounts(dosing.given) == [("1.5", "ml")]
    assert [(dose.value, volume) for dose, volume in dosing.concentrations] == [
        (Decimal(40), Decimal(1)),
        (Decimal(100), Decimal(4)),
    ]
    assert amounts(dosing.per_kg) == [("5", MG)]


@pytest.mark.parametrize(
    ("text", "container"),
    [
        ("single-dose vial", "single"),
        ("an SDV", "single"),
        ("multidose vial", "multi"),
        ("multi-use", "multi"),
        ("single dose or MDV?", None),
        ("vial", None),
    ],
)
def test_the_kind_of_container(text: str, container: str | None) -> None:
    assert read(text).container == container


def test_nothing_thrown_away() -> None:
    assert read("no waste").nothing_discarded
    assert read("nothing was discarded").nothing_discarded
    assert not read("wasted the rest").nothing_discarded


def test_each_of_several_drugs_has_the_amount_beside_it() -> None:
    codes = ["J1100", "J2405"]
    for text in ("J1100 4 mg and J2405 8 mg", "4 mg as J1100, 8 mg as J2405"):
        found = read_dosing(text, codes)
        assert [amounts(found[code].given) for code in codes] == [[("4", MG)], [("8", MG)]]


def test_measures_that_are_not_known_are_none() -> None:
    assert base_measure(Decimal(1), "vial") is None
    assert base_measure(Decimal(10), "MG") == Dose(Decimal(10), "mg", "10 mg")


@given(st.lists(st.sampled_from("J9035 J1100 5 mg /kg mL / vial wasted of single-dose 1,000 units two µg ½ İ".split())))
def test_no_text_makes_it_fail(parts: list[str]) -> None:
    text = " ".join(parts)
    for codes in (["J9035"], ["J9035", "J1100"]):
        for dosing in read_dosing(text, codes).values():
            assert all(dose.value > 0 for dose in (*dosing.given, *dosing.discarded))
