"""The score of a corpus counts what agrees; on the corpus beside the repository, the reader agrees."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpora.score import CORPUS, scored
from tests.unit.mail.letters import letter

GOAL = 0.99
READ_HERE = ("from", "from_name", "to", "subject", "subject_contains", "body_text_contains", "attachments")


def put(folder: Path, of: str, name: str, raw: bytes, expect: dict[str, Any]) -> None:
    """Add a message and what is expected of it."""
    (folder / of).mkdir(exist_ok=True)
    (folder / of / name).write_bytes(raw)
    with (folder / of / "index.jsonl").open("a") as index:
        index.write(json.dumps({"id": name, "file": f"{of}/{name}", "expect": expect}) + "\n")


def test_each_field_is_counted(tmp_path: Path) -> None:
    expect = {"from": "ANA@clinic.example", "subject": "Modifier  25", "body_text_contains": ["may", "bill 99213-25"]}
    put(tmp_path, "parse", "a.eml", letter(), expect)
    put(tmp_path, "reply", "b.txt", b"New words.\n\n> old", {"reply_text": "New words."})
    put(tmp_path, "bounce", "c.eml", letter(), {"kind": "question"})
    score = scored(tmp_path)
    wrong = {field for field, results in score.results.items() if any(found for _, found in results)}
    assert score.messages == 3
    assert wrong == {"parse body_text_contains"}
    assert set(score.results) >= {"parse from", "parse subject", "reply exact", "reply nothing lost", "bounce kind"}


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
def test_mails_of_other_projects_are_read_as_they_say() -> None:
    score = scored(CORPUS)
    assert score.slow == 0
    for field in READ_HERE:
        results = score.results.get(f"parse {field}", [])
        right = [name for name, wrong in results if not wrong]
        assert len(right) >= GOAL * len(results), [wrong for wrong in results if wrong[1]]
