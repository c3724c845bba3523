"""Whom we believe to be who they say: the TLS context of every connection that we open."""

from __future__ import annotations

import ssl
from pathlib import Path


def tls_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """Certificate and host name verified, against the machine's trust store or this file alone. Raises OSError."""
    return ssl.create_default_context(cafile=ca_file)
