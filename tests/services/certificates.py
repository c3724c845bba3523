"""Certificates of an authority of our own: good ones, and each kind that must be refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Pem:
    """A server's certificate and key, as files."""

    chain: Path
    key: Path


class Authority:
    """Issues server certificates; whoever trusts `file` takes the good ones."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self._folder = folder
        self.file = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(str(self.file))

    def certificate(self, name: str = "localhost", *, ended: bool = False) -> Pem:
        """A certificate for this host, ended yesterday if so wished."""
        until = datetime.now(UTC) - timedelta(days=1) if ended else None
        made = self._ca.issue_cert(name, not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=until)
        pem = Pem(self._folder / f"{name}-{ended}.pem", self._folder / f"{name}-{ended}.key")
        made.private_key_and_cert_chain_pem.write_to_path(str(pem.chain))
        made.private_key_pem.write_to_path(str(pem.key))
        return pem
