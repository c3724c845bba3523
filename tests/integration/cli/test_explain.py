"""`consultant explain`: what would be understood and drafted, with nothing changed."""

import base64
import hashlib
import json
import os
import pty
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from consultant.db import tables
from consultant.db.engine import open_engine
from tests.conversation import OUR_MX, as_received
from tests.integration.cli.conftest import MEMBER, Run

KEYS = (
    "path kind from from_name to subject text reply_text signed encrypted cut attachments codes topics payer "
    "date_of_service service_dates minutes asks circumstances patient_data corrections bounce "
    "findings suggestions draft verdict authentication steps"
).split()

QUESTION = f"""From: "Mia Stone" <{MEMBER}>
To: consult@consult.example
Subject: 96425 or what else
Message-ID: <question-1@clinic.example>
Date: Tue, 03 Mar 2026 10:00:00 +0000

May 96423 x 4 be billed with 96422-59? Medicare, date of service 02/27/2026.
""".encode()
VACATION = b"""From: Max Poll <max@clinic.example>
To: consult@consult.example
Subject: Out of office: 96422
Auto-Submitted: auto-replied

I am away until Monday. For 96422 ask my colleague.
"""
BOUNCE = b"""From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: consult@consult.example
Subject: Undelivered Mail Returned to Sender
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; gone@clinic.example
Action: failed
Status: 5.1.1
--b
Content-Type: text/rfc822-headers

Message-ID: <answer-7@consult.example>
--b--
"""
BROKEN = b"\xff\xfe\x00Subject\x80: \xc3\x28\r\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff\xfe 96422 \x00"
ATTACHED = b"""From: mia@clinic.example
Subject: see attached
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

What is 96420?
--b
Content-Type: application/pdf; name=note.pdf
Content-Disposition: attachment; filename=note.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--b--
"""

WITH_TABLE = (
    ATTACHED.replace(b"application/pdf; name=note.pdf", b"text/csv; name=note.csv")
    .replace(b"note.pdf", b"note.csv")
    .replace(b"JVBERi0=", base64.b64encode(b"code,units\n96413,1\n"))
)


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """A folder of mails, one of them deeper."""
    folder = tmp_path / "mails"
    (folder / "deeper").mkdir(parents=True)
    for name, raw in (
        ("attached.eml", ATTACHED),
        ("bounce.eml", BOUNCE),
        ("broken.eml", BROKEN),
        ("deeper/vacation.EML", VACATION),
        ("question.eml", QUESTION),
    ):
        (folder / name).write_bytes(raw)
    (folder / "notes.txt").write_text("no mail")
    return folder


def explained(run: Run, path: Path) -> Any:
    return run("explain", path, "--json").data


def test_a_question_is_understood_and_drafted(run: Run, mails: Path) -> None:
    told = explained(run, mails / "question.eml")
    assert list(told) == KEYS
    assert (told["path"], told["kind"]) == (str(mails / "question.eml"), "question")
    assert (told["from"], told["from_name"], told["to"]) == (MEMBER, "Mia Stone", ["consult@consult.example"])
    assert (told["payer"], told["date_of_service"], told["bounce"]) == ("Medicare", "2026-02-27", None)
    assert told["verdict"] == {"outcome": "question", "reason": "sender-in-doubt", "step": "hold_in_doubt"}
    assert told["authentication"]["why"] == "no-authserv-id-configured"
    *went_on, last = told["steps"]
    assert [each["answer"] for each in went_on] == [None] * len(went_on)
    assert went_on[0]["step"] == "recognise_own_letter"
    assert went_on[0]["question"].startswith("Is it a letter of ours")
    assert (last["step"], last["answer"]) == ("hold_in_doubt", "question: sender-in-doubt")
    assert list(told["draft"]) == ["subject", "markdown", "placeholders"]
    assert "96423" in told["draft"]["markdown"]
    assert told["findings"]
    for finding in told["findings"]:
        assert list(finding) == ["kind", "codes", "statement", "severity", "sources"]
    sources = [source for finding in told["findings"] for source in finding["sources"]]
    assert sources
    assert all(list(source) == ["name", "release", "effective", "locator"] for source in sources)


def test_codes_say_where_they_stand_in_the_text_beside_them(run: Run, mails: Path) -> None:
    told = explained(run, mails / "question.eml")
    keys = "system code start end as_written from to units modifiers found_in confidence expands_to".split()
    assert [list(code) for code in told["codes"]] == [keys] * len(told["codes"])
    in_subject, *in_text = told["codes"]
    assert (in_subject["code"], in_subject["start"], in_subject["end"]) == ("96425", None, None)
    assert [code["code"] for code in in_text] == ["96423", "96422", "59"]
    for code in in_text:
        assert told["reply_text"][code["start"] : code["end"]] == code["as_written"]
    asked, *others = (each for each in told["asks"] if each["start"] is not None)
    assert told["reply_text"][asked["start"] : asked["end"]] == "May 96423 x 4 be billed with 96422-59?"
    assert not others
    assert asked["topics"]
    assert (in_text[0]["units"], in_text[1]["modifiers"]) == (4, ["59"])


