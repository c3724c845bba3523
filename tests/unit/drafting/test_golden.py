"""The ten sample questions and the drafts that they get from the starter data, word for word.

After a change that is meant, `GOLDEN=write pytest tests/unit/drafting/test_golden.py` writes them anew; read the
difference as a coder would before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from consultant.drafting.checking import drafted
from consultant.drafting.samples import SAMPLES
from consultant.drafting.self_check import uncited, unlisted
from consultant.reference.model import Reference
from consultant.reference.pack import in_memory_reference

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(scope="module")
def starter() -> Reference:
    return in_memory_reference()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_draft_is_as_it_was_read_last(name: str, starter: Reference) -> None:
    draft = drafted(SAMPLES[name], starter).draft
    shown = f"> {SAMPLES[name].text}\n\n{draft.confidence.value}\n\n{draft.markdown}"
    kept = GOLDEN / f"{name}.md"
    if os.environ.get("GOLDEN") == "write":
        kept.write_text(shown, encoding="utf-8")
    assert shown == kept.read_text(encoding="utf-8")
    assert uncited(draft.markdown) == ()
    assert unlisted(draft.markdown) == ()


def test_no_golden_draft_is_left_over() -> None:
    assert {each.stem for each in GOLDEN.iterdir()} == set(SAMPLES)
