"""`consultant members` and `consultant consultants`."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.cli.conftest import CONSULTANT, MEMBER, Run

Ask = Callable[..., Any]


def test_a_new_member_has_the_consults_of_the_plan(desk: Run) -> None:
    shown = desk("members", "show", MEMBER, "--json").data
    assert (shown["name"], shown["plan"], shown["guest"], shown["addresses"]) == (
        "Mia Stone",
        "standard",
        False,
        [MEMBER],
    )
    assert shown["balance"] == {
        "granted": 10,
        "adjusted": 0,
        "reserved": 0,
        "consumed": 0,
        "expired": 0,
        "available": 10,
    }
    assert [entry["kind"] for entry in shown["ledger"]] == ["grant"]


def test_a_question_shows_as_a_case_and_a_reservation(desk: Run, ask: Ask) -> None:
    case = ask()["case"]
    shown = desk("members", "show", "1", "--json").data
    assert (shown["balance"]["reserved"], shown["balance"]["available"]) == (1, 9)
    assert [(each["case"], each["state"]) for each in shown["cases"]] == [(case, "received")]
    assert [(each["kind"], each["case"]) for each in shown["ledger"]] == [("grant", None), ("reserve", case)]


def test_people_are_listed_for_people_and_for_programs(desk: Run) -> None:
    assert [each["id"] for each in desk("members", "list", "--json").data] == [1]
    assert MEMBER in desk("members", "list").out
    assert "Available" in desk("members", "show", MEMBER).out.title()
    assert [each["address"] for each in desk("consultants", "list", "--json").data] == [CONSULTANT]
    assert "Ana Reyes" in desk("consultants", "list").out


def test_a_member_is_found_by_any_spelling_of_any_address(desk: Run) -> None:
    assert desk("members", "address", MEMBER, "Mia@Home.example", "--json").data["addresses"] == [
        MEMBER,
        "mia@home.example",
    ]
    assert desk("members", "show", "MIA@HOME.EXAMPLE", "--json").data["id"] == 1
    assert desk("members", "address", "1", MEMBER, "--remove", "--json").data["addresses"] == ["mia@home.example"]
    refused = desk("members", "address", "1", "mia@home.example", "--remove")
    assert (refused.code, refused.err) == (
        1,
        "error: that is the member's only address: add another one first\n",
    )


@pytest.mark.parametrize("who", ["nobody@clinic.example", "77", "none"])
def test_a_member_who_is_not_there_is_not_found(desk: Run, who: str) -> None:
    said = desk("members", "show", who)
    assert (said.code, said.err) == (4, "error: there is no such member: see `consultant members list`\n")


def test_an_address_belongs_to_one_member(desk: Run) -> None:
    said = desk("members", "add", "Max Other", MEMBER.upper())
    assert said.code == 1
    assert "belongs to another member" in said.err
    assert len(desk("members", "list", "--json").data) == 1


def test_what_is_no_address_is_wrong_usage(desk: Run) -> None:
    assert desk("members", "add", "Max Other", "max at clinic").code == 2
    assert desk("consultants", "add", "Max Other", "max at clinic").code == 2


def test_an_unknown_plan_is_refused(desk: Run) -> None:
    said = desk("members", "add", "Max Other", "max@clinic.example", "--plan", "golden")
    assert (said.code, "there is no plan 'golden'" in said.err) == (1, True)


def test_a_grant_is_booked_with_its_last_day_and_a_key_only_once(desk: Run) -> None:
    grant = ("members", "grant", MEMBER, "5", "--expires", "2099-12-31", "--note", "bought", "--key", "order 7")
    assert desk(*grant, "--json").data["available"] == 15
    again = desk(*grant, "--json").data
    assert (again["available"], again["booked"]) == (15, False)
    last = desk("members", "show", MEMBER, "--json").data["ledger"][-1]
    assert (last["units"], last["expires_at"], last["note"], last["by"]) == (
        5,
        "2100-01-01T00:00:00+00:00",
        "bought",
        "operator",
    )


def test_a_grant_takes_up_the_cases_that_waited_for_it(desk: Run, ask: Ask) -> None:
    assert desk("members", "adjust", MEMBER, "-10", "--note", "left the plan", "--json").data["available"] == 0
    held = ask()
    assert (held["state"], held["held_reason"]) == ("held", "no_allowance")
    granted = desk("members", "grant", MEMBER, "1", "--json").data
    assert (granted["cases_resumed"], granted["available"], granted["reserved"]) == (1, 0, 1)
    assert desk("cases", "show", held["case"], "--json").data["state"] == "received"


def test_no_balance_goes_below_zero(desk: Run) -> None:
    refused = desk("members", "adjust", MEMBER, "-11", "--note", "too many")
    assert refused.code == 1
    assert refused.err.startswith("error: member 1 has no consult left")
    assert desk("members", "show", MEMBER, "--json").data["balance"]["available"] == 10


@pytest.mark.parametrize(
    "command",
    [
        ("members", "grant", MEMBER, "0"),
        ("members", "grant", MEMBER, "five"),
        ("members", "grant", MEMBER, "1", "--expires", "soon"),
        ("members", "adjust", MEMBER, "1"),
    ],
)
def test_a_booking_without_its_facts_is_wrong_usage(desk: Run, command: tuple[str, ...]) -> None:
    assert desk(*command).code == 2


def test_a_grant_that_is_over_already_and_an_adjustment_by_nothing_are_refused(desk: Run) -> None:
    assert desk("members", "grant", MEMBER, "1", "--expires", "2001-01-01").code == 1
    assert desk("members", "adjust", MEMBER, "0", "--note", "none").code == 1


def test_a_consultant_comes_and_goes_and_comes_back(desk: Run) -> None:
    assert desk("consultants", "add", "Ana Reyes", CONSULTANT).code == 1
    assert desk("consultants", "deactivate", CONSULTANT, "--json").data["active"] is False
    back = desk("consultants", "add", "Ana Reyes-Lind", CONSULTANT, "--credentials", "CCS-P", "--json").data
    assert (back["id"], back["name"], back["credentials"], back["active"]) == (1, "Ana Reyes-Lind", "CCS-P", True)
    assert desk("consultants", "deactivate", "nobody@consult.example").code == 4