def test_attachments_are_listed_with_what_was_read_of_them(run: Run, mails: Path) -> None:
    assert explained(run, mails / "attached.eml")["attachments"] == [
        {
            "name": "note.pdf",
            "type": "application/pdf",
            "size": 5,
            "sniffed": "application/pdf",
            "disguised": False,
            "inline": False,
            "text": "",
            "cut": True,
            "problem": "the file is damaged or no such file",
        }
    ]


def test_codes_of_a_file_come_last_with_offsets_into_its_text(run: Run, mails: Path) -> None:
    (mails / "csv.eml").write_bytes(WITH_TABLE)
    told = explained(run, mails / "csv.eml")
    first, second = told["codes"]
    assert (first["code"], first["found_in"], second["code"], second["found_in"]) == (
        "96420",
        None,
        "96413",
        "note.csv",
    )
    [file] = told["attachments"]
    assert file["text"][second["start"] : second["end"]] == "96413"
    assert "Codes in note.csv: 96413" in told["draft"]["markdown"]
    shown = run("explain", mails / "csv.eml").out
    assert "CPT 96413 in note.csv" in shown


def test_what_protects_a_mail_and_what_was_cut_is_said(run: Run, mails: Path) -> None:
    sealed = b"-----BEGIN PGP MESSAGE-----\n\nhQEMA0f==\n-----END PGP MESSAGE-----\n"
    (mails / "sealed.eml").write_bytes(QUESTION.partition(b"\n\n")[0] + b"\n\n" + sealed)
    told = explained(run, mails / "sealed.eml")
    assert (told["encrypted"], told["signed"]) == ("PGP", None)
    assert told["cut"] == ["encrypted with PGP: it cannot be read without its key"]
    assert told["verdict"] == {"outcome": "quarantined", "reason": "encrypted", "step": "set_aside_encrypted"}
    shown = " ".join(run("explain", mails / "sealed.eml").out.split())
    assert "Cut encrypted with PGP" in shown


def test_a_bounce_says_whom_it_is_about_and_is_not_drafted(run: Run, mails: Path) -> None:
    told = explained(run, mails / "bounce.eml")
    assert (told["kind"], told["draft"], told["verdict"]["outcome"]) == ("bounce", None, "bounce")
    assert told["bounce"] == {
        "recipients": ["gone@clinic.example"],
        "severity": "hard",
        "of": "<answer-7@consult.example>",
    }


def test_nothing_is_read_out_of_a_vacation_reply(run: Run, mails: Path) -> None:
    told = explained(run, mails / "deeper" / "vacation.EML")
    assert list(told) == KEYS
    assert (told["kind"], told["draft"], told["codes"], told["findings"]) == ("auto_reply", None, [], [])
    assert (told["verdict"]["outcome"], told["verdict"]["step"]) == ("machine", "set_aside_machine_mail")


def test_broken_bytes_are_explained_as_well(run: Run, mails: Path) -> None:
    told = explained(run, mails / "broken.eml")
    assert list(told) == KEYS
    assert (told["from"], told["verdict"]["outcome"], told["draft"]) == (None, "quarantined", None)


