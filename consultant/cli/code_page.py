"""What is known of a code, as a person reads it: the entry, then a table for each kind of fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consultant.cli.printing import print_facts, print_table

ENTRY = ("system", "description", "billable", "added", "ended", "status", "global_days", "billing_unit")
# What is shown as a list of names and values, because it has more columns than a line holds.
WIDE = {"level_ii": "HCPCS Level II", "fee_schedule": "Fee schedule", "payment_limits": "Payment limit"}
NARROW = {
    "products": ("Products", ("ndc", "drug_name", "labeler_name", "hcpcs_dosage", "billunits", "billunitspkg")),
    "mappings": ("Equivalents", ("target", "approximate", "no_map", "combination", "scenario", "choice_list")),
    "notes": ("Notes", ("code", "kind", "note")),
    "changes": ("Changes", ("action", "valid", "long_description")),
    "coverage": ("Coverage", ("display_id", "title", "groups", "contractors", "states", "url")),
    "ms_drg": ("MS-DRG", ("description", "ms_drg_title", "weight_cap_applied", "geometric_mean_los")),
    "place_of_service": ("Place of service", ("name", "pfs_setting")),
}


def is_known(found: Mapping[str, Any]) -> bool:
    """Whether any release says anything of the code."""
    told = (found["entry"], found["newest"], found["primaries"], found["add_ons"], found["replacements"])
    return any((*told, *found["mue"].values(), *found["details"].values()))


def show_code(found: Mapping[str, Any]) -> None:
    """Print the answer to a look-up."""
    _show_entry(found)
    _show_others(found)
    units = [(setting, mue) for setting, mue in found["mue"].items() if mue]
    if units:
        rows = [(setting, m["value"], m["mai"], m["rationale"], cited(m["source"])) for setting, m in units]
        print_table(("setting", "MUE", "MAI", "rationale", "source"), rows)
    for title, name, other in (("Goes with", "primaries", "primary"), ("Add-on codes", "add_ons", "add_on")):
        if found[name]:
            rows = [
                (link[other], link["type"], link["effective"], link["deletion"], link["note"]) for link in found[name]
            ]
            print_table((other, "type", "effective", "deletion", "note"), rows, title=title)
    _show_details(found["details"])


def cited(source: Mapping[str, str]) -> str:
    """A source in one line."""
    return f"{source['name']}, {source['release']} ({source['effective']})"


def _show_entry(found: Mapping[str, Any]) -> None:
    entry = found["entry"] or found["newest"]
    facts: dict[str, object] = {"code": found["code"], "on": found["on"]}
    if entry is None:
        facts["in force"] = "not told by what is loaded"
    else:
        facts["in force"] = found["entry"] is not None
        facts |= {name: entry[name] for name in ENTRY}
        if entry["licensed_notice"]:
            facts["notice"] = entry["licensed_notice"]
        facts["source"] = [cited(source) for source in (entry["source"], *entry["also"])]
    print_facts(facts)


def _show_others(found: Mapping[str, Any]) -> None:
    """The codes that may have been meant instead, and those that replaced it or that it replaced."""
    if found["near_misses"]:
        rows = [
            (each["code"], each["system"], each["description"], cited(each["source"])) for each in found["near_misses"]
        ]
        print_table(("code", "system", "description", "source"), rows, title="Near misses")
    if found["replacements"]:
        columns = ("replaced", "by", "since", "told_by")
        moved = [(*(each[name] for name in columns), cited(each["source"])) for each in found["replacements"]]
        print_table((*columns, "source"), moved, title="Replacements")


def _show_details(details: Mapping[str, list[dict[str, Any]]]) -> None:
    for name, title in WIDE.items():
        for fact in details[name]:
            filled = {key: value for key, value in fact.items() if value not in (None, "", [])}
            print_table((title, ""), [*((key, filled[key]) for key in filled if key != "source")])
            print_facts({"source": cited(fact["source"])})
    for name, (title, columns) in NARROW.items():
        if details[name]:
            rows = [[*(fact.get(column) for column in columns), cited(fact["source"])] for fact in details[name]]
            print_table((*columns, "source"), rows, title=title)
