"""Every table, so that the metadata is whole: for migrations and for relationships between modules."""

from consultant.db import attachments, cases, credentials, ledger, letters, messages, people, reference
from consultant.db.base import Base

__all__ = ["Base", "attachments", "cases", "credentials", "ledger", "letters", "messages", "people", "reference"]
