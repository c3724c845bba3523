"""A payment estimate as a person reads it: each amount with its formula, then what is left out of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consultant.cli.code_page import cited
from consultant.cli.printing import print_facts, print_text


def show_estimate(found: Mapping[str, Any]) -> None:
    """Print the answer to a request for an estimate."""
    print_facts({name: found[name] for name in ("code", "on", "setting", "area")})
    for price in found["prices"]:
        print_text("")
        sources = [cited(source) for source in price["sources"]]
        print_facts(
            {
                "estimate": f"${price['amount']}",
                "for": price["payee"],
                "formula": price["formula"],
                "source": "; ".join(sources),
            }
        )
    print_text("\nAn estimate, no promise of coverage or payment. Left out:")
    for left_out in dict.fromkeys(each for price in found["prices"] for each in price["leaves_out"]):
        print_text(f"- {left_out}")
    for remark in found["remarks"]:
        print_text(remark)
