"""One file over https into a folder: only if it changed, going on where an earlier try broke off, within bounds.

The server's word is checked: what comes must be of one version, as long as promised, and no web page. Must not know
what the file means or who publishes it.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass
from zipfile import ZipFile

from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Timeout, make_headers
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.exceptions import SSLError as CertificateTrouble

from consultant.reference.formats import UNREADABLE
from consultant.reference.loading.finding import is_web_page
from consultant.reference.loading.kept_files import KeptFile, Record, Version

CHUNK = 1 << 16
TRIES = 4  # a broken connection is gone on with at once, so often
MOST_REDIRECTS = 5
LONGEST_CONNECT, LONGEST_SILENCE = 15, 60  # seconds
REDIRECTS = (301, 302, 303, 307, 308)
USER_AGENT = "consultant-reference-fetch/1"
CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")

Outcome = Literal["fetched", "unchanged"]


class FetchError(Exception):
    """A file could not be fetched: says why, and what to do."""


class NotThere(FetchError):
    """The server has nothing at the address."""


class _BrokenOff(Exception):
    """The connection ended before the file did; what came is kept."""


class _StartOver(Exception):
    """What was kept of an earlier try is of no use."""


class Watcher(Protocol):
    """Whoever looks on: `begins` with the bytes already there and those of the whole, then each `came`."""

    def begins(self, there: int, whole: int | None) -> None:
        """The file begins to come, at `there`, on the first try or a later one."""
        ...

    def came(self, count: int) -> None:
        """So many bytes more."""
        ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is let come: bytes and seconds for one file; hosts to which an address may send on, besides its own."""

    max_bytes: int
    max_seconds: float
    hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is there, whole, and whether it came now."""

    outcome: Outcome
    path: Path
    record: Record


class Connections:
    """Straight to a host or through the machine's proxy, as its environment says: HTTPS_PROXY, and NO_PROXY."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._straight = PoolManager(ssl_context=context)
        proxy = getproxies().get("https")
        self._proxied = _through(proxy, context) if proxy else self._straight

    def to(self, host: str) -> PoolManager:
        """The way to the host."""
        return self._straight if proxy_bypass(host) else self._proxied

    def clear(self) -> None:
        """Close them."""
        self._straight.clear()
        self._proxied.clear()


@contextmanager
def connections(ca_file: Path | None = None) -> Iterator[Connections]:
    """Connections that verify certificates, by the machine's authorities or those given; through its proxy."""
    pool = Connections(ssl.create_default_context(cafile=ca_file))
    try:
        yield pool
    finally:
        pool.clear()


def _through(proxy: str, context: ssl.SSLContext) -> PoolManager:
    """A proxy as environments name it: perhaps without http://, perhaps with user and password."""
    address = proxy if "://" in proxy else f"http://{proxy}"
    parts = urlsplit(address)
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    return ProxyManager(address, proxy_headers=make_headers(proxy_basic_auth=user), ssl_context=context)


def fetch(pool: Connections, address: str, folder: Path, bounds: Bounds, watcher: Watcher) -> Fetched:
    """Fetch the file into the folder. Raises NotThere, FetchError, and InUse when another fetch is at it."""
    kept = KeptFile(folder, _file_name(address))
    with kept.held():
        return _Fetch(pool, address, kept, bounds, watcher).run()


