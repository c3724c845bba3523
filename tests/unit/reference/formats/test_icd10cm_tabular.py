"""The tabular list: the tree, the notes on it, 7th characters with their inheritance, and XML that means harm."""

from pathlib import Path
from typing import Any

import pytest

from consultant.reference.formats.icd10cm_tabular import Icd10cmTabular, SevenCharacter, TabularNode, TabularNote
from consultant.reference.formats.text_lines import Skipped
from tests.unit.reference.formats.code_files import TABULAR, Read, read, recognised, refusal

NAME = "icd10cm_tabular_2031.xml"


@pytest.fixture(scope="module")
def tabular() -> Read:
    return read(Icd10cmTabular(), TABULAR, NAME)


def of(result: Read, kind: type) -> list[Any]:
    return [row for row in result.rows if isinstance(row, kind)]


def node(result: Read, code: str) -> TabularNode:
    (found,) = (row for row in of(result, TabularNode) if row.code == code and row.level in {"diag", "extension"})
    assert isinstance(found, TabularNode)
    return found


def test_the_tree_stands_in_tabular_order_with_its_parents(tabular: Read) -> None:
    nodes = of(tabular, TabularNode)
    by_position = {each.position: each for each in nodes}
    assert list(by_position) == list(range(1, len(nodes) + 1))
    above = [(each.level, each.code, by_position[each.parent].code if each.parent else None) for each in nodes]
    assert above[:4] == [
        ("chapter", "1", None),
        ("section", "S00-S99", "1"),
        ("section", "S00-S09", "S00-S99"),
        ("diag", "S06", "S00-S09"),
    ]
    assert above[-2:] == [("section", "S10", "S00-S99"), ("diag", "S10", "S10")]


def test_a_section_with_codes_of_its_own_embraces_no_other() -> None:
    """C7A is not below C76-C80, although it stands between them in the alphabet."""
    result = read(Icd10cmTabular(), TABULAR.replace(b'id="S00-S09"', b'id="S00-S10"'), NAME)
    sections = {row.code: row for row in of(result, TabularNode) if row.level == "section"}
    assert sections["S10"].parent == sections["S00-S99"].position


def test_codes_of_seven_characters_are_built_from_the_nearest_definition(tabular: Read) -> None:
    built = [row for row in of(tabular, TabularNode) if row.level == "extension"]
    assert [(row.code, row.seven_chr_def) for row in built] == [
        ("S061X0A", "S06"),
        ("S061X0D", "S06"),
        ("S061X0S", "S06"),
        ("S061X7A", "S06"),
        ("S062XXA", "S06"),
        ("S062XXD", "S06"),
        ("S062XXS", "S06"),
        ("S063XX1", "S063"),
    ]
    assert node(tabular, "S062XXD").desc == "Bump without swelling, next visit"
    assert node(tabular, "S062XXD").parent == node(tabular, "S062").position
    assert node(tabular, "S10").seven_chr_def is None


def test_a_definition_has_its_characters_and_what_explains_them(tabular: Read) -> None:
    assert [(row.code, row.char, row.meaning) for row in of(tabular, SevenCharacter)] == [
        ("S06", "A", "first visit"),
        ("S06", "D", "next visit"),
        ("S06", "S", "what is left"),
        ("S063", "1", "right"),
    ]
    assert ("sevenChrDef", "also when late") in {(row.kind, row.note) for row in of(tabular, TabularNote)}


def test_notes_stand_where_the_list_has_them_in_its_order(tabular: Read) -> None:
    notes = of(tabular, TabularNote)
    assert [(row.code, row.kind, row.sequence, row.note) for row in notes if row.code in {"1", "S00-S99", "S062"}] == [
        ("1", "includes", 1, "all that is invented"),
        ("S00-S99", "excludes1", 1, "what is real (T99.-)"),
        ("S062", "excludes2", 1, "bump elsewhere (S09.-)"),
        ("S062", "excludes2", 2, "swelling alone (S08)"),
    ]
    assert all(row.node in {each.position for each in of(tabular, TabularNode)} for row in notes)
    assert [row.note for row in notes if row.kind == "visualImpairment"] == ["1 | 6/18"]


def test_a_placeholder_is_marked(tabular: Read) -> None:
    assert node(tabular, "S061X").placeholder
    assert not node(tabular, "S062").placeholder


def test_what_is_not_read_is_counted_with_the_reason(tabular: Read) -> None:
    assert [row.reason.split(":")[0] for row in tabular.skipped] == [
        "<version>",
        "<introduction>",
        "<sectionIndex>",
        "<novelty>",
    ]
    assert Skipped(46, "<novelty>: not known to this program") in tabular.skipped


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("icd10cm_tabular_2031.xml", "FY2031"),
        ("icd10cm-tabular-April-2031.xml", "2031-04"),
        ("icd10c-tabular-April-1-2031.xml", "2031-04"),
        ("tabular.xml", "FY2031"),
    ],
)
def test_name_and_version_tell_the_release(name: str, label: str) -> None:
    release = recognised(Icd10cmTabular(), TABULAR, name)
    assert release is not None
    assert (release.kind, release.label) == ("icd10cm-tabular", label)


def test_a_name_that_contradicts_the_version_is_refused() -> None:
    assert "fiscal year 2029, the file says 2031" in refusal(Icd10cmTabular(), TABULAR, "icd10cm_tabular_2029.xml")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("</ICD10CM.tabular>", "", "no well-formed XML"),
        ("<desc>Bump of fancy</desc>", "", "line 16, column 1: <diag> without desc"),
        ("<name>S06.2</name>", "<name>T06.2</name>", "line 34, column 1: 'T062' is no code below S06"),
        ('char="A"', 'char="AA"', "line 23, column 1: 'AA' is no 7th character"),
    ],
)
def test_a_list_that_is_broken_is_refused_with_the_place(old: str, new: str, problem: str) -> None:
    content = TABULAR.decode().replace(old, new).encode()
    assert problem in refusal(Icd10cmTabular(), content, NAME)


def test_a_file_with_a_document_type_is_not_recognised() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><ICD10CM.tabular>'
    assert recognised(Icd10cmTabular(), TABULAR.replace(b"<ICD10CM.tabular>", bomb), NAME) is None


def test_entities_are_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    content = TABULAR.replace(b"<ICD10CM.tabular>", entity + b"<ICD10CM.tabular>").replace(b"Bump by side", b"&e;")
    said = refusal(Icd10cmTabular(), content, NAME, recognised(Icd10cmTabular(), TABULAR, NAME))
    assert "document type" in said
    assert "secret" not in said
