"""Refusing what another site makes a visitor's browser send."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110)."""
_OWN = frozenset({"same-origin", "none"})


def comes_from_elsewhere(
    method: str, fetch_site: str | None, origin: str | None, own: Collection[str]
) -> bool:
    """Whether a browser sends this request on behalf of another site.

    `own` are the hosts of this one, with their ports.  A browser says so itself in
    Sec-Fetch-Site (W3C Fetch Metadata), which no page can set; one that does not send that
    sends Origin with every POST (RFC 6454).  What says neither is no browser and carries
    nobody's rights.  Who is signed in has a token in every form beside this
    (`webapp/access.py`); for all others, and for signing in, it is this that protects them.
    """
    if method in SAFE:
        return False
    if fetch_site:
        return fetch_site not in _OWN
    if origin:
        try:
            return urlsplit(origin).netloc not in own
        except ValueError:
            return True
    return False