class _Fetch:
    """One file, in as many tries as it takes."""

    def __init__(self, pool: Connections, address: str, kept: KeptFile, bounds: Bounds, watcher: Watcher) -> None:
        self._pool, self._address, self._kept = pool, address, kept
        self._bounds, self._watcher = bounds, watcher
        self._deadline = time.monotonic() + bounds.max_seconds
        self._before = kept.whole()

    def run(self) -> Fetched:
        """Try, and go on where it broke off. Raises NotThere, FetchError."""
        why: Exception | None = None
        for _ in range(TRIES):
            try:
                return self._once()
            except _StartOver as error:
                self._kept.forget_part()
                why = error
            except _BrokenOff as error:
                why = error
        raise FetchError(
            f"{self._address}: the connection broke off again and again ({why}). Fetch it again: it goes on from there."
        ) from why

    def _once(self) -> Fetched:
        part = self._kept.part()
        if part and not part[0].strong:
            self._kept.forget_part()  # nothing would prove that the rest is of the same version
            part = None
        with self._answer(self._conditions(part)) as answer:
            if answer.status == 304 and self._before:
                return Fetched("unchanged", self._kept.path, self._before)
            version = _version(self._address, answer)
            at = self._place(answer, version, part) if answer.status == 206 else 0
            self._take(answer, version, at)
        self._check_whole()
        record = self._kept.finish(version)
        same = self._before is not None and self._before.sha256 == record.sha256
        return Fetched("unchanged" if same else "fetched", self._kept.path, record)

    def _conditions(self, part: tuple[Version, int] | None) -> dict[str, str]:
        """Only the rest, if it is the version that we have part of (RFC 9110 §13.1.5); else only what is newer."""
        if part and part[0].address == self._address and part[1]:
            return {"Range": f"bytes={part[1]}-", "If-Range": part[0].strong}
        if self._before is None or self._before.version.address != self._address:
            return {}
        version = self._before.version
        named = {"If-None-Match": version.etag, "If-Modified-Since": version.last_modified}
        return {name: value for name, value in named.items() if value}

    @contextmanager
    def _answer(self, conditions: Mapping[str, str]) -> Iterator[BaseHTTPResponse]:
        """The server's answer with a body to read, or 304. Raises NotThere, FetchError, _BrokenOff, _StartOver."""
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **conditions}
        address = self._address
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(address, headers)
            try:
                if answer.status not in REDIRECTS:
                    self._refuse_what_is_no_file(answer, address)
                    yield answer
                    return
                address = self._sent_on(address, answer.headers.get("Location", ""))
            finally:
                answer.close()
        raise FetchError(f"{self._address}: sends on from address to address. Open it in a browser.")

    def _ask(self, address: str, headers: Mapping[str, str]) -> BaseHTTPResponse:
        self._bound(0)
        left = self._deadline - time.monotonic()
        wait = Timeout(connect=min(LONGEST_CONNECT, left), read=min(LONGEST_SILENCE, left))
        pool = self._pool.to(urlsplit(address).netloc)
        try:
            return pool.request(
                "GET", address, headers=headers, preload_content=False, redirect=False, retries=False, timeout=wait
            )
        except CertificateTrouble as error:
            raise FetchError(
                f"{address}: the server's certificate cannot be trusted ({error}). Where it is that of a proxy of "
                "yours, set reference.ca_file."
            ) from error
        except LocationParseError as error:
            raise FetchError(f"{address}: is no address.") from error
        except HTTPError as error:
            raise _BrokenOff(str(error)) from error

    def _sent_on(self, address: str, location: str) -> str:
        """Where a redirect leads. Raises FetchError unless that is over https to a host that is known."""
        target = urljoin(address, location)
        known = {urlsplit(self._address).hostname, *self._bounds.hosts}
        if urlsplit(target).scheme != "https" or urlsplit(target).hostname not in known:
            raise FetchError(
                f"{address}: sends on to {target}, which is not followed. If that is right, add its host to the "
                "source's `hosts`."
            )
        return target

    def _refuse_what_is_no_file(self, answer: BaseHTTPResponse, address: str) -> None:
        if answer.status in (404, 410):
            raise NotThere(f"{address}: there is no such file (HTTP {answer.status}). {_BY_HAND}")
        if answer.status == 416:
            raise _StartOver("the server has not the rest of it")
        if answer.status == 304 and self._before:
            return
        if answer.status in (401, 403):
            raise FetchError(f"{address}: the server does not give it to us (HTTP {answer.status}). {_BY_HAND}")
        if answer.status not in (200, 206):
            raise FetchError(f"{address}: the server answers HTTP {answer.status}. {_when(answer)} {_BY_HAND}")
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FetchError(f"{address}: comes encoded, though that was not asked for. {_BY_HAND}")
        if answer.headers.get("Content-Type", "").lower().startswith(("text/html", "application/xhtml")):
            raise FetchError(_web_page(address))

    def _place(self, answer: BaseHTTPResponse, version: Version, part: tuple[Version, int] | None) -> int:
        """Where the rest belongs. Raises _StartOver when it is not the rest of what we have."""
        found = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if part is None or found is None or int(found[1]) != part[1]:
            raise _StartOver("the server sent another part than was asked for")
        if version.etag and version.etag != part[0].etag:
            raise _StartOver("the file changed meanwhile")
        return part[1]

    def _take(self, answer: BaseHTTPResponse, version: Version, at: int) -> None:
        """Write what comes. Raises _BrokenOff when it ends too early, FetchError when it is too much or a web page."""
        length = answer.headers.get("Content-Length", "")
        whole = at + int(length) if length.isdecimal() else None
        self._bound(whole or 0)
        self._watcher.begins(at, whole)
        end = at
        with self._kept.writing(version, at) as file:
            for chunk in _chunks(answer):
                if end == 0 and is_web_page(chunk):
                    raise FetchError(_web_page(self._address))
                end += len(chunk)
                self._bound(end)
                file.write(chunk)
                self._watcher.came(len(chunk))
        if whole is not None and end < whole:
            raise _BrokenOff(f"{end:,} of {whole:,} bytes")

    def _bound(self, size: int) -> None:
        if size > self._bounds.max_bytes:
            self._kept.forget_part()
            raise FetchError(
                f"{self._address}: is larger than {self._bounds.max_bytes:,} bytes. If that is right, raise "
                "reference.max_bytes."
            )
        if time.monotonic() > self._deadline:
            raise FetchError(
                f"{self._address}: took longer than {self._bounds.max_seconds:g} seconds. Fetch it again: it goes on "
                "from there, where the server names versions."
            )

    def _check_whole(self) -> None:
        """That something came. A zip is read through once: its checksums tell whether its parts belong together."""
        if not self._kept.unfinished.stat().st_size:
            self._kept.forget_part()
            raise FetchError(f"{self._address}: an empty file came. Try again later. {_BY_HAND}")
        if self._kept.path.suffix.lower() not in (".zip", ".xlsx"):
            return
        try:
            with ZipFile(self._kept.unfinished) as archive:
                damaged = archive.testzip()
        except UNREADABLE as error:
            damaged = str(error)
        if damaged is not None:
            self._kept.forget_part()
            raise FetchError(f"{self._address}: what came is no whole zip ({damaged}). Fetch it again.")


_BY_HAND = "Look for the file on the agency's page, and load it with `consultant reference load PATH`."


def _when(answer: BaseHTTPResponse) -> str:
    """When to ask again, where the server says how many seconds that is from now."""
    seconds = answer.headers.get("Retry-After", "")
    return f"Try again in {int(seconds):,} seconds." if seconds.isdecimal() else "Try again later."


def _chunks(answer: BaseHTTPResponse) -> Iterator[bytes]:
    try:
        while chunk := answer.read1(CHUNK, decode_content=False):
            yield chunk
    except (HTTPError, OSError) as error:
        raise _BrokenOff(str(error)) from error


def _version(address: str, answer: BaseHTTPResponse) -> Version:
    return Version(address, answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))


def _file_name(address: str) -> str:
    """The last piece of the address, as a name that leads nowhere else."""
    name = unquote(urlsplit(address).path).rpartition("/")[2]
    tidy = re.sub(r"[^\w.() -]", "_", name).lstrip(".")
    if not tidy:
        raise FetchError(f"{address}: the address names no file.")
    return tidy


def _web_page(address: str) -> str:
    return f"{address}: a web page came instead of a file, perhaps to agree to something first. {_BY_HAND}"
