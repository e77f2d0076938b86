"""Answers that are not made anew: a client may keep them and ask about them again, and the site
itself keeps pages for as long as it would make the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from cachetools import LRUCache
from flask import Response, request

_KEPT = 2**24
"""Bytes of pages that are kept: some four hundred."""


class Pages:
    """Pages as they were made, of which those asked for lately are kept for as long as what they
    are made from stays the same.  Threads may share it."""

    def __init__(self, room: int = _KEPT) -> None:
        self._made_from: Hashable = None
        self._pages: LRUCache[Hashable, bytes] = LRUCache(room, getsizeof=len)
        self._lock = threading.Lock()

    def kept(self, asked: Hashable, made_from: Hashable, make: Callable[[], bytes]) -> bytes:
        """The page that `make` makes, or has made before of the same and for the same."""
        with self._lock:
            if self._made_from != made_from:
                # None of the pages is given out again; what was purged does not stay in them.
                self._pages.clear()
                self._made_from = made_from
            page = self._pages.get(asked)
        if page is None:
            page = make()
            with self._lock:
                if self._made_from == made_from and len(page) <= self._pages.maxsize:
                    self._pages[asked] = page
        return page


def checked_again(response: Response) -> Response:
    """The response with a strong ETag of its body; status 304 for who has that body already.

    Nobody may use it again without asking, and no shared cache may keep it (RFC 9111).
    """
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
