"""The process that reads one hostile file: bytes come in, text goes out as it is found, the kernel keeps the limits.

Run as `python -m consultant.mail.attachments.reading_process <reader> <seconds> <MB> <characters>`. Writes no file,
opens no connection, and is given nothing but the file.
"""

import importlib
import logging
import resource
import sys
from collections.abc import Callable, Iterator

from consultant.mail.attachments.outcomes import CUT, DAMAGED, LOCKED, TOO_LARGE, WHOLE, Locked

READERS = ("docx", "pdf", "rtf", "xlsx")


def main(reader: str, seconds: int, memory_mb: int, characters: int) -> int:
    """Read the file on standard input; the exit status says how it went."""
    limit(seconds, memory_mb)
    logging.disable(logging.CRITICAL)  # libraries log pieces of what they read
    try:
        pieces = reader_named(reader)
        return write(pieces(sys.stdin.buffer.read()), characters)
    except MemoryError:
        return TOO_LARGE
    except Locked:
        return LOCKED
    except Exception:  # noqa: BLE001 - a library at work on a hostile file may raise anything, and all of it means this
        return DAMAGED
    finally:
        sys.stdout.flush()


def limit(seconds: int, memory_mb: int) -> None:
    """Bound CPU time, address space and open files, and forbid to write any file.

    The process that starts this one may have less address space; where its hard limit is lower, that holds.
    """
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory_mb * 1024 * 1024),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        hard = resource.getrlimit(kind)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, bound))


def reader_named(name: str) -> Callable[[bytes], Iterator[str]]:
    """The reader; only its library is loaded."""
    if name not in READERS:
        raise ValueError(name)
    pieces: Callable[[bytes], Iterator[str]] = importlib.import_module(
        f"consultant.mail.attachments.{name}_text"
    ).pieces
    return pieces


def write(pieces: Iterator[str], characters: int) -> int:
    """Write the pieces as they come, so that they count even if this process is stopped."""
    left = characters
    for piece in pieces:
        sys.stdout.write(piece[:left])
        sys.stdout.flush()
        left -= len(piece)
        if left < 0:
            return CUT
    return WHOLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:5])))
