"""Accounts and sessions in the catalogue."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.account import Role
from archive.backup import back_up
from archive.catalogue import accounts, schema, sessions
from archive.catalogue.database import Catalogue, open_catalogue
from archive.errors import UserMistake
from archive.home import Home
from archive.journal import write_journal
from archive.restore import restore

AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
LATER = AT + timedelta(days=3)


def add(catalogue: Catalogue, name: str = "Ana", role: Role = Role.ARCHIVIST) -> None:
    with catalogue.writing() as connection:
        accounts.add(connection, name, role, "hash 1", at=AT, agent="root")


def begin(catalogue: Catalogue, at: datetime = AT, name: str = "Ana") -> str:
    with catalogue.writing() as connection:
        return sessions.begin(connection, accounts.known(connection, name), at=at)


def role_in(catalogue: Catalogue, token: str, at: datetime = AT) -> Role | None:
    """The role that this token gives; None if nobody is signed in by it."""
    with catalogue.reading() as connection:
        session = sessions.get(connection, token, at=at)
    return session.account.role if session else None


def hash_of(catalogue: Catalogue, name: str = "Ana") -> str | None:
    with catalogue.reading() as connection:
        return accounts.credentials(connection, name)[1]


def test_an_account_is_found_however_its_name_is_written(catalogue: Catalogue) -> None:
    add(catalogue, "Zoë Quill")
    with catalogue.reading() as connection:
        account, hash = accounts.credentials(connection, "ZOE\u0308  QUILL")
    assert account is not None
    assert (account.name, account.role, hash) == ("Zoë Quill", Role.ARCHIVIST, "hash 1")


def test_a_name_is_one_persons(catalogue: Catalogue) -> None:
    add(catalogue)
    with pytest.raises(UserMistake, match="There is an account “Ana” already"):
        add(catalogue, "ANA")
    with catalogue.writing() as connection:
        accounts.close(connection, "ana", at=LATER, agent="root")
    with pytest.raises(UserMistake, match="was closed on 2026-01-18; nobody else gets its name"):
        add(catalogue, "ana")
    with catalogue.writing() as connection:
        accounts.add(connection, "ana", Role.READER, "hash 2", at=LATER, agent="root", reopen=True)
    with catalogue.reading() as connection:
        account = accounts.known(connection, "ana")
    assert (account.name, account.role, account.closed) == ("Ana", Role.READER, None)
    assert hash_of(catalogue) == "hash 2"


def test_a_closed_account_is_signed_in_nowhere_and_its_hash_is_gone(catalogue: Catalogue) -> None:
    add(catalogue)
    token = begin(catalogue)
    with catalogue.writing() as connection:
        accounts.close(connection, "Ana", at=AT, agent="root")
    assert role_in(catalogue, token) is None
    with catalogue.reading() as connection:
        assert accounts.credentials(connection, "Ana") == (None, None)
        assert connection.execute(select(schema.password)).all() == []
    for change in (accounts.close, accounts.set_role, accounts.set_password):
        more = {"role": Role.READER} if change is accounts.set_role else {}
        more |= {"hash": "x"} if change is accounts.set_password else {}
        with pytest.raises(UserMistake, match="is closed"), catalogue.writing() as connection:
            change(connection, "Ana", **more, at=AT, agent="root")  # type: ignore[operator]


def test_another_password_ends_every_session(catalogue: Catalogue) -> None:
    add(catalogue)
    add(catalogue, "Ben")
    tokens = [begin(catalogue), begin(catalogue)]
    bens = begin(catalogue, name="Ben")
    with catalogue.writing() as connection:
        accounts.set_password(connection, "Ana", "hash 2", at=LATER, agent="Ana")
    assert [role_in(catalogue, token) for token in tokens] == [None, None]
    assert role_in(catalogue, bens) is Role.ARCHIVIST
    assert hash_of(catalogue) == "hash 2"


def test_another_role_counts_at_once(catalogue: Catalogue) -> None:
    add(catalogue)
    token = begin(catalogue)
    with catalogue.writing() as connection:
        accounts.set_role(connection, "Ana", Role.LIBRARIAN, at=AT, agent="root")
    assert role_in(catalogue, token) is Role.LIBRARIAN


def test_a_session_ends_when_it_is_idle_and_after_a_week_whatever_is_done(
    catalogue: Catalogue,
) -> None:
    add(catalogue)
    idle = begin(catalogue)
    assert role_in(catalogue, idle, AT + timedelta(hours=11, minutes=59)) is Role.ARCHIVIST
    assert role_in(catalogue, idle, AT + timedelta(hours=12)) is None
    busy, at = begin(catalogue), AT
    while at < AT + timedelta(days=7):
        assert role_in(catalogue, busy, at) is Role.ARCHIVIST
        with catalogue.writing() as connection:
            sessions.renew(connection, busy, at=at)
        at += timedelta(hours=6)
    assert role_in(catalogue, busy, AT + timedelta(days=7)) is None


def test_a_session_is_renewed_only_when_that_is_worth_a_write(catalogue: Catalogue) -> None:
    add(catalogue)
    token = begin(catalogue)
    with catalogue.reading() as connection:
        session = sessions.get(connection, token, at=AT)
    assert session is not None
    assert not session.due(AT + timedelta(minutes=14))
    assert session.due(AT + timedelta(minutes=15))


def test_sessions_that_are_over_are_cleared_away(catalogue: Catalogue) -> None:
    add(catalogue)
    begin(catalogue)
    begin(catalogue, LATER)
    with catalogue.reading() as connection:
        assert len(connection.execute(select(schema.session)).all()) == 1


def test_no_token_is_in_the_catalogue(catalogue: Catalogue, home: Home) -> None:
    add(catalogue)
    token = begin(catalogue)
    assert len(token) == 43
    catalogue.close()
    held = b"".join(path.read_bytes() for path in home.root.glob("catalogue.sqlite*"))
    assert b"hash 1" in held
    assert token.encode() not in held


def test_who_may_do_what_is_journaled_and_no_secret_is(catalogue: Catalogue, home: Home) -> None:
    add(catalogue)
    token = begin(catalogue)
    with catalogue.writing() as connection:
        accounts.set_role(connection, "Ana", Role.LIBRARIAN, at=AT, agent="root")
        accounts.set_password(connection, "Ana", "hash 2", at=LATER, agent="Ana")
    write_journal(home, catalogue)
    written = "".join(path.read_text() for path in home.journal.rglob("*") if path.is_file())
    rows = [json.loads(line) for line in written.splitlines() if '"account"' in line]
    assert [row["row"]["role"] for row in rows if row["row"]][-1] == "librarian"
    assert "hash" not in {key for row in rows for key in row["row"] or ()}
    for secret in ("hash 1", "hash 2", token):
        assert secret not in written
    with catalogue.reading() as connection:
        told = connection.execute(
            select(schema.event.c.detail, schema.event.c.agent).where(
                schema.event.c.type == "account change"
            )
        ).all()
    assert [tuple(each) for each in told] == [
        ("account Ana was made, as archivist", "root"),
        ("account Ana got another password", "root"),
        ("account Ana is librarian instead of archivist", "root"),
        ("account Ana got another password", "Ana"),
    ]


def test_a_restored_archive_knows_neither_sessions_nor_passwords_from_before(
    catalogue: Catalogue, home: Home, tmp_path: Path
) -> None:
    add(catalogue)
    add(catalogue, "Ben")
    token = begin(catalogue)
    back_up(home, catalogue, tmp_path / "backup", at=AT, agent="root")
    with catalogue.writing() as connection:
        accounts.set_password(connection, "Ben", "hash 2", at=LATER, agent="Ben")
    write_journal(home, catalogue)
    catalogue.close()
    home.catalogue.unlink()
    for extra in home.root.glob("catalogue.sqlite-*"):
        extra.unlink()
    restore(tmp_path / "backup", home.root, at=LATER, agent="root")
    again = open_catalogue(home)
    assert role_in(again, token) is None
    assert (hash_of(again, "Ana"), hash_of(again, "Ben")) == ("hash 1", None)
    with again.writing() as connection:
        accounts.set_password(connection, "Ben", "hash 3", at=LATER, agent="root")
    assert hash_of(again, "Ben") == "hash 3"
    again.close()


def test_an_archive_restored_from_its_journal_has_accounts_that_need_passwords(
    catalogue: Catalogue, home: Home
) -> None:
    add(catalogue)
    write_journal(home, catalogue)
    catalogue.close()
    for each in home.root.glob("catalogue.sqlite*"):
        each.unlink()
    restore(None, home.root, at=LATER, agent="root")
    again = open_catalogue(home)
    with again.reading() as connection:
        assert [account.name for account in accounts.every(connection)] == ["Ana"]
    assert hash_of(again) is None
    again.close()
