"""Fetching from a server over TLS: what changed, what broke off, what was no file at all."""

import hashlib
import random
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from consultant.reference.loading.fetching import (
    TRIES,
    Bounds,
    Connections,
    Fetched,
    FetchError,
    NotThere,
    connections,
    fetch,
)
from consultant.reference.loading.kept_files import InUse
from tests.reference_files import zipped
from tests.services.agency_server import AgencyServer, Served, running_agency
from tests.services.certificates import Authority
from tests.services.web_proxy import running_proxy

PATH = "/files/zip/january-2031-codes.zip"
NAME = "january-2031-codes.zip"
FIRST = zipped({"codes.txt": random.Random(1).randbytes(300_000)})
SECOND = zipped({"codes.txt": random.Random(2).randbytes(300_000)})
PAGE = b"<!DOCTYPE html><html><body>I accept</body></html>"
FETCH = """
import sys
from pathlib import Path
from consultant.reference.loading.fetching import Bounds, connections, fetch
from tests.integration.reference.test_fetching import Onlooker
with connections(Path(sys.argv[1])) as pool:
    fetch(pool, sys.argv[2], Path(sys.argv[3]), Bounds(1 << 30, 60), Onlooker())
"""
ROOMY = Bounds(max_bytes=1 << 30, max_seconds=30)


class Onlooker:
    """Writes down from where each try went on."""

    def __init__(self) -> None:
        self.began: list[int] = []
        self.bytes = 0

    def begins(self, there: int, whole: int | None) -> None:
        self.began.append(there)

    def came(self, count: int) -> None:
        self.bytes += count


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def agency(authority: Authority) -> Iterator[AgencyServer]:
    with running_agency(authority.certificate()) as server:
        server.files[PATH] = Served(FIRST)
        yield server


@pytest.fixture
def pool(authority: Authority) -> Iterator[Connections]:
    with connections(authority.file) as made:
        yield made


class Fetch:
    """Fetches what the server has into one folder."""

    def __init__(self, pool: Connections, agency: AgencyServer, folder: Path) -> None:
        self._pool, self._agency, self.folder = pool, agency, folder
        self.onlooker = Onlooker()

    def __call__(self, path: str = PATH, bounds: Bounds = ROOMY) -> Fetched:
        self.onlooker = Onlooker()
        return fetch(self._pool, self._agency.url + path, self.folder, bounds, self.onlooker)

    @property
    def files(self) -> list[str]:
        """What an operator sees."""
        return sorted(each.name for each in self.folder.iterdir() if not each.name.startswith("."))


@pytest.fixture
def fetched(pool: Connections, agency: AgencyServer, tmp_path: Path) -> Fetch:
    return Fetch(pool, agency, tmp_path / "codes")


def test_a_file_comes_whole_with_its_checksum(fetched: Fetch) -> None:
    found = fetched()
    assert (found.outcome, found.path.name, found.path.read_bytes()) == ("fetched", NAME, FIRST)
    assert (found.record.size, found.record.sha256) == (len(FIRST), hashlib.sha256(FIRST).hexdigest())
    assert (fetched.onlooker.began, fetched.onlooker.bytes) == ([0], len(FIRST))


def test_what_has_not_changed_is_not_sent_again_and_what_has_is(fetched: Fetch, agency: AgencyServer) -> None:
    fetched()
    again = fetched()
    assert (again.outcome, fetched.onlooker.bytes, again.path.read_bytes()) == ("unchanged", 0, FIRST)
    agency.files[PATH].content = SECOND
    assert fetched().outcome == "fetched"
    assert (fetched.folder / NAME).read_bytes() == SECOND


def test_a_server_without_versions_sends_it_again_and_it_is_unchanged(fetched: Fetch, agency: AgencyServer) -> None:
    agency.files[PATH].names_versions = False
    assert [fetched().outcome for _ in range(2)] == ["fetched", "unchanged"]


def test_a_file_that_somebody_changed_here_is_fetched_anew(fetched: Fetch) -> None:
    fetched().path.write_bytes(b"cut")
    assert fetched().path.read_bytes() == FIRST


def test_a_connection_that_breaks_is_gone_on_with_where_it_broke(fetched: Fetch, agency: AgencyServer) -> None:
    agency.files[PATH].breaks_after = [100_000, 50_000]
    assert fetched().path.read_bytes() == FIRST
    assert fetched.onlooker.began == [0, 100_000, 150_000]
    assert fetched.onlooker.bytes == len(FIRST)
    assert agency.asked[-1][1]["If-Range"] == agency.files[PATH].etag


def test_after_too_many_breaks_nothing_is_there_and_the_next_fetch_goes_on(
    fetched: Fetch, agency: AgencyServer
) -> None:
    agency.files[PATH].breaks_after = [10_000] * TRIES
    with pytest.raises(FetchError, match=r"broke off again and again .* goes on from there"):
        fetched()
    assert fetched.files == []
    assert fetched().path.read_bytes() == FIRST
    assert fetched.onlooker.began == [10_000 * TRIES]


