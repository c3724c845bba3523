"""An answer's markdown, read as HTML and as text: nothing lost, nothing let in."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consultant.drafting.plain_markdown import as_text
from consultant.letters.markdown import to_html, to_text


class _Reader(HTMLParser):
    """What a person sees of an HTML fragment, link targets, titles and list numbers included."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.seen += [value or "" for name, value in attrs if name in ("href", "title", "value")]

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


_SNIPPETS = st.sampled_from(
    [
        "\n", "\n\n", "- ", "1. ", "00100. ", "96422. ", "> ", "# ", "    ", "```\n", "| ", " | ", "|---|---|\n",
        "**", "*", "_", "`", "\\", "[", "](https://reference.example/x)", "<https://a.example>", "[x]: https://b.example",
        "<b>", "<!-- ", "&amp;", "![", "96423*", "C:\\temp\\_x", "~~", "---\n", "===\n", "::", "  \n",
    ]
)  # fmt: skip
_WORDS = st.text(alphabet="abcXYZ019éß", min_size=1, max_size=6)
_MARKDOWN = st.lists(st.one_of(_SNIPPETS, _WORDS, st.just(" ")), max_size=40).map("".join)


@given(_MARKDOWN)
@example("| a | b |\n|---|---|\n| 1 | 2 | lost? |")
@example("1. one\n00100. two\n96422. three")
@example("``` 96422\ncode\n```")
@example("[x]: https://b.example 'title'")
@example("96422*96423*96425")
@example("![picture](https://a.example/p.png)")
def test_every_word_of_the_source_is_in_the_text_and_in_the_html(markdown: str) -> None:
    text, html = to_text(markdown), " ".join(_read(str(to_html(markdown))).seen)
    for word in re.findall(r"[^\W_]+", markdown):
        assert word in text, f"text lost {word!r}"
        assert word in html, f"html lost {word!r}"


@given(st.text(max_size=200))
def test_no_text_brings_in_an_element_of_its_own(markdown: str) -> None:
    allowed = {"p", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "br", "a", "h1", "h2", "h3"}
    tables = {"h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
    assert _read(str(to_html(markdown))).tags <= allowed | tables


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](data:text/html,x)",
        "<javascript:alert(1)>",
        "[click](/relative)",
        "![tracking](https://evil.example/pixel.png)",
    ],
)
def test_no_script_image_or_foreign_link_scheme_gets_through(hostile: str) -> None:
    html = str(to_html(hostile))
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r'href="(?!https?://|mailto:)', html)


def test_a_link_names_its_target_once() -> None:
    assert (
        to_text("See [the rule](https://reference.example/rule).") == "See the rule (https://reference.example/rule)."
    )
    assert to_text("<https://reference.example/rule>") == "https://reference.example/rule"
    assert to_text("<help@consult.example>") == "help@consult.example"
    assert '<a href="https://reference.example/rule">the rule</a>' in to_html(
        "[the rule](https://reference.example/rule)"
    )


@pytest.mark.parametrize(
    "written", ["96423*", "96422*96423", r"C:\temp\new", "snake_case_name", "&amp; &nbsp;", "a < b > c"]
)
def test_what_a_coder_writes_stays_as_written(written: str) -> None:
    assert to_text(written) == written
    assert "".join(_read(str(to_html(written))).seen).strip() == written


@given(st.text(alphabet=r"ab12 *_`~|\&.-#", max_size=40))
def test_text_that_the_draft_escaped_comes_out_as_it_was(words: str) -> None:
    line = f"x {words} x"
    assert to_text(as_text(line), width=500) == " ".join(line.split())


def test_emphasis_marks_are_dropped_from_the_text() -> None:
    assert to_text("Report **96422** *once*, as `96422`.") == "Report 96422 once, as 96422."


def test_list_numbers_are_kept_even_when_they_look_like_codes() -> None:
    assert to_text("96422. first\n96425. second\n00100. third") == "96422. first\n96425. second\n00100. third"
    assert "00100. third" in to_html("00100. third")
    assert '<li value="7">' in to_html("7. seventh")


def test_lists_hang_and_nest() -> None:
    text = to_text("- one two three four five six seven\n  - nested item that goes on here\n- last", width=30)
    assert text == "- one two three four five six\n  seven\n  - nested item that goes on\n    here\n- last"


def test_a_table_that_fits_stands_in_columns() -> None:
    assert to_text("| Code | Units |\n|---|---|\n| 96422 | 1 |") == "Code   Units\n-----  -----\n96422  1"


def test_a_table_that_does_not_fit_becomes_one_record_for_each_row() -> None:
    text = to_text("| Code | Why |\n|---|---|\n| 96422 | the first hour |\n| 96423 | each hour after |", width=20)
    assert text == "Code: 96422\nWhy: the first hour\n\nCode: 96423\nWhy: each hour after"


def test_a_quotation_and_code_are_marked_in_the_text() -> None:
    assert to_text("> so it says\n>\n> twice") == "> so it says\n>\n> twice"
    assert to_text("```\n  keep   this\n```") == "      keep   this"


@given(st.lists(_WORDS, min_size=1, max_size=60))
def test_paragraphs_keep_to_the_width(words: list[str]) -> None:
    assert all(len(line) <= 40 for line in to_text(" ".join(words), width=40).split("\n"))
