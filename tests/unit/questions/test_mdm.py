"""Elements of decision making as questions state them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.questions.mdm import Level, Mdm, read_mdm

SF, LOW, MODERATE, HIGH = Level


@pytest.mark.parametrize(
    ("text", "mdm"),
    [
        ("moderate problems, limited data, moderate risk", Mdm(MODERATE, LOW, MODERATE)),
        ("Problems: moderate, data: extensive, risk: low", Mdm(MODERATE, HIGH, LOW)),
        ("number and complexity of problems addressed is high; risk is low", Mdm(HIGH, None, LOW)),
        ("2 stable chronic illnesses and prescription drug management", Mdm(MODERATE, None, MODERATE)),
        ("acute uncomplicated illness", Mdm(LOW)),
        ("MDM is high", Mdm(whole=HIGH)),
        ("moderate complexity medical\ndecision making", Mdm(whole=MODERATE)),
        ("straightforward MDM", Mdm(whole=SF)),
        ("low risk, risk: high", None),
        ("a high risk patient", None),
        ("99214?", None),
    ],
)
def test_what_is_stated_once_is_read(text: str, mdm: Mdm | None) -> None:
    assert read_mdm(text) == mdm


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    read_mdm(text)


LEVELS = st.sampled_from(["minimal", "low", "moderate", "high"])


@given(LEVELS, LEVELS, LEVELS)
def test_all_three_elements_come_back(problems: str, data: str, risk: str) -> None:
    mdm = read_mdm(f"Problems {problems}; data {data}; risk {risk}. What level?")
    assert mdm is not None
    assert [level.shown for _, level in mdm.elements] == [
        word.replace("minimal", "straightforward") for word in (problems, data, risk)
    ]
