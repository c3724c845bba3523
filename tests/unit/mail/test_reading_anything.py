"""No bytes make the reader fail, and what it reads is fit to be stored and shown."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.machine import judge_machine
from consultant.mail.reading import IncomingMail, read_mail
from tests.corpora.fuzz_mail import damaged_mails, what_is_wrong
from tests.unit.mail.letters import letter, multipart

_BODY, _TYPE = multipart(
    "report",
    "Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\nYour mail to <x@y.example> failed ü \r\n> q",
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;a\r\n\r\nFinal-Recipient: rfc822;x@y.example\r\n"
    "Action: failed\r\nStatus: 5.1.1",
    "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<table><tr><td>=3D</td></tr>",
    "Content-Type: application/pdf; name*0*=utf-8''a%20; name*1=b\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD",
)
SEED = letter(_BODY, content_type=_TYPE, subject="=?utf-8?b?w7Y=?= =?iso-8859-1?q?=E9?=", return_path="<>")
PIECES = [
    b"\r\n",
    b"\n\n",
    b"--cut",
    b"--cut--",
    b"=?utf-8?b?",
    b"?=",
    b'"',
    b"(",
    b"<",
    b";",
    b"\x00",
    b"\xff\xfe",
    b"From: ",
]
PIECES += [
    b"charset=utf-7",
    b"charset=utf-16",
    b"charset=iso-2022-jp",
    b"charset=hz",
    b"+2AA-",
    b"text/html",
    b"multipart/",
    b"base64",
]

mutations = st.lists(
    st.tuples(st.integers(0, len(SEED)), st.integers(0, 30), st.binary(max_size=8) | st.sampled_from(PIECES)),
    max_size=12,
)
header_names = st.sampled_from(["Received", "Delivered-To", "Return-Path", "X-Original-To", "DKIM-Signature"])


def _is_fit(mail: IncomingMail) -> bool:
    texts = [
        mail.subject,
        mail.from_name,
        mail.text,
        mail.reply_text,
        *mail.defects,
        *(a.name for a in mail.attachments),
    ]
    json.dumps(texts, ensure_ascii=False).encode("utf-8")
    one_line = [mail.subject, mail.from_name, *mail.to, *mail.references, *(a.name for a in mail.attachments)]
    return not any(re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", text) for text in texts) and not any(
        "\n" in text for text in one_line
    )


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_and_judged(raw: bytes) -> None:
    mail = read_mail(raw)
    assert _is_fit(mail)
    judge_machine(mail, raw)


@given(mutations)
def test_any_damaged_mail_is_read_and_judged(changes: list[tuple[int, int, bytes]]) -> None:
    raw = SEED
    for at, length, piece in changes:
        raw = raw[:at] + piece + raw[at + length :]
    mail = read_mail(raw)
    assert _is_fit(mail)
    judge_machine(mail, raw)


@given(st.lists(st.tuples(header_names, st.text(alphabet="abc@<>;. ", max_size=30)), max_size=5))
def test_the_key_does_not_depend_on_the_trace(fields: list[tuple[str, str]]) -> None:
    trace = "".join(f"{name}: {value}\r\n" for name, value in fields).encode()
    assert read_mail(trace + SEED).content_key == read_mail(SEED).content_key


def test_no_damaged_mail_fails_or_loses_words() -> None:
    """A few of what `python -m tests.corpora.fuzz_mail` does by the hundred thousand."""
    assert [wrong for raw in damaged_mails(400, seed=1) if (wrong := what_is_wrong(raw))] == []
