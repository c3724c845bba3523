"""What a reader says about a mail beside its content: oddities, and what it left unread.

A remark is one short sentence that names no content of the mail.
"""


class Cut(str):
    """A remark that something of the mail is in nothing that was read; the raw bytes still hold it."""

    __slots__ = ()
