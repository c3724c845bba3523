"""Codes read out of real, published questions with labels made by hand, where that collection is at hand."""

import pytest

from tests.corpora.questions import SAMPLE, Score, score

pytestmark = pytest.mark.skipif(not SAMPLE.exists(), reason="the labelled questions are not at hand")


@pytest.fixture(scope="module", params=[0, 4], ids=["as written", "in wrappings"])
def found(request: pytest.FixtureRequest) -> Score:
    return score(wrappings=request.param)


def test_labelled_codes_are_found_and_little_else(found: Score) -> None:
    assert found.overall.f1 >= 0.97
    assert {system: c.f1 for system, c in found.systems.items() if c.labels >= 5 and c.f1 < 0.95} == {}


def test_what_is_no_code_is_left_alone(found: Score) -> None:
    assert found.mistaken == []


def test_units_are_those_written(found: Score) -> None:
    assert found.units.f1 >= 0.95


def test_topics_are_told_more_often_than_not(found: Score) -> None:
    assert found.topics.f1 >= 0.7
