"""Sessions in the catalogue: who is signed in, told by a token that only the browser has.

Kept is its SHA-256: whoever reads the catalogue, or a backup, can sign in as nobody.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from archive.account import Account, folded_name
from archive.catalogue import schema
from archive.catalogue.accounts import account_in

IDLE = timedelta(hours=12)
"""A session of which nothing was heard for so long is over."""
LONGEST = timedelta(days=7)
"""However busy, it is over after this."""
_STEP = timedelta(minutes=15)
"""How exactly the end of a session follows its use: each renewal is a write."""


@dataclass(frozen=True, slots=True)
class Session:
    """Whose it is, and when it ends unless it is used."""

    account: Account
    issued: datetime
    expires: datetime

    def due(self, at: datetime) -> bool:
        """Whether it is worth renewing."""
        return min(at + IDLE, self.issued + LONGEST) - self.expires >= _STEP


def begin(connection: Connection, account: Account, *, at: datetime) -> str:
    """Begin a session; its token, 43 characters of 256 random bits.  Those that are over go."""
    table = schema.session
    connection.execute(delete(table).where(table.c.expires <= at.isoformat()))
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(table),
        {
            "digest": _digest(token),
            "account": folded_name(account.name),
            "issued": at.isoformat(),
            "expires": (at + IDLE).isoformat(),
        },
    )
    return token


def get(connection: Connection, token: str, *, at: datetime) -> Session | None:
    """The session of this token; None if there is none, or it is over."""
    table, held = schema.session, schema.account
    row = connection.execute(
        select(held, table.c.issued, table.c.expires)
        .join(held, held.c.folded == table.c.account)
        .where(table.c.digest == _digest(token), table.c.expires > at.isoformat())
        .where(held.c.closed.is_(None))
    ).one_or_none()
    if row is None:
        return None
    issued, expires = datetime.fromisoformat(row.issued), datetime.fromisoformat(row.expires)
    return Session(account_in(row), issued, expires)


def renew(connection: Connection, token: str, *, at: datetime) -> None:
    """Let a session go on from now, if there still is one."""
    table = schema.session
    mine = table.c.digest == _digest(token)
    issued = connection.execute(select(table.c.issued).where(mine)).scalar()
    if issued:
        expires = min(at + IDLE, datetime.fromisoformat(issued) + LONGEST)
        connection.execute(update(table).where(mine).values(expires=expires.isoformat()))


def end(connection: Connection, token: str) -> None:
    """End a session, if there is one."""
    connection.execute(delete(schema.session).where(schema.session.c.digest == _digest(token)))


def end_all(connection: Connection) -> None:
    """End every session of everybody."""
    connection.execute(delete(schema.session))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
