"""How far what is read of other projects' mails agrees with what those projects say of them.

Run as `python -m tests.corpora.score [folder] [--failures]`. The folder holds `parse/`, `reply/` and `bounce/`, each
with an `index.jsonl` that names messages and expectations; without an argument it is looked for beside the repository.
Times are CPU milliseconds of reading and judging.
"""

from __future__ import annotations

import json
import re
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consultant.mail.addresses import normalise
from consultant.mail.machine import Machine, judge_machine
from consultant.mail.reading import IncomingMail, read_mail
from consultant.mail.visible import visible_reply

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "mail"
SETS = ("parse", "reply", "bounce")
SLOW = 2.0  # seconds of one message that count as a hang


@dataclass(frozen=True, slots=True)
class Read:
    """A message of the corpus as this project reads it."""

    mail: IncomingMail
    machine: Machine

    @property
    def names(self) -> list[str]:
        """The names of the attachments, comparable."""
        return [squeezed(each.name) for each in self.mail.attachments]


Check = Callable[[Read, Any], bool]


def main() -> None:
    """Print agreement per field, and with --failures what disagrees."""
    folders = [Path(word) for word in sys.argv[1:] if not word.startswith("-")]
    folder = folders[0] if folders else CORPUS
    score = scored(folder)
    for field, results in sorted(score.results.items()):
        right = sum(not wrong for _, wrong in results)
        print(f"{field:28} {right:4} of {len(results):4}  {right / len(results):7.1%}")
    print(f"messages {score.messages}, slower than {SLOW:g} s {score.slow}, CPU {score.cpu_ms:.2f} ms a message")
    if "--failures" in sys.argv:
        for field, results in sorted(score.results.items()):
            for name, wrong in results:
                if wrong:
                    print(f"{field} {name}: {wrong}")


@dataclass(slots=True)
class Score:
    """Per field each message with what is wrong of it ('' when it agrees)."""

    results: dict[str, list[tuple[str, str]]]
    messages: int = 0
    slow: int = 0
    cpu_ms: float = 0.0


def scored(folder: Path) -> Score:
    """The agreement on every message below the folder; whatever a message raises, passes."""
    score = Score(defaultdict(list))
    seconds = 0.0
    for entry in entries(folder):
        raw = (folder / entry["file"]).read_bytes()
        started = time.process_time()
        fields = FIELDS[entry["file"].partition("/")[0]](entry, raw)
        for field, expected, check, read in fields:
            found = "" if check(read, expected) else f"expected {expected!r}"[:300]
            score.results[field].append((entry["id"], found))
        took = time.process_time() - started
        seconds += took
        score.slow += took > SLOW
        score.messages += 1
    score.cpu_ms = 1000 * seconds / max(1, score.messages)
    return score


