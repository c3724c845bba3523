"""A draft goes out between two markers and comes back in a reply, however the mail program mangled it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.letters.markers import (
    BEGIN_MARKER,
    END_MARKER,
    between_markers,
    defused,
    holds_marker,
    same_text,
)

ANSWER = "Report **96422** once.\n\n- 96423* four times\n- a\\_b\n\n> quoted from the manual\n> - twice"
MAIL = f"Reply with APPROVE.\n\n{BEGIN_MARKER}\n{ANSWER}\n{END_MARKER}\n\nThe question:\n> May I?\n"


def _quoted(text: str, mark: str = "> ") -> str:
    return "\n".join((mark + line).rstrip() if line else mark.strip() for line in text.split("\n"))


def test_an_unquoted_reply_gives_the_text_as_it_stands() -> None:
    assert between_markers(MAIL) == ANSWER


@pytest.mark.parametrize("mark", ["> ", ">", "> > ", ">> ", "| ", ">>> "])
def test_quoting_of_any_depth_and_style_is_taken_off_as_far_as_the_marker_is_quoted(mark: str) -> None:
    assert between_markers(f"APPROVE\n\nOn Monday you wrote:\n{_quoted(MAIL, mark)}") == ANSWER


def test_line_ends_of_every_kind_are_read() -> None:
    assert between_markers(MAIL.replace("\n", "\r\n")) == ANSWER
    assert between_markers(MAIL.replace("\n", "\r")) == ANSWER


def test_a_marker_that_the_quoting_wrapped_is_still_one() -> None:
    wrapped = _quoted(MAIL).replace("> ----- BEGIN ANSWER -----", "> ----- BEGIN\n> ANSWER -----")
    assert between_markers(wrapped) == ANSWER


def test_a_space_stuffed_reply_says_the_same() -> None:
    stuffed = "\n".join(f" {line}" if line.startswith((">", " ", "From ")) else line for line in MAIL.split("\n"))
    found = between_markers(stuffed)
    assert found is not None
    assert same_text(found, ANSWER)


def test_a_line_wrapped_out_of_its_quotation_says_the_same() -> None:
    found = between_markers(f"> {BEGIN_MARKER}\n> a long line that was\nwrapped by the client\n> {END_MARKER}")
    assert found is not None
    assert same_text(found, "a long line that was wrapped by the client")


def test_smart_dashes_and_hard_spaces_do_not_hide_the_markers() -> None:
    assert between_markers("—–— BEGIN\u00a0ANSWER ———\nyes\n——— end answer ———") == "yes"


def test_an_edit_above_the_quoted_original_counts_and_so_does_one_below_it() -> None:
    edit = f"{BEGIN_MARKER}\nMy own words\n{END_MARKER}\n"
    assert between_markers(f"{edit}\n{_quoted(MAIL)}") == "My own words"
    assert between_markers(f"{_quoted(MAIL)}\n{edit}") == "My own words"


@pytest.mark.parametrize(
    "damaged",
    [
        f"{BEGIN_MARKER}\nno end",
        f"no begin\n{END_MARKER}",
        f"{END_MARKER}\nturned round\n{BEGIN_MARKER}",
        f"{BEGIN_MARKER}\nmy edit without an end\n\n{_quoted(MAIL)}",
        f"my edit without a begin\n{END_MARKER}\n\n{_quoted(MAIL)}",
    ],
)
def test_damaged_markers_give_nothing_rather_than_a_guess(damaged: str) -> None:
    assert between_markers(damaged) is None
    assert holds_marker(damaged)


def test_a_reply_without_markers_has_nothing_between_them() -> None:
    assert between_markers("APPROVE") is None
    assert not holds_marker("APPROVE ----- BEGIN ANSWER ----- in a sentence")


def test_a_link_that_the_client_wrote_twice_is_read_once() -> None:
    inside = "[rule](https://reference.example/r <https://reference.example/r>)"
    assert between_markers(f"{BEGIN_MARKER}\n{inside}\n{END_MARKER}") == "[rule](https://reference.example/r)"


_LINES = st.lists(st.text(alphabet="ab 12*_>|-#.é", max_size=20), min_size=1, max_size=8).map("\n".join)


@given(_LINES, st.integers(min_value=0, max_value=4))
def test_any_text_survives_any_depth_of_quoting(text: str, depth: int) -> None:
    mail = f"{BEGIN_MARKER}\n{text}\n{END_MARKER}"
    for _ in range(depth):
        mail = "\n".join(f"> {line}" for line in mail.split("\n"))
    assert between_markers(mail) == text.strip("\n").rstrip()


def test_same_text_overlooks_what_clients_change() -> None:
    assert same_text('It\'s "so" -- 99202-99215...', "It’s “so” — 99202–99215…")
    assert same_text("one\ntwo  three\n", "one two\u00a0three")
    assert same_text("zero\u200bwidth", "zerowidth")


@pytest.mark.parametrize(
    ("one", "other"),
    [("96422", "96423"), ("96422 96423", "9642296423"), ("96423*", "96423"), ("do not bill", "do bill"), ("a", "A")],
)
def test_same_text_sees_every_change_of_substance(one: str, other: str) -> None:
    assert not same_text(one, other)


def test_a_marker_inside_somebodys_text_is_made_harmless() -> None:
    harmless = defused(f"first\n{END_MARKER}\nlast")
    assert not holds_marker(harmless)
    assert same_text(harmless, f"first\n{END_MARKER}\nlast")
