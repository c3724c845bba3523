"""What it costs to write a receipt, beside the least that any program with these templates would pay.

The floor renders the same three templates by Jinja2 alone, no value wrapped, cleaned or checked, and joins the
bytes. All is CPU time of this process.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader
from rich.console import Console
from rich.table import Table

from consultant.letters.kinds import Receipt
from consultant.letters.rendering import PACKAGED, Letters, Rendered
from consultant.mail.composing import compose, new_message_id

T = TypeVar("T")

LETTERS, ROUNDS = 2_000, 5
GOAL_MS = 0.4
SERVICE, ADDRESS = "Coding Consult", "consult@consult.example"
NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


def main() -> None:
    """Measure and print the table."""
    receipts = [_receipt(number) for number in range(LETTERS)]
    floor, letters = _floor(), Letters(service_name=SERVICE, consult_address=ADDRESS)
    rendered = [letters.render(receipt) for receipt in receipts]
    took: dict[str, list[float]] = {"floor": [], "rendered": [], "composed": []}
    for _ in range(ROUNDS):
        took["floor"].append(_cpu_ms(floor, receipts))
        took["rendered"].append(_cpu_ms(letters.render, receipts))
        took["composed"].append(_cpu_ms(_composed, rendered))
    _print(took)


def _cpu_ms(write: Callable[[T], object], values: Sequence[T]) -> float:
    """Milliseconds of CPU for one of the values."""
    began = time.process_time()
    for value in values:
        write(value)
    return 1000 * (time.process_time() - began) / len(values)


def _receipt(number: int) -> Receipt:
    names, codes = ("Dana Whitfield", "Zoë Müller", ""), ("Codes: 96422, 96423 × 4", f"Codes: {90000 + number}")
    return Receipt(
        case_reference=f"C-2026-{number:06}",
        member_name=names[number % 3],
        understood=(codes[number % 2], "Payer: Acme Health"),
        available=number % 9,
        due_at=NOW,
        follow_up=number % 10 == 0,
    )


def _composed(rendered: Rendered) -> bytes:
    return compose(
        rendered=rendered,
        from_=(SERVICE, ADDRESS),
        to="member@practice.example",
        reply_to="consult+c1-0123456789abcdef@consult.example",
        message_id=new_message_id("consult.example"),
        date=NOW,
        in_reply_to="<question.1@practice.example>",
        references=[],
        automatic=True,
        case_reference="C-2026-000001",
    )


def _floor() -> Callable[[Receipt], bytes]:
    """The same templates with filters that only write the value, and the parts joined."""
    parts = []
    for name in ("subject.txt", "body.txt", "body.html"):
        environment = Environment(loader=FileSystemLoader(PACKAGED), autoescape=name.endswith(".html"))
        environment.filters.update(dict.fromkeys(("wrap", "when", "consults", "as_name"), str))
        parts.append(environment.get_template(f"{Receipt.template}/{name}"))

    def write(receipt: Receipt) -> bytes:
        facts = {fact.name: getattr(receipt, fact.name) for fact in fields(receipt)}
        facts |= {"service_name": SERVICE, "consult_address": ADDRESS, "automatic": True}
        return b"\r\n".join(part.render(facts).encode() for part in parts)

    return write


def _print(took: dict[str, list[float]]) -> None:
    both = [rendered + composed for rendered, composed in zip(took["rendered"], took["composed"], strict=True)]
    rows = {
        "floor: Jinja2 alone, bytes joined": took["floor"],
        "rendered": took["rendered"],
        "composed": took["composed"],
        f"both (≤ {GOAL_MS} ms)": both,
    }
    table = Table(title=f"{LETTERS} receipts, median of {ROUNDS} rounds")
    table.add_column("what")
    for heading in ("CPU ms a letter", "time / floor"):
        table.add_column(heading, justify="right")
    for what, times in rows.items():
        ratio = statistics.median(mine / floor for mine, floor in zip(times, took["floor"], strict=True))
        table.add_row(what, f"{statistics.median(times):.3f}", f"{ratio:.1f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