def test_a_folder_streams_a_line_for_each_mail_in_order(run: Run, mails: Path) -> None:
    ran = run("explain", mails, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert [Path(each["path"]).name for each in ran.lines] == [
        "attached.eml",
        "bounce.eml",
        "broken.eml",
        "vacation.EML",
        "question.eml",
    ]


def test_an_mbox_is_taken_apart(run: Run, tmp_path: Path) -> None:
    quoting = QUESTION + b">From the record: 96420.\n"
    box = tmp_path / "archive"
    box.write_bytes(
        b"From a@b Tue Mar  3 10:00:00 2026\n" + quoting + b"\nFrom c@d Tue Mar  3 10:00:00 2026\n" + VACATION
    )
    first, second = run("explain", box, "--json").lines
    assert (first["path"], first["kind"]) == (f"{box}#1", "question")
    assert first["text"].endswith("\nFrom the record: 96420.")
    assert (second["path"], second["kind"]) == (f"{box}#2", "auto_reply")


def test_what_cannot_be_read_is_told_in_its_place_and_the_others_go_on(run: Run, mails: Path) -> None:
    missing = mails / "missing.eml"
    ran = run("explain", mails / "bounce.eml", missing, mails / "question.eml", "--json")
    assert ran.code == 1
    assert [each.get("kind") for each in ran.lines] == ["bounce", None, "question"]
    assert ran.lines[1] == {"path": str(missing), "error": "cannot be read: No such file or directory"}
    for_people = run("explain", missing)
    assert (for_people.code, for_people.err) == (
        1,
        f"error: {missing} cannot be read: No such file or directory\n",
    )


def test_a_folder_without_mail_is_not_found(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("explain", tmp_path / "empty").code == 4
    assert run("explain").code == 2


def test_people_get_a_panel(run: Run, mails: Path) -> None:
    shown = run("explain", mails / "question.eml").out
    assert all(word in shown for word in ("question.eml", "CPT 96422-59", "96423 × 4", "Medicare", "Short answer"))
    assert "No draft" in run("explain", mails / "bounce.eml").out


def test_without_a_database_nothing_is_made(run: Run, mails: Path, state: Path, tmp_path: Path) -> None:
    before = fingerprint(tmp_path)
    assert run("explain", mails, "--json").code == 0
    assert not state.exists()
    assert fingerprint(tmp_path) == before


def test_with_a_database_its_people_are_known_and_nothing_changes(desk: Run, mails: Path, tmp_path: Path) -> None:
    stray = mails / "stray.eml"
    stray.write_bytes(QUESTION.replace(MEMBER.encode(), b"ana@consult.example"))
    before = fingerprint(tmp_path)
    told = desk("explain", stray, "--json").data
    assert (told["kind"], told["verdict"]["reason"]) == ("question", "consultant-without-token")
    assert (told["draft"], [code["code"] for code in told["codes"]][:2]) == (None, ["96425", "96423"])
    assert fingerprint(tmp_path) == before


def test_the_draft_is_the_one_that_the_service_would_write(desk: Run, mails: Path) -> None:
    told = explained(desk, mails / "question.eml")
    real = desk("ask", mails / "question.eml", "--wait", "--json").data["draft"]
    assert told["draft"]["markdown"] == real["markdown"]
    assert told["draft"]["placeholders"] == real["placeholders"]


def test_a_file_is_read_for_a_question_put_in_by_hand_too(desk: Run, mails: Path) -> None:
    (mails / "csv.eml").write_bytes(WITH_TABLE)
    real = desk("ask", mails / "csv.eml", "--wait", "--json").data["draft"]
    assert real["markdown"] == explained(desk, mails / "csv.eml")["draft"]["markdown"]
    assert "Codes in note.csv: 96413" in real["markdown"]


def test_an_answer_to_a_review_mail_is_a_command(
    desk: Run, mails: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSULTANT_TRUST__AUTHSERV_IDS", f'["{OUR_MX}"]')
    case = desk("ask", "--from", MEMBER, "--wait", "--json", stdin=b"96422?").data["case"]
    review = review_address(tmp_path / "state" / "consultant.db", case)
    decision = mails / "decision.eml"
    decision.write_bytes(f"From: ana@consult.example\nTo: {review}\nSubject: Re: review\n\nAPPROVE\n".encode())
    told = explained(desk, decision)
    assert (told["verdict"]["reason"], told["authentication"]["why"]) == ("decision-in-doubt", "no-results-of-ours")
    decision.write_bytes(as_received(decision.read_bytes()))
    told = explained(desk, decision)
    assert (told["kind"], told["verdict"]["outcome"], told["draft"]) == ("command", "decision", None)
    decision.write_bytes(decision.read_bytes().replace(b"ana@consult", b"eve@elsewhere"))
    told = explained(desk, decision)
    assert (told["kind"], told["verdict"]["reason"]) == ("command", "decision-by-another")


def test_a_bar_is_shown_to_a_person_and_standard_output_stays_json(mails: Path, state: Path) -> None:
    """As a real process, with a terminal on standard error."""
    ours, theirs = pty.openpty()
    process = subprocess.run(
        [sys.executable, "-c", "from workers.command import main; main()", "explain", mails, "--json"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "PYTHONPATH": str(Path(__file__).parents[3])},
        check=True,
        timeout=60,
    )
    shown = os.read(ours, 65536).decode()
    os.close(theirs)
    os.close(ours)
    assert "explaining" in shown
    assert len([json.loads(line) for line in process.stdout.splitlines()]) == 5


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file below the folder and its content."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def review_address(database: Path, case: str) -> str:
    """Where the review mail of that case is to be answered to."""
    letter, cases = tables.letters.Letter, tables.cases.Case
    engine = open_engine(f"sqlite:///{database}")
    with Session(engine) as session:
        wanted = select(letter.raw).join(cases, letter.case_id == cases.id)
        raw = session.scalars(wanted.where(letter.kind == "review", cases.reference == case)).one()
    engine.dispose()
    return str(message_from_bytes(raw)["Reply-To"])
