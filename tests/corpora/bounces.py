"""How well machine mail is recognised, on collected messages that are not part of the project.

    python -m tests.corpora.bounces [FOLDER]

FOLDER holds `bounce/`, `parse/` and `reply/`; without one, ../shared/corpora/mail beside the repository. The
stated kinds, severities and failed recipients of `bounce/` are compared; the mails of the two other sets that
no machine wrote must stay questions. Some sources know only bounces: where they call a warning a soft bounce,
a delay that names its recipient is right.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from consultant.mail.machine import Kind, Machine, judge_machine
from consultant.mail.reading import read_mail

FOLDER = Path(__file__).parents[3] / "shared/corpora/mail"
# What a source means that says only that it is no bounce, or that some machine wrote it.
_WIDER = {
    "not_bounce": set(Kind) - {Kind.BOUNCE},
    "automatic": set(Kind) - {Kind.BOUNCE, Kind.QUESTION},
}
# Mails of `parse/` that say of themselves that a machine or a list sent them.
_BY_MACHINES = {"vp041": "List-Id", "vp076": "multipart/report", "vp079": "bounce", "vp097": "MAILER-DAEMON"}
_FACETS = ("kind", "kept out", "severity", "recipients", "not refused")

Result = tuple[str, str, bool, str]  # facet, message, right, what was found


def results(folder: Path) -> Iterator[Result]:
    """Each comparison with what the corpus states."""
    for row in _rows(folder / "bounce"):
        yield from _compared(row, _judged(folder / row["file"]))
    for name in ("parse", "reply"):
        for row in _rows(folder / name):
            if row["file"].endswith(".eml") and row["id"] not in _BY_MACHINES:
                found = _judged(folder / row["file"])
                yield "not refused", row["id"], found.kind is Kind.QUESTION, f"{found.kind}:{found.reason}"


def _compared(row: dict[str, Any], found: Machine) -> Iterator[Result]:
    name, expect = row["id"], row["expect"]
    right = _WIDER.get(expect["kind"], {expect["kind"]})
    shown = f"{expect['kind']} -> {found.kind}:{found.reason}"
    if expect["kind"] == Kind.BOUNCE and expect.get("severity") == "soft":
        right = right | {Kind.DELAYED}
    yield "kind", name, found.kind in right, shown
    if expect["kind"] == Kind.QUESTION:
        yield "not refused", name, found.kind is Kind.QUESTION, shown
    elif expect["kind"] != "not_bounce":
        yield "kept out", name, found.kind is not Kind.QUESTION, shown
    severity = found.bounce.severity if found.bounce else "none"
    if expect.get("severity") in ("hard", "soft") and expect["kind"] in ("bounce", "delayed"):
        yield "severity", name, severity == expect["severity"], f"{expect['severity']} -> {severity}"
    addresses = {address.lower() for address in found.bounce.recipients} if found.bounce else set()
    if wanted := {address.lower() for address in expect.get("recipients", ())}:
        yield "recipients", name, wanted <= addresses, f"{wanted} -> {addresses}"
    elif wanted := {address.lower() for address in expect.get("recipient_any", ())}:
        yield "recipients", name, bool(wanted & addresses), f"one of {wanted} -> {addresses}"


def _judged(path: Path) -> Machine:
    raw = path.read_bytes()
    return judge_machine(read_mail(raw), raw)


def _rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]


def main() -> None:
    """Print the score of each facet, and what is wrong."""
    found = list(results(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
    for facet in _FACETS:
        of_facet = [(name, right, shown) for each, name, right, shown in found if each == facet]
        count = sum(right for _, right, _ in of_facet)
        print(f"{facet:12}{count:4} of {len(of_facet)}  {count / len(of_facet):6.1%}")
        for name, right, shown in of_facet:
            if not right:
                print(f"    {name}  {shown}")


if __name__ == "__main__":
    main()
