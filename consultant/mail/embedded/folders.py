"""What IMAP clients see of the Maildirs: pymap's in-memory mailboxes, written through to the files.

Each change is made on disk first, then in memory. Written against pymap 0.36.7 exactly: it uses members of
pymap's classes that are not public. Knows no SMTP.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pymap.backend.dict.mailbox import MailboxData, MailboxSet, Message
from pymap.concurrent import Event
from pymap.flags import FlagOp
from pymap.interfaces.message import CachedMessage
from pymap.listtree import ListTree
from pymap.mime import MessageBody, MessageContent, MessageHeader
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import ObjectId
from pymap.parsing.specials.flag import Answered, Deleted, Draft, Flag, Flagged, Seen
from pymap.selected import SelectedMailbox
from pymap.threads import ThreadKey

from consultant.mail.embedded.maildir import Maildir, flags_of, folder_names, folder_path, remove_folder

_LETTERS = {Draft: "D", Flagged: "F", Answered: "R", Seen: "S", Deleted: "T"}


class KeptMail(NamedTuple):
    """One mail on disk, ready to be shown."""

    file: str
    kept_at: datetime
    content: MessageContent


class Folder(MailboxData):
    """One mailbox: a Maildir and its view."""

    def __init__(self, owner: "FolderSet", maildir: Maildir) -> None:
        super().__init__(owner.content_cache, owner.thread_cache)
        self.maildir = maildir
        self._files: dict[int, str] = {}
        maildir.create()

    def read_all(self) -> list[KeptMail]:
        """Every mail on disk. Blocks."""
        maildir = self.maildir
        return [KeptMail(f, maildir.kept_at(f), understood(maildir.read(f))) for f in maildir.files()]

    async def show(self, mail: KeptMail, *, recent: bool = True) -> Message:
        """Show a mail that is on disk to every client, waking those in IDLE."""
        email_id, thread_id = self._content_cache.add(mail.content), self._thread_cache.add(mail.content)
        async with self.messages_lock.write_lock():
            self._max_uid = uid = self._max_uid + 1
            message = Message(
                uid,
                mail.kept_at,
                _flags(flags_of(mail.file)),
                email_id=email_id,
                thread_id=thread_id,
                recent=recent,
                content=mail.content,
            )
            self._files[uid] = mail.file
            self._messages[uid] = message
            self._mod_sequences.update([uid])
            self._updated.set()
        return message

    async def append(self, append_msg: AppendMessage, *, recent: bool = False) -> Message:
        return await self.show(await asyncio.to_thread(self._keep, append_msg), recent=recent)

    def _keep(self, appended: AppendMessage) -> KeptMail:
        kept_at = appended.when or datetime.now(UTC)
        name = self.maildir.stage(appended.literal, kept_at)
        file = self.maildir.publish(name, _letters(appended.flag_set))
        return KeptMail(file, kept_at, understood(appended.literal))

    async def move(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        file = self._files.pop(uid, None)
        if file is None or not isinstance(destination, Folder):
            return None
        self.maildir.move(file, destination.maildir)
        moved = await super().move(uid, destination, recent=recent)
        return destination.note(moved, file)

    async def copy(self, uid: int, destination: MailboxData, *, recent: bool = False) -> int | None:
        file = self._files.get(uid)
        if file is None or not isinstance(destination, Folder):
            return None
        copy_file = self.maildir.copy(file, destination.maildir)
        return destination.note(await super().copy(uid, destination, recent=recent), copy_file)

    def note(self, uid: int | None, file: str) -> int | None:
        """Remember which file a mail that came from another folder is."""
        if uid is not None:
            self._files[uid] = file
        return uid

    async def delete(self, uids: Iterable[int]) -> None:
        expunged = list(uids)
        for uid in expunged:
            if (file := self._files.pop(uid, None)) is not None:
                self.maildir.remove(file)
        await super().delete(expunged)

    async def update(self, uid: int, cached_msg: CachedMessage, flag_set: frozenset[Flag], mode: FlagOp) -> Message:
        file = self._files.get(uid)
        if file is None:
            # Expunged meanwhile. pymap would note an update, and other clients never hear of the expunge.
            return await self.get(uid, cached_msg)
        message = await super().update(uid, cached_msg, flag_set, mode)
        self._files[uid] = self.maildir.flag(file, _letters(message.permanent_flags))
        return message

    async def update_selected(self, selected: SelectedMailbox, *, wait_on: Event | None = None) -> SelectedMailbox:
        # pymap's IDLE waits for the *next* change: a mail that came between SELECT and IDLE, or while an
        # earlier one was being announced, would wait with it.
        seen = selected.mod_sequence
        behind = seen is not None and seen < self._mod_sequences.highest
        if wait_on is not None and (behind or wait_on.is_set()):
            wait_on = None
        return await super().update_selected(selected, wait_on=wait_on)


class FolderSet(MailboxSet):
    """All mailboxes of one account: the inbox Maildir and the folders beside it."""

    def __init__(self, inbox: Path) -> None:
        super().__init__()
        self.content_cache = self._content_cache
        self.thread_cache = self._thread_cache
        self.inbox = Folder(self, Maildir(inbox))
        self._inbox = self.inbox

    @property
    def path(self) -> Path:
        return self.inbox.maildir.path

    async def load(self) -> None:
        """Show everything that is on disk."""
        for name in folder_names(self.path):
            await self.add_mailbox(name)
        for folder in (self.inbox, *self._set.values()):
            if isinstance(folder, Folder):
                for mail in await asyncio.to_thread(folder.read_all):
                    await folder.show(mail)

    async def list_subscribed(self) -> ListTree:
        # Subscriptions are not kept on disk: every folder counts as subscribed.
        return await self.list_mailboxes()

    async def add_mailbox(self, name: str) -> ObjectId:
        async with self._set_lock.write_lock():
            if name in self._set:
                raise ValueError(name)
            self._set[name] = folder = Folder(self, Maildir(folder_path(self.path, name)))
            return folder.mailbox_id

    async def delete_mailbox(self, name: str) -> None:
        await super().delete_mailbox(name)
        remove_folder(folder_path(self.path, name))

    async def rename_mailbox(self, before: str, after: str) -> None:
        if before.upper() == "INBOX":
            raise ValueError(before)  # would mean to empty it (RFC 3501 6.3.5): not offered
        folder_path(self.path, after)  # is a possible name, or ValueError
        await super().rename_mailbox(before, after)
        for name, folder in self._set.items():
            path = folder_path(self.path, name)
            if isinstance(folder, Folder) and folder.maildir.path != path:
                folder.maildir.path.rename(path)
                folder.maildir = Maildir(path)


def understood(raw: bytes) -> MessageContent:
    """The mail as pymap parses it; where hostile bytes break the parser, as one part without header fields.

    Either way a client that fetches the whole mail gets exactly these octets.
    """
    try:
        content = MessageContent.parse(raw)
        ThreadKey.get_all(content.header)
    except Exception:  # noqa: BLE001 - whatever breaks in a parser of foreign bytes, the mail is to be shown
        lines = [(0, len(raw), len(raw))]
        body = MessageBody(raw, lines, MessageBody.empty().content_type, [])
        content = MessageContent(raw, MessageHeader.empty(), body)
    content._raw = memoryview(raw)  # pymap loses the last octet of a mail that ends within its header
    return content


def _letters(flags: Iterable[Flag]) -> str:
    return "".join(sorted(_LETTERS[flag] for flag in flags if flag in _LETTERS))


def _flags(letters: str) -> frozenset[Flag]:
    return frozenset(flag for flag, letter in _LETTERS.items() if letter in letters)
