"""Starting a server as a process group of its own, waiting until it answers, ending it by that group."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.services.accounts import Account

START_SECONDS = 20.0
STOP_SECONDS = 10.0


class ServerStartError(RuntimeError):
    """The server ended, or did not answer in time; the message carries what it printed."""


class Server:
    """One server program: `start`, `stop`, and its output in `log`."""

    def __init__(
        self, command: Sequence[str | Path], *, folder: Path, account: Account, ready: Callable[[], bool]
    ) -> None:
        self._command = [str(part) for part in command]
        self._folder = folder
        self._account = account
        self._ready = ready
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "server.log"

    def start(self, seconds: float = START_SECONDS) -> None:
        """Return once the server answers; raise ServerStartError with its output otherwise."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self._account.uid,
                group=self._account.gid,
                extra_groups=self._account.groups,
            )
        deadline = time.monotonic() + seconds
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerStartError(f"{self._command[0]}: {self.log.read_text(errors='replace')}")
            time.sleep(0.01)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """End the server and everything it started; nothing happens where it does not run."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)


@contextlib.contextmanager
def folder_of(account: Account, name: str) -> Iterator[Path]:
    """A temporary folder that this account may use: short, since Unix socket paths may not be long."""
    folder = Path(tempfile.mkdtemp(prefix=f"consultant-{name}-", dir="/tmp"))
    try:
        account.own(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) == 0
