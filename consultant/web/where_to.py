"""Which page to go to after signing in: a path of this console, never another site."""

from __future__ import annotations

import re
from urllib.parse import urlencode

# One slash, then no second slash or backslash, which browsers read as the start of another host.
_OWN_PATH = re.compile(r"/(?:[A-Za-z0-9._~-][A-Za-z0-9._~/-]*)?")


def own_path(asked: str) -> str:
    """The path, if it is one of this console; else the queue."""
    is_own = len(asked) <= 200 and _OWN_PATH.fullmatch(asked) is not None
    return asked if is_own and not asked.startswith(("/sign-in", "/sign-out")) else "/"


def with_next(path: str, asked: str) -> str:
    """`path`, remembering where to go afterwards."""
    following = own_path(asked)
    return path if following == "/" else f"{path}?{urlencode({'next': following}, safe='/')}"


def sign_in_path(asked: str) -> str:
    """The sign-in form, remembering the page first asked for."""
    return with_next("/sign-in", asked)
