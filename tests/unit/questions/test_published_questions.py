"""Codes read out of real, published questions with labels made by hand, where that collection is at hand."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from consultant.questions import read_question
from consultant.questions.model import System

SAMPLE = Path(__file__).parents[4] / "shared" / "corpora" / "questions" / "sample.jsonl"

Label = tuple[str, str, int, int]


@pytest.mark.skipif(not SAMPLE.exists(), reason="the labelled questions are not at hand")
@pytest.mark.parametrize("system", [System.CPT, System.HCPCS, System.ICD10CM, System.MODIFIER])
def test_labelled_codes_are_found_and_little_else(system: System) -> None:
    count: Counter[str] = Counter()
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        wanted = {_label(code) for code in row["codes"] if code["system"] == system}
        question = read_question(row["question"], sent_on=date(2026, 3, 10))
        got = {
            (str(m.system), m.code or f"{m.range_from}-{m.range_to}", m.start, m.end)
            for m in question.codes
            if m.system is system
        }
        count.update(right=len(wanted & got), labels=len(wanted), read=len(got))
    assert 2 * count["right"] / (count["labels"] + count["read"]) >= 0.95


def _label(code: dict[str, str | int]) -> Label:
    name = code.get("code") or f"{code['from']}-{code['to']}"
    return str(code["system"]), str(name), int(code["start"]), int(code["end"])
