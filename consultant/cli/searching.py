"""`consultant search`: codes from plain words, for a person, a program or a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from consultant.cli.code_page import cited
from consultant.cli.errors import reported
from consultant.cli.lookups import Batch, On, answered, answered_lines, opened_reference
from consultant.cli.printing import AsJson, print_json, print_table, print_text
from consultant.reference.search_answers import MOST, USUAL, answer_search

SystemOption = Annotated[
    list[str] | None,
    typer.Option(
        "--system", metavar="SYSTEM", help="Only ICD-10-CM, ICD-10-PCS, HCPCS, CPT or modifier; may be repeated."
    ),
]
BillableOption = Annotated[
    bool | None, typer.Option("--billable/--headers", help="Only what can be billed, or only what cannot.")
]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=MOST, help="How many codes at most.")]


@reported
def search(
    text: Annotated[str, typer.Argument(metavar="[TEXT]")] = "",
    system: SystemOption = None,
    on: On = "",
    billable: BillableOption = None,
    limit: LimitOption = USUAL,
    as_json: AsJson = False,
    batch: Batch = False,
) -> None:
    """Find codes in force on a date by plain words, abbreviations or misspellings, the best fit first.

    With --batch each line is `{"text": "sugar diabetes foot ulcer", "on": "2026-03-01", "systems": ["ICD-10-CM"],
    "billable": true, "limit": 5}`.
    """
    if not batch and not text.strip():
        raise typer.BadParameter("say what to search for")
    with opened_reference() as reference:
        if batch:
            answered_lines(reference, answer_search)
            return
        request = {"text": text, "on": on, "systems": system or [], "billable": billable, "limit": limit}
        found = answered(reference, answer_search, request)
    if as_json:
        print_json(found)
    else:
        _show(found)


def _show(found: Mapping[str, Any]) -> None:
    hits = found["hits"]
    if not hits:
        print_text(f"Nothing that is loaded and in force on {found['on']} fits these words.")
        return
    columns = ("code", "system", "billable", "description", "matched", "source")
    print_table(columns, [[*(hit[name] for name in columns[:-1]), cited(hit["source"])] for hit in hits])
    for notice in dict.fromkeys(hit["licensed_notice"] for hit in hits if hit["licensed_notice"]):
        print_text(notice)
