"""An outgoing mail as bytes: every mail program reads it alike, and no value breaks out of its header field."""

from __future__ import annotations

import email
import email.policy
import re
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

from consultant.mail.addresses import normalise
from consultant.mail.characters import clean, one_line
from consultant.mail.composing import NEUTRAL_SUBJECT, ComposeError, compose, is_writable, new_message_id, reply_subject
from consultant.mail.reading import read_mail

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
    assert [part.defects for part in message.walk()] == [[], [], []]
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


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
    assert part(message, "plain") == "Größe – 96422 × 4\r\n"
    assert part(message, "html") == "<p>Größe</p>\r\n"


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


_AWKWARD = st.sampled_from(
    ["", ".", "..", "From here", ">From here", "-- ", "x ", "\t", "=", "=3D", "--=_alternative--", "e" * 74, "é" * 13,
     "x" * 73 + " ", "x" * 74 + " ", "x" * 75 + " ", "x" * 76 + " ", "x" * 75 + "=", "x" * 74 + "é",
     "x" * 75 + ".", "x" * 75 + "From here", "From " + "x" * 70, "From " + "x" * 69 + " ", "From " + "=" * 30],
)  # fmt: skip
_PROSE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=400),
    st.lists(_AWKWARD, max_size=12).map("\n".join),
    st.lists(_AWKWARD, max_size=12).map("".join),
)


@given(_PROSE, _PROSE)
@example("", "")
@example("From " + "x" * 65 + "From y", "x" * 75 + ".")
@example("x" * 3000, "é" * 3000)
@example(".\n..\nFrom here\n-- \n", "\x00\x0b\x0c\x85\u2028")
def test_any_body_arrives_as_written_in_lines_that_every_relay_takes(text: str, html: str) -> None:
    raw = composed(rendered=Letter(text=text, html=html))
    assert raw.isascii()
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?!\n)", raw)
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert not any(line == b"." or line.startswith(b"From ") or line.endswith((b" ", b"\t")) for line in lines)
    message = read(raw)
    assert part(message, "plain").replace("\r\n", "\n") == text
    assert part(message, "html").replace("\r\n", "\n") == html
    if clean(text).strip():
        alone = composed(rendered=Letter(text=text, html=""))  # an HTML part that says more would be shown as well
        assert read_mail(alone).text == clean(text).strip("\n")
    assert read_mail(raw).cut == ()


@pytest.mark.parametrize(
    ("written", "read_back"),
    [
        ("one\rtwo\r", "one\r\ntwo\r\n"),
        ("one\r\ntwo\r\n", "one\r\ntwo\r\n"),
        ("one\n\ntwo", "one\r\n\r\ntwo"),
        ("half a \ud800 character\n", "half a ? character\r\n"),
    ],
)
def test_lines_end_with_crlf_whatever_they_ended_with(written: str, read_back: str) -> None:
    message = read(composed(rendered=Letter(text=written, html=written)))
    assert (part(message, "plain"), part(message, "html")) == (read_back, read_back)


_LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=120)


@given(_LINE)
@example("=?utf-8?q?=0D=0ABcc:_x@evil.example?=")
@example("Ü" * 120)
@example("x" * 120)
@example("word " * 60 + "end")
@example("a" * 50 + " " + "b" * 50)
def test_any_one_line_subject_arrives_as_written(subject: str) -> None:
    assume(subject == " ".join(subject.split()))
    raw = composed(rendered=Letter(subject=subject))
    header = raw.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert str(read(raw)["Subject"]) == subject
    assert read_mail(raw).subject == one_line(subject)
    assert max(map(len, header)) <= 78
    assert all(line.strip() for line in header)


@pytest.mark.parametrize("subject", [" in front", "behind ", "two  between", "folded  between two words " * 5])
def test_blanks_in_a_subject_are_kept(subject: str) -> None:
    assert str(read(composed(rendered=Letter(subject=subject)))["Subject"]) == subject


def test_a_long_subject_in_ascii_is_folded_between_words_and_stays_readable() -> None:
    raw = composed(
        rendered=Letter(subject="Units of 96423 after the first hour of an infusion into an artery by a pump")
    )
    assert b"Subject: Units of 96423 after the first hour of an infusion into an artery\r\n by a pump\r\n" in raw


@given(_LINE)
@example('Reyes, "Ana" \\ <CPC>')
@example("Beratung für Kodierung " * 5)
@example("李小龙")
def test_any_sender_name_stays_a_name(name: str) -> None:
    assume(name == " ".join(name.split()))
    raw = composed(from_=(name, "consult@consult.example"))
    (sender,) = read(raw)["From"].addresses
    assert sender.addr_spec == "consult@consult.example"
    if raw.count(b"=?utf-8?") <= 1:  # the parser puts a blank between two encoded words of a name, against RFC 2047
        assert sender.display_name == name
    phrase, address = parseaddr(" ".join(email.message_from_bytes(raw)["From"].splitlines()))
    assert (str(make_header(decode_header(phrase))), address) == (name, "consult@consult.example")
    assert (read_mail(raw).from_name, read_mail(raw).from_address) == (one_line(name), "consult@consult.example")
    assert read_mail(raw).to == ("dana@clinic.example",)


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


@given(st.emails(), st.emails())
@example('"dana at, the <clinic>"@clinic.example', "o'brien+tag=x@clinic.example")
def test_any_writable_address_arrives_as_written(to: str, reply_to: str) -> None:
    assume(is_writable(to) and is_writable(reply_to))
    raw = composed(to=to, reply_to=reply_to)
    message = read(raw)
    assert [address.addr_spec for address in message["To"].addresses] == [to]
    assert [address.addr_spec for address in message["Reply-To"].addresses] == [reply_to]
    assert read_mail(raw).to == (normalise(to),)


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
