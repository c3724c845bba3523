"""Small functions, small files, names that say something: what keeps the code readable, measured."""

import ast
import re
import statistics
import subprocess
from pathlib import Path

from tests.house.repository import PACKAGES, ROOT, short, sources, tree

NAMES_THAT_SAY_NOTHING = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
LONGEST_FUNCTION = 60
LONGEST_FILE = 400
LONGEST_TEST_FILE = 600

# A migration is written once and lists tables: it may be long.
CODE = [path for path in sources(*PACKAGES) if "migrations" not in path.parts]
TESTS = list(sources("tests"))


def test_no_module_has_a_name_that_says_nothing() -> None:
    modules = [path for path in sources(*PACKAGES, "tests") if {path.stem, path.parent.name} & NAMES_THAT_SAY_NOTHING]
    assert [short(path) for path in modules] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [short(path) for path in CODE if path.read_text().strip() and not ast.get_docstring(tree(path))] == []


def test_no_function_is_too_long() -> None:
    functions = [found for path in [*CODE, *TESTS] for found in functions_in(path)]
    assert [f"{place}: {lines} lines" for place, lines in functions if lines > LONGEST_FUNCTION] == []


def test_most_functions_are_short() -> None:
    lengths = [lines for path in CODE for _, lines in functions_in(path)]
    assert statistics.median(lengths) <= 10
    assert statistics.quantiles(lengths, n=10)[-1] <= 35


def test_no_file_is_too_long() -> None:
    limits = dict.fromkeys(CODE, LONGEST_FILE) | dict.fromkeys(TESTS, LONGEST_TEST_FILE)
    lengths = {path: len(path.read_text().splitlines()) for path in limits}
    assert {short(path): lengths[path] for path, limit in limits.items() if lengths[path] > limit} == {}


def test_nothing_sleeps_to_wait_for_something_else() -> None:
    assert [short(path) for path in CODE if sleeps(tree(path))] == []


def test_no_error_is_caught_without_saying_which() -> None:
    handlers = [(path, node) for path in CODE for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler)]
    assert [f"{short(path)}:{node.lineno}" for path, node in handlers if node.type is None] == []


def test_make_help_lists_every_command_and_at_most_fifteen() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  make (\S+)\s+\S", shown, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert listed == phony[1].split()
    assert len(listed) <= 15
    assert {"install", "run", "test", "lint", "bench"} <= set(listed)


def functions_in(path: Path) -> list[tuple[str, int]]:
    """Where each function of the file starts, and its length in lines."""
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        (f"{short(path)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in functions
    ]


def sleeps(module: ast.Module) -> bool:
    """Whether `time.sleep` is called or imported."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module == "time" and "sleep" in {a.name for a in node.names}:
            return True
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "time.sleep":
            return True
    return False
