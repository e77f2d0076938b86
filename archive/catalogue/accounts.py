"""Accounts in the catalogue: who may sign in, and as what.

An account's row is journaled, its password is in a table of its own that is not: the journal
is never rewritten, and would keep the hash of every password that ever was.  The row says
when the password was set, and one that was set at another time is none: so an old password
does not come back with an old backup.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from archive.account import Account, Role, folded_name
from archive.catalogue import events, schema
from archive.errors import UserMistake


def add(
    connection: Connection,
    name: str,
    role: Role,
    hash: str,
    *,
    at: datetime,
    agent: str,
    reopen: bool = False,
) -> None:
    """Make an account, with a name as `checked_name` returns it.

    With `reopen` one that was closed is opened again, under the name it had.  Raises
    `UserMistake` if there is one of this name, or a closed one and it is not to be reopened.
    """
    held = get(connection, name)
    if held and not held.closed:
        raise UserMistake(f"There is an account “{held.name}” already.")
    if held and not reopen:
        raise UserMistake(
            f"The account “{held.name}” was closed on {held.closed:%Y-%m-%d}; nobody else gets "
            "its name. If it is the same person, open it again with --reopen."
        )
    if reopen and not held:
        raise UserMistake(f"There is no account “{name}” to open again.")
    if held:
        _set(connection, held.name, role=role.value, closed=None)
    else:
        connection.execute(
            insert(schema.account),
            {
                "folded": folded_name(name),
                "name": name,
                "role": role.value,
                "created": at.isoformat(),
            },
        )
    account = known(connection, name)
    what = "opened again" if held else "made"
    _log(connection, account, f"was {what}, as {role.value}", at, agent)
    set_password(connection, account.name, hash, at=at, agent=agent)


def get(connection: Connection, name: str) -> Account | None:
    """The account of this name, however it is written; closed ones too."""
    table = schema.account
    row = connection.execute(select(table).where(table.c.folded == folded_name(name))).one_or_none()
    return None if row is None else account_in(row)


def known(connection: Connection, name: str) -> Account:
    """The account of this name.  Raises `UserMistake` if there is none."""
    account = get(connection, name)
    if account is None:
        raise UserMistake(f"There is no account “{name}”.")
    return account


def every(connection: Connection) -> tuple[Account, ...]:
    """All accounts by name, closed ones too."""
    rows = connection.execute(select(schema.account).order_by(schema.account.c.folded))
    return tuple(account_in(row) for row in rows)


def credentials(connection: Connection, name: str) -> tuple[Account | None, str | None]:
    """The account that may sign in under this name, and the hash of its password."""
    account, table = get(connection, name), schema.password
    if account is None or account.closed or account.password_set is None:
        return None, None
    mine = (table.c.account == folded_name(name)) & (
        table.c.set_at == account.password_set.isoformat()
    )
    hash = connection.execute(select(table.c.hash).where(mine)).scalar()
    return (account, hash) if hash else (None, None)


def set_password(connection: Connection, name: str, hash: str, *, at: datetime, agent: str) -> None:
    """Give an account another password; whoever is signed in to it no longer is.

    Raises `UserMistake` if there is no such account, or it is closed.
    """
    account = _open(connection, name)
    folded = folded_name(account.name)
    _end_sessions(connection, folded)
    connection.execute(delete(schema.password).where(schema.password.c.account == folded))
    row = {"account": folded, "hash": hash, "set_at": at.isoformat()}
    connection.execute(insert(schema.password), row)
    _set(connection, account.name, password_set=at.isoformat())
    _log(connection, account, "got another password", at, agent)


def set_role(connection: Connection, name: str, role: Role, *, at: datetime, agent: str) -> None:
    """Give an account another role, from its next request on.

    Raises `UserMistake` if there is no such account, or it is closed.
    """
    account = _open(connection, name)
    _set(connection, account.name, role=role.value)
    _log(connection, account, f"is {role.value} instead of {account.role.value}", at, agent)


def close(connection: Connection, name: str, *, at: datetime, agent: str) -> None:
    """Close an account: it is signed out everywhere, and its password forgotten.

    Raises `UserMistake` if there is no such account, or it is closed.
    """
    account = _open(connection, name)
    folded = folded_name(account.name)
    _end_sessions(connection, folded)
    connection.execute(delete(schema.password).where(schema.password.c.account == folded))
    _set(connection, account.name, closed=at.isoformat(), password_set=None)
    _log(connection, account, "was closed", at, agent)


def account_in(row: Row[Any]) -> Account:
    """The account in a row that has all columns of the table `account`."""
    return Account(
        name=row.name,
        role=Role(row.role),
        created=datetime.fromisoformat(row.created),
        closed=datetime.fromisoformat(row.closed) if row.closed else None,
        password_set=datetime.fromisoformat(row.password_set) if row.password_set else None,
    )


def _open(connection: Connection, name: str) -> Account:
    account = known(connection, name)
    if account.closed:
        raise UserMistake(f"The account “{account.name}” is closed.")
    return account


def _set(connection: Connection, name: str, **values: str | None) -> None:
    table = schema.account
    connection.execute(update(table).where(table.c.folded == folded_name(name)).values(**values))


def _end_sessions(connection: Connection, folded: str) -> None:
    connection.execute(delete(schema.session).where(schema.session.c.account == folded))


def _log(connection: Connection, account: Account, what: str, at: datetime, agent: str) -> None:
    detail = f"account {account.name} {what}"
    events.log(connection, events.ACCOUNT_CHANGE, at=at, agent=agent, detail=detail)
