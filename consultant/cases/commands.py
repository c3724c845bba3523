"""Reading a consultant's answer to a review mail: which decision it is, where that is beyond doubt.

What leaves by it is read by a member, so doubt never decides: words beside APPROVE, or beside edited text, send
nothing. Pure: knows no database.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass

from consultant.letters.markers import between_markers, holds_marker, is_marker, same_text
from consultant.mail.reading import IncomingMail
from consultant.mail.visible.attributions import attribution_start


class Verb(enum.StrEnum):
    """What a consultant's mail says."""

    APPROVE = "approve"
    DECLINE = "decline"
    ASK = "ask"
    EDIT = "edit"  # edited text between the markers and nothing else: approves that text
    CONFIRM = "confirm"  # edited text beside other words: kept, and asked back
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Command:
    """A decision as it was read. `words` is the reason, the question or the edited text."""

    verb: Verb
    words: str = ""


APPROVAL = re.compile(r"approved?", re.IGNORECASE)
# In capitals, or with a colon: "Ask Chris about this" is no question to the member.
INSTRUCTION = re.compile(r"(?P<verb>DECLINED?|ASK)(?:\s+|\s*[:–—-]\s*|$)(?P<words>.*)", re.DOTALL)
WITH_COLON = re.compile(r"(?P<verb>declined?|ask)\s*:\s*(?P<words>.*)", re.DOTALL | re.IGNORECASE)
DECORATION = " \t*_.!\"'"
GREETING = re.compile(r"(?:hi|hello|dear|hey|good (?:morning|afternoon|evening))\b[\w ,.!-]{0,40}", re.IGNORECASE)
SIGN_OFF = re.compile(
    r"(?:many |with )?(?:thanks|thank you|thx|best|kind|warm|regards|cheers|sincerely|yours)"
    r"(?: (?:you|again|so|very|much|regards|wishes|sincerely|truly|best))*[,.! ]*",
    re.IGNORECASE,
)
MOBILE_FOOTER = re.compile(
    r"(?:sent|gesendet|envoyé|enviado|inviato) (?:from|via|von|mit|de|depuis|desde|da) .{1,40}", re.IGNORECASE
)
# What opens a line of a signature only to take back, put off or change what stands above it.
AFTERTHOUGHT = re.compile(
    r"(?:p\.?\s?s\b|but|except|however|wait|also|one more|though|hold|not|no|do not|don.?t"
    r"|please(?! consider the environment))\b",
    re.IGNORECASE,
)


def read_command(mail: IncomingMail, markdown: str, name: str) -> Command:
    """What the answer of the consultant of that name to a review of `markdown` decides."""
    edited = between_markers(mail.text)
    changed = edited is not None and not same_text(edited, markdown)
    said = own_words(mail.reply_text, name)
    instruction = INSTRUCTION.match(said) or WITH_COLON.match(said)
    if instruction is not None:
        verb = Verb.ASK if instruction["verb"].upper() == "ASK" else Verb.DECLINE
        return Command(verb, instruction["words"].strip())
    if changed and edited is not None:
        return Command(Verb.CONFIRM if said or _breaks_the_quotation(mail.text) else Verb.EDIT, edited)
    damaged = edited is None and holds_marker(mail.text)
    if APPROVAL.fullmatch(said.strip(DECORATION)) and not damaged:
        return Command(Verb.APPROVE)
    return Command(Verb.UNCLEAR)


def own_words(reply: str, name: str) -> str:
    """What the writer put outside the markers, without quoted lines, greeting, sign-off and signature."""
    above, below = _outside_markers(_unattributed(reply.splitlines()), name)
    while above and (not above[0] or GREETING.fullmatch(above[0])):
        del above[0]
    return "\n".join((*_unsigned(above, name), *_unsigned(below, name))).strip()


def _breaks_the_quotation(text: str) -> bool:
    """Whether a line between quoted markers is not quoted: a remark, perhaps, that is not for the member."""
    inside = False
    for line in map(str.strip, text.splitlines()):
        if is_marker(line):
            inside = line.startswith(">") and not inside
        elif inside and line and not line.startswith(">"):
            return True
    return False


def _unattributed(lines: list[str]) -> list[str]:
    """Without "On 2 June, Ana wrote:" above the quotation: it stays where nothing else is written in front of it."""
    quotation = next((at for at, line in enumerate(lines) if line.startswith(">")), 0)
    end = quotation
    while end and not lines[end - 1].strip():
        end -= 1
    start = attribution_start(lines, end, quoted=True)
    return lines if start is None else [*lines[:start], *lines[quotation:]]


def _outside_markers(lines: Sequence[str], name: str) -> tuple[list[str], list[str]]:
    above: list[str] = []
    below: list[str] = []
    outside, inside = above, False
    for line in map(str.strip, lines):
        if is_marker(line):
            outside, inside = below, not inside
        elif line == f"Hello {name},":
            break  # the review mail itself, put below by a client that marks no quotes
        elif not inside and not line.startswith(">"):
            outside.append(line)
    return above, below


def _unsigned(lines: Sequence[str], name: str) -> Sequence[str]:
    """The lines above the signature; all of them, where nothing is surely one, or something in it takes words back."""
    lines = [line for line in lines if line]
    for number in range(len(lines)):
        signature = lines[number:]
        if _is_signature(signature, name):
            return lines if any(AFTERTHOUGHT.match(line) for line in signature) else lines[:number]
    return lines


def _is_signature(lines: Sequence[str], name: str) -> bool:
    """A name or a "-- " with whatever follows; a sign-off or mobile footer that ends the mail or is above a name."""
    first, *rest = lines
    if first == "--":  # RFC 3676 section 4.3
        return True
    if SIGN_OFF.fullmatch(first) or MOBILE_FOOTER.fullmatch(first):
        return not rest or _is_signature(rest, name)
    return _is_name(first, name)


def _is_name(line: str, name: str) -> bool:
    """Whether the line is the writer's name, or a part of it, with credentials at the most."""
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", line)
    known = {word.lower() for word in name.replace(",", " ").split()}
    return bool(words) and all(word.lower() in known or word.isupper() for word in words) and words[0].lower() in known
