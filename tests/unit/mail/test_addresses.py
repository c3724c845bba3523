"""Addresses are compared as people mean them, and never as something they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.addresses import normalise, parse_mailboxes, tag_of, without_tag


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("ana@clinic.example", "ana@clinic.example"),
        ("<Ana@Clinic.Example>", "ana@clinic.example"),
        ("Ana Coder <ana@clinic.example>", "ana@clinic.example"),
        ("ana@clinic.example (Ana (the coder))", "ana@clinic.example"),
        ("<ana(at work)@clinic.example(the clinic)>", "ana@clinic.example"),
        ('"ana"@clinic.example', "ana@clinic.example"),
        ('"ana coder"@clinic.example', '"ana coder"@clinic.example'),
        ("<@relay.example:ana@clinic.example>", "ana@clinic.example"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("ana@CLINIC.example.", "ana@clinic.example"),
        ("ana@localhost", "ana@localhost"),
        ("ana@[192.0.2.1]", "ana@[192.0.2.1]"),
        ("jürgen@klinik.example", "jürgen@klinik.example"),
    ],
)
def test_an_address_is_cleaned_for_comparison(written: str, address: str) -> None:
    assert normalise(written) == address


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ana",
        "@clinic.example",
        "ana@",
        "ana@clinic..example",
        "ana@-clinic.example",
        "ana coder@clinic.example",
        "ana@clinic.example, bo@clinic.example",
        "<ana@clinic.example> <bo@clinic.example>",
        "ana@clinic.example\r\nBcc: bo@clinic.example",
        "ana\x00@clinic.example",
        "ana@clin\uff20ic.example",
        "a" * 400 + "@clinic.example",
    ],
)
def test_what_is_no_address_is_none(written: str) -> None:
    assert normalise(written) is None


def test_a_kelvin_sign_is_not_the_letter_k() -> None:
    assert normalise("\u212aate@clinic.example") != "kate@clinic.example"


def test_the_name_shown_never_becomes_the_address() -> None:
    (mailbox,) = parse_mailboxes('"ana@clinic.example, Ana" <mallory@evil.example>')
    assert mailbox.address == "mallory@evil.example"


def test_groups_are_opened() -> None:
    found = parse_mailboxes("Coders: Ana <ana@clinic.example>, bo@clinic.example; cy@clinic.example")
    assert [box.address for box in found] == ["ana@clinic.example", "bo@clinic.example", "cy@clinic.example"]


def test_a_tag_is_found_and_taken_off() -> None:
    assert without_tag("consult+c1@desk.example") == "consult@desk.example"
    assert without_tag("consult@desk.example") == "consult@desk.example"
    assert tag_of("Consult+ab12@Desk.example", "consult@desk.example") == "ab12"
    assert tag_of("consult+a+b@desk.example", "consult@desk.example") == "a+b"
    assert tag_of("consult@desk.example", "consult@desk.example") is None
    assert tag_of("consult+@desk.example", "consult@desk.example") is None
    assert tag_of("consult+x@other.example", "consult@desk.example") is None
    assert tag_of("consultant+x@desk.example", "consult@desk.example") is None


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80) | st.from_regex(r'[ab@.<>"(),:;\\ ]{0,40}'))
def test_a_normalised_address_stays_as_it_is(written: str) -> None:
    address = normalise(written)
    assert address is None or normalise(address) == address
