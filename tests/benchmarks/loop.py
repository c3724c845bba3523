"""How long the loop takes in `consultant run`: arrival to draft in the reviewer's inbox, approval to answer.

The floor, measured in the same run: one mail handed to the same SMTP door until the same IMAP client sees it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from imapclient import IMAPClient
from rich.console import Console
from rich.table import Table

from tests.e2e.machine import Machine, mail

BEN, ANA, CHRIS = "ben@practice.example", "ana@consult.example", "chris@consult.example"
CONSULT = "consult@consult.example"
QUESTION = "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?"
ROUNDS = 10  # what the sample member's plan allows


class Watcher:
    """An inbox, watched by IDLE."""

    def __init__(self, machine: Machine, address: str) -> None:
        imap = machine.facts["imap"]
        self._client = IMAPClient(imap["host"], imap["port"], ssl=False)
        self._client.login(address, machine.account(address)["password"])
        self._client.select_folder("INBOX", readonly=True)
        self._seen = set(self._client.search("ALL"))

    def next(self, wanted: Callable[[bytes], bool]) -> bytes:
        """The raw bytes of the next mail that is wanted, as soon as it lies there."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            for uid in sorted(set(self._client.search("ALL")) - self._seen):
                self._seen.add(uid)
                raw: bytes = self._client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
                if wanted(raw):
                    return raw
        raise TimeoutError("the mail did not come")


def main() -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder) / "var")
        first = machine.start()
        machine.stop()
        second = machine.start()
        try:
            times = _measure(machine)
        finally:
            _, stop = machine.stop()
    _print(times, first, second, stop)


def _measure(machine: Machine) -> dict[str, list[float]]:
    machine.wait_for(ANA, lambda letter: "for your review" in str(letter["Subject"]))  # of the sample question
    ben, ana, chris = (Watcher(machine, each) for each in (BEN, ANA, CHRIS))
    times: dict[str, list[float]] = {"floor": [], "draft": [], "answer": []}
    for number in range(ROUNDS):
        plain = mail(BEN, CHRIS, f"Floor {number}", QUESTION)
        times["floor"].append(_timed(machine, plain, lambda: chris.next(lambda raw: b"Subject: Floor" in raw)))
        asked = mail(BEN, CONSULT, f"Question {number}", f"{QUESTION} ({number})")
        began = time.monotonic()
        machine.send(asked)
        review = ana.next(lambda raw: b"for your review" in raw)
        times["draft"].append(time.monotonic() - began)
        reply_to = next(line.split(b": ", 1)[1] for line in review.split(b"\r\n") if line.startswith(b"Reply-To: "))
        decision = mail(ANA, reply_to.decode(), "Re: draft", "APPROVE\n")
        times["answer"].append(_timed(machine, decision, lambda: ben.next(lambda raw: b"Auto-Submitted" not in raw)))
    return times


def _timed(machine: Machine, sent: EmailMessage, wait: Callable[[], object]) -> float:
    began = time.monotonic()
    machine.send(sent)
    wait()
    return time.monotonic() - began


def _print(times: dict[str, list[float]], first: float, second: float, stop: float) -> None:
    floor = statistics.median(times["floor"])
    table = Table(title=f"consultant run, {ROUNDS} rounds")
    for heading in ("what", "median", "slowest", "median / floor"):
        table.add_column(heading)
    names = {
        "floor": "floor: mail to inbox",
        "draft": "question to draft in inbox",
        "answer": "approval to answer in inbox",
    }
    for key, name in names.items():
        median = statistics.median(times[key])
        table.add_row(name, f"{median * 1000:.0f} ms", f"{max(times[key]) * 1000:.0f} ms", f"{median / floor:.1f}")
    Console().print(table)
    Console().print(f"first start {first:.2f} s, next start {second:.2f} s, stop {stop:.2f} s")


if __name__ == "__main__":
    main()
