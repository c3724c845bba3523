"""The index: terms below terms, the codes at them, the columns of the tables, and where a term points."""

import pytest

from consultant.reference.formats.icd10cm_index import Icd10cmIndex, IndexCode, IndexReference, IndexTerm
from tests.unit.reference.formats.code_files import DRUGS, INDEX, read, recognised, refusal


def test_a_term_has_its_modifiers_its_codes_and_its_cross_references() -> None:
    result = read(Icd10cmIndex(), INDEX, "icd10cm-eindex-April-1-2031-XML.xml")
    assert result.rows == [
        IndexTerm(1, None, 0, "Bump NEC", "(of head)", "Bump NEC"),
        IndexCode(1, "code", "", "W01", False),
        IndexReference(1, "see", "Fancy, bump"),
        IndexTerm(2, 1, 1, "by cloud", "", "Bump NEC, by cloud"),
        IndexCode(2, "code", "", "W011", True),
        IndexTerm(3, 2, 2, "grey", "", "Bump NEC, by cloud, grey"),
        IndexCode(3, "subcat", "", "W012", False),
        IndexReference(3, "manif", "a word where a code was due"),
        IndexTerm(4, 1, 1, "by star", "", "Bump NEC, by star"),
        IndexReference(4, "seeAlso", "Fancy, star"),
    ]
    assert [one.reason for one in result.skipped] == [
        "<version>: about the whole index",
        "<title>: about the whole index",
        "<title> of a letter",
        "<oddity>: not known to this program",
    ]


def test_a_table_has_a_code_a_column_and_none_where_it_has_a_dash() -> None:
    assert read(Icd10cmIndex(), DRUGS, "icd10cm-drug-April-1-2031-XML.xml").rows == [
        IndexTerm(1, None, 0, "Fantasine", "", "Fantasine"),
        IndexCode(1, "cell", "Taken by mistake", "T991X1", False),
        IndexCode(1, "cell", "Too little", None, False),
    ]


@pytest.mark.parametrize(
    ("content", "variant"),
    [
        (INDEX, "external_cause"),
        (DRUGS, "drug"),
        (DRUGS.replace(b"Substance", b"Neoplasm"), "neoplasm"),
        (INDEX.replace(b"EXTERNAL CAUSE of", b"INDEX TO DISEASES and"), "diseases"),
    ],
)
def test_the_content_tells_which_index_it_is(content: bytes, variant: str) -> None:
    release = recognised(Icd10cmIndex(), content, "any-April-1-2031-XML.xml")
    assert release is not None
    assert (release.label, release.variant) == ("2031-04", variant)


def test_an_index_of_another_sort_is_refused() -> None:
    content = DRUGS.replace(b"Substance", b"Something")
    assert "which index it is" in refusal(Icd10cmIndex(), content, "icd10cm-2031.xml")


def test_an_index_that_breaks_off_is_refused() -> None:
    assert "no well-formed XML" in refusal(Icd10cmIndex(), INDEX[:-40], "icd10cm-eindex-2031.xml")
    empty = INDEX.split(b"<letter>")[0] + b"</ICD10CM.index>"
    assert "no letter in it" in refusal(Icd10cmIndex(), empty, "icd10cm-eindex-2031.xml")
