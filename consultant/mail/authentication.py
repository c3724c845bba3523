"""Whether the domain in `From` is proven, by what the receiving server wrote (RFC 8601, RFC 7489, RFC 7208, RFC 6376).

`From` is a claim. The server that took the mail in checks it and writes what it found on top of the mail, under
its own name; anybody can write the same further down. So a field counts only when it bears a name that is
configured and stands above everything that came from outside. Looks nothing up and verifies no signature: it
believes our own server or nobody. Pure; never raises; takes time in proportion to the header.
"""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consultant.mail.addresses import normalise
from consultant.mail.authentication_results import Result, Results, parse_results, tags
from consultant.mail.author import author_address
from consultant.mail.headers import Headers
from consultant.mail.organisational_domain import are_aligned

_MOST_FIELDS = 50  # fields of ours on one mail


class Proof(enum.StrEnum):
    """How far the domain of the author is proven."""

    PASS = "pass"  # noqa: S105 - a result of RFC 8601
    FAIL = "fail"  # our server checked it and says that it is not so
    NONE = "none"  # our server found nothing that proves it
    UNKNOWN = "unknown"  # no server that we believe said anything


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to believe.

    `authserv_ids`: the names under which our own servers write their results (RFC 8601 section 2.2).
    `own_received`: how many Received fields our own servers write above their results; one more stands above
    whatever came from outside. 0 where results are put on top; 1 where the mail is then handed on to a mail store
    that adds its own; mailbox providers that put results below their own Received fields need that number.
    `arc_sealers`: domains of forwarders whose word is taken for what they saw (RFC 8617); empty: nobody's.
    """

    authserv_ids: tuple[str, ...]
    own_received: int = 0
    arc_sealers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Authentication:
    """The judgement: the proof, the method that gave it ("dmarc", "dkim", "spf", "arc", "auth" or ""), the domain
    in `From` ("" when it has none that counts), and why, as a code."""

    proof: Proof
    method: str
    domain: str
    why: str


def authenticate(headers: Headers, trust: Trust) -> Authentication:
    """Judge the domain in `From` of a mail by the results that our own server wrote on it."""
    if not trust.authserv_ids:
        return Authentication(Proof.UNKNOWN, "", "", "no-authserv-id-configured")
    address, doubt = author_address(headers)
    if not address:
        return Authentication(Proof.NONE, "", "", doubt)
    domain = address.rpartition("@")[2]
    fields = _believed(headers, trust)
    if not fields:
        return Authentication(Proof.UNKNOWN, "", domain, "no-results-of-ours")
    if _is_odd(headers):
        return Authentication(Proof.UNKNOWN, "", domain, "odd-envelope-sender")
    results = [result for field in fields for result in field.results]
    if any(_has_signed_in(result, address) for result in results):
        return Authentication(Proof.PASS, "auth", domain, "signed-in-as-author")
    direct = _judge(results, domain)
    if direct.proof is not Proof.PASS and _is_forwarded_by_trusted(headers, results, domain, trust):
        return Authentication(Proof.PASS, "arc", domain, "sealed-by-trusted-forwarder")
    return direct


def vouched_for(headers: Headers, by: str) -> Authentication:
    """The judgement where somebody who can know it says that the author wrote the mail: `by` is a code."""
    address, _ = author_address(headers)
    return Authentication(Proof.PASS, by, address.rpartition("@")[2], f"vouched-for-by-{by}")


def _believed(headers: Headers, trust: Trust) -> list[Results]:
    """The results above everything that came from outside, topmost first."""
    ids = {name.lower() for name in trust.authserv_ids}
    parsed = (parse_results(value) for value in _results_on_top(headers, trust.own_received))
    return [field for field in parsed if field is not None and field.authserv_id in ids][:_MOST_FIELDS]


def _results_on_top(headers: Headers, own_received: int) -> Iterator[str]:
    received = 0
    for name, value in headers.fields:
        if name == "received":
            received += 1
        if received > own_received or name in _WRITTEN_BY_THE_AUTHOR:
            return
        if name == "authentication-results":
            yield value.decode("utf-8", "replace")


# Where one of these stands, what the receiving server wrote has ended.
_WRITTEN_BY_THE_AUTHOR = frozenset({"from", "to", "subject", "date", "message-id", "mime-version", "content-type"})


def _is_odd(headers: Headers) -> bool:
    """Whether the envelope sender holds what could break out of the comment in which a server repeats it."""
    return any(set(b'"();=\\') & set(value) for value in headers.raw("return-path")[:1])


def _judge(results: Sequence[Result], domain: str) -> Authentication:
    dmarc = [result for result in results if result.method == "dmarc" and _is_about(result, domain)]
    if any(result.value == "fail" for result in dmarc):
        return Authentication(Proof.FAIL, "dmarc", domain, "dmarc-fail")
    if any(result.value == "pass" for result in dmarc):
        return Authentication(Proof.PASS, "dmarc", domain, "dmarc-pass")
    for method in ("dkim", "spf"):
        if any(result.method == method and result.value == "pass" for result in _aligned(results, domain)):
            return Authentication(Proof.PASS, method, domain, f"{method}-aligned")
    for result in _aligned(results, domain):
        if result.value in ("fail", "softfail", "hardfail", "permerror"):
            return Authentication(Proof.FAIL, result.method, domain, f"{result.method}-{result.value}")
    return Authentication(Proof.NONE, "", domain, "nothing-aligned")


def _has_signed_in(result: Result, address: str) -> bool:
    """Whether the author handed the mail in at our own server, signed in by this very address (RFC 8601 2.7.4)."""
    return (result.method, result.value) == ("auth", "pass") and normalise(
        result.properties.get("smtp.auth", "")
    ) == address


def _is_about(result: Result, domain: str) -> bool:
    """A DMARC result is about the domain in `From`; where it names another one, it is not about this mail."""
    named = result.properties.get("header.from")
    return named is None or are_aligned(_domain_of(named), domain)


def _aligned(results: Sequence[Result], domain: str) -> list[Result]:
    """The DKIM and SPF results for the organisation in `From` (RFC 7489 section 3.1, relaxed)."""
    return [result for result in results if are_aligned(_checked_domain(result), domain)]


def _checked_domain(result: Result) -> str:
    for name in _CHECKED.get(result.method, ()):
        if name in result.properties:
            return _domain_of(result.properties[name])
    return ""


_CHECKED = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.mail")}


def _domain_of(written: str) -> str:
    """The domain of an address or a bare domain, in ASCII; empty when it is none."""
    address = written if "@" in written.strip("@<> ") else f"x@{written.strip('@<> ')}"
    return (normalise(address) or "").rpartition("@")[2]


def _is_forwarded_by_trusted(headers: Headers, results: Sequence[Result], domain: str, trust: Trust) -> bool:
    """Whether forwarders that are all trusted sealed it unbroken, and the first of them saw the domain proven."""
    if not trust.arc_sealers or not any(result.method == "arc" and result.value == "pass" for result in results):
        return False
    sealers = {sealer.lower() for sealer in trust.arc_sealers}
    sealed_by = [tags(value).get("d", "").lower() for value in headers.structured("arc-seal")]
    if not sealed_by or any(each not in sealers for each in sealed_by):
        return False
    seen = [value for value in headers.structured("arc-authentication-results") if tags(value).get("i") == "1"]
    first = parse_results(seen[0].partition(";")[2]) if len(seen) == 1 else None
    return first is not None and _judge(first.results, domain).proof is Proof.PASS
