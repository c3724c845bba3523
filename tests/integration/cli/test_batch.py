"""`--batch`: whatever a line is, it gets its answer, and the next one too."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from consultant.cli.lookups import LONGEST_LINE
from tests.integration.cli.conftest import Run

GOOD: dict[str, dict[str, object]] = {
    "code": {"code": "96361", "on": "2026-05-01"},
    "pair": {"codes": ["96360", "96361"], "on": "2026-05-01"},
    "search": {"text": "pump", "on": "2026-05-01"},
    "estimate": {"code": "96361", "on": "2026-05-01"},
}
NO_REQUEST = {
    b"": "the line is empty",
    b" \t": "the line is empty",
    b"{": "the line is no JSON",
    b"\xff\xfe{}": "the line is no JSON",
    b'{"code": "\xed\xa0\x80"}': "the line is no JSON",
    b"[" * 100_000: "the line is no JSON",
    b'{"code": ' + b"9" * 5_000 + b"}": "the line is no JSON",
    b" " * (LONGEST_LINE + 1) + b"{}": "the line is longer than 1,048,576 bytes",
    b"[]": "a request is a JSON object",
    b'{"on": "2026-02-30"}': '"',
}
START = "from workers.command import main; main()"


@pytest.fixture
def store(run: Run) -> Run:
    assert run("migrate").code == 0
    return run


@pytest.mark.parametrize("command", GOOD)
def test_a_line_that_is_no_request_is_told_and_the_next_one_answered(store: Run, command: str) -> None:
    good = json.dumps(GOOD[command]).encode()
    lines = [line for bad in NO_REQUEST for line in (bad, good)]
    ran = store(command, "--batch", stdin=b"\n".join(lines))
    answers = ran.lines
    assert (ran.code, ran.err, len(answers)) == (1, "", len(lines))
    for answer, said in zip(answers[::2], NO_REQUEST.values(), strict=True):
        assert answer["error"].startswith(said)
    assert len({json.dumps(each) for each in answers[1::2]}) == 1
    assert "error" not in answers[1]


def test_a_field_that_is_wrong_is_named(store: Run) -> None:
    wrong: dict[str, object] = {"codes": ["96361"] * 5_000, "on": "2026-02-30", "setting": "moon"}
    lines = [json.dumps(GOOD["pair"] | {name: value}) for name, value in wrong.items()]
    lines += [json.dumps(GOOD["pair"] | {"codes": value}) for value in (None, "96361", [96361], ["\ud800"], ["\0"])]
    ran = store("pair", "--batch", stdin="\n".join(lines).encode())
    said = ["codes", "on", "setting", *["codes"] * 5]
    assert ran.code == 1
    assert [answer["error"].split('"')[1] for answer in ran.lines] == said
    assert ran.lines[0]["error"] == '"codes" must be a list of at most 200 codes as text'
    assert "error" in store("code", "--batch", stdin=rb'{"code": "\ud800"}').lines[0]


def test_all_answered_is_exit_code_0_even_of_codes_that_nothing_knows(store: Run) -> None:
    ran = store("code", "--batch", stdin=b'\xef\xbb\xbf{"code": "QQQQQ"}\r\n')
    assert (ran.code, ran.lines[0]["entry"]) == (0, None)
    assert (store("code", "--batch").code, store("code", "--batch").out) == (0, "")


def test_an_answer_comes_before_the_next_request_and_a_closed_pipe_ends_it(store: Run, state: Path) -> None:
    request = json.dumps(GOOD["code"]).encode() + b"\n"
    with subprocess.Popen(
        [sys.executable, "-c", START, "code", "--batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
        env={"CONSULTANT_STATE_DIR": str(state), "PATH": ""},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(request)
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["code"] == "96361"
        process.stdout.close()
        process.stdin.write(request)
        process.stdin.close()
        assert (process.wait(30), process.stderr.read()) == (1, b"")
