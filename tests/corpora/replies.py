"""How well replies are separated from what they quote, on collected messages that are not part of the project.

    python -m tests.corpora.replies [FOLDER]

FOLDER holds `index.jsonl` and the texts; without one, ../shared/corpora/mail/reply beside the repository. A
reply is *exact* when it is the stated text, or holds all stated snippets and none of the forbidden ones, and
*kept* when no stated word is missing from it.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consultant.mail.visible import visible_reply

FOLDER = Path(__file__).parents[3] / "shared/corpora/mail/reply"


@dataclass(frozen=True, slots=True)
class Score:
    """How many replies there are, and the names of those that are not exact, or not whole."""

    replies: int
    inexact: tuple[str, ...]
    lost: tuple[str, ...]


def score(folder: Path) -> Score:
    """Read every reply of the folder and compare."""
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    replies = {row["id"]: visible_reply(_text(folder.parent / row["file"])) for row in rows}
    return Score(
        len(rows),
        tuple(row["id"] for row in rows if not _is_exact(replies[row["id"]], row["expect"])),
        tuple(row["id"] for row in rows if not _is_kept(replies[row["id"]], row["expect"])),
    )


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _is_exact(reply: str, expect: dict[str, Any]) -> bool:
    stated = [text for key in ("reply_text", "also_ok") for text in _listed(expect.get(key))]
    if stated and not any(reply.split() == text.split() for text in stated):
        return False
    return _is_kept(reply, expect) and not any(_words(each) in _words(reply) for each in expect.get("not_contains", ()))


def _is_kept(reply: str, expect: dict[str, Any]) -> bool:
    stated = [*_listed(expect.get("reply_text")), *expect.get("contains", ())]
    lines = [line for text in stated for line in text.splitlines()]
    return all(_words(line) in _words(reply) for line in lines)


def _words(text: str) -> str:
    return " ".join(text.split())


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def main() -> None:
    """Print the score."""
    found = score(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    for name, missing in (("exact", found.inexact), ("nothing lost", found.lost)):
        right = found.replies - len(missing)
        print(f"{name:13}{right:4} of {found.replies}  {right / found.replies:6.1%}  {' '.join(missing)}")


if __name__ == "__main__":
    main()
