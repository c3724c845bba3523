"""`consultant ask`, `cases` and `quarantine`: from a question to its draft, and mail that a person must look at."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import MEMBER, Run

Ask = Callable[..., Any]

EML = f"""From: Mia Stone <{MEMBER}>
To: consult@consult.example
Subject: Infusion
Message-ID: <question-1@clinic.example>
Date: Tue, 03 Mar 2026 10:00:00 +0000

May 96423 be billed with 96422?
""".encode()
VACATION = EML.replace(b"Subject: Infusion", b"Auto-Submitted: auto-replied\nSubject: Out of office")
NO_SENDER = EML.replace(b"From: Mia Stone <mia@clinic.example>\n", b"")
# A consultant who writes without having been asked to decide something.
STRAY = EML.replace(MEMBER.encode(), b"ana@consult.example")


def test_plain_text_becomes_a_case(desk: Run) -> None:
    asked = desk("ask", "--from", MEMBER, "--subject", "An\ninfusion", "--json", stdin=b"96422 and 96423?")
    assert asked.code == 0
    assert (asked.data["state"], asked.data["verdict"]) == (
        "received",
        {"outcome": "question", "reason": "new-question", "step": "accept_question"},
    )
    shown = desk("cases", "show", asked.data["case"], "--json").data
    assert (shown["subject"], shown["member"]) == ("An infusion", "Mia Stone")
    assert [each["kind"] for each in shown["letters"]] == ["receipt"]


def test_with_wait_the_draft_is_shown(desk: Run) -> None:
    asked = desk("ask", "--from", MEMBER, "--wait", stdin="96422 and 96423, 5½ hours?".encode())
    assert asked.code == 0
    assert "drafted" in asked.out
    assert "Short answer" in asked.out


@pytest.mark.parametrize("name", ["question.eml", "question.txt", "-"])
def test_a_mail_is_taken_as_it_is(desk: Run, tmp_path: Path, name: str) -> None:
    if name != "-":
        (tmp_path / name).write_bytes(EML)
    asked = desk("ask", name, "--json", stdin=EML)
    assert asked.code == 0
    assert desk("cases", "list", "--json").data[0]["subject"] == "Infusion"


def test_the_same_mail_again_is_no_second_case(desk: Run, tmp_path: Path) -> None:
    (tmp_path / "question.eml").write_bytes(EML)
    assert desk("ask", "question.eml").code == 0
    again = desk("ask", "question.eml", "--json")
    assert (again.code, again.data["verdict"]["outcome"], again.data["case"]) == (1, "duplicate", None)
    assert len(desk("cases", "list", "--json").data) == 1


def test_plain_text_needs_a_member_and_a_file_must_be_there(desk: Run) -> None:
    assert desk("ask", stdin=b"96422?").code == 2
    assert desk("ask", "--from", "nobody", stdin=b"96422?").code == 2
    missing = desk("ask", "missing.eml")
    assert (missing.code, missing.err) == (4, "error: missing.eml cannot be read: No such file or directory\n")


def test_cases_are_listed_by_state(desk: Run, ask: Ask) -> None:
    case = ask()["case"]
    assert [each["case"] for each in desk("cases", "list", "--state", "received", "--json").data] == [case]
    assert desk("cases", "list", "--state", "held", "--json").data == []
    assert desk("cases", "list", "--state", "lost").code == 2
    assert case in desk("cases", "list").out


def test_a_case_is_shown_whole(desk: Run) -> None:
    case = desk("ask", "--from", MEMBER, "--wait", "--json", stdin=b"96422 and 96423?").data["case"]
    shown = desk("cases", "show", case, "--json").data
    assert shown["due_at"].endswith("+00:00")
    assert [each["outcome"] for each in shown["mails"]] == ["question"]
    assert [(each["version"], each["author"]) for each in shown["drafts"]] == [(1, None)]
    assert [each["kind"] for each in shown["letters"]] == ["receipt", "review"]
    assert [each["action"] for each in shown["events"]] == ["open", "draft"]
    for_people = desk("cases", "show", case).out
    assert all(word in for_people for word in (case, "Mails", "Letters", "Events", "Draft 1 by template"))


def test_a_case_that_is_not_there_is_not_found(desk: Run) -> None:
    for command in ("show", "resume"):
        said = desk("cases", command, "C-2026-000999")
        assert (said.code, said.err) == (
            4,
            "error: there is no case C-2026-000999: see `consultant cases list`\n",
        )


def test_only_a_held_case_is_resumed_and_only_with_allowance(desk: Run, ask: Ask) -> None:
    open_case = ask()["case"]
    assert desk("cases", "resume", open_case).code == 1
    desk("members", "adjust", MEMBER, "-9", "--note", "none left")
    held = ask("And 96425?")["case"]
    refused = desk("cases", "resume", held)
    assert (refused.code, "has no consult left" in refused.err) == (1, True)
    assert desk("cases", "show", held, "--json").data["state"] == "held"


def test_a_mail_that_was_set_aside_is_shown_and_accepted(desk: Run) -> None:
    refused = desk("ask", "--json", stdin=STRAY)
    assert (refused.code, refused.data["verdict"]["reason"]) == (1, "consultant-without-token")
    (waiting,) = desk("quarantine", "list", "--json").data
    assert (waiting["outcome"], waiting["state"]) == ("quarantined", "quarantined")
    assert "consultant-without-token" in desk("quarantine", "list").out
    shown = desk("quarantine", "show", waiting["id"], "--json").data
    assert (shown["subject"], shown["text"]) == ("Infusion", "May 96423 be billed with 96422?")
    assert "May 96423" in desk("quarantine", "show", waiting["id"]).out
    accepted = desk("quarantine", "accept", waiting["id"], "--json").data
    assert (accepted["outcome"], accepted["reason"]) == ("question", "accepted-by-a-person")
    assert desk("cases", "show", accepted["case"]).code == 0
    assert desk("quarantine", "list", "--json").data == []
    assert desk("quarantine", "discard", waiting["id"]).code == 1


def test_a_mail_that_was_set_aside_can_be_tried_again(desk: Run) -> None:
    mail = desk("ask", "--json", stdin=STRAY).data["mail"]
    assert desk("quarantine", "retry", mail, "--json").data["outcome"] == "quarantined"
    desk("members", "add", "Ana Reyes", "ana@consult.example")
    assert desk("quarantine", "retry", mail, "--json").data["outcome"] == "question"


def test_machine_mail_is_filed_not_waiting(desk: Run) -> None:
    assert desk("ask", stdin=VACATION).code == 1
    assert desk("quarantine", "list", "--json").data == []
    (filed,) = desk("quarantine", "list", "--machine", "--json").data
    assert filed["reason"].startswith("auto_reply:")


def test_a_mail_without_sender_cannot_be_accepted_but_discarded(desk: Run, tmp_path: Path) -> None:
    (tmp_path / "nobody.eml").write_bytes(NO_SENDER)
    mail = desk("ask", "nobody.eml", "--json").data["mail"]
    refused = desk("quarantine", "accept", mail)
    assert (refused.code, "has no usable sender" in refused.err) == (1, True)
    assert desk("quarantine", "discard", mail, "--json").data["state"] == "discarded"
    assert desk("quarantine", "list", "--json").data == []


def test_a_mail_that_is_not_there_is_not_found(desk: Run) -> None:
    for command in ("show", "retry", "accept", "discard"):
        said = desk("quarantine", command, "77")
        assert (said.code, said.err) == (4, "error: there is no mail 77\n")
