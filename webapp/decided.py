"""What people decided is not searched of a text, as a record's page tells it."""

from __future__ import annotations

from collections.abc import Sequence

from archive.history import Held, exclusions
from webapp.marking import one_line
from webapp.reading import Unsearched


def unsearched(history: Sequence[Held], extract_id: int | None) -> tuple[Unsearched, ...]:
    """The passages of this extract that are not searched, with who decided so and why."""
    return tuple(
        Unsearched(
            passage.start,
            passage.end,
            one_line(f"Not searched: {revision.reason} ({revision.agent}, {revision.at:%Y-%m-%d})"),
        )
        for passage, revision in exclusions(history)
        if passage.extract_id == extract_id and not passage.lost
    )
