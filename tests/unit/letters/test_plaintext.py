"""Wrapped text: `fill` breaks lines as the standard library's `textwrap` does, only sooner."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consultant.letters.plaintext import fill


def by_textwrap(text: str, width: int, hanging: str) -> str:
    wrapper = textwrap.TextWrapper(
        width=width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(wrapper.fill(line) for line in text.split("\n"))


@given(st.text("ab é-×  \t\n\r\x0b", max_size=80), st.integers(4, 12), st.sampled_from(["", "  "]))
@example("    a b", 4, "")
@example("a very-long-word-indeed b", 6, "  ")
def test_lines_break_where_textwrap_breaks_them(text: str, width: int, hanging: str) -> None:
    assert fill(text, width, hanging) == by_textwrap(text, width, hanging)


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2007"])
def test_a_blank_that_must_not_break_a_line_does_not(blank: str) -> None:
    assert fill(f"four hours take 99{blank}mg", 18) == f"four hours take\n99{blank}mg"


def test_a_very_long_line_takes_no_longer_a_word_than_a_short_one() -> None:
    assert fill("x" * 500_000, 72) == "x" * 500_000
    assert fill(" " * 500_000 + "x", 72) == "x"
    assert len(fill("word " * 100_000, 72).split("\n")) > 7_000
