"""Where the repository's files are, and its Python sources parsed."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "consultant", "mailtemplates", "workers")


def sources(*folders: str) -> Iterator[Path]:
    """Every Python file below these folders, in order."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def short(path: Path) -> str:
    """The path as a person in the repository would write it."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
