"""How much CPU a draft costs with everything loaded, and how fast two workers draft what waits.

The agencies' real files are loaded where they are at hand, else the starter pack alone; the questions are the real
ones of the corpus, or else the samples. The workers do all that a case needs: reading, findings, the draft, its version
and a review mail to each of two consultants, committed.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from email.message import EmailMessage
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import sessionmaker

from config.logs import set_up_logging
from config.settings import Settings
from consultant.allowance.members import enrol, plan_named
from consultant.cases.drafts import draft_case
from consultant.db.cases import CaseState
from consultant.db.engine import open_engine
from consultant.drafting.samples import SAMPLES
from consultant.drafting.working import work_out
from consultant.intake.storing import Arrival, store
from consultant.intake.taking_in import take_in_waiting
from consultant.reference.remembered import Remembered
from consultant.reference.store import SqlReference
from consultant.service import open_service
from consultant.setting_up import set_up
from tests.benchmarks.loaded import SHARED, load_everything
from tests.conversation import CONSULT, MONDAY, Conversation, as_received

SENT_ON = date(2026, 3, 10)
WAITING = 2_000
EACH = 8  # questions of one member


def main() -> None:
    """Load, draft, and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/drafting.sqlite3"
        found = load_everything(url, Path(folder))
        texts = _questions()
        table = Table(title=f"{len(texts)} questions; {found} releases loaded")
        for name in ("", "CPU ms a draft", "p95 ms", "a second", "peak MB"):
            table.add_column(name)
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
            first = workers.submit(_one_by_one, url, texts, remembers=False).result()
            table.add_row("each look-up asked", *first)
            table.add_row("look-ups remembered", *workers.submit(_one_by_one, url, texts, remembers=True).result())
        cases = _waiting(url, texts)
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
            list(workers.map(_draft_cases, [url, url], [[], []]))
            began = time.perf_counter()
            costs = list(workers.map(_draft_cases, [url, url], [cases[::2], cases[1::2]]))
            took = time.perf_counter() - began
        cost = f"{sum(costs) / len(costs):.1f}"
        table.add_row(f"two workers, {len(cases):,} waiting", cost, "", f"{len(cases) / took:.0f} (goal 100)", "")
        Console().print(table)


def _questions() -> list[str]:
    corpus = SHARED / "corpora" / "questions" / "sample.jsonl"
    if not corpus.exists():
        return [each.text for each in SAMPLES.values()]
    return [json.loads(line)["question"] for line in corpus.read_text(encoding="utf-8").splitlines()]


def _one_by_one(url: str, texts: list[str], *, remembers: bool) -> tuple[str, str, str, str]:
    reference = _reference(url, remembers=remembers)
    for text in texts[:20]:
        _draft(reference, text)
    costs = []
    for text in texts:
        before = time.process_time()
        _draft(reference, text)
        costs.append(1000 * (time.process_time() - before))
    costs.sort()
    mean = sum(costs) / len(costs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{mean:.1f} (goal 20)",
        f"{costs[int(0.95 * len(costs))]:.1f}",
        f"{1000 / mean:.0f}",
        f"{peak:.0f} (goal 400)",
    )


def _waiting(url: str, texts: list[str]) -> list[int]:
    """So many questions mailed and taken in: the ids of the cases that wait for a draft."""
    set_up_logging("ERROR", "json")
    engine = open_engine(url)
    set_up(engine, Settings(_env_file=None), now=MONDAY)
    engine.dispose()
    desk = Conversation(url, rates={"per_sender": 0, "per_domain": 0, "in_all": 0})
    with desk.service.work() as work:
        plan = plan_named(work.session, "standard")
        for number in range(WAITING // EACH):
            enrol(work.session, f"Member {number}", f"m{number}@clinic.example", plan, now=desk.now)
        work.commit()
    store(desk.service, [_mail(number, texts[number % len(texts)]) for number in range(WAITING)])
    while take_in_waiting(desk.service):
        pass
    cases = [case.id for case in desk.cases() if case.state == CaseState.RECEIVED]
    desk.close()
    return cases


def _mail(number: int, text: str) -> Arrival:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"m{number // EACH}@clinic.example", CONSULT
    mail["Subject"], mail["Message-ID"] = f"Question {number}", f"<{number}@clinic.example>"
    mail.set_content(f"{text}\n\nOur reference is {number}.")
    return Arrival(as_received(mail.as_bytes()), None, None, ())


def _draft_cases(url: str, cases: list[int]) -> float:
    """Draft them, with a review mailed to each of two consultants; CPU ms a case."""
    set_up_logging("ERROR", "json")
    service = open_service(Settings(_env_file=None, secret_key="a secret of the tests only", database_url=url))
    before = time.process_time()
    for case in cases:
        draft_case(service, case)
    cost = 1000 * (time.process_time() - before) / max(1, len(cases))
    service.engine.dispose()
    return cost


def _reference(url: str, *, remembers: bool) -> SqlReference | Remembered:
    sql = SqlReference(sessionmaker(open_engine(url)))
    return Remembered(sql, lambda: None) if remembers else sql


def _draft(reference: SqlReference | Remembered, text: str) -> None:
    work_out(text, subject="", sent_on=SENT_ON, reference=reference)


if __name__ == "__main__":
    main()
