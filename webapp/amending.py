"""Changing a record for who asks in this request: under their name, at this moment."""

from __future__ import annotations

from archive.amending import Change, amend
from webapp.services import services
from webapp.site import now
from webapp.visitor import agent


def amend_record(
    record_id: str, change: Change, *, reason: str, based_on: int | None = None
) -> None:
    """Change a record of the site's archive; a role is demanded.  Raises as `amend` does."""
    amend(
        services().catalogue,
        record_id,
        change,
        based_on=based_on,
        at=now(),
        agent=agent(),
        reason=reason,
    )
