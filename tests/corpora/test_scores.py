"""What the corpora of other projects say of us, where they are at hand: never less than this."""

from collections import Counter

import pytest

from tests.corpora import bounces, replies

needs_replies = pytest.mark.skipif(not replies.FOLDER.exists(), reason="the corpus is not at hand")
needs_bounces = pytest.mark.skipif(not bounces.FOLDER.exists(), reason="the corpus is not at hand")


@needs_replies
def test_replies_lose_nothing_and_are_mostly_exact() -> None:
    found = replies.score(replies.FOLDER)
    assert found.lost == ()
    assert len(found.inexact) / found.replies <= 0.25


@needs_bounces
def test_machine_mail_is_told_apart_and_no_ordinary_mail_refused() -> None:
    wrong: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for facet, _, right, _ in bounces.results(bounces.FOLDER):
        count[facet] += 1
        wrong[facet] += not right
    assert wrong["not refused"] == wrong["kept out"] == 0
    assert wrong["kind"] / count["kind"] <= 0.03
    assert wrong["severity"] / count["severity"] <= 0.03
    assert wrong["recipients"] / count["recipients"] <= 0.1
