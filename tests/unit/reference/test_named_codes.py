"""The codes that a note names, in all the forms that the tabular list writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.reference.named_codes import named_codes

FORMS = [
    ("invented ache (I10)", ["I10"], ["I11", "J10"]),
    ("invented ache (I10-)", ["I10", "I109"], ["I11"]),
    ("ache of the cloud (K50.-)", ["K500", "K50911"], ["K51"]),
    ("aches (E08-E13)", ["E08", "E1165", "E139"], ["E07", "E14", "F10"]),
    ("aches (I15.0, I15.8)", ["I150", "I158"], ["I159"]),
    ("aches (C22-C25, D01.5)", ["C239", "C25", "D015"], ["C26", "D016"]),
    ("aches (I69.81- I69.91-)", ["I69810", "I69854", "I6991"], ["I69800", "I6992"]),
    ("aches (I70.2--I70.7-)", ["I70201", "I70799"], ["I708"]),
    ("aches (I01.0 -I01.9)", ["I010", "I019"], ["I020"]),
    ("aches of S06.1- to S06.6-, in all", ["S061X0A", "S063"], ["S060X0A", "S067"]),
    ("sweet ache (E08-E13 with .44)", ["E0844", "E1344"], ["E1143", "E1444"]),
    ("sweet ache (E08-E13 with .62-)", ["E11620", "E11628"], ["E1163"]),
    ("sweet ache (E08-E13 with .51-.52)", ["E1151", "E1352"], ["E1153", "E1159"]),
    ("ache (B27.- with fifth character 2)", ["B2702"], ["B2701", "B272"]),
    ("ache (A37 with fifth-character 1)", ["A3701", "A3791"], ["A3700"]),
    ("ache (F10-F19 with 5th character .6)", ["F1026", "F1096"], ["F1021"]),
    ("ache (F11-F19 with fifth to sixth characters 51)", ["F11151"], ["F11150", "F1151"]),
    ("ache (I69. with final characters -23)", ["I69023", "I69923"], ["I69028"]),
    ("open ache (S02.- with 7th character B)", ["S0219XB"], ["S0219XA"]),
    ("open ache (S52.- with open fracture 7th character)", [], ["S52501B"]),
    ("aches of drugs (A00-R94)", [], ["E119"]),
    ("ache of another place, code to it", [], ["E119"]),
]


@pytest.mark.parametrize(("note", "among", "not_among"), FORMS)
def test_a_note_names_its_codes_and_no_others(note: str, among: list[str], not_among: list[str]) -> None:
    named = named_codes(note)
    assert [code for code in among if not any(each.has(code) for each in named)] == []
    assert [code for code in not_among if any(each.has(code) for each in named)] == []


@given(st.text(alphabet="(),.- EI0123456789with character", max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    for each in named_codes(text):
        assert each.has(each.first) or each.limit or each.first > each.last


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_a_range_has_what_lies_between_its_ends(first: int, last: int, asked: int) -> None:
    (named,) = named_codes(f"made up (E{first:02}-E{last:02})")
    assert named.has(f"E{asked:02}9") == (first <= asked <= last)
