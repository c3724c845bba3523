"""Templates of drafts: one a topic, of blocks that an operator may replace, and refused where they state uncited."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from consultant.drafting.checking import troubles
from consultant.drafting.confidence import Confidence
from consultant.drafting.draft import ASK_OR_ANSWER, Draft, draft_answer
from consultant.drafting.self_check import Uncited, check
from consultant.drafting.templates import ANSWER, draft_templates, template_for
from consultant.findings.model import Finding, Part, Severity
from consultant.questions.model import Question, Topic
from consultant.reference.pack import in_memory_reference
from tests.unit.findings.fakes import SOURCE

ON = date(2026, 3, 10)
FACT = Finding("fact", ("96422",), "So it is.", Severity.INFO, (SOURCE,))


def drafted(*findings: Finding, topics: Sequence[Topic] = (), folders: Sequence[Path] = ()) -> Draft:
    return draft_answer(Question("", topics=tuple(topics)), findings, on=ON, templates=folders)


def headings(draft: Draft) -> list[str]:
    return [line.removeprefix("## ") for line in draft.markdown.splitlines() if line.startswith("## ")]


def of_every_part() -> list[Finding]:
    return [replace(FACT, part=part, statement=f"This is {part}.") for part in Part]


def test_the_parts_come_in_the_order_of_an_answer() -> None:
    assert headings(drafted(*of_every_part())) == [
        "Short answer", "Why", "The working", "The facts, as of 2026-03-10",
        "Assumed, and what would change the answer", "Payers", "What the record must show", "What not to do", "Sources",
    ]  # fmt: skip


def test_a_topic_has_an_order_of_its_own() -> None:
    assert headings(drafted(*of_every_part(), topics=[Topic.UNITS]))[1:3] == ["The working", "Why"]
    assert headings(drafted(*of_every_part(), topics=[Topic.DENIAL]))[1:4] == [
        "Why", "What the record must show", "What not to do",
    ]  # fmt: skip


@pytest.mark.parametrize("topic", Topic)
def test_no_topic_loses_a_part(topic: Topic) -> None:
    general = headings(drafted(*of_every_part()))
    assert sorted(headings(drafted(*of_every_part(), topics=[topic]))) == sorted(general)


def test_the_first_topic_with_a_template_decides() -> None:
    assert template_for((Topic.OTHER, Topic.UNITS)) == "draft/topics/units.md"
    assert template_for((Topic.OTHER,)) == ANSWER


def test_of_several_topics_the_one_that_is_answered_decides() -> None:
    answered = replace(FACT, answer="Four.", topics=(Topic.UNITS,))
    draft = drafted(answered, *of_every_part(), topics=[Topic.MEDICARE_COVERAGE, Topic.UNITS])
    assert headings(draft)[1] == "The working"


def test_an_operator_replaces_one_block(tmp_path: Path) -> None:
    (tmp_path / "draft" / "blocks").mkdir(parents=True)
    (tmp_path / "draft" / "blocks" / "why.md").write_text("\n## Because\n\n{{ why[0] }}\n", encoding="utf-8")
    assert headings(drafted(FACT, folders=[tmp_path])) == ["Short answer", "Because", "Sources"]


def test_an_operator_adds_a_template_for_a_topic(tmp_path: Path) -> None:
    (tmp_path / "draft" / "topics").mkdir(parents=True)
    (tmp_path / "draft" / "topics" / "ncci_edits.md").write_text("Edits as of {{ on }}.", encoding="utf-8")
    assert drafted(FACT, topics=[Topic.NCCI_EDITS], folders=[tmp_path]).markdown == "Edits as of 2026-03-10.\n"


def test_a_fact_without_a_source_is_refused() -> None:
    with pytest.raises(Uncited) as refused:
        drafted(replace(FACT, sources=()))
    assert refused.value.items == ("So it is.",)
    assert "So it is" not in str(refused.value)


def test_a_reference_to_no_source_is_refused() -> None:
    with pytest.raises(Uncited):
        check("## Why\n\n- So it is. [2]\n\n## Sources\n\n1. The rule\n")
    check("## Why\n\n- So it is. [1]\n\n## Sources\n\n1. The rule\n")


def test_the_answer_that_the_data_gives_needs_nobody() -> None:
    answered = replace(FACT, answer="Yes: report it.", topics=(Topic.UNITS,))
    draft = drafted(answered, topics=[Topic.UNITS])
    assert draft.confidence is Confidence.COMPLETE
    assert draft.markdown.startswith("## Short answer\n\nYes: report it. [1]\n")
    assert drafted(answered, replace(FACT, to_judge="Is it?")).confidence is Confidence.NEEDS_JUDGEMENT
    silent = Finding("gap", ("96422",), "The data is silent.", Severity.GAP)
    assert drafted(answered, silent).confidence is Confidence.NEEDS_JUDGEMENT


def test_what_answers_another_topic_waits_behind_what_was_asked() -> None:
    units = replace(FACT, answer="Four units.", topics=(Topic.UNITS,))
    edits = replace(FACT, answer="There is no edit.", topics=(Topic.NCCI_EDITS,))
    assert "no edit" not in drafted(units, edits, topics=[Topic.UNITS]).markdown
    assert "no edit" in drafted(edits, topics=[Topic.UNITS]).markdown


def test_where_facts_are_missing_the_draft_asks_for_exactly_those() -> None:
    missing = replace(FACT, needs="How many minutes did it take?")
    draft = drafted(missing, replace(missing, needs="Which drug was it?"), missing)
    assert draft.confidence is Confidence.NEEDS_INFORMATION
    assert draft.placeholders == (ASK_OR_ANSWER,)
    assert draft.request.startswith("- How many minutes did it take?\n- Which")
    assert "[[" not in draft.request
    assert "So it is." not in draft.request


def test_what_is_missing_is_only_named_where_the_rest_is_answered() -> None:
    missing = replace(FACT, needs="In which state?", answer="Yes: report it.")
    draft = drafted(missing)
    assert draft.confidence is Confidence.COMPLETE
    assert "- In which state?" in draft.markdown
    assert draft.request == ""


def test_the_check_names_what_is_wrong_in_each_template(tmp_path: Path) -> None:
    (tmp_path / "draft" / "blocks").mkdir(parents=True)
    (tmp_path / "draft" / "blocks" / "why.md").write_text("\n## Why\n\n- It is so.\n", encoding="utf-8")
    (tmp_path / "draft" / "request.md").write_text("{{ patient }}", encoding="utf-8")
    (tmp_path / "draft" / "blocks" / "payer.md").write_text("{% if %}", encoding="utf-8")
    reference = in_memory_reference()
    found = {each.template: each.what for each in troubles(reference, [tmp_path])}
    assert found["draft/request.md"] == "'patient' is undefined"
    assert found["draft/blocks/payer.md"].startswith("line 1: ")
    (tmp_path / "draft" / "blocks" / "payer.md").unlink()
    found = {each.template: each.what for each in troubles(reference, [tmp_path])}
    assert found[ANSWER] == "It is so."
    assert list(troubles(reference, [])) == []
    assert len(draft_templates()) >= 12
