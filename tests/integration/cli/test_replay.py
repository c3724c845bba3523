"""`consultant replay` at the command line."""

from __future__ import annotations

from tests.integration.cli.conftest import Run

MAIL = b"From: maria@clinic.example\r\nTo: consult@consult.example\r\nSubject: q\r\n\r\n96423?\r\n"


def test_every_mail_or_those_named_or_those_since_a_day(desk: Run) -> None:
    asked = desk("ask", "--json", "-", stdin=MAIL).data
    [replayed] = desk("replay", "--all", "--json").lines
    assert replayed == {
        "mail": asked["mail"], "recorded": ["question", "new-question"], "now": ["question", "new-question"],
        "taken_in": False, "differs": False,
    }  # fmt: skip
    assert "stands" in desk("replay", asked["mail"]).out
    assert desk("replay", "--since", "2020-01-01", "--json").lines == [replayed]
    assert desk("replay", "--since", "2999-01-01").code == 4


def test_a_mail_that_is_not_there_and_none_named(desk: Run) -> None:
    assert "no mail 99" in desk("replay", "99").err
    assert "--all" in desk("replay").err
