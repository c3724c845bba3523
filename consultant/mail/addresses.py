"""Addresses as people and programs write them (RFC 5322 section 3.4), made comparable. Knows no headers and
no mail."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|<(?:"(?:[^"\\]|\\.)*"|[^<>"])*>|[(,;:<>]|[^"<>(,;:]+', re.DOTALL)
_COMMENT_MARK = re.compile(r"\\.|[()]", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_INNER_COMMENT = re.compile(r"\s*\((?:\\.|[^()\\])*\)\s*")
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_ATOM_LOCAL_PART = re.compile(r"[^\s\x00-\x20\x7f-\x9f\"(),:;<>@\[\\\]]+")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_DOMAIN_LITERAL = re.compile(r"\[[0-9a-z.:]{2,80}\]")
_LONGEST = 320
# As nearly all addresses are written: only letters have to be made small.
_PLAIN_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_PLAIN_ADDRESS = rf"[A-Za-z0-9_.+-]+@{_PLAIN_LABEL}(?:\.{_PLAIN_LABEL})*"
_PLAIN = re.compile(rf"<({_PLAIN_ADDRESS})>|({_PLAIN_ADDRESS})")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox of an address list: the display name as written (encoded words and all), and the address
    as written."""

    name: str
    address: str


def normalise(address: str) -> str | None:
    """The address for comparison: lower case, domain in ASCII (IDNA), without `<>` and comments; None when
    it is none."""
    plain = _PLAIN.fullmatch(address)
    if plain is not None and len(address) <= _LONGEST:
        return (plain[1] or plain[2]).lower()
    if _CONTROL.search(address):
        return None
    mailboxes = [mailbox for mailbox in parse_mailboxes(address[: 4 * _LONGEST]) if mailbox.address]
    return _normalise_addr_spec(mailboxes[0].address) if len(mailboxes) == 1 else None


def without_tag(address: str) -> str:
    """The address without its subaddress (RFC 5233): a+b@c is a@c."""
    local, at, domain = address.rpartition("@")
    name = local.partition("+")[0]
    return f"{name}{at}{domain}" if name else address


def tag_of(address: str, base: str) -> str | None:
    """The subaddress (RFC 5233) of `address` when it is a tagged form of `base`, else None."""
    local, _, domain = address.rpartition("@")
    base_local, _, base_domain = base.rpartition("@")
    prefix = base_local.lower() + "+"
    if domain.lower() != base_domain.lower() or not local.lower().startswith(prefix):
        return None
    return local[len(prefix) :] or None


def parse_mailboxes(text: str) -> list[Mailbox]:
    """The mailboxes of an address list: groups opened, comments taken as names where there is no other."""
    mailboxes: list[Mailbox] = []
    current = _Unfinished()
    for kind, written in _tokens(text):
        if kind == "separator":
            mailboxes.extend(current.mailboxes())
            current = _Unfinished()
        elif kind == "group":
            current = _Unfinished()
        else:
            current.take(kind, written)
    return mailboxes + current.mailboxes()


class _Unfinished:
    """What has been read of a mailbox since the last comma."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.angles: list[str] = []
        self.comments: list[str] = []

    def take(self, kind: str, written: str) -> None:
        {"word": self.words, "angle": self.angles, "comment": self.comments}[kind].append(written)

    def mailboxes(self) -> list[Mailbox]:
        words = "".join(self.words).strip()
        comment = " ".join(self.comments).strip()
        if self.angles:
            return [Mailbox(_unquote_phrase(self.words) or comment, angle) for angle in self.angles]
        if "@" in words:
            return [Mailbox(comment, words)]
        name = _unquote_phrase(self.words)
        return [Mailbox(name, "")] if name else []


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    comments_close = True
    while match := _TOKEN.match(text, at):
        written, at = match.group(), match.end()
        end = _comment_end(text, at) if written == "(" and comments_close else None
        if end is not None:
            yield "comment", _QUOTED_PAIR.sub(r"\1", text[at : end - 1])
            at = end
        elif written in ",;":
            yield "separator", written
        elif written == ":":
            yield "group", written
        elif written[0] == "<" and len(written) > 1:
            yield "angle", written[1:-1].strip()
        elif written not in "<>":
            comments_close = comments_close and written != "("  # one that never closes is looked for once
            yield "word", written


def _comment_end(text: str, start: int) -> int | None:
    depth = 1
    for mark in _COMMENT_MARK.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(mark.group(), 0)
        if depth == 0:
            return mark.end()
    return None


def _unquote_phrase(words: list[str]) -> str:
    return "".join(_unquote(word) if word.startswith('"') else word for word in words).strip()


def _unquote(word: str) -> str:
    closed = len(word) > 1 and word.endswith('"')
    return _QUOTED_PAIR.sub(r"\1", word[1:-1] if closed else word[1:])


def _normalise_addr_spec(addr_spec: str) -> str | None:
    if addr_spec.startswith("@"):  # an obsolete source route (RFC 5321 appendix C)
        addr_spec = addr_spec.partition(":")[2]
    if '"' not in addr_spec:
        addr_spec = _INNER_COMMENT.sub("", addr_spec)
    local, at, domain = addr_spec.strip().rpartition("@")
    local_part, ascii_domain = _normalise_local_part(local), _ascii_domain(domain)
    if not at or local_part is None or ascii_domain is None:
        return None
    normal = f"{local_part}@{ascii_domain}"
    return normal if len(normal) <= _LONGEST else None


def _normalise_local_part(local: str) -> str | None:
    if len(local) > 1 and local[0] == local[-1] == '"':
        plain = _unquote(local)
        if not plain.isprintable() or not plain:
            return None
        if not _ATOM_LOCAL_PART.fullmatch(plain):
            return '"' + _lower(plain).replace("\\", "\\\\").replace('"', '\\"') + '"'
        local = plain
    if not _ATOM_LOCAL_PART.fullmatch(local) or not local.isprintable():
        return None
    return _lower(local)


def _lower(text: str) -> str:
    """Lower case that never turns a foreign letter into an ASCII one, as the Kelvin sign would be."""
    return "".join(c.lower() if c.isascii() or not c.lower().isascii() else c for c in text)


def _ascii_domain(domain: str) -> str | None:
    domain = domain.strip().lower()
    if _DOMAIN_LITERAL.fullmatch(domain):
        return domain
    if len(domain) > _LONGEST:
        return None
    # UTS 46, non-transitional, as far as comparison needs it; what it would refuse fails the check of labels.
    mapped = unicodedata.normalize("NFKC", domain).lower().replace("\u3002", ".").removesuffix(".")
    labels = [
        label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}" for label in mapped.split(".")
    ]
    return ".".join(labels) if all(_LABEL.fullmatch(label) for label in labels) else None
