"""Whom a server runs as: PostgreSQL and Dovecot's mail processes refuse to be root."""

import grp
import os
import pwd
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Account:
    """A system account; `uid`, `gid` and `groups` are None where that is who we are already."""

    name: str
    group: str
    uid: int | None = None
    gid: int | None = None
    groups: tuple[int, ...] | None = None

    def own(self, *paths: Path) -> None:
        """Give these files to the account."""
        for path in paths:
            os.chown(path, -1 if self.uid is None else self.uid, -1 if self.gid is None else self.gid)


def ourselves() -> Account:
    entry = pwd.getpwuid(os.geteuid())
    return Account(entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name)


def unprivileged(preferred: str = "nobody") -> Account:
    """Ourselves, or where we are root the preferred account if it exists, else nobody."""
    if os.geteuid() != 0:
        return ourselves()
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get(preferred) or known["nobody"]
    return Account(entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name, entry.pw_uid, entry.pw_gid, ())
