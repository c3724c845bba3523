"""Damaged mails by the thousand: none may raise, take long, or lose a part without saying so.

Run as `python -m tests.corpora.fuzz_mail [--mails N] [--seed N]`. Each mail is one of the seeds (mails of our own, and
the corpus where it lies beside the repository) with a few bytes changed, pieces cut, doubled, moved, or put in from
another mail. What fails is written to a file whose name is printed, and the run ends with status 1.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator

from consultant.mail.machine import judge_machine
from consultant.mail.parts import split_message
from consultant.mail.reading import IncomingMail, attached_files, read_mail
from tests.benchmarks.questions import questions
from tests.corpora.score import CORPUS, SETS
from tests.unit.mail.letters import letter, multipart
from tests.unit.mail.wrapping import base64_lines, properties, signed, winmail, with_winmail

MAILS = 100_000
SEED = 20260302
LONGEST_SEED = 60_000  # bytes
SLOW = 2.0  # seconds of CPU for one mail, on a machine that is busy with other things
OWN_SEEDS = 30

PIECES = (
    b"\r\n\r\n", b"\n", b"\r", b"\x00", b"\xff\xfe", b"=?utf-8?b?w7w=?=", b"=?utf-8?q?", b"--", b"\r\n--cut--\r\n",
    b"Content-Type: multipart/mixed; boundary=cut\r\n", b"Content-Type: message/rfc822\r\n\r\n", b"charset=utf-7",
    b"charset=utf-16", b"charset=iso-2022-jp", b"Content-Transfer-Encoding: base64\r\n", b"format=flowed; delsp=yes",
    b"Content-Transfer-Encoding: quoted-printable\r\n", b"<table><tr><td>", b"<blockquote>", b"</div>", b"> ", b'"',
    b"begin 644 a\n#0V%T\n`\nend\n", b"\x78\x9f\x3e\x22", b"-----BEGIN PGP SIGNED MESSAGE-----\n\n",
    b"From: a@b.example\r\n", b"application/pkcs7-mime", b"application/ms-tnef", b"text/calendar", b"text/html", b"(",
    b"<", b";", b",", b"=", b"&#",
)  # fmt: skip


# Words that are put into every mail at the beginning of a line, to be looked for in what was read.
WORDS = b"Zq97531 was put in here"
LIKE_A_FIELD = re.compile(rb"[^\n]*:")


def main() -> int:
    """Read the mails; 0 when all went well."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--mails", type=int, default=MAILS)
    options.add_argument("--seed", type=int, default=SEED)
    chosen = options.parse_args()
    started = time.perf_counter()
    failures = 0
    for number, raw in enumerate(damaged_mails(chosen.mails, chosen.seed)):
        if wrong := what_is_wrong(raw):
            failures += 1
            with tempfile.NamedTemporaryFile(prefix=f"fuzz-{number}-", suffix=".eml", delete=False) as file:
                file.write(raw)
            print(f"{file.name}: {wrong}")
    print(f"{chosen.mails} mails, {failures} failures, {time.perf_counter() - started:.0f} s")
    return 1 if failures else 0


def damaged_mails(count: int, seed: int) -> Iterator[bytes]:
    """That many damaged mails, the same ones for the same seed and the same seeds on disk."""
    dice = random.Random(seed)
    seeds = [*questions(OWN_SEEDS), *wrapped_seeds(), *corpus_seeds()]
    for _ in range(count):
        yield damaged(dice, dice.choice(seeds), dice.choice(seeds))


def wrapped_seeds() -> list[bytes]:
    """Mails of our own whose text and files are wrapped in other formats, with quotes and tables in HTML."""
    html = "<div>99213<table><tr><td>a<td>b</table></div><blockquote type=cite>old<blockquote>older</blockquote>"
    calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Audit\nDTSTART:20260302T090000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    parts = (f"Content-Type: text/html\r\n\r\n{html}", f"Content-Type: text/calendar\r\n\r\n{calendar}")
    body, content_type = multipart(
        "alternative", "Content-Type: text/plain; format=flowed\r\n\r\n99213 \r\n> old", *parts
    )
    inner = b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    opaque = {"content_type": "application/pkcs7-mime", "content_transfer_encoding": "base64"}
    clear = "-----BEGIN PGP SIGNED MESSAGE-----\n\n- -- \n99213\n-----BEGIN PGP SIGNATURE-----\n\nabc\n"
    return [
        letter(body, content_type=content_type),
        letter(base64_lines(signed(inner, pieces=True)), **opaque),
        letter(base64_lines(signed(inner, pieces=False)), **opaque),
        with_winmail("May we bill?", winmail(body=b"May we bill 99213?", mapi=properties((0x1E, 0x1000, b"y")))),
        letter(clear + "-----END PGP SIGNATURE-----\n\nbegin 644 note.txt\n#0V%T\n`\nend\n"),
    ]


