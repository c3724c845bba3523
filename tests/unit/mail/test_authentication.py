"""Who wrote it is believed when our own server says so, on top of the mail, about the one domain in From."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.authentication import Authentication, Proof, Trust, authenticate
from consultant.mail.authentication_results import parse_results
from consultant.mail.organisational_domain import are_aligned, organisational_domain
from consultant.mail.reading import read_mail
from tests.unit.mail.letters import letter

OURS = Trust(("mx.desk.example",))
BORDER = "Received: from out.clinic.example (out.clinic.example [192.0.2.1]) by mx.desk.example; Mon, 2 Jun 2025"
STORE = "Received: from mx.desk.example by store.desk.example (Dovecot) with LMTP; Mon, 2 Jun 2025"
PASSED = "Authentication-Results: mx.desk.example; dmarc=pass header.from=clinic.example"


def judge(
    *top: str, trust: Trust = OURS, sender: str | None = "Ana <ana@clinic.example>", below: str = ""
) -> Authentication:
    """Judge a mail with these fields on top, topmost first, and perhaps one below what its sender wrote."""
    written = letter("Units?\n", **{"from": sender}, authentication_results=below or None)
    raw = "".join(f"{line}\r\n" for line in top).encode() + written
    return authenticate(read_mail(raw).headers, trust)


def test_a_pass_by_our_own_server_proves_the_domain() -> None:
    found = judge(PASSED, BORDER)
    assert found == Authentication(Proof.PASS, "dmarc", "clinic.example", "dmarc-pass")


def says(results: str) -> str:
    return f"Authentication-Results: mx.desk.example; {results}"


PROVEN = {
    "folded": (says("spf=none;\r\n\tdmarc=pass\r\n (p=reject)\r\n  header.from=clinic.example"), "dmarc"),
    "upper case": (PASSED.upper(), "dmarc"),
    "a version": (PASSED.replace("example; d", "example 1; d"), "dmarc"),
    "a quoted name": (PASSED.replace("mx.desk.example", '"mx.desk.example"'), "dmarc"),
    "comments everywhere": (
        says("(a (nested) one) dmarc (b) = (c) pass (d; dmarc=fail) header.from=clinic.example"),
        "dmarc",
    ),
    "no name of the domain": (says("dmarc=pass"), "dmarc"),
    "the organisation's name": (says("dmarc=pass header.from=mail.clinic.example"), "dmarc"),
    "a signature": (says("dkim=pass header.d=clinic.example header.s=a"), "dkim"),
    "a signature's identity": (says("dkim=pass header.i=@mail.clinic.example"), "dkim"),
    "one of several signatures": (says("dkim=fail header.d=clinic.example; dkim=pass header.d=clinic.example"), "dkim"),
    "no dmarc record": (says("dmarc=none header.from=clinic.example; dkim=pass header.d=clinic.example"), "dkim"),
    "the path": (says("spf=pass smtp.mailfrom=bounce@mail.clinic.example"), "spf"),
    "the path as a domain": (says("spf=pass (mx: permitted) smtp.mailfrom=clinic.example"), "spf"),
    "the path in angle brackets": (says("spf=pass smtp.mailfrom=<ana@clinic.example>"), "spf"),
    "a sign-in as the author": (says("auth=pass smtp.auth=Ana@clinic.example"), "auth"),
    "a reason in quotes": (says('dkim=pass reason="2048-bit; fine" header.d=clinic.example'), "dkim"),
    "a method with its version": (says("dkim/1=pass header.d=clinic.example"), "dkim"),
}


@pytest.mark.parametrize(("field", "method"), PROVEN.values(), ids=PROVEN.keys())
def test_proven_by(field: str, method: str) -> None:
    found = judge(field, BORDER)
    assert (found.proof, found.method, found.domain) == (Proof.PASS, method, "clinic.example")


NOT_PROVEN = {
    "no check": ("mx.desk.example; none", Proof.NONE, "nothing-aligned"),
    "a failed policy": ("mx.desk.example; dmarc=fail header.from=clinic.example", Proof.FAIL, "dmarc-fail"),
    "a failed policy beside an aligned signature": (
        "mx.desk.example; dkim=pass header.d=clinic.example; dmarc=fail header.from=clinic.example",
        Proof.FAIL,
        "dmarc-fail",
    ),
    "a policy result for another domain": (
        "mx.desk.example; dmarc=pass header.from=evil.example",
        Proof.NONE,
        "nothing-aligned",
    ),
    "a signature of another": ("mx.desk.example; dkim=pass header.d=evil.example", Proof.NONE, "nothing-aligned"),
    "a look-alike": ("mx.desk.example; dkim=pass header.d=notclinic.example", Proof.NONE, "nothing-aligned"),
    "a longer look-alike": (
        "mx.desk.example; dkim=pass header.d=clinic.example.evil.example",
        Proof.NONE,
        "nothing-aligned",
    ),
    "a suffix alone": ("mx.desk.example; dkim=pass header.d=example", Proof.NONE, "nothing-aligned"),
    "the greeting alone": ("mx.desk.example; spf=pass smtp.helo=clinic.example", Proof.NONE, "nothing-aligned"),
    "a sign-in as another": ("mx.desk.example; auth=pass smtp.auth=bob@clinic.example", Proof.NONE, "nothing-aligned"),
    "a sign-in that failed": ("mx.desk.example; auth=fail smtp.auth=ana@clinic.example", Proof.NONE, "nothing-aligned"),
    "a failed path": ("mx.desk.example; spf=fail smtp.mailfrom=ana@clinic.example", Proof.FAIL, "spf-fail"),
    "a passing path of another": (
        "mx.desk.example; spf=pass smtp.mailfrom=x@evil.example",
        Proof.NONE,
        "nothing-aligned",
    ),
    "a domain in a comment": (
        "mx.desk.example; dkim=pass (header.d=clinic.example) header.d=evil.example",
        Proof.NONE,
        "nothing-aligned",
    ),
    "a result in a quoted reason": ('mx.desk.example; spf=none reason="; dmarc=pass"', Proof.NONE, "nothing-aligned"),
    "a weak result": ("mx.desk.example; dmarc=bestguesspass header.from=clinic.example", Proof.NONE, "nothing-aligned"),
    "a temporary error": ("mx.desk.example; dmarc=temperror header.from=clinic.example", Proof.NONE, "nothing-aligned"),
    "the domain repeated": (
        "mx.desk.example; dkim=pass header.d=evil.example header.d=clinic.example",
        Proof.NONE,
        "nothing-aligned",
    ),
    "another server": ("mx.evil.example; dmarc=pass header.from=clinic.example", Proof.UNKNOWN, "no-results-of-ours"),
    "a server that ends like ours": ("evil.mx.desk.example; dmarc=pass", Proof.UNKNOWN, "no-results-of-ours"),
    "no server": ("dmarc=pass header.from=clinic.example", Proof.UNKNOWN, "no-results-of-ours"),
    "our server in a comment": ("(mx.desk.example;) evil.example; dmarc=pass", Proof.UNKNOWN, "no-results-of-ours"),
    "a comment that never closes": ("mx.desk.example; spf=none (; dmarc=pass", Proof.UNKNOWN, "no-results-of-ours"),
    "nothing at all": ("", Proof.UNKNOWN, "no-results-of-ours"),
}


@pytest.mark.parametrize(("value", "proof", "why"), NOT_PROVEN.values(), ids=NOT_PROVEN.keys())
def test_not_proven_by(value: str, proof: Proof, why: str) -> None:
    found = judge(f"Authentication-Results: {value}", BORDER)
    assert (found.proof, found.why) == (proof, why)


def test_what_came_from_outside_is_not_believed() -> None:
    assert judge(BORDER, PASSED).why == "no-results-of-ours"
    assert judge(BORDER, PASSED, "Received: from x by mx.desk.example; Mon").proof is Proof.UNKNOWN
    assert judge(below="mx.desk.example; dmarc=pass").proof is Proof.UNKNOWN


def test_our_word_stands_above_the_forged_one() -> None:
    assert judge(says("dmarc=fail header.from=clinic.example"), BORDER, PASSED).proof is Proof.FAIL
    assert judge(says("none"), BORDER, PASSED).proof is Proof.NONE


def test_several_fields_of_ours_are_read_together() -> None:
    found = judge(
        says("dmarc=none"), says("spf=softfail smtp.mailfrom=clinic.example"), says("dkim=pass header.d=clinic.example")
    )
    assert (found.proof, found.method) == (Proof.PASS, "dkim")
    assert judge(PASSED, says("dmarc=fail header.from=clinic.example"), BORDER).proof is Proof.FAIL


def test_fields_below_our_own_received_are_believed_where_that_is_configured() -> None:
    behind_a_store = Trust(("mx.desk.example",), own_received=1)
    assert judge(STORE, PASSED, BORDER).proof is Proof.UNKNOWN
    assert judge(STORE, PASSED, BORDER, trust=behind_a_store).proof is Proof.PASS
    assert judge(STORE, BORDER, PASSED, trust=behind_a_store).proof is Proof.UNKNOWN
    at_a_provider = Trust(("mx.desk.example",), own_received=2)
    assert judge(STORE, BORDER, PASSED, trust=at_a_provider).proof is Proof.PASS
    forged = judge(STORE, BORDER, trust=at_a_provider, below="mx.desk.example; dmarc=pass")
    assert forged.proof is Proof.UNKNOWN


def test_nobody_is_believed_where_nobody_is_configured() -> None:
    assert judge(PASSED, trust=Trust(())) == Authentication(Proof.UNKNOWN, "", "", "no-authserv-id-configured")


FROM_NOBODY = {
    "two addresses": ("ana@clinic.example, eve@evil.example", "several-from"),
    "two in angle brackets": ("Ana <ana@clinic.example> <eve@evil.example>", "several-from"),
    "a group": ("Coders: ana@clinic.example;", "group-in-from"),
    "an empty group": ("undisclosed-recipients:;", "group-in-from"),
    "a source route": ("<@evil.example:ana@clinic.example>", ""),
    "no address": ("Ana", "unreadable-from"),
    "an unfinished quote": ('"Ana <ana@clinic.example>', "unreadable-from"),
    "nothing": ("", "unreadable-from"),
}


@pytest.mark.parametrize(("written", "why"), FROM_NOBODY.values(), ids=FROM_NOBODY.keys())
def test_a_from_that_names_no_single_author_is_never_proven(written: str, why: str) -> None:
    found = judge(says("dmarc=pass"), BORDER, sender=written)
    assert found.proof is Proof.NONE or not why
    assert found.why == (why or "dmarc-pass")


def test_two_from_fields_are_never_proven() -> None:
    assert judge(says("dmarc=pass"), BORDER, "From: eve@evil.example").why == "several-from"
    assert judge(says("dmarc=pass"), BORDER, sender=None).why == "no-from"


def test_a_display_name_is_no_address() -> None:
    found = judge(says("dmarc=pass header.from=evil.example"), sender='"ana@clinic.example" <eve@evil.example>')
    assert (found.proof, found.domain) == (Proof.PASS, "evil.example")
    assert judge(PASSED, sender='"ana@clinic.example" <eve@evil.example>').proof is Proof.NONE


def test_a_domain_in_another_script_is_another_domain() -> None:
    cyrillic = "ana@сlinic.example"
    assert judge(PASSED, sender=cyrillic).proof is Proof.NONE
    found = judge(says("dkim=pass header.d=bücher.example"), sender="ana@xn--bcher-kva.example")
    assert found.proof is Proof.PASS


def test_an_envelope_sender_cannot_speak_for_the_server_that_repeats_it() -> None:
    injected = says("spf=pass (domain of a) ; dmarc=pass (b@evil.example permits) smtp.mailfrom=evil.example")
    found = judge('Return-Path: <"a) ; dmarc=pass (b"@evil.example>', injected, BORDER)
    assert (found.proof, found.why) == (Proof.UNKNOWN, "odd-envelope-sender")


ARC = (
    "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=lists.example; s=a; b=x",
    "ARC-Authentication-Results: i=1; lists.example; dmarc=pass header.from=clinic.example",
)


def test_a_forwarder_is_believed_only_where_it_is_configured() -> None:
    broken = says("arc=pass; dmarc=fail header.from=clinic.example")
    trusting = Trust(("mx.desk.example",), arc_sealers=("lists.example",))
    assert judge(broken, *ARC, BORDER).proof is Proof.FAIL
    assert judge(broken, *ARC, BORDER, trust=trusting).why == "sealed-by-trusted-forwarder"
    assert judge(says("dmarc=fail"), *ARC, BORDER, trust=trusting).proof is Proof.FAIL
    second = "ARC-Seal: i=2; cv=pass; d=evil.example; s=a; b=x"
    assert judge(broken, second, *ARC, BORDER, trust=trusting).proof is Proof.FAIL
    assert judge(broken, ARC[0], BORDER, trust=trusting).proof is Proof.FAIL


def test_organisations_are_told_apart_by_the_public_suffix_list() -> None:
    assert organisational_domain("mail.clinic.co.uk") == "clinic.co.uk"
    assert not are_aligned("one.co.uk", "other.co.uk")
    assert not are_aligned("one.github.io", "other.github.io")
    assert are_aligned("a.clinic.example", "b.clinic.example")
    assert not are_aligned("192.0.2.1", "192.9.2.1")
    assert not are_aligned("", "")
    assert not are_aligned("co.uk", "clinic.co.uk")


PIECES = st.sampled_from(
    [
        "mx.desk.example",
        ";",
        "dmarc=pass",
        "dkim",
        "=",
        "pass",
        "(",
        ")",
        '"',
        "\\",
        " ",
        "header.from=",
        "header.d=",
        "clinic.example",
        "@",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join))
def test_no_results_break_it_and_below_our_own_received_none_prove_anything(value: str) -> None:
    field = "Authentication-Results: " + " ".join(value.split("\r"))
    assert judge(field, BORDER).proof in Proof
    assert judge(BORDER, field).proof is not Proof.PASS


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(raw: bytes) -> None:
    assert authenticate(read_mail(raw).headers, OURS).proof is not Proof.PASS


@pytest.mark.parametrize("piece", ["(", ")", '"', "a=", "dkim=pass ", ";", "\\", "=", "header.d=a ", "(a) "])
def test_hostile_fields_take_no_time(piece: str) -> None:
    start = time.process_time()
    parse_results("mx.desk.example; " + piece * (32_000 // len(piece)))
    judge(says(piece * 20_000), BORDER)
    assert time.process_time() - start < 1