def entries(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of the indexes that are there."""
    for name in SETS:
        index = folder / name / "index.jsonl"
        if index.exists():
            for line in index.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                yield entry | {"file": entry["file"] if "/" in entry["file"] else f"{name}/{entry['file']}"}


Found = Iterator[tuple[str, Any, Check, Read]]


def parse_fields(entry: dict[str, Any], raw: bytes) -> Found:
    """What `parse/` states of headers, text and attachments."""
    read = read_whole(raw)
    for key, expected in entry["expect"].items():
        if key in PARSE_CHECKS:
            yield f"parse {key}", expected, PARSE_CHECKS[key], read


def reply_fields(entry: dict[str, Any], raw: bytes) -> Found:
    """What `reply/` states of the new text."""
    expect = entry["expect"]
    read = read_whole(raw if entry["file"].endswith(".eml") else as_mail(entry["file"], raw))
    if "reply_text" in expect:
        allowed = [expect["reply_text"], *expect.get("also_ok", [])]
        yield "reply exact", allowed, reply_is_one_of, read
    wanted = expect.get("contains") or [line for line in expect.get("reply_text", "").splitlines() if line.strip()]
    if wanted:
        yield "reply nothing lost", wanted, reply_holds, read
    if "not_contains" in expect:
        yield "reply nothing kept", expect["not_contains"], reply_holds_none, read


def bounce_fields(entry: dict[str, Any], raw: bytes) -> Found:
    """What `bounce/` states of machine mail."""
    read = read_whole(raw)
    for key, expected in entry["expect"].items():
        if key in BOUNCE_CHECKS:
            yield f"bounce {key}", expected, BOUNCE_CHECKS[key], read


FIELDS: dict[str, Callable[[dict[str, Any], bytes], Found]] = {
    "parse": parse_fields,
    "reply": reply_fields,
    "bounce": bounce_fields,
}


def read_whole(raw: bytes) -> Read:
    """The message read and judged."""
    mail = read_mail(raw)
    return Read(mail, judge_machine(mail, raw))


def as_mail(name: str, body: bytes) -> bytes:
    """A bare body as the mail that it was cut out of."""
    kind = b"html" if name.endswith(".html") else b"plain"
    return b"From: a@b.example\nSubject: Re: x\nContent-Type: text/" + kind + b"; charset=utf-8\n\n" + body


def squeezed(text: str) -> str:
    """The text for comparison: NFC, one blank for any white space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def bare(text: str) -> str:
    """The text without any white space, for parts of texts that were broken into lines."""
    return "".join(squeezed(text).split())


def alike(found: str, expected: str) -> bool:
    """Equal, where U+FFFD in the expected text stands for a few characters."""
    pattern = re.escape(squeezed(expected)).replace("\ufffd", ".{0,4}")
    return re.fullmatch(pattern, squeezed(found), re.DOTALL) is not None


def comparable_address(written: str) -> str:
    """The address as the reader gives it."""
    return normalise(written) or written.lower()


def subject_agrees(read: Read, expected: Any) -> bool:
    """Whether the subject is the expected one."""
    return alike(read.mail.subject, expected)


def text_holds(read: Read, expected: Any) -> bool:
    """Whether every snippet is in the text."""
    text = bare(read.mail.text)
    return all(re.search(re.escape(bare(each)).replace("\ufffd", ".{0,4}"), text) for each in expected)


def attachments_are_there(read: Read, expected: Any) -> bool:
    """Whether every expected file is among the attachments, with its size where that is stated."""
    left = [(squeezed(each.name), each.size) for each in read.mail.attachments]
    for wanted in expected:
        size = wanted.get("size")
        match = next((f for f in left if alike(f[0], wanted["name"]) and size in (None, f[1])), None)
        if match is None:
            return False
        left.remove(match)
    return True


def reply_is_one_of(read: Read, expected: Any) -> bool:
    """Whether the reply is one of the right readings."""
    return squeezed(shown_reply(read)) in {squeezed(each) for each in expected}


def reply_holds(read: Read, expected: Any) -> bool:
    """Whether every line is in the reply."""
    return all(bare(each) in bare(shown_reply(read)) for each in expected)


def reply_holds_none(read: Read, expected: Any) -> bool:
    """Whether no such piece is in the reply."""
    return not any(bare(each) in bare(shown_reply(read)) for each in expected)


def shown_reply(read: Read) -> str:
    """The reply, also of what is called a forward."""
    return visible_reply(read.mail.text)


def kind_agrees(read: Read, expected: Any) -> bool:
    """Whether the sort of mail is right, as far as the source says."""
    kind = str(read.machine.kind)
    if expected == "not_bounce":
        return kind not in ("bounce", "delayed")
    if expected == "automatic":
        return kind != "question"
    return bool(kind == expected)


def severity_agrees(read: Read, expected: Any) -> bool:
    """Whether it failed for good."""
    return read.machine.bounce is not None and expected in ("hard_or_soft", read.machine.bounce.severity)


def recipients_agree(read: Read, expected: Any) -> bool:
    """Whether exactly these addresses failed."""
    found = set(read.machine.bounce.recipients) if read.machine.bounce else set()
    return found == {comparable_address(each) for each in expected}


def a_recipient_is_known(read: Read, expected: Any) -> bool:
    """Whether one of these addresses is among those that failed."""
    found = set(read.machine.bounce.recipients) if read.machine.bounce else set()
    return bool(found & {comparable_address(each) for each in expected})


PARSE_CHECKS: dict[str, Check] = {
    "from": lambda read, expected: read.mail.from_address == comparable_address(expected),
    "from_name": lambda read, expected: alike(read.mail.from_name, expected),
    "to": lambda read, expected: {comparable_address(each) for each in expected} <= set(read.mail.to),
    "subject": subject_agrees,
    "subject_contains": lambda read, expected: all(bare(each) in bare(read.mail.subject) for each in expected),
    "body_text_contains": text_holds,
    "attachments": attachments_are_there,
    "tnef_attachments": attachments_are_there,
    "attachment_count": lambda read, expected: len(read.mail.attachments) == expected,
}
BOUNCE_CHECKS: dict[str, Check] = {
    "kind": kind_agrees,
    "severity": severity_agrees,
    "recipients": recipients_agree,
    "recipient_any": a_recipient_is_known,
}

if __name__ == "__main__":
    main()
