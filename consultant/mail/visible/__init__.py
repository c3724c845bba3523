"""What the writer of a reply wrote now, apart from the quoted history, signature and footers below it."""

from consultant.mail.visible.folding import Folded, fold, visible_reply

__all__ = ["Folded", "fold", "visible_reply"]
