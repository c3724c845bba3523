"""A private Dovecot: IMAP with IDLE, MOVE and UIDPLUS over Maildirs in a temporary folder, without root."""

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from tests.services.accounts import Account, unprivileged
from tests.services.certificates import Pem
from tests.services.missing import program
from tests.services.processes import Server, folder_of, free_port, listens

_BOTH = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {user}
mail_gid = {group}
mail_max_userip_connections = 200
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""

_UNENCRYPTED = """
ssl = no
auth_mechanisms = plain login
"""

_ENCRYPTED = """
ssl = yes
auth_mechanisms = plain login xoauth2 oauthbearer
"""

_UNTIL_2_3 = """
protocols = imap
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users/%u
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
"""

_UNENCRYPTED_UNTIL_2_3 = """
disable_plaintext_auth = no
"""

_ENCRYPTED_UNTIL_2_3 = """
disable_plaintext_auth = yes
login_trusted_networks =
ssl_cert = <{folder}/chain.pem
ssl_key = <{folder}/key.pem
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""

_INTROSPECTION_UNTIL_2_3 = """
introspection_mode = post
introspection_url = {introspection}
username_attribute = username
active_attribute = active
active_value = true
"""

_SINCE_2_4 = """
protocols {{
  imap = yes
}}
auth_failure_delay = 0
mail_driver = maildir
mail_home = {folder}/mail/%{{user}}
mail_path = {folder}/mail/%{{user}}
passdb passwd-file {{
  default_password_scheme = PLAIN
  passwd_file_path = {folder}/users/%{{user}}
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {folder}/mail/%{{user}}
  }}
}}
"""

_UNENCRYPTED_SINCE_2_4 = """
auth_allow_cleartext = yes
"""

_ENCRYPTED_SINCE_2_4 = """
auth_allow_cleartext = no
ssl_server_cert_file = {folder}/chain.pem
ssl_server_key_file = {folder}/key.pem
oauth2 {{
  introspection_mode = post
  introspection_url = {introspection}
  username_attribute = username
  active_attribute = active
  active_value = true
}}
"""


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A mailbox's owner: the login name is the address."""

    address: str
    password: str


@dataclass(frozen=True, slots=True)
class Encryption:
    """For a server that takes no password in clear text (LOGINDISABLED): its certificate, and who knows tokens."""

    pem: Pem
    introspection: str  # an address (RFC 7662)


@dataclass(frozen=True, slots=True)
class DovecotServer:
    """Where the server is, new accounts on it, and a restart for tests of lost connections."""

    host: str
    port: int  # with STARTTLS where it is encrypted
    tls_port: int  # 0 where it is not
    _server: Server
    _users: Path
    _owner: Account
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new_account(self, name: str = "consult") -> MailAccount:
        """A fresh, empty mailbox; its address is unlike any given before."""
        number = next(self._numbers)
        account = MailAccount(f"{name}{number}@clinic.example", f"secret-{number}")
        # A file each: Dovecot looks only once a second whether a file that it knows has changed.
        (self._users / account.address).write_text(f"{account.address}:{account.password}\n")
        return account

    def deliver(self, account: MailAccount, mails: Iterable[tuple[datetime, bytes]]) -> None:
        """Mails that have come at these times, oldest first: written into the Maildir, which is the quickest way."""
        inbox = self._users.parent / "mail" / account.address
        folders = [inbox, *(inbox / name for name in ("cur", "new", "tmp"))]
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        self._owner.own(inbox.parent, *folders)
        for number, (arrived, raw) in enumerate(mails):
            path = inbox / "new" / f"{int(arrived.timestamp())}.M{number:06}.test"
            path.write_bytes(raw)
            os.utime(path, (arrived.timestamp(), arrived.timestamp()))
            self._owner.own(path)

    def restart(self) -> None:
        """Drop every connection and come back on the same port with the same mail."""
        self._server.stop()
        self._server.start()


@contextmanager
def running_dovecot(encryption: Encryption | None = None) -> Iterator[DovecotServer]:
    """A Dovecot that lives for the block."""
    binary = program("dovecot")
    account = unprivileged()
    port, tls_port = free_port(), free_port() if encryption else 0
    with folder_of(account, "dovecot") as folder:
        config, users, tokens = folder / "dovecot.conf", folder / "users", folder / "oauth2.conf"
        config.write_text(_configuration(binary, folder, account, (port, tls_port), encryption))
        tokens.write_text(_INTROSPECTION_UNTIL_2_3.format(introspection=encryption.introspection if encryption else ""))
        users.mkdir()
        chain, key = folder / "chain.pem", folder / "key.pem"
        chain.write_bytes(encryption.pem.chain.read_bytes() if encryption else b"")
        key.write_bytes(encryption.pem.key.read_bytes() if encryption else b"")
        account.own(config, users, tokens, chain, key)
        server = Server([binary, "-F", "-c", config], folder=folder, account=account, ready=lambda: listens(port))
        try:
            server.start()
            yield DovecotServer("127.0.0.1", port, tls_port, server, users, account)
        finally:
            server.stop()


def _configuration(
    binary: Path, folder: Path, account: Account, ports: tuple[int, int], encryption: Encryption | None
) -> str:
    version = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True).stdout
    if tuple(map(int, version.split(".")[:2])) < (2, 4):
        head, tail = "", (_ENCRYPTED_UNTIL_2_3 if encryption else _UNENCRYPTED_UNTIL_2_3) + _UNTIL_2_3
    else:
        head = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"
        tail = (_ENCRYPTED_SINCE_2_4 if encryption else _UNENCRYPTED_SINCE_2_4) + _SINCE_2_4
    return head + (_BOTH + (_ENCRYPTED if encryption else _UNENCRYPTED) + tail).format(
        folder=folder,
        user=account.name,
        group=account.group,
        port=ports[0],
        tls_port=ports[1],
        introspection=encryption.introspection if encryption else "",
    )
