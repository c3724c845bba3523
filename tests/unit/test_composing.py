"""An outgoing mail as bytes: every mail program reads it alike, and no value breaks out of its header field."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import TypedDict

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from typing_extensions import Unpack

from consultant.mail.composing import NEUTRAL_SUBJECT, ComposeError, compose, new_message_id, reply_subject

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Letter:
    subject: str = "We have your question"
    text: str = "Hello\n"
    html: str = "<p>Hello</p>\n"


class Values(TypedDict, total=False):
    rendered: Letter
    from_: tuple[str, str]
    to: str
    reply_to: str | None
    message_id: str
    date: datetime
    in_reply_to: str | None
    references: list[str]
    automatic: bool
    case_reference: str | None


def composed(**changed: Unpack[Values]) -> bytes:
    values: Values = {
        "rendered": Letter(),
        "from_": ("Coding Consult", "consult@consult.example"),
        "to": "dana@clinic.example",
        "reply_to": "consult+c1-abc@consult.example",
        "message_id": "<own@consult.example>",
        "date": NOW,
        "in_reply_to": "<theirs@clinic.example>",
        "references": ["<first@clinic.example>"],
        "automatic": False,
        "case_reference": "C-2026-000123",
    }
    return compose(**(values | changed))


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_mail_carries_who_whom_when_and_its_thread() -> None:
    message = read(composed())
    assert str(message["From"]) == "Coding Consult <consult@consult.example>"
    assert message["To"] == "dana@clinic.example"
    assert message["Reply-To"] == "consult+c1-abc@consult.example"
    assert message["Message-ID"] == "<own@consult.example>"
    assert message["In-Reply-To"] == "<theirs@clinic.example>"
    assert message["References"].split() == ["<first@clinic.example>", "<theirs@clinic.example>"]
    assert message["Date"].datetime == NOW
    assert message["X-Case-Reference"] == "C-2026-000123"
    assert message["MIME-Version"] == "1.0"


def test_text_comes_first_and_html_beside_it() -> None:
    message = read(composed(rendered=Letter(text="Größe – 96422 × 4\n", html="<p>Größe</p>\n")))
    assert message.get_content_type() == "multipart/alternative"
    assert [sub.get_content_type() for sub in message.iter_parts()] == ["text/plain", "text/html"]
    assert part(message, "plain") == "Größe – 96422 × 4\n"
    assert part(message, "html") == "<p>Größe</p>\n"


def test_automatic_mail_says_so_and_a_persons_does_not() -> None:
    reply, of_itself = read(composed(automatic=True)), read(composed(automatic=True, in_reply_to=None, references=[]))
    assert (reply["Auto-Submitted"], reply["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert (of_itself["Auto-Submitted"], of_itself["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert of_itself["In-Reply-To"] is None
    assert of_itself["References"] is None
    assert "Auto-Submitted" not in read(composed())


def test_what_does_not_apply_is_left_out() -> None:
    message = read(composed(reply_to=None, case_reference=None))
    assert message["Reply-To"] is None
    assert message["X-Case-Reference"] is None


_PROSE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=400)


@given(_PROSE, _PROSE)
@example("x" * 3000, "é" * 3000)
@example(".\n..\nFrom here\n-- \n", "\x00\x0b\x0c\x85\u2028")
def test_any_body_arrives_as_written_in_lines_that_every_relay_takes(text: str, html: str) -> None:
    raw = composed(rendered=Letter(text=text, html=html))
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = read(raw)
    assert part(message, "plain").removesuffix("\n") == text.removesuffix("\n")
    assert part(message, "html").removesuffix("\n") == html.removesuffix("\n")


_LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=120)


@given(_LINE)
@example("=?utf-8?q?=0D=0ABcc:_x@evil.example?=")
@example("Ü" * 120)
@example("x" * 120)
def test_any_one_line_subject_arrives_as_written(subject: str) -> None:
    assume(subject == " ".join(subject.split()))
    raw = composed(rendered=Letter(subject=subject))
    assert str(read(raw)["Subject"]) == subject
    assert max(map(len, raw.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 998


@given(_LINE)
@example('Reyes, "Ana" \\ <CPC>')
@example("Beratung für Kodierung " * 5)
def test_any_sender_name_stays_a_name(name: str) -> None:
    assume(name == " ".join(name.split()))
    header = email.message_from_bytes(composed(from_=(name, "consult@consult.example")))["From"]
    phrase, address = parseaddr(" ".join(header.splitlines()))
    assert (str(make_header(decode_header(phrase))), address) == (name, "consult@consult.example")


@given(st.sampled_from("\r\n\0\x1b\u2028\x85"), st.integers(min_value=0, max_value=10))
def test_a_line_end_or_control_character_in_a_header_is_refused(control: str, position: int) -> None:
    def broken(value: str) -> str:
        return value[:position] + control + "Bcc: x@evil.example" + value[position:]

    with pytest.raises(ComposeError, match="Subject"):
        composed(rendered=Letter(subject=broken("We have your question")))
    with pytest.raises(ComposeError, match="From"):
        composed(from_=(broken("Coding Consult"), "consult@consult.example"))
    with pytest.raises(ComposeError, match="To"):
        composed(to=broken("dana@clinic.example"))
    with pytest.raises(ComposeError, match="Reply-To"):
        composed(reply_to=broken("consult@consult.example"))
    with pytest.raises(ComposeError, match="Message-ID"):
        composed(message_id=broken("<own-message@consult.example>"))
    with pytest.raises(ComposeError, match="X-Case-Reference"):
        composed(case_reference=broken("C-2026-000123"))


@pytest.mark.parametrize(
    "address",
    ["", "dana", "a@b.example, c@d.example", "Dana <dana@clinic.example>", "<dana@clinic.example>", "dana@-x.example",
     "dana@clinic.example\n", "dané@clinic.example", "a b@clinic.example", f"{'x' * 250}@clinic.example",
     "g: a@b.example;"],
)  # fmt: skip
def test_the_recipient_is_one_bare_address(address: str) -> None:
    with pytest.raises(ComposeError, match="To"):
        composed(to=address)


def test_an_international_domain_travels_in_ascii() -> None:
    assert b"To: dana@xn--" in composed(to="dana@bücher.example")


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ComposeError, match="time zone"):
        composed(date=NOW.replace(tzinfo=None))


def test_ids_of_other_peoples_mails_that_are_not_well_formed_are_left_out() -> None:
    message = read(
        composed(references=["<good@x.example>", "<a b@x.example>", "<\r\nBcc: y>", "<é@x>", f"<{'x' * 2000}@x>"])
    )
    assert message["References"].split() == ["<good@x.example>", "<theirs@clinic.example>"]
    assert read(composed(in_reply_to="<bad\r\nBcc: x@evil.example>", automatic=True))["In-Reply-To"] is None


def test_a_long_id_is_never_folded_or_encoded() -> None:
    long_id = f"<{'x' * 300}@clinic.example>"
    raw = composed(in_reply_to=long_id)
    assert b"In-Reply-To: " + long_id.encode() + b"\r\n" in raw


def test_a_long_thread_keeps_its_first_mail_and_the_latest() -> None:
    ids = [f"<{number}@clinic.example>" for number in range(100)]
    kept = read(composed(references=ids, in_reply_to=ids[-1]))["References"].split()
    assert kept == [ids[0], *ids[-19:]]


def test_message_ids_are_new_each_time() -> None:
    ids = {new_message_id("consult.example") for _ in range(100)}
    assert len(ids) == 100
    assert all(read(composed(message_id=single))["Message-ID"] == single for single in ids)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Modifier 25 on an office visit", "Modifier 25 on an office visit"),
        ("Re: AW: [C-2026-000123] Modifier 25", "Modifier 25"),
        ("RE[2]: Fwd: re: [C-2025-000001] Re: units of 96423", "units of 96423"),
        ("[External] 96422, 96423 x 4", "[External] 96422, 96423 x 4"),
        ("Reporting 99213-25-59 and J9035 x 10", "Reporting 99213-25-59 and J9035 x 10"),
        ("Question About New Patient visits", "Question About New Patient visits"),
        ("two\r\n lines", "two lines"),
        ("", NEUTRAL_SUBJECT),
        ("Re: ", NEUTRAL_SUBJECT),
    ],
)
def test_the_subject_of_a_reply_threads_under_the_members_own(theirs: str, ours: str) -> None:
    assert reply_subject(theirs, "C-2026-000123") == f"Re: [C-2026-000123] {ours}"


@pytest.mark.parametrize(
    "theirs",
    [
        "John Smith 99213", "Smith, J. office visit", "Patient Jones", "pt: jones", "Mrs. Garcia infusion",
        "for Dana Whitfield",
        "DOB 1950", "d.o.b. unknown", "seen 3/14/2026", "seen 2026-03-14", "seen on 3/14", "visit of 12 March",
        "Jan 5 visit",
        "MRN 1234", "SSN on file", "123-45-6789", "call 555-123-4567", "claim 123456", "member id X1", "policy # 7",
        "1EG4-TE5-MK73", "67 yo male", "67-year-old with 96422", "name: jones", "dana@clinic.example",
    ],
)  # fmt: skip
def test_a_subject_that_may_hold_patient_data_is_not_repeated(theirs: str) -> None:
    assert reply_subject(theirs, "C-2026-000123") == f"Re: [C-2026-000123] {NEUTRAL_SUBJECT}"


@given(st.text(max_size=400))
def test_the_subject_of_a_reply_always_composes_and_is_bounded(theirs: str) -> None:
    subject = reply_subject(theirs, "C-2026-000123")
    assert len(subject) <= 141
    assert str(read(composed(rendered=Letter(subject=subject)))["Subject"]) == subject
