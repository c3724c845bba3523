"""Failure notices in free form, as qmail, Exim, Exchange and a hundred others write them: whom, why, which mail.

Reads text only, and judges nobody: whoever asks must have another sign that a machine speaks, except where
the form itself is one that people do not write in (`is_bare_notice`).
"""

import re
from itertools import islice
from typing import Literal

from consultant.mail.addresses import normalise
from consultant.mail.failure_phrases import (
    COPY_BELOW,
    DELAYED,
    FAILED,
    GIVEN_UP,
    KEEPS_TRYING,
    NOT_DELIVERED,
)
from consultant.mail.reports import status_code

_LOOKED_AT = 20_000  # characters
_BEGINNING = 700  # characters
_MOST_RECIPIENTS = 1000

_ADDRESS = r"[^\s<>\"',;:()\[\]=@|*]{1,100}@(?:[A-Za-z0-9][A-Za-z0-9.-]{1,200}|\[[0-9a-fA-F.:]{2,60}\])"
_LINE_STARTS_WITH_ADDRESS = re.compile(
    rf"^[ \t*>-]{{0,40}}(?:[<\[\"']{{1,2}}|rfc822;[ \t]*|&lt;)?({_ADDRESS})[>\]\"'.]{{0,2}}(?=[ \t]*(?:$|[:;,(<]|"
    rf"\.\.\.|-+ |(?:on|error)\b))",
    re.IGNORECASE | re.MULTILINE,
)
# A line of words, no word more, and then the address: as no signature stands.
_LEADS_TO_AN_ADDRESS = re.compile(
    rf"^[^\n]{{5,200}}\n(?:[^\w\n]{{0,100}}\n){{0,3}}[^\w\n]{{0,40}}(?:[\"'][^\"'\n]{{0,80}}[\"'][ \t]*)?<?{_ADDRESS}"
    rf"[>\"']?[ \t]*:?[ \t]*$|^[ \t]*<{_ADDRESS}>:",
    re.IGNORECASE | re.MULTILINE,
)
_ABOUT_MAIL = re.compile(
    r"(?<![@.\w-])(?:e-?mails?|mails?|messages?|recipients?|mailbox|nachricht|mensaje|messaggio|mensagem|"
    r"bericht|meddelande\w*|"
    r"melding|besked|viesti|wiadomo\w+|zpráv\w+|письмо|сообщение)(?![\w.@-])|邮件|メール",
    re.IGNORECASE,
)
_QSBMF_RECIPIENT = re.compile(rf"^<{_ADDRESS}>:", re.MULTILINE)
_FIELD = re.compile(
    rf"^[ \t>]*(?:(?:final|original)-recipient:[ \t]*(?:rfc822;)?|error-for:|x-failed-recipients?:|"
    rf"intended recipient:)[ \t]*<?({_ADDRESS})",
    re.IGNORECASE | re.MULTILINE,
)
_BEHIND_A_PHRASE = re.compile(
    r"(?:(?:undeliverable|delivered|deliver|delivery|message|mail|e-?mail)[ \t]+(?:to|for)[ \t]*:?|attempts?:|"
    r"addressed to|"
    r"(?:user|userid|recipients?|address|mailbox|to|smtp|envoyé à|an)[ \t]*:|(?:generated|expanded) from)"
    rf"\s{{0,40}}[<\[\"']*(?:smtp:)?({_ADDRESS})",
    re.IGNORECASE,
)
_X400_ADDRESS = re.compile(rf"SMTP=({_ADDRESS})", re.IGNORECASE)
_ANYWHERE = re.compile(rf"(?<!from )(?<!from:\s)(?<![^\s<>\"',;:()\[\]=@|*])({_ADDRESS})", re.IGNORECASE)
_ENCLOSED_MESSAGE_ID = re.compile(r"^[ \t>]*Message-ID:\s*(<[^<>\s]{1,996}>)", re.IGNORECASE | re.MULTILINE)
_A_PERSON_SPEAKS = re.compile(
    r"[?？]|^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|thanks?|hallo|guten|bonjour|hola|ciao|olá)\b|"
    r"\bI\b|\b(?:my|our|me|us)\b|\badvi[cs]e|\bplease (?:let|help|tell|send|confirm)|\bpatient|\bclaims?\b|"
    r"\bpayer|\bbill|"
    r"\bcoding|\bcpt\b|\bhcpcs\b|\bicd\b|\bmodifier|\bmedicare|(?<![\w.@-])\d{5}(?![\w.@-])|\b[A-V]\d{4}\b",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|vs|i|doorst)\s*:", re.IGNORECASE)
