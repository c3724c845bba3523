"""What stands between codes on a date, as a person reads it: a table for each kind of conflict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consultant.cli.code_page import cited
from consultant.cli.printing import print_table, print_text

EDIT = ("column_one", "column_two", "modifier_indicator", "effective", "deletion", "rationale")
CONFLICT = ("code", "other", "node", "note")


def show_pair(found: Mapping[str, Any]) -> None:
    """Print the answer to a look-up among codes."""
    if found["edits"]:
        print_table((*EDIT, "source"), [_row(edit, EDIT) for edit in found["edits"]], title="NCCI edits")
    else:
        print_text(f"No edit in force on {found['on']} among these codes ({found['setting']}).")
    if found["excludes1"]:
        print_table((*CONFLICT, "source"), [_row(each, CONFLICT) for each in found["excludes1"]], title="Excludes1")
    if found["add_ons_without_primary"]:
        rows = [(each["code"], _primaries(each), _sources(each)) for each in found["add_ons_without_primary"]]
        print_table(("add_on", "goes with", "source"), rows, title="Add-on codes without a primary")


def _row(values: Mapping[str, Any], columns: tuple[str, ...]) -> list[Any]:
    return [*(values[name] for name in columns), cited(values["source"])]


def _primaries(add_on: Mapping[str, Any]) -> list[str]:
    named = dict.fromkeys(link["primary"] for link in add_on["primaries"])
    return ["what the contractor decides" if code == "CCCCC" else code for code in named]


def _sources(add_on: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(cited(link["source"]) for link in add_on["primaries"]))
