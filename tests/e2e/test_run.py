"""`consultant run` on a fresh machine: mail in, draft, approval, answer out; stopped, killed and started again."""

from __future__ import annotations

import json
import re
import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.conversation import text_of
from tests.e2e.machine import Machine, mail, until

MARIA, BEN, ANA = "maria@clinic.example", "ben@practice.example", "ana@consult.example"
CONSULT = "consult@consult.example"
SHORT = "Can I bill 96423 with 96422 for a 2 hour infusion, Medicare?"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine with the service running."""
    machine = Machine(tmp_path / "var")
    machine.start()
    yield machine
    machine.stop()


def test_a_question_is_answered_by_mail_from_end_to_end(machine: Machine) -> None:
    asked = mail(f"Ben Okafor <{BEN}>", CONSULT, "Infusion", SHORT)
    machine.send(asked)
    receipt = machine.wait_for(BEN, lambda letter: letter["Auto-Submitted"] == "auto-replied")
    assert receipt["In-Reply-To"] == asked["Message-ID"]

    review = machine.wait_for(ANA, lambda letter: _case_of(receipt) in str(letter["Subject"]))
    assert "96423 × 1" in text_of(review)
    machine.send(mail(ANA, str(review["Reply-To"]), f"Re: {review['Subject']}", "APPROVE\n", answering=review))

    answer = machine.wait_for(BEN, lambda letter: letter["Auto-Submitted"] is None)
    assert answer["In-Reply-To"] == asked["Message-ID"]
    assert asked["Message-ID"] in str(answer["References"])
    assert answer.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in answer.iter_parts()] == ["text/plain", "text/html"]
    assert "Ana Reyes, CPC" in text_of(answer)

    shown = until(lambda: _consumed(machine, BEN))
    assert shown == {"consumed": 1, "available": 9}


def test_the_first_start_has_a_draft_waiting_and_a_second_start_asks_no_more(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "var")
    machine.start()
    machine.wait_for(ANA, lambda letter: "Draft version 1" in str(letter["Subject"]))
    code, seconds = machine.stop()
    assert code == 0
    assert seconds < 3
    assert not (machine.folder / "run.json").exists()
    machine.start()
    assert len(_cases(machine)) == 1
    assert len(machine.inbox(ANA)) == 1
    machine.stop()


def test_the_draft_that_waits_is_approved_by_mail_as_the_banner_says(machine: Machine) -> None:
    review = machine.wait_for(ANA, lambda letter: "Draft version 1" in str(letter["Subject"]))
    written_over = re.sub(r"\[\[.*?\]\]", "Yes, where it shows start and stop.", text_of(review), flags=re.DOTALL)
    assert written_over != text_of(review)
    machine.send(mail(ANA, str(review["Reply-To"]), f"Re: {review['Subject']}", written_over, answering=review))
    answer = machine.wait_for(MARIA, lambda letter: letter["Auto-Submitted"] is None)
    assert "Yes, where it shows start and stop." in text_of(answer)


def test_killed_at_any_time_it_goes_on_where_it_was(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "var")
    machine.start()
    for number in range(6):
        machine.send(mail(BEN, CONSULT, f"Question {number}", f"{SHORT} ({number})"))
        machine.kill()
        machine.start()
    reviews = until(lambda: _reviews(machine, 7))
    for review in reviews:
        machine.send(mail(ANA, str(review["Reply-To"]), "Re: draft", "APPROVE\n", answering=review))
        machine.kill()
        machine.start()
    answers = until(lambda: _answers(machine, BEN, 6))
    assert len({answer["In-Reply-To"] for answer in answers}) == 6
    assert until(lambda: _consumed(machine, BEN)) == {"consumed": 6, "available": 4}
    machine.stop()
    assert len(_cases(machine)) == 7


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for setting in ("CONSULTANT_WEB__PORT", "CONSULTANT_EMBEDDED__SMTP_PORT", "CONSULTANT_EMBEDDED__IMAP_PORT"):
            refused = Machine(tmp_path / setting, **{setting: port}).command("run")
            assert refused.returncode == 3
            [line] = [line for line in refused.stderr.splitlines() if line.startswith("error: ")]
            assert port in line
            assert "Traceback" not in refused.stderr


def test_two_runs_over_one_state_folder_are_refused(machine: Machine) -> None:
    second = machine.command("run")
    assert second.returncode == 3
    assert "another `consultant run`" in second.stderr


def test_an_unusable_state_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = Machine(tmp_path / "file" / "var").command("run")
    assert refused.returncode == 3
    assert refused.stderr.startswith("error: the state folder")


def test_the_trial_server_refuses_anything_but_loopback(tmp_path: Path) -> None:
    refused = Machine(tmp_path / "var", CONSULTANT_EMBEDDED__HOST="0.0.0.0").command("run")
    assert refused.returncode == 3
    assert "loopback" in refused.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    refused = Machine(tmp_path / "var", CONSULTANT_WEB__PORT="many").command("run")
    assert refused.returncode == 3
    assert "CONSULTANT_WEB__PORT" in refused.stderr


def test_where_it_must_be_proven_only_who_signed_in_is_answered(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "var", CONSULTANT_TRUST__UNPROVEN_SENDERS="hold")
    machine.start()
    forged = mail(ANA, CONSULT, "Forged", f"{SHORT} forged")
    forged.replace_header("From", BEN)
    smtp = machine.facts["smtp"]
    with smtplib.SMTP(smtp["host"], smtp["port"], timeout=10) as stranger:
        stranger.send_message(forged)
    machine.send(mail(BEN, CONSULT, "True", SHORT))
    machine.wait_for(BEN, lambda letter: letter["Auto-Submitted"] == "auto-replied")
    held = [case for case in json.loads(machine.command("cases", "list", "--json").stdout) if case["state"] == "held"]
    assert [case["subject"] for case in held] == ["Forged"]
    assert len(machine.inbox(BEN)) == 1
    machine.stop()


def test_no_log_line_holds_an_address_a_subject_or_a_body(machine: Machine) -> None:
    machine.send(mail(BEN, CONSULT, "Zebra subject", f"{SHORT} Giraffe body."))
    machine.send(mail("mallory@x.example", CONSULT, "Zebra", "Giraffe"))
    machine.wait_for(BEN, lambda letter: letter["Auto-Submitted"] == "auto-replied")
    lines = (machine.folder.parent / "run.log").read_text().split("Ctrl-C stops it", 1)[1]
    assert "taken in" in lines
    for secret in ("Zebra", "Giraffe", "@"):
        assert secret not in lines


def _case_of(letter: EmailMessage) -> str:
    return str(letter["X-Case-Reference"])


def _cases(machine: Machine) -> list[object]:
    shown = machine.command("cases", "list", "--json")
    return list(json.loads(shown.stdout))


def _reviews(machine: Machine, count: int) -> list[EmailMessage] | None:
    reviews = {
        letter["Subject"]: letter for letter in machine.inbox(ANA) if "for your review" in str(letter["Subject"])
    }
    return list(reviews.values()) if len(reviews) >= count else None


def _answers(machine: Machine, address: str, count: int) -> list[EmailMessage] | None:
    answers = [letter for letter in machine.inbox(address) if letter["Auto-Submitted"] is None]
    return answers if len(answers) >= count else None


def _consumed(machine: Machine, address: str) -> dict[str, int] | None:
    shown = json.loads(machine.command("members", "show", address, "--json").stdout)
    balance = {name: shown["balance"][name] for name in ("consumed", "available")}
    return balance if shown["balance"]["reserved"] == 0 and balance["consumed"] else None


@pytest.mark.parametrize(
    ("words", "setting"),
    [(("poll",), "CONSULTANT_IMAP__HOST"), (("worker",), "CONSULTANT_SMTP__HOST"), (("run",), "CONSULTANT_SMTP__HOST")],
)
def test_a_process_without_its_server_says_which_setting_is_missing(
    tmp_path: Path, words: tuple[str, ...], setting: str
) -> None:
    machine = Machine(tmp_path / "var", CONSULTANT_EMBEDDED__ENABLED="false")
    assert machine.command("migrate").returncode == 0
    refused = machine.command(*words)
    assert refused.returncode == 3
    assert setting in refused.stderr