_ROLE = re.compile(
    r"(?:mailer[-_]?daemon|mail[-_]?daemon|postmaster|mdaemon|no-?reply|abuse|support)(?:@|$)", re.IGNORECASE
)


def says_failed(text: str) -> bool:
    """Whether the text says that a mail could not be delivered, in words or by qmail's form (QSBMF), in any
    language."""
    notice = _notice(text)
    return FAILED.search(notice) is not None or _QSBMF_RECIPIENT.search(notice) is not None


def says_delayed(text: str) -> bool:
    """Whether the text says that a mail waits and will be tried again, and not that it was given up."""
    notice = _notice(text)
    if GIVEN_UP.search(notice):
        return False
    if KEEPS_TRYING.search(notice):
        return True
    return DELAYED.search(notice) is not None and NOT_DELIVERED.search(notice) is None


def is_bare_notice(subject: str, text: str) -> bool:
    """Whether subject and text are nothing but a notice about a mail: both say so at once, the address stands
    below that on a line of its own, and nobody greets, asks, or speaks of themselves or their work."""
    if "@" not in text[:_BEGINNING]:  # no address: that spares nearly every mail the long search for phrases
        return False
    if _FORWARDED.match(subject) or not (FAILED.search(subject) or DELAYED.search(subject)):
        return False
    notice = _notice(text)
    start = notice[:_BEGINNING]
    if not (FAILED.search(start) or DELAYED.search(start)) or not _ABOUT_MAIL.search(start):
        return False
    return _LEADS_TO_AN_ADDRESS.search(start) is not None and _A_PERSON_SPEAKS.search(notice) is None


def quotes_a_copy(text: str) -> bool:
    """Whether the text leads over to a copy of the mail that it is about."""
    return COPY_BELOW.search(text[:_LOOKED_AT]) is not None


def failed_recipients(text: str, *, never: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The addresses that the notice says it could not reach, as far as its form tells; none of `never`."""
    notice = _notice(text)
    start = FAILED.search(notice) or DELAYED.search(notice)
    for where in (notice[start.start() :] if start else "", notice):
        for pattern in (_FIELD, _LINE_STARTS_WITH_ADDRESS, _X400_ADDRESS, _BEHIND_A_PHRASE):
            if addresses := tuple(_usable(pattern, where, frozenset())):
                return addresses
    anywhere = _usable(_ANYWHERE, notice, never)
    return tuple(anywhere) if len(anywhere) == 1 else ()


def _usable(pattern: re.Pattern[str], text: str, never: frozenset[str]) -> list[str]:
    found = (normalise(match[1].rstrip(".:")) for match in islice(pattern.finditer(text), _MOST_RECIPIENTS))
    return list(dict.fromkeys(each for each in found if each and each not in never and not _ROLE.match(each)))


def severity_of(text: str) -> Literal["hard", "soft"]:
    """Soft when the notice shows a transient status code (RFC 3463) first; hard otherwise: it was given up."""
    return "soft" if (status_of(text) or "").startswith("4") else "hard"


def status_of(text: str) -> str | None:
    """The first enhanced status code (RFC 3463), or else SMTP reply code, that the notice shows."""
    return status_code(_notice(text))


def enclosed_message_id(text: str) -> str | None:
    """The Message-ID of the copy that the notice quotes below itself."""
    copy = COPY_BELOW.search(text, 0, _LOOKED_AT)
    found = _ENCLOSED_MESSAGE_ID.search(text, copy.start()) if copy else None
    return found[1] if found else None


def _notice(text: str) -> str:
    """What the server itself says, without the copy of the mail below it."""
    start = text[:_LOOKED_AT]
    copy = COPY_BELOW.search(start, 1)
    return start[: copy.start()] if copy else start
