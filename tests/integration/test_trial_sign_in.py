"""The trial mail server writes who signed in on top of each mail; nobody can write that there themselves."""

from __future__ import annotations

import smtplib
from pathlib import Path

from config.settings import TRIAL_AUTHSERV_ID
from consultant.mail.authentication import Proof, Trust, authenticate
from consultant.mail.embedded import Account, EmbeddedMail
from consultant.mail.reading import read_mail

ADA, CONSULT = "ada@clinic.example", "consult@consult.example"
MINE = f"Authentication-Results: {TRIAL_AUTHSERV_ID}; auth=pass smtp.auth={ADA}\r\n"
FORGED = f"{MINE}From: {ADA}\r\nSubject: q\r\n\r\n{{0}}\r\n"


def test_only_who_signed_in_as_the_author_is_proven(tmp_path: Path) -> None:
    accounts = [Account(ADA, "pw"), Account(CONSULT, "pw")]
    server = EmbeddedMail(
        maildirs=tmp_path, accounts=accounts, smtp_host="127.0.0.1", smtp_port=0, imap_host="127.0.0.1", imap_port=0,
        max_message_bytes=10_000,
    )  # fmt: skip
    server.start()
    try:
        for number, login in enumerate(("", "ADA@clinic.example", CONSULT)):
            with smtplib.SMTP("127.0.0.1", server.smtp_port, timeout=10) as client:
                if login:
                    client.login(login, "pw")
                client.sendmail(ADA, [CONSULT], FORGED.format(f"mail {number}"))
    finally:
        server.stop()
    raws = [
        each.read_bytes()
        for each in (tmp_path / CONSULT).rglob("*")
        if each.is_file() and b"mail " in each.read_bytes()
    ]
    found = {
        read_mail(raw).text.strip(): authenticate(read_mail(raw).headers, Trust((TRIAL_AUTHSERV_ID,))) for raw in raws
    }
    assert {name: each.proof for name, each in found.items()} == {
        "mail 0": Proof.NONE, "mail 1": Proof.PASS, "mail 2": Proof.NONE,
    }  # fmt: skip
    assert found["mail 1"].method == "auth"
