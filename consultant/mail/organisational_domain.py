"""Which organisation a domain belongs to, by the Public Suffix List (RFC 7489 section 3.2).

The list is the snapshot that comes with the library: nothing is fetched and nothing is written to disk. The library is
loaded when it is first needed: it brings an HTTP client along, and most processes that read mail never ask.
"""

import importlib
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol


class _Parts(Protocol):
    domain: str
    suffix: str


def are_aligned(one: str, other: str) -> bool:
    """Whether two domains belong to one organisation (relaxed alignment, RFC 7489 section 3.1)."""
    if not one or not other:
        return False
    return one == other or organisational_domain(one) == organisational_domain(other)


@lru_cache(maxsize=1024)
def organisational_domain(domain: str) -> str:
    """The domain that was registered: one label more than its public suffix. Where there is none, or the
    domain is an address literal, the domain itself."""
    labels = domain.split(".")
    if domain.startswith("[") or len(labels) < 2:
        return domain
    found = _extract()(domain)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else domain
    # A suffix that is not on the list counts as one label (the list's rule "*"); an IP address has none.
    return domain if labels[-1].isdigit() else ".".join(labels[-2:])


@lru_cache(maxsize=1)
def _extract() -> Callable[[str], _Parts]:
    extract: Callable[[str], _Parts] = importlib.import_module("tldextract").TLDExtract(
        cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True, include_psl_private_domains=True
    )
    return extract
