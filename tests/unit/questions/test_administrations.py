"""Drugs of one encounter with their times: every drug its own, or nothing is read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.questions import read_question
from consultant.questions.administrations import Administration, Route, administrations_of, read_administrations
from consultant.questions.infused_drugs import Kind


def read(text: str) -> list[tuple[str, Route, int | None]]:
    return [(each.name, each.route, each.minutes) for each in read_administrations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "rituximab 3 h 20, then zoledronic acid 20 min, hydration 45 min",
            [
                ("rituximab", Route.INFUSION, 200),
                ("zoledronic acid", Route.INFUSION, 20),
                ("hydration", Route.INFUSION, 45),
            ],
        ),
        (
            "Infliximab, 2 hours and 10 minutes; Benadryl 25 mg IV push",
            [("infliximab", Route.INFUSION, 130), ("benadryl", Route.PUSH, None)],
        ),
        ("Toradol 30 mg IM", [("toradol", Route.INJECTION, None)]),
        ("30 minutes of ceftriaxone", [("ceftriaxone", Route.INFUSION, 30)]),
        ("Patient got Venofer. Venofer ran 10:05–10:50", [("venofer", Route.INFUSION, 45)]),
        ("normal saline hydration for 95 minutes", [("normal saline", Route.INFUSION, 95)]),
    ],
)
def test_each_drug_has_its_time(text: str, expected: list[tuple[str, Route, int | None]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "rituximab and zoledronic acid, 3 h 20",
        "mystery drug 2 h, Zofran IV push",
        "an antiemetic IV push and rituximab 2 h",
        "rituximab 2 h, zofran",
        "rituximab 2 h, later rituximab 1 h",
        "rituximab?",
        "99213",
    ],
)
def test_a_drug_without_a_time_or_a_time_without_a_drug_leaves_all_unread(text: str) -> None:
    assert read(text) == []


def test_beside_another_is_read_from_the_words_and_the_clock_is_kept() -> None:
    first, second = read_administrations("rituximab 10:05-12:05, leucovorin concurrently 10:30-11:30")
    assert (first.begun, first.is_concurrent) == (605, False)
    assert (second.begun, second.is_concurrent) == (630, True)


def of(text: str) -> tuple[Administration, ...]:
    return administrations_of(read_question(text, sent_on=date(2026, 3, 10)))


def test_codes_with_times_are_administrations_too() -> None:
    assert of("96413 for 125 minutes, 96367 for 45 min and 96375") == (
        Administration("96413", Kind.CHEMOTHERAPY, Route.INFUSION, 125),
        Administration("96367", Kind.OTHER, Route.INFUSION, 45),
        Administration("96375", Kind.OTHER, Route.PUSH),
    )


@pytest.mark.parametrize(
    "text", ["96413 and 96365, 2 hours", "96413 for 2 hours", "96413 for 2 h, 96365", "96365 40 min, 96375 x 2"]
)
def test_codes_without_each_their_time_are_not_shared_out(text: str) -> None:
    assert of(text) == ()


@given(
    st.lists(
        st.sampled_from(
            "rituximab zofran saline hydration push IM 20 min 3 h , then and ; concurrent 10:05-11:00 İ ½".split()
        )
    )
)
def test_no_text_makes_it_fail(parts: list[str]) -> None:
    for each in read_administrations(" ".join(parts)):
        assert (each.minutes is None) == (each.route is not Route.INFUSION)
