"""How long `consultant code --batch` and `pair --batch` take for 10,000 requests, on both databases, whole commands.

Everything is loaded that is at hand. Of the codes half are in the lists and half are those with one character wrong.
The floor is measured in the same run: to read each request as JSON, ask one bare indexed query for it through the
database's driver, and write a line of JSON. The ratio says how many times that the command takes, its start included.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, select

from consultant.db.engine import open_engine
from consultant.db.reference import RefAddOnLink, RefMue
from consultant.db.reference_fees import RefPfsValue
from consultant.db.reference_hcpcs import RefHcpcsCode
from consultant.db.reference_icd10 import RefIcd10Code
from consultant.reference.spelling import CHARACTERS
from tests.benchmarks.loaded import load_everything
from tests.services.postgres_server import running_postgres

REQUESTS = 10_000
DAYS = ("2026-01-15", "2026-03-01", "2026-06-30", "2024-08-01", "2022-03-01")
SETTINGS = ("practitioner", "outpatient_hospital")
START = "from workers.command import main; main()"
COLUMNS = (
    RefIcd10Code.__table__.c.code,
    RefHcpcsCode.__table__.c.hcpc,
    RefPfsValue.__table__.c.hcpcs,
    RefMue.__table__.c.code,
    RefAddOnLink.__table__.c.add_on,
)
BARE = "SELECT value FROM ref_mue WHERE code = {}"


def main() -> None:
    """Measure and print the table."""
    table = Table("database", "command", "floor, s", "measured, s", "times the floor", title=f"{REQUESTS:,} requests")
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder, postgres.database() as url:
        for name, each in (("SQLite", f"sqlite:///{Path(folder) / 'batch.sqlite3'}"), ("PostgreSQL", url)):
            load_everything(each, Path(folder))
            engine = open_engine(each)
            codes = loaded_codes(engine)
            for command in ("code", "pair"):
                lines = [json.dumps(request) for request in requests(command, codes)]
                least = floor(engine, lines)
                seconds = whole_command(command, each, lines, Path(folder))
                table.add_row(name, f"{command} --batch", f"{least:.2f}", f"{seconds:.1f}", f"{seconds / least:.1f}")
            engine.dispose()
    Console().print(table)


def loaded_codes(engine: Engine) -> list[list[str]]:
    """The codes of each list that has any."""
    with engine.connect() as connection:
        found = [list(connection.scalars(select(column).distinct().order_by(column))) for column in COLUMNS]
    return [each for each in found if each]


def requests(command: str, codes: list[list[str]]) -> Iterator[dict[str, object]]:
    """The same ones in each run."""
    chance = random.Random(1)
    for number in range(REQUESTS):
        on = chance.choice(DAYS)
        if command == "code":
            yield {"code": a_code(chance, codes, wrong=number % 2 == 1), "on": on}
        else:
            among = [a_code(chance, codes, wrong=chance.random() < 0.5) for _ in range(chance.randint(2, 8))]
            yield {"codes": among, "on": on, "setting": chance.choice(SETTINGS)}


def a_code(chance: random.Random, codes: list[list[str]], *, wrong: bool) -> str:
    code = chance.choice(chance.choice(codes))
    at = chance.randrange(len(code))
    return code[:at] + chance.choice(CHARACTERS) + code[at + 1 :] if wrong else code


def floor(engine: Engine, lines: list[str]) -> float:
    """Seconds for JSON and one bare query a request."""
    connection = engine.raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    bare = BARE.format("?" if engine.dialect.name == "sqlite" else "%s")
    began = time.perf_counter()
    for line in lines:
        request = json.loads(line)
        rows = driver.execute(bare, (request.get("code") or request["codes"][0],)).fetchall()
        json.dumps({"request": request, "rows": [list(row) for row in rows]})
    seconds = time.perf_counter() - began
    connection.close()
    return seconds


def whole_command(command: str, url: str, lines: list[str], folder: Path) -> float:
    """Seconds from the start of the process to its end."""
    given = folder / "requests.jsonl"
    given.write_text("\n".join(lines))
    environment = {**os.environ, "CONSULTANT_DATABASE_URL": url, "CONSULTANT_STATE_DIR": str(folder)}
    with given.open("rb") as requested, (folder / "answers.jsonl").open("wb") as answers:
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", START, command, "--batch"],
            stdin=requested,
            stdout=answers,
            env=environment,
            check=True,
        )
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
