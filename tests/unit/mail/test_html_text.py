"""HTML as a person would read it."""

import time

import pytest

from consultant.mail.html_text import html_to_text, roughly_shown


def lines(html: str) -> list[str]:
    """The lines of the text that are not blank."""
    return [line for line in html_to_text(html)[0].splitlines() if line.strip()]


def test_a_table_keeps_its_rows_and_columns() -> None:
    html = (
        "<table><tr><th>Code</th><th>Mod</th><th>Units</th></tr><tr><td><p>99213</p></td><td><p>25</p></td><td>1</td>"
        "</tr><tr><td>J1885</td><td></td><td>4</td></tr></table>"
    )
    assert html_to_text(html)[0].splitlines() == ["Code   Mod  Units", "99213  25   1", "J1885       4"]


def test_quotes_get_their_marks() -> None:
    html = (
        "<div>May I bill 99213?</div><div>On Mon, Desk wrote:</div><blockquote>old<br>lines<blockquote type=cite>older"
        "</blockquote>rest</blockquote><div>and one word below</div>"
    )
    assert lines(html) == [
        "May I bill 99213?",
        "On Mon, Desk wrote:",
        "> old",
        "> lines",
        ">> older",
        "> rest",
        "and one word below",
    ]


def test_control_characters_about_a_quote_do_no_harm() -> None:
    assert lines("<blockquote>old\x01&#11;</blockquote>\x02new<s>\x03a</s>\x04<sup>1</sup>") == [
        "> old",
        "new~~a~~1",
    ]


def test_a_quoted_table_keeps_its_columns() -> None:
    html = (
        "<blockquote><table><tr><td>Code</td><td>Units</td></tr><tr><td>J1885</td><td>4</td></tr></table></blockquote>"
    )
    assert lines(html) == ["> Code   Units", "> J1885  4"]


@pytest.mark.parametrize("style", ["margin:0 0 0 40px;border:none;padding:0px", "margin-left: 40px"])
def test_an_indented_paragraph_is_no_quote(style: str) -> None:
    assert lines(f'<p>a</p><blockquote style="{style}">new words</blockquote>') == ["a", "new words"]


def test_a_raised_figure_is_no_digit_of_a_code() -> None:
    assert lines("<p>99213<sup>1</sup>, <b>99214</b><sup>2</sup> on the 1<sup>st</sup></p>") == [
        "99213^1, 99214^2 on the 1st"
    ]


def test_what_was_struck_out_is_marked() -> None:
    html = '<p>We billed <s>99214</s> <span style="text-decoration: line-through">99215</span> 99213<del> </del></p>'
    assert lines(html) == ["We billed ~~99214~~ ~~99215~~ 99213"]


def test_backslashes_and_codes_stay_as_they_are() -> None:
    assert lines("<p>C:\\new\\99213-25, M17.<span>11</span> &amp; J1885 x&nbsp;4</p>") == [
        "C:\\new\\99213-25, M17.11 & J1885 x 4"
    ]


def test_words_are_found_without_layout() -> None:
    html = "<title>x</title><style>p { color: red }</style><p>May&nbsp;I bill<!-- no --> 99213?</p><script>y"
    assert roughly_shown(html).split() == ["May", "I", "bill", "99213?"]


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>a" * 3_000,
        "<blockquote>a</blockquote>" * 10_000,
        "<sup>1</sup>" * 10_000,
        "<style" * 50_000,
        "<s>1" * 5_000,
        "<!--" * 50_000,
        "<" * 200_000,
        "<blockquote><table><tr><td>" * 60 + "x " * 100_000,
    ],
)
def test_hostile_html_costs_little(html: str) -> None:
    started = time.process_time()
    html_to_text(html)
    roughly_shown(html)
    assert time.process_time() - started < 5
