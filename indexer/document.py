"""What an engine is given to index: terms, values and day numbers, never text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One record as an engine sees it.

    `terms` maps a term field to its terms in order of position (position = index in the
    tuple): `title`, `body` (folded surface forms), at the same positions `title_stem`,
    `body_stem` (stems) and `title_exact`, `body_exact` (the words as written), and one
    `<facet>_words` per value field.  `values` maps a value field
    (`outlet`, `author`, ...) to its distinct values; empty means "not stated".
    All days are proleptic Gregorian day numbers (`date.toordinal()`).  `earliest` and
    `latest` are the inclusive bounds that a date filter is matched against; `latest` None
    means that no date is stated (then `earliest` is None too), `earliest` None with a
    `latest` means an open beginning.  `oldest` and `newest` are the days to sort by.
    `added` is when the archive received it, in seconds since 1970 (UTC).
    """

    id: str
    terms: Mapping[str, tuple[str, ...]]
    values: Mapping[str, tuple[str, ...]]
    earliest: int | None
    latest: int | None
    oldest: int | None
    newest: int | None
    access: str
    added: int = 0
