"""The tabular list against an oracle of the same release: simple-icd-10-cm 1.5, which brings April 2026 with it."""

import random
import warnings
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import NamedTuple

import pytest

from consultant.reference.formats.icd10cm_tabular import Icd10cmTabular, SevenCharacter, TabularNode, TabularNote
from tests.unit.reference.formats.code_files import read

SAMPLE = 1000


class Tree(NamedTuple):
    """The tabular list as read here: codes by themselves, everything by position, and sections of sections."""

    codes: dict[str, TabularNode]
    by_position: dict[int, TabularNode]
    notes: dict[tuple[int, str], list[str]]
    chars: dict[str, dict[str, str]]
    embracing: set[int]


@pytest.fixture(scope="module")
def oracle() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it reads its data by a function that is going away
        module: ModuleType = pytest.importorskip("simple_icd_10_cm")
    return module


@pytest.fixture(scope="module")
def tree(oracle: ModuleType) -> Tree:
    (file,) = (each for each in files("simple_icd_10_cm.data").iterdir() if each.name.endswith(".xml"))
    result = read(Icd10cmTabular(), file.read_bytes(), file.name)
    assert result.release.label == "2026-04"
    nodes = [row for row in result.rows if isinstance(row, TabularNode)]
    notes: dict[tuple[int, str], list[str]] = {}
    chars: dict[str, dict[str, str]] = {}
    for row in result.rows:
        if isinstance(row, TabularNote):
            notes.setdefault((row.node, row.kind), []).append(row.note)
        elif isinstance(row, SevenCharacter):
            chars.setdefault(row.code, {})[row.char] = row.meaning
    codes = {node.code: node for node in nodes if node.level in {"diag", "extension"}}
    by_position = {node.position: node for node in nodes}
    sections = {node.position for node in nodes if node.level == "section"}
    embracing = sections & {by_position[position].parent or 0 for position in sections}
    return Tree(codes, by_position, notes, chars, embracing)


@cache
def sample(oracle: ModuleType) -> list[str]:
    codes = [code for code in oracle.get_all_codes(with_dots=False) if oracle.is_category_or_subcategory(code)]
    return random.Random(1).sample(codes, SAMPLE)


def test_the_same_codes_in_the_same_order(tree: Tree, oracle: ModuleType) -> None:
    everything = oracle.get_all_codes(with_dots=False)
    assert [node.code for node in tree.by_position.values()] == everything


def test_the_same_hierarchy(tree: Tree, oracle: ModuleType) -> None:
    for code in sample(oracle):
        node = tree.codes[code]
        above = tree.by_position[node.parent or 0]
        assert above.code == oracle.get_parent(code).replace(".", ""), code
        # The oracle hangs on what explains a 7th character; the order file does not.
        assert oracle.get_description(code).startswith(node.desc), code
        assert tree_leaf(tree, node) == oracle.is_leaf(code), code


def tree_leaf(tree: Tree, node: TabularNode) -> bool:
    following = tree.by_position.get(node.position + 1)
    return following is None or following.parent != node.position


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("inclusionTerm", "get_inclusion_term"),
        ("includes", "get_includes"),
        ("excludes1", "get_excludes1"),
        ("excludes2", "get_excludes2"),
    ],
)
def test_the_same_lists_of_notes(tree: Tree, oracle: ModuleType, kind: str, asked: str) -> None:
    told = {code: getattr(oracle, asked)(code) for code in sample(oracle)}
    ours = {code: tree.notes.get((tree.codes[code].position, kind), []) for code in told}
    assert ours == {code: [" ".join(note.split()) for note in notes] for code, notes in told.items()}
    assert any(ours.values())


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("codeFirst", "get_code_first"),
        ("useAdditionalCode", "get_use_additional_code"),
        ("codeAlso", "get_code_also"),
        ("sevenChrNote", "get_seven_chr_note"),
    ],
)
def test_the_same_text_of_notes_with_inheritance(tree: Tree, oracle: ModuleType, kind: str, asked: str) -> None:
    """The oracle gives the notes of the nearest ancestor that has any, as one text.

    It does not look at sections that embrace others (V00-V99), so they are passed over here.
    """
    ask = getattr(oracle, asked)
    told = {code: "".join(ask(code, search_in_ancestors=True).split()) for code in sample(oracle)}
    ours = {code: "".join("".join(nearest(tree, tree.codes[code], kind)).split()) for code in told}
    assert ours == told
    assert any(ours.values())


def nearest(tree: Tree, node: TabularNode, kind: str) -> list[str]:
    at: TabularNode | None = node
    while at is not None:
        found = tree.notes.get((at.position, kind))
        if found and at.position not in tree.embracing:
            return found
        at = tree.by_position.get(at.parent or 0)
    return []


def test_the_same_seventh_characters_with_inheritance(tree: Tree, oracle: ModuleType) -> None:
    seen = 0
    for code in sample(oracle):
        told = oracle.get_seven_chr_def(code, search_in_ancestors=True)
        ours = tree.chars.get(tree.codes[code].seven_chr_def or "", {})
        assert set(ours) == set(told), code
        assert all(told[char].startswith(meaning) for char, meaning in ours.items()), code
        seen += bool(ours)
    assert seen > 100