def test_a_server_that_ignores_ranges_or_names_no_versions_begins_anew(fetched: Fetch, agency: AgencyServer) -> None:
    for served in (Served(FIRST, takes_ranges=False), Served(SECOND, names_versions=False)):
        served.breaks_after = [100_000]
        agency.files[PATH] = served
        assert fetched().path.read_bytes() == served.content
        assert fetched.onlooker.began == [0, 0]


@pytest.mark.parametrize("checks_ranges", [True, False])
def test_a_file_that_changes_between_two_parts_is_begun_anew(
    fetched: Fetch, agency: AgencyServer, checks_ranges: bool
) -> None:
    agency.files[PATH] = Served(FIRST, breaks_after=[100_000], changes_to=SECOND, checks_ranges=checks_ranges)
    assert fetched().path.read_bytes() == SECOND


def test_an_old_part_of_a_file_that_is_shorter_now_is_thrown_away(fetched: Fetch, agency: AgencyServer) -> None:
    agency.files[PATH] = Served(FIRST, breaks_after=[250_000, 1, 1, 1])
    with pytest.raises(FetchError):
        fetched()
    short = zipped({"codes.txt": b"few"})
    agency.files[PATH] = Served(short, checks_ranges=False)
    assert fetched().path.read_bytes() == short


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/zip"])
def test_a_web_page_in_the_place_of_a_file_is_noticed(fetched: Fetch, agency: AgencyServer, content_type: str) -> None:
    agency.files[PATH] = Served(PAGE, content_type=content_type)
    with pytest.raises(FetchError, match=r"a web page came instead of a file.*consultant reference load PATH"):
        fetched()
    assert fetched.files == []


def test_a_zip_that_is_cut_off_without_a_word_is_noticed(fetched: Fetch, agency: AgencyServer) -> None:
    agency.files[PATH] = Served(FIRST, says_length=False, names_versions=False, breaks_after=[200_000])
    with pytest.raises(FetchError, match="no whole zip"):
        fetched()
    assert fetched.files == []


def test_nothing_at_the_address_and_a_server_in_trouble(fetched: Fetch, agency: AgencyServer) -> None:
    with pytest.raises(NotThere, match="there is no such file"):
        fetched("/files/zip/april-2031-codes.zip")
    for status, wait, said in (
        (401, "", "does not give it to us .* reference load PATH"),
        (403, "", "does not give it to us .* reference load PATH"),
        (429, "120", "HTTP 429. Try again in 120 seconds"),
        (500, "", "HTTP 500. Try again later"),
        (503, "Wed, 21 Oct 2031 07:28:00 GMT", "HTTP 503. Try again later"),
    ):
        agency.files[PATH] = Served(FIRST, status=status, retry_after=wait)
        with pytest.raises(FetchError, match=said):
            fetched()
    assert fetched.files == []
    agency.files[PATH] = Served(FIRST)
    assert fetched().path.read_bytes() == FIRST


def test_what_was_whole_stays_while_the_server_is_in_trouble(fetched: Fetch, agency: AgencyServer) -> None:
    fetched()
    for trouble in (Served(SECOND, status=500), Served(PAGE), Served(SECOND, breaks_after=[9] * TRIES), Served(b"")):
        agency.files[PATH] = trouble
        with pytest.raises(FetchError):
            fetched()
        assert (fetched.folder / NAME).read_bytes() == FIRST


def test_a_date_is_a_version_too_but_proves_nothing_of_parts(fetched: Fetch, agency: AgencyServer) -> None:
    served = Served(FIRST, names_versions=False, last_modified="Wed, 01 Jan 2031 00:00:00 GMT", breaks_after=[100_000])
    agency.files[PATH] = served
    assert fetched().path.read_bytes() == FIRST
    assert fetched.onlooker.began == [0, 0]
    assert (fetched().outcome, fetched.onlooker.bytes) == ("unchanged", 0)


def test_an_empty_file_is_none(fetched: Fetch, agency: AgencyServer) -> None:
    agency.files["/codes.txt"] = Served(b"", content_type="text/plain")
    with pytest.raises(FetchError, match="an empty file came"):
        fetched("/codes.txt")
    assert fetched.files == []


def test_a_redirect_to_a_licence_is_told_as_the_page_that_it_is(fetched: Fetch, agency: AgencyServer) -> None:
    agency.files[PATH] = Served(b"", sends_on="/license/ama?file=/files/zip/january-2031-codes.zip")
    agency.files["/license/ama?file=/files/zip/january-2031-codes.zip"] = Served(PAGE, content_type="text/html")
    with pytest.raises(FetchError, match="perhaps to agree to something first"):
        fetched()
    assert fetched.files == []


def test_a_server_that_falls_silent_is_waited_for_no_longer_than_is_allowed(
    fetched: Fetch, agency: AgencyServer
) -> None:
    agency.files[PATH].pause = go_on = threading.Event()
    with pytest.raises(FetchError, match=r"took longer than 0.5 seconds"):
        fetched(bounds=Bounds(1 << 30, 0.5))
    go_on.set()
    assert fetched.files == []
    assert fetched().path.read_bytes() == FIRST
    assert fetched.onlooker.began[0] > 0


