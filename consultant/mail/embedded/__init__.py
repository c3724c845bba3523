"""A mail server inside the process, for trying the service out on one machine, and for nothing else.

SMTP in, IMAP out, for a few sample accounts whose passwords everybody may know: therefore it binds loopback
only, speaks no TLS and relays nothing. Mails lie in Maildirs on disk, which are the truth; what IMAP clients
see is a view of them, and what they move, copy, flag or expunge is done to the files. Knows no case and no
database. In production the operator's own mail server stands here.
"""

from consultant.mail.embedded.accounts import Account
from consultant.mail.embedded.server import EmbeddedMail, NotLoopback
from consultant.mail.listening import ListeningError, PortTaken

__all__ = ["Account", "EmbeddedMail", "ListeningError", "NotLoopback", "PortTaken"]