def corpus_seeds() -> list[bytes]:
    """The messages of the corpus that are not too long."""
    files = sorted(file for name in SETS for file in (CORPUS / name).glob("*.eml"))
    return [file.read_bytes() for file in files if file.stat().st_size <= LONGEST_SEED]


def damaged(dice: random.Random, raw: bytes, other: bytes) -> bytes:
    """The mail with one to eight changes, most of them near its header fields, where structure is."""
    for _ in range(dice.randint(1, 8)):
        at = min(int(dice.expovariate(1 / 600)), len(raw)) if dice.random() < 0.5 else dice.randint(0, len(raw))
        end = min(len(raw), at + int(dice.expovariate(1 / 40)))
        raw = dice.choice(CHANGES)(dice, raw, at, end, other)
    raw = raw[: 2 * LONGEST_SEED]
    line = raw.find(b"\n", dice.randint(0, len(raw))) + 1
    return raw[:line] + WORDS + b"\r\n" + raw[line:]


def _cut(dice: random.Random, raw: bytes, at: int, end: int, other: bytes) -> bytes:
    return raw[:at] + raw[end:]


def _cut_off(dice: random.Random, raw: bytes, at: int, end: int, other: bytes) -> bytes:
    return raw[: dice.randint(at, len(raw))]


def _noise(dice: random.Random, raw: bytes, at: int, end: int, other: bytes) -> bytes:
    return raw[:at] + dice.randbytes(end - at) + raw[end:]


def _flip(dice: random.Random, raw: bytes, at: int, end: int, other: bytes) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1 << dice.randrange(8)]) + raw[at + 1 :] if at < len(raw) else raw


def _double(dice: random.Random, raw: bytes, at: int, end: int, other: bytes) -> bytes:
    return raw[:end] + raw[at:end] * dice.choice((1, 1, 2, 50)) + raw[end:]


def _put_in(dice: random.Random, raw: bytes, at: int, end: int, other: bytes) -> bytes:
    return raw[:at] + dice.choice(PIECES) * dice.choice((1, 1, 1, 3, 200)) + raw[at:]


def _splice(dice: random.Random, raw: bytes, at: int, end: int, other: bytes) -> bytes:
    start = dice.randint(0, len(other))
    return raw[:at] + other[start : start + dice.randint(0, 3_000)] + raw[end:]


def _line_ends(dice: random.Random, raw: bytes, at: int, end: int, other: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n") if b"\r\n" in raw else raw.replace(b"\n", b"\r\n")


CHANGES = (_cut, _cut_off, _noise, _noise, _flip, _flip, _double, _put_in, _put_in, _splice, _line_ends)


def what_is_wrong(raw: bytes) -> str | None:
    """Why the mail was not read as it must be; None when it was."""
    started = time.process_time()
    try:
        mail = read_mail(raw)
        judge_machine(mail, raw)
        files = [file.attachment for file in attached_files(raw)]
    except Exception as error:  # noqa: BLE001 - anything that is raised is what is looked for
        return f"raised {error!r}"
    if time.process_time() - started > SLOW:
        return f"took {time.process_time() - started:.1f} s"
    if files != list(mail.attachments):
        return "its files are not its attachments"
    return unfit(mail) or lost(mail, raw)


def unfit(mail: IncomingMail) -> str | None:
    """Why what was read cannot be stored and shown."""
    names = [file.name for file in mail.attachments]
    texts = [mail.subject, mail.from_name, mail.text, mail.reply_text, *mail.defects, *names]
    try:
        json.dumps(texts, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        return f"text that cannot be stored: {error}"
    if any("\n" in each for each in (mail.subject, mail.from_name, *names)):
        return "a line end in a name"
    return "control characters" if any("\x00" in each or "\x1b" in each for each in texts) else None


def lost(mail: IncomingMail, raw: bytes) -> str | None:
    """Whether the words put in are nowhere in what was read, and no remark says that anything is missing."""
    at = raw.find(WORDS)
    line = raw[max(raw.rfind(b"\n", 0, at), raw.rfind(b"\r", 0, at)) + 1 : at]
    if at < 0 or mail.cut or line or LIKE_A_FIELD.match(raw, at + len(WORDS)):
        return None
    if any(WORDS in value for _, value in mail.headers.fields):
        return None
    found = [leaf for leaf in split_message(raw).leaves if WORDS in leaf.content]
    in_fields = any(WORDS in value for leaf in split_message(raw).leaves for _, value in leaf.headers.fields)
    if not found:
        return None if in_fields else "words that are in no part"
    leaf = found[0]
    encoded = any(value.lower() not in (b"7bit", b"8bit") for value in leaf.headers.raw("content-transfer-encoding"))
    if encoded or leaf.type != "text/plain" or "charset" in leaf.parameters:
        return None
    in_files = any(WORDS in file.content for file in attached_files(raw))
    return None if in_files or WORDS.decode() in mail.text else "words of a plain part that are not in the text"


if __name__ == "__main__":
    sys.exit(main())
