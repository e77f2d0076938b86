"""The headline of a page among its titles, without the name of the site."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from archive.readers.names import key_of

_SEPARATOR = re.compile(r"\s+[-–—|·•:«»/~]{1,2}\s+|\s*[|]\s*|\s+::\s+")
_SPACES = re.compile(r"\s+")


def clean_title(raw: str) -> str:
    """A title on one line, entities resolved."""
    text = html.unescape(re.sub(r"</?[a-zA-Z][^>]{0,200}>", "", html.unescape(raw)))
    return _SPACES.sub(" ", text).strip()


def without_site(title: str, site_names: Sequence[str], headlines: Sequence[str] = ()) -> str:
    """The title without the site's name before or after a separator.

    A part is dropped when it is one of `site_names`, or when what remains is one of
    `headlines` (what the page shows as its headline).
    """
    sites = {key_of(name) for name in site_names} - {""}
    shown = {key_of(line) for line in headlines if len(key_of(line)) > 8}
    for _ in range(3):
        cuts = list(_SEPARATOR.finditer(title))
        for cut in reversed(cuts):
            head, tail = title[: cut.start()].strip(), title[cut.end() :].strip()
            if not head or not tail:
                continue
            if _is_site(tail, sites) or key_of(head) in shown:
                title = head
                break
        else:
            for cut in cuts[:1]:
                head, tail = title[: cut.start()].strip(), title[cut.end() :].strip()
                if head and tail and key_of(head) in sites:
                    title = tail
            break
    return title


def _is_site(part: str, sites: set[str]) -> bool:
    key = key_of(part)
    return key in sites or any(
        len(site) > 3 and (key.startswith(site) or key.endswith(site)) and len(key) < len(site) + 16
        for site in sites
    )
