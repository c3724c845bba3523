"""How pages show things, and where a sign-in may lead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.db.cases import Case
from consultant.letters.markdown import to_html
from consultant.web.case_file import in_stretches
from consultant.web.pages import due, preview, size, span, when
from consultant.web.where_to import own_path, with_next

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "less than a minute"), (5, "5 min"), (60, "1 h"), (200, "3 h 20 min"), (1440, "1 day"),
        (2 * 1440 + 245, "2 days 4 h"), (9 * 1440 + 245, "9 days"), (-90, "1 h 30 min"),
    ],
)  # fmt: skip
def test_a_span_is_told_by_its_two_largest_units(minutes: int, words: str) -> None:
    assert span(timedelta(minutes=minutes)) == words


def test_a_deadline_is_late_soon_later_or_stopped() -> None:
    case = Case(due_at=NOON)
    told = [
        (due(case, NOON + timedelta(hours=h)).words, due(case, NOON + timedelta(hours=h)).urgency) for h in (2, -1, -9)
    ]
    assert told == [("overdue by 2 h", "late"), ("1 h left", "soon"), ("9 h left", "later")]
    case.clock_stopped_at = NOON
    assert due(case, NOON + timedelta(hours=2)).urgency == "stopped"


def test_times_are_in_utc_and_say_so() -> None:
    berlin = datetime.fromisoformat("2026-03-02T13:30:00+01:00")
    assert when(berlin) == '<time datetime="2026-03-02T12:30:00Z">2026-03-02 12:30 UTC</time>'


def test_sizes_are_told_for_people() -> None:
    assert [size(each) for each in (12, 2048, 3 * 1024 * 1024)] == ["12 B", "2 KB", "3.0 MB"]


def test_a_preview_marks_what_is_still_to_be_judged_and_has_no_style_of_its_own() -> None:
    shown = preview('| A |\n|---|\n| 1 |\n\n[[ Is it "so"? ]] <b>x</b> style="red"')
    assert "<mark>[[ Is it &quot;so&quot;? ]]</mark>" in shown
    assert "<td>1</td>" in shown
    assert "&lt;b&gt;" in shown


@given(st.text(alphabet=st.sampled_from("[]<>\"'=| -\n*`style a1"), max_size=80))
def test_a_preview_loses_no_word_of_the_draft(markdown: str) -> None:
    def words(html: str) -> str:
        return html.replace("<mark>", "").replace("</mark>", "")

    kept = words(str(preview(markdown)))
    assert ' style="' not in kept
    if ' style="' not in str(to_html(markdown)):
        assert kept == str(to_html(markdown))


def code(start: int, end: int, written: str) -> dict[str, object]:
    return {"start": start, "end": end, "as_written": written, "system": "CPT"}


def test_codes_are_marked_where_they_stand() -> None:
    cut = in_stretches("Is 96422 right?", [code(3, 8, "96422")])
    assert [(each.text, each.code) for each in cut] == [("Is ", None), ("96422", "CPT"), (" right?", None)]


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40), st.text(max_size=5))))
def test_offsets_that_do_not_fit_mark_nothing_and_lose_nothing(text: str, offsets: list[tuple[int, int, str]]) -> None:
    cut = in_stretches(text, [code(*each) for each in offsets])
    assert "".join(each.text for each in cut) == text
    assert {each.text for each in cut if each.code} <= {written for _, _, written in offsets}


@pytest.mark.parametrize("path", ["/", "/mail", "/cases/C-2026-000001", "/letters/7"])
def test_a_path_of_ours_is_gone_back_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "", "mail", "//evil.example", "/\\evil.example", "https://evil.example/", "/%5cevil", "/a?b",
        "/\n/evil.example", "/sign-in/token", "/sign-out", "/" + "a" * 300, "/\t/evil.example",
    ],
)  # fmt: skip
def test_anything_else_leads_to_the_queue(path: str) -> None:
    assert own_path(path) == "/"
    assert with_next("/sign-in", path) == "/sign-in"
