"""The address of the one author that `From` names (RFC 5322 section 3.6.2), where it can be checked at all.

Several fields, several addresses and group syntax are allowed by some RFC each, and shown differently by each
mail program: a check of one of the addresses would be taken for a check of the other.
"""

import re

from consultant.mail.addresses import normalise, parse_mailboxes
from consultant.mail.headers import Headers

_LONGEST = 4000  # characters
_QUOTED_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)|<[^<>]*>', re.DOTALL)


def author_address(headers: Headers) -> tuple[str, str]:
    """The address as addresses are compared and "", or "" and the reason, as a code, why there is none to check."""
    written = headers.structured("from")
    if len(written) != 1:
        return "", "several-from" if written else "no-from"
    if len(written[0]) > _LONGEST:
        return "", "unreadable-from"
    if set(":;") & set(_QUOTED_OR_COMMENT.sub("", written[0])):
        return "", "group-in-from"
    addresses = [mailbox.address for mailbox in parse_mailboxes(written[0]) if mailbox.address]
    if len(addresses) > 1:
        return "", "several-from"
    address = normalise(f"<{addresses[0]}>") if addresses else None
    return (address, "") if address else ("", "unreadable-from")
