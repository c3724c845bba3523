"""Failure notices in free form, as qmail, Exim, Exchange and older servers write them: their phrases and
addresses.

Reads text only. A phrase proves nothing by itself, because people write about failed deliveries too:
whoever asks must have another sign that a machine speaks.
"""

import re
from typing import Literal

from consultant.mail.addresses import normalise
from consultant.mail.reports import status_class

_LOOKED_AT = 20_000  # characters

_FAILED = re.compile(
    r"undeliverable|undelivered|un?able to deliver|wasn[’']t able to deliver|n[o']t (?:be |"
    r"been )?(?:able to be )?delivered|"
    r"cannot be delivered|not delivered|deliver(?:y|ed)?(?: \w+){0,8} (?:has |have )?(?:permanently )?failed|"
    r"delivery (?:failure|error|problem)|failure notice|failed mail|failed to deliver|attempting to deliver|"
    r"did not (?:reach|receive)|returned (?:mail|to sender|message)|returning message|"
    r"permanent(?:ly)? (?:error|fail)|"
    r"(?:following|these) (?:recipients?|address(?:es|\(es\))?) (?:\w+ ){0,2}(?:fail|rejected|affected)|"
    r"unknown (?:user|recipient)|user unknown|no such (?:user|recipient|mailbox)|invalid final delivery|"
    r"address(?:es)? (?:had|with) permanent|recipient address rejected|mailbox (?:is )?(?:full|unavailable)|"
    r"unzustellbar|nicht zugestellt|konnte nicht (?:\w+ ){0,4}(?:zugestellt|übermittelt)|"
    r"non remis|pas pu être (?:remis|délivré|distribué)|no (?:se )?(?:pudo|ha podido) (?:ser )?entrega|"
    r"no se ha podido entregar|impossibile (?:recapitare|consegnare)|não (?:pôde|"
    r"foi possível) (?:ser )?entreg|"
    r"niet (?:worden )?(?:bezorgd|afgeleverd)|kunde inte levereras|kunne ikke leveres|"
    r"nie można (?:było )?dostarczyć",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"(?:has|have|is|was) (?:been )?(?:delayed|postponed|deferred)|\bdelayed \d+ (?:hours?|days?)|"
    r"warning message only|"
    r"not yet been delivered|(?:continue|continuing) to (?:try|attempt)|will (?:be retried|keep trying|"
    r"retry)|"
    r"delivery status notification \(delay\)|still (?:being )?(?:in the queue|retried)|verzögert|"
    r"wird weiter versucht|"
    r"retardé|ha sido retrasad",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"giv(?:en|ing) up|permanent (?:error|fail)|will not be retried|could not be delivered", re.IGNORECASE
)
_COPY_BELOW = re.compile(
    r"^[ \t*>]*(?:-{2,}[ \t]*(?:below|this is a copy|the (?:header|body|unsent|message)|original|"
    r"message header|"
    r"(?:return|undeliver|unsent)|transcript of|copy of|forwarded|end of|included)|original message follows|"
    r"below is a copy|(?:the )?(?:first|last) \d+ lines of|(?:a summary of|here is a copy|"
    r"your original message)|"
    r"received:\s*(?:from|by)\b|return-path:)",
    re.IGNORECASE | re.MULTILINE,
)

_ADDRESS = r"[^\s<>\"',;:()\[\]=@]{1,100}@[A-Za-z0-9\[][A-Za-z0-9.\-:\]]{1,200}"
_LINE_STARTS_WITH_ADDRESS = re.compile(
    rf"^[ \t*>-]{{0,40}}(?:<|\"|'|rfc822;[ \t]*|&lt;)?({_ADDRESS})[>\"'.]{{0,2}}(?=[ \t]*(?:$|[:;,(]|"
    rf"(?:on|error)\b))",
    re.IGNORECASE | re.MULTILINE,
)
_QSBMF_RECIPIENT = re.compile(rf"^<{_ADDRESS}>:", re.MULTILINE)
_BEHIND_A_PHRASE = re.compile(
    r"(?:(?:undeliverable|delivered|deliver|delivery|message|mail|e-?mail)[ \t]+(?:to|for)[ \t]*:?|"
    rf"(?:user|userid|recipients?|address|mailbox|to)[ \t]*:)\s{{1,40}}[<\"']?({_ADDRESS})",
    re.IGNORECASE,
)
_X400_ADDRESS = re.compile(rf"SMTP=({_ADDRESS})", re.IGNORECASE)
_ENCLOSED_MESSAGE_ID = re.compile(r"^[ \t>]*Message-ID:\s*(<[^<>\s]{1,996}>)", re.IGNORECASE | re.MULTILINE)


def says_failed(text: str) -> bool:
    """Whether the text says that a mail could not be delivered, in words or by qmail's form (QSBMF), in any
    language."""
    notice = _notice(text)
    return _FAILED.search(notice) is not None or _QSBMF_RECIPIENT.search(notice) is not None


def says_delayed(text: str) -> bool:
    """Whether the text says that a mail waits and will be tried again, and not that it was given up."""
    notice = _notice(text)
    return _DELAYED.search(notice) is not None and _GIVEN_UP.search(notice) is None


def failed_recipients(text: str) -> tuple[str, ...]:
    """The addresses that the notice says it could not reach, as far as its form tells."""
    notice = _notice(text)
    start = _FAILED.search(notice) or _DELAYED.search(notice)
    for where in (notice[start.start() :] if start else "", notice):
        for pattern in (_LINE_STARTS_WITH_ADDRESS, _X400_ADDRESS, _BEHIND_A_PHRASE):
            found = (normalise(address.rstrip(".:")) for address in pattern.findall(where))
            if addresses := tuple(dict.fromkeys(address for address in found if address)):
                return addresses
    return ()


def severity_of(text: str) -> Literal["hard", "soft"]:
    """Soft when the notice shows a transient status code (RFC 3463) first; hard otherwise."""
    return "soft" if status_class(_notice(text)) == 4 else "hard"


def enclosed_message_id(text: str) -> str | None:
    """The Message-ID of the copy that the notice quotes below itself."""
    copy = _COPY_BELOW.search(text)
    found = _ENCLOSED_MESSAGE_ID.search(text, copy.start()) if copy else None
    return found[1] if found else None


def _notice(text: str) -> str:
    """What the server itself says, without the copy of the mail below it."""
    start = text[:_LOOKED_AT]
    copy = _COPY_BELOW.search(start, 1)
    return start[: copy.start()] if copy else start
