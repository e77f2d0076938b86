"""Name and password: checked, and not too often."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import cast

from flask import current_app, request
from werkzeug.datastructures import Authorization
from werkzeug.exceptions import TooManyRequests

from archive.account import LONGEST_NAME, Account, folded_name
from archive.catalogue import accounts
from archive.password import matches
from webapp.services import services
from webapp.throttle import Throttle, network

_LOG = logging.getLogger(__name__)

OF_ACCOUNT = "10/15minute; 100/day"
OF_NETWORK = "30/15minute; 300/day"
"""Failures after which signing in has to wait."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed sign-ins, by account and by network, in the memory of this process."""

    of_account: Throttle = field(default_factory=lambda: Throttle(OF_ACCOUNT))
    of_network: Throttle = field(default_factory=lambda: Throttle(OF_NETWORK))


def check(name: str, password: str) -> Account | None:
    """The account that may sign in with this; None, and it is counted, if there is none.

    Takes as long whether there is such an account or not.  Raises `TooManyRequests` after
    too many failures, for names that nobody has as well, and `ArchiveTrouble`.
    """
    failures = cast(Failures, current_app.extensions["pressmark_failures"])
    folded, where = folded_name(name[: 2 * LONGEST_NAME]), network(request.remote_addr)
    wait = max(failures.of_account.due(folded), failures.of_network.due(where))
    if wait:
        _LOG.warning("sign-in throttled", extra={"facts": {"network": where}})
        raise TooManyRequests(retry_after=wait)
    with services().catalogue.reading() as connection:
        account, hash = accounts.credentials(connection, folded)
    if matches(hash, password):
        failures.of_account.forget(folded)
        return account
    failures.of_account.count(folded)
    failures.of_network.count(where)
    # Not the name as it was typed: people type passwords there.
    facts = {"account": account.name if account else "", "network": where}
    _LOG.warning("sign-in failed", extra={"facts": facts})
    return None


def by_credentials(given: Authorization) -> Account | None:
    """The account of a program (HTTP Basic, RFC 7617), as `check` finds it."""
    return check(given.username or "", given.password or "") if given.type == "basic" else None
