"""From an accepted mail to the inboxes of its recipients, as a delivery agent does it. Knows no protocol."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from config.settings import TRIAL_AUTHSERV_ID
from consultant.mail.embedded.accounts import Accounts
from consultant.mail.embedded.folders import Folder, FolderSet, KeptMail, understood
from consultant.mail.reception import Arrival


class LocalDelivery:
    """Delivers to the accounts' inboxes and to nobody else."""

    def __init__(self, accounts: Accounts, folders: Mapping[str, FolderSet]) -> None:
        self._accounts = accounts
        self._folders = folders

    async def accepts(self, recipient: str) -> bool:
        """Whether there is a mailbox for that address."""
        return self._accounts.owner(recipient) is not None

    async def keep(self, arrival: Arrival) -> None:
        """Put one copy into each recipient's inbox, on disk for good, then show it."""
        received_at = datetime.now(UTC)
        copies = [
            (self._folders[account].inbox, _trace_fields(arrival, addresses, received_at) + arrival.raw)
            for account, addresses in self._by_account(arrival.envelope_to).items()
        ]
        kept = await asyncio.to_thread(_keep_all, copies, received_at)
        for inbox, mail in kept:
            await inbox.show(mail)

    def _by_account(self, recipients: tuple[str, ...]) -> dict[str, list[str]]:
        """The addresses used for each account: two addresses of one account get one copy."""
        addresses: dict[str, list[str]] = {}
        for recipient in recipients:
            if (account := self._accounts.owner(recipient)) is not None:
                addresses.setdefault(account, []).append(recipient)
        return addresses


def _keep_all(copies: list[tuple[Folder, bytes]], received_at: datetime) -> list[tuple[Folder, KeptMail]]:
    """All copies are written before the first becomes visible, so a full disk delivers to all or none."""
    staged = [(inbox, raw, inbox.maildir.stage(raw, received_at)) for inbox, raw in copies]
    return [(inbox, KeptMail(inbox.maildir.publish(name), received_at, understood(raw))) for inbox, raw, name in staged]


def _signed_in_as(arrival: Arrival) -> str:
    """What this server knows of who handed the mail in (RFC 8601 sections 2.2 and 2.7.4)."""
    return f"auth=pass smtp.auth={arrival.signed_in_as}" if arrival.signed_in_as else "none"


def _trace_fields(arrival: Arrival, recipients: list[str], received_at: datetime) -> bytes:
    """What final delivery adds on top (RFC 5321 4.4; Delivered-To: RFC 9228)."""
    fields = [
        f"Return-Path: <{arrival.envelope_from}>",
        *(f"Delivered-To: {recipient}" for recipient in recipients),
        f"Authentication-Results: {TRIAL_AUTHSERV_ID}; {_signed_in_as(arrival)}",
        f"Received: from [{arrival.peer}] by localhost with ESMTP; {format_datetime(received_at)}",
    ]
    return "".join(f"{field}\r\n" for field in fields).encode()
