"""Waiting for consent given on another device, at the pace that the issuer asks for (RFC 8628 section 3.5)."""

from __future__ import annotations

from collections.abc import Callable

from consultant.mail.oauth.errors import Pending, Refused, TryLater
from consultant.mail.oauth.issuer import DeviceCode, Grant, Issuer

SLOWER = 5.0  # seconds more, each time that the issuer says slow_down
SLOWEST = 60.0


def await_grant(
    issuer: Issuer, code: DeviceCode, *, clock: Callable[[], float], pause: Callable[[float], object]
) -> Grant:
    """The tokens, once somebody has consented. Raises Refused when nobody does in time, or somebody says no.

    `clock` tells seconds, `pause` lets that many pass. An issuer that fails is asked again, less and less often.
    """
    ends = clock() + code.expires_in
    interval = code.interval
    while clock() + interval <= ends:
        pause(interval)
        try:
            return issuer.ask_for_grant(code)
        except Pending as pending:
            interval += SLOWER if pending.slow_down else 0
        except TryLater:
            interval = min(2 * interval, max(SLOWEST, interval))
    raise Refused("expired_token", "nobody consented in time")
