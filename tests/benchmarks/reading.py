"""What reading a question costs: milliseconds of CPU a mail, and beside it bare regular expressions on the same texts.

Run: python -m tests.benchmarks.reading [mails]
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date

from consultant.mail.reading import read_mail
from consultant.questions import read_question
from tests.benchmarks.questions import questions

SENT_ON = date(2026, 3, 2)
ROUNDS = 5

# What a first script would search for: it knows no phone number from a code, no time from a modifier.
BARE = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b[0-9]{5}\b",
        r"\b[A-V][0-9]{4}\b",
        r"\b[A-TV-Z][0-9][0-9AB](?:\.[0-9A-Z]{1,4})?\b",
        r"-(?:[0-9]{2}|[A-Z][A-Z0-9])\b",
        r"\b[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}\b",
        r"(?i)\b(?:x\s?[0-9]+|[0-9]+\s?units?)\b",
        r"(?i)\b(?:medicare|medicaid|aetna|cigna|bcbs)\b",
    )
)


def milliseconds(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """CPU for one text, the best of several rounds."""
    return min(_round(read, texts) for _ in range(ROUNDS)) / len(texts) * 1000


def _round(read: Callable[[str], object], texts: Sequence[str]) -> float:
    started = time.process_time()
    for text in texts:
        read(text)
    return time.process_time() - started


def bare(text: str) -> list[list[str]]:
    """All that the bare expressions find."""
    return [pattern.findall(text) for pattern in BARE]


def main(mails: int) -> None:
    """Measure and print."""
    texts = [f"{mail.subject}\n\n{mail.reply_text}" for mail in map(read_mail, questions(mails))]
    ours = milliseconds(lambda text: read_question(text, sent_on=SENT_ON), texts)
    theirs = milliseconds(bare, texts)
    print(f"{len(texts)} mails, {sum(map(len, texts)) / len(texts):,.0f} characters each")
    print(f"read_question      {ours:6.3f} ms of CPU a mail")
    print(f"bare expressions   {theirs:6.3f} ms of CPU a mail")
    print(f"throughput         {theirs / ours:6.2f} of the bare expressions")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
