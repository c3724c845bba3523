"""What a member wants to know: by words, by phrases where one word could mean anything, and by codes."""

from datetime import date

import pytest

from consultant.questions import read_question
from consultant.questions.model import Topic


def topics(text: str) -> tuple[Topic, ...]:
    return read_question(text, sent_on=date(2026, 3, 10)).topics


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Does Medicare cover it?", Topic.MEDICARE_COVERAGE),
        ("Medicare says that G0438 is separate.", Topic.MEDICARE_COVERAGE),
        ("See MM12345 and SE20016", Topic.MEDICARE_COVERAGE),
        ("Is G2025 right?", Topic.MEDICARE_COVERAGE),
        ("99213 for a 20 minute visit and 96372?", Topic.UNITS),
        ("97110 for 38 minutes", Topic.UNITS),
        ("How do we count the studies?", Topic.UNITS),
        ("He is still in the global.", Topic.GLOBAL_PERIOD),
        ("within the global period of 27447", Topic.GLOBAL_PERIOD),
        ("Who bills the first cast?", Topic.GLOBAL_PERIOD),
        ("The drug was injected into the arm.", Topic.DRUG_ADMIN),
        ("90461 with it?", Topic.ADD_ON),
        ("Which codes for acute bronchitis?", Topic.DIAGNOSIS),
        ("Is it 17110 alone?", Topic.CODE_MEANING),
        ("Which elements have to be met?", Topic.GUIDELINES),
        ("How is the size of the lesion measured?", Topic.GUIDELINES),
        ("Are these bundled?", Topic.MODIFIERS),
        ("99395 for him?", Topic.EM_LEVEL),
    ],
)
def test_what_is_asked_is_told_by_words_phrases_and_codes(text: str, topic: Topic) -> None:
    assert topic in topics(text)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("20610 on a Medicare patient?", Topic.MEDICARE_COVERAGE),
        ("Medicare denied 31575.", Topic.MEDICARE_COVERAGE),
        ("99215 for 45 minutes?", Topic.UNITS),
        ("Does it count as bilateral?", Topic.UNITS),
        ("a global OB code", Topic.GLOBAL_PERIOD),
        ("a worldwide, global company", Topic.GLOBAL_PERIOD),
        ("injection of the sacroiliac joint", Topic.DRUG_ADMIN),
        ("two joint injections", Topic.DRUG_ADMIN),
        ("Which code for excision of a cyst in chronic disease?", Topic.DIAGNOSIS),
        ("99406 for him?", Topic.EM_LEVEL),
    ],
)
def test_a_word_that_only_stands_nearby_is_no_topic(text: str, topic: Topic) -> None:
    assert topic not in topics(text)
