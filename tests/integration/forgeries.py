"""Two hundred forged mails: every way to look like somebody else, with everything that it could be good for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.conversation import CONSULT, OUR_MX

EVIL = "evil.example"
BORDER = f"Received: from out.{EVIL} ([192.0.2.66]) by {OUR_MX}; Mon, 2 Mar 2026 09:00:00 +0000"
EVIL_PASSED = f"Authentication-Results: {OUR_MX}; dmarc=pass header.from={EVIL}; spf=pass smtp.mailfrom=eve@{EVIL}"


@dataclass(frozen=True, slots=True)
class Stolen:
    """What an attacker may have seen: signed addresses and Message-IDs of the victim's mail."""

    case_address: str
    other_case_address: str
    draft_address: str
    confirm_address: str
    receipt_id: str
    answer_id: str


def masks(victim: str) -> dict[str, tuple[str, ...]]:
    """Header lines that try to look like the victim's, the receiving server's own on top."""
    user, _, domain = victim.partition("@")
    ours = f"Authentication-Results: {OUR_MX}; "
    similar = victim.replace("l", "1")
    passed = f"dmarc=pass header.from={domain}"
    plain = f"From: {victim}"
    return {
        "no results": (BORDER, plain),
        "disproved": (f"{ours}dmarc=fail header.from={domain}", BORDER, plain),
        "disproved path": (f"{ours}spf=softfail smtp.mailfrom={victim}", BORDER, plain),
        "nothing found": (f"{ours}none", BORDER, plain),
        "results of a stranger": (f"Authentication-Results: mx.{EVIL}; {passed}", plain),
        "results of a look-alike": (f"Authentication-Results: {OUR_MX}.{EVIL}; {passed}", plain),
        "results below the border": (BORDER, f"{ours}{passed}", plain),
        "results below ours": (f"{ours}dmarc=none", BORDER, f"{ours}{passed}", plain),
        "results among the author's fields": (plain, f"{ours}{passed}"),
        "passed for another": (EVIL_PASSED, BORDER, plain),
        "passed in a comment": (f"{ours}spf=none (x; {passed})", BORDER, plain),
        "passed in a path": (f'{ours}spf=none smtp.mailfrom="x; {passed}"@{EVIL}', BORDER, plain),
        "sealed by nobody we trust": (
            f"{ours}arc=pass", f"ARC-Seal: i=1; d={EVIL}; cv=none",
            f"ARC-Authentication-Results: i=1; {OUR_MX}; {passed}", BORDER, plain,
        ),
        "signed in as another": (f"{ours}auth=pass smtp.auth=eve@{EVIL}", BORDER, plain),
        "a name like an address": (EVIL_PASSED, BORDER, f'From: "{victim}" <eve@{EVIL}>'),
        "an encoded name": (EVIL_PASSED, BORDER, f"From: =?utf-8?q?{user}=40{domain}?= <eve@{EVIL}>"),
        "a comment like an address": (EVIL_PASSED, BORDER, f"From: eve@{EVIL} ({victim})"),
        "an address before the address": (EVIL_PASSED, BORDER, f"From: {victim} <eve@{EVIL}>"),
        "a longer domain": (
            f"{ours}dmarc=pass header.from={domain}.{EVIL}", BORDER, f"From: {victim}.{EVIL}",
        ),
        "a look-alike domain": (
            f"{ours}dmarc=pass header.from={similar.partition('@')[2]}", BORDER, f"From: {similar}",
        ),
        "a letter of another script": (f"{ours}dmarc=pass", BORDER, f"From: {user}@\u0441{domain[1:]}"),
        "two fields, victim first": (f"{ours}{passed}", BORDER, plain, f"From: eve@{EVIL}"),
        "two fields, victim last": (EVIL_PASSED, BORDER, f"From: eve@{EVIL}", plain),
        "two addresses": (EVIL_PASSED, BORDER, f"From: {victim}, eve@{EVIL}", f"Sender: eve@{EVIL}"),
        "a group": (f"{ours}{passed}", BORDER, f"From: Friends: {victim};"),
        "an empty group beside": (EVIL_PASSED, BORDER, f"From: x:; {victim}"),
        "another field": (EVIL_PASSED, BORDER, f"From: eve@{EVIL}", f"Sender: {victim}", f"Reply-To: {victim}"),
    }  # fmt: skip


def purposes(stolen: Stolen) -> dict[str, tuple[str, ...]]:
    """Header lines and text, by what the mail is meant to bring about; and by whom it could be."""
    question = "May 96423 be billed with 96422 for a 2 hour infusion? {nonce}"
    return {
        "member: a question": (f"To: {CONSULT}", "", question),
        "member: a reply to a stolen address": (f"To: {stolen.case_address}", "", question),
        "member: a reply to a stolen Message-ID": (f"To: {CONSULT}", f"In-Reply-To: {stolen.receipt_id}", "", question),
        "member: a case of somebody else": (f"To: {stolen.other_case_address}", "", question),
        "member: a confirmation": (f"To: {stolen.confirm_address}", "", "I do not know what this is. {nonce}"),
        "member: a report that the answer failed": (
            f"To: {CONSULT}", "Subject: Undelivered Mail Returned to Sender", "MIME-Version: 1.0",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
            "--b", "", "It could not be delivered. {nonce}", "--b", "Content-Type: message/delivery-status", "",
            f"Reporting-MTA: dns; {EVIL}", "", "Final-Recipient: rfc822; maria@clinic.example", "Action: failed",
            "Status: 5.1.1", "", "--b", "Content-Type: text/rfc822-headers", "",
            f"Message-ID: {stolen.answer_id}", "", "--b--",
        ),
        "consultant: an approval": (f"To: {stolen.draft_address}", "", "APPROVE", "", "{nonce}"),
        "consultant: a refusal": (f"To: {stolen.draft_address}", "", "DECLINE because I say so {nonce}"),
    }  # fmt: skip


def forgeries(stolen: Stolen, victims: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Each mask with each purpose: what it is, and its bytes. `victims` are the member and the consultant."""
    for purpose, rest in purposes(stolen).items():
        for mask, top in masks(victims[purpose.partition(":")[0]]).items():
            name = f"{purpose}, {mask}"
            lines = [*top, *(line.replace("{nonce}", name) for line in rest)]
            yield name, "\r\n".join(lines).encode()


NAMES = [name for name, _ in forgeries(Stolen(*"abcdef"), {"member": "m@clinic.example", "consultant": "a@c.example"})]
