"""Whom to believe where the trial mail server of `consultant run` is the way in. Must not import the service."""

from __future__ import annotations

from config.settings import TRIAL_AUTHSERV_ID, Settings, TrustSettings


def trial_trust(settings: Settings) -> TrustSettings:
    """The results that the trial mail server writes are believed.

    Whoever reaches that server can read its passwords: who does not sign in is taken at their word, unless the
    settings say otherwise or others have a way in as well.
    """
    trust = settings.trust
    servers: dict[str, object] = {"authserv_ids": [TRIAL_AUTHSERV_ID], "own_received": 0, "arc_sealers": []}
    if not trust.unproven_senders and not settings.door.enabled:
        servers["unproven_senders"] = "take"
    return trust.model_copy(update=servers)


def is_trial(settings: Settings) -> bool:
    """Whether mail comes in by nothing but the trial mail server."""
    return settings.embedded.enabled and not settings.mailboxes and not settings.door.enabled
