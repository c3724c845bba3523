"""A search as plain data: what is asked, what is refused, what is answered."""

from datetime import date
from typing import Any

import pytest

from consultant.reference.answers import BadRequest
from consultant.reference.model import Hit
from consultant.reference.search_answers import answer_search
from tests.unit.findings.fakes import FakeReference, entry

TODAY = date(2026, 3, 1)
FOUND = FakeReference(
    hits=[
        Hit(entry("96422"), 0.9, "pump into an artery"),
        Hit(entry("E11", system="ICD-10-CM", billable=False), 0.5, "x"),
    ]
)


def ask(**request: Any) -> dict[str, Any]:
    return answer_search(FOUND, request, TODAY)


def test_a_hit_says_what_matched_and_where_the_code_stands() -> None:
    assert ask(text="pump", limit=1) == {
        "text": "pump",
        "on": "2026-03-01",
        "hits": [
            {
                "system": "CPT",
                "code": "96422",
                "description": "A trial service",
                "billable": True,
                "added": "2020-01-01",
                "ended": None,
                "score": 0.9,
                "matched": "pump into an artery",
                "licensed_notice": None,
                "source": {
                    "name": "Trial data",
                    "release": "2026 Q1",
                    "effective": "2026-01-01 to 2026-03-31",
                    "locator": "row 1",
                },
            }
        ],
    }


def test_systems_are_known_in_any_capitals_and_null_is_no_filter() -> None:
    assert [hit["code"] for hit in ask(text="pump", systems=["icd-10-cm"], billable=None)["hits"]] == ["E11"]
    assert [hit["code"] for hit in ask(text="pump", on="2025-01-01", billable=True)["hits"]] == ["96422"]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({}, "text"),
        ({"text": " "}, "text"),
        ({"text": 7}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"text": "x", "on": "yesterday"}, "on"),
        ({"text": "x", "on": 20260301}, "on"),
        ({"text": "x", "systems": "CPT"}, "systems"),
        ({"text": "x", "systems": ["ICD-9"]}, "systems"),
        ({"text": "x", "billable": "yes"}, "billable"),
        ({"text": "x", "limit": 0}, "limit"),
        ({"text": "x", "limit": True}, "limit"),
        ({"text": "x", "limit": "5"}, "limit"),
    ],
)
def test_a_request_that_makes_no_sense_says_which_field(request_: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRequest, match=f'"{field}" must be'):
        ask(**request_)