def test_when_the_disk_is_full_nothing_is_there_and_later_it_goes_on(fetched: Fetch) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (131_072, limits[1]))  # a file may grow no further, as on a full disk
    try:
        with pytest.raises(OSError, match="too large"):
            fetched()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert fetched.files == []
    assert fetched().path.read_bytes() == FIRST
    assert fetched.onlooker.began == [131_072]


def test_a_fetch_that_is_killed_is_gone_on_with(fetched: Fetch, agency: AgencyServer, authority: Authority) -> None:
    agency.files[PATH].pause = go_on = threading.Event()
    given = (str(authority.file), agency.url + PATH, str(fetched.folder))
    with subprocess.Popen([sys.executable, "-c", FETCH, *given], cwd=Path(__file__).parents[3]) as killed:
        assert agency.paused.wait(20)
        part = fetched.folder / f".{NAME}.part"
        while not part.exists() or part.stat().st_size < len(FIRST) // 4:
            assert killed.poll() is None
            time.sleep(0.01)
        killed.kill()
    go_on.set()
    assert fetched.files == []
    assert fetched().path.read_bytes() == FIRST
    assert fetched.onlooker.began[0] >= len(FIRST) // 4


@pytest.mark.parametrize("form", ["http://ana:pass%20word@{}", "ana:pass%20word@{}"])
def test_the_proxy_of_the_environment_is_used_but_for_hosts_that_need_none(
    agency: AgencyServer, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    for name in ("https_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with running_proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", form.format(proxy.address))
        with connections(authority.file) as pool:
            fetch(pool, agency.url + PATH, tmp_path, ROOMY, Onlooker())
            assert proxy.tunnels == [(urlsplit(agency.url).netloc, "Basic YW5hOnBhc3Mgd29yZA==")]
            monkeypatch.setenv("NO_PROXY", "localhost")
            agency.files[PATH].content = SECOND
            fetch(pool, agency.url + PATH, tmp_path, ROOMY, Onlooker())
        assert len(proxy.tunnels) == 1
    monkeypatch.delenv("NO_PROXY")
    with connections(authority.file) as pool, pytest.raises(FetchError, match="proxy"):
        fetch(pool, agency.url + PATH, tmp_path, ROOMY, Onlooker())


def test_the_bounds_hold_with_and_without_a_promised_length(fetched: Fetch, agency: AgencyServer) -> None:
    for says_length in (True, False):
        agency.files[PATH] = Served(FIRST, says_length=says_length)
        with pytest.raises(FetchError, match="larger than 100,000 bytes"):
            fetched(bounds=Bounds(100_000, 30))
        assert not list(fetched.folder.glob(".*part*"))
    with pytest.raises(FetchError, match="took longer than 0 seconds"):
        fetched(bounds=Bounds(1 << 30, 0))
    assert fetched.files == []


def test_a_redirect_is_followed_to_the_same_and_to_listed_hosts_over_https_only(
    fetched: Fetch, agency: AgencyServer
) -> None:
    agency.files["/old"] = Served(b"", sends_on=PATH)
    assert fetched("/old").path.read_bytes() == FIRST
    elsewhere = agency.url.replace("localhost", "127.0.0.1") + PATH
    for target in (elsewhere, agency.url.replace("https", "http") + PATH, "file:///etc/passwd"):
        agency.files["/away"] = Served(b"", sends_on=target)
        with pytest.raises(FetchError, match="is not followed"):
            fetched("/away")
    agency.files["/away"] = Served(b"", sends_on=elsewhere)
    # The certificate is for localhost alone: the host is let through, and then not trusted.
    with pytest.raises(FetchError, match="certificate cannot be trusted"):
        fetched("/away", Bounds(1 << 30, 30, frozenset({str(urlsplit(elsewhere).hostname)})))
    agency.files["/round"] = Served(b"", sends_on="/round")
    with pytest.raises(FetchError, match="from address to address"):
        fetched("/round")


def test_a_certificate_of_a_stranger_is_refused(agency: AgencyServer, tmp_path: Path) -> None:
    with connections() as pool, pytest.raises(FetchError, match="certificate cannot be trusted"):
        fetch(pool, agency.url + PATH, tmp_path, ROOMY, Onlooker())


def test_of_two_fetches_at_once_one_is_told_to_wait(fetched: Fetch, agency: AgencyServer) -> None:
    agency.files[PATH].pause = go_on = threading.Event()
    first = threading.Thread(target=fetched)
    first.start()
    assert agency.paused.wait(10)
    with pytest.raises(InUse, match="another fetch is writing"):
        fetched()
    assert fetched.files == []
    go_on.set()
    first.join()
    assert (fetched.folder / NAME).read_bytes() == FIRST


def test_a_name_in_an_address_leads_nowhere_else(fetched: Fetch, agency: AgencyServer) -> None:
    agency.files["/files/..%2F..%2Fevil.zip"] = Served(FIRST)
    assert fetched("/files/..%2F..%2Fevil.zip").path.parent == fetched.folder
