"""The librarian's verbs for accounts: user add, list, role, password, close."""

from __future__ import annotations

import sys

import click

from archive.account import LONGEST_PASSWORD, Account, Role, checked_name, checked_password
from archive.catalogue import accounts
from archive.console import Context, say_json, tell
from archive.errors import UserMistake
from archive.journal import write_journal
from archive.password import hashed

_ROLES = click.Choice([role.value for role in Role])


@click.group(epilog="\b\nExample:  pressmark user add ana --role archivist")
def user() -> None:
    """Say who may sign in to the site, and what they may do there.

    A reader reads what visitors read, also where reading is closed. An archivist sees all
    records and works at the desk, a librarian looks after jobs and accounts as well.
    """


@user.command(epilog="\b\nExample:  pressmark user add ana --role archivist")
@click.argument("name")
@click.option("--role", type=_ROLES, default=Role.READER.value, show_default=True)
@click.option("--reopen", is_flag=True, help="Open the account again that had this name.")
@click.pass_obj
def add(context: Context, name: str, role: str, reopen: bool) -> None:
    """Make an account.

    Asks for the password, or reads a line from standard input if that is no terminal. A
    password has 15 characters or more; there are no other rules.
    """
    name = checked_name(name)
    with context.archive() as (home, catalogue):
        hash = hashed(_new_password(name))
        with catalogue.writing() as connection:
            accounts.add(
                connection,
                name,
                Role(role),
                hash,
                at=context.now(),
                agent=context.agent,
                reopen=reopen,
            )
        write_journal(home, catalogue)
    tell(f"{name} can sign in, as {role}.")


@user.command("list", epilog="\b\nExample:  pressmark user list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an account.")
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """Print the accounts: name, role, when each was made, and when it was closed."""
    with context.archive() as (_, catalogue), catalogue.reading() as connection:
        held = accounts.every(connection)
    for account in held:
        if as_json:
            say_json(_as_json(account))
        else:
            closed = f"closed {account.closed:%Y-%m-%d}" if account.closed else ""
            row = (account.name, account.role, f"{account.created:%Y-%m-%d}", closed)
            click.echo("\t".join(row).rstrip())


@user.command(epilog="\b\nExample:  pressmark user role ana librarian")
@click.argument("name")
@click.argument("role", type=_ROLES)
@click.pass_obj
def role(context: Context, name: str, role: str) -> None:
    """Give an account another role. It counts from the person's next click on."""
    with context.archive() as (home, catalogue):
        with catalogue.writing() as connection:
            accounts.set_role(connection, name, Role(role), at=context.now(), agent=context.agent)
        write_journal(home, catalogue)
    tell(f"{name} is {role} now.")


@user.command(epilog="\b\nExample:  pressmark user password ana")
@click.argument("name")
@click.pass_obj
def password(context: Context, name: str) -> None:
    """Give an account another password; it is signed out everywhere.

    Asks for the password as “user add” does.
    """
    with context.archive() as (home, catalogue):
        with catalogue.reading() as connection:
            accounts.known(connection, name)
        hash = hashed(_new_password(name))
        with catalogue.writing() as connection:
            accounts.set_password(connection, name, hash, at=context.now(), agent=context.agent)
        write_journal(home, catalogue)
    tell(f"{name} has another password.")


@user.command(epilog="\b\nExample:  pressmark user close ana")
@click.argument("name")
@click.pass_obj
def close(context: Context, name: str) -> None:
    """Close an account: it is signed out everywhere and cannot sign in any more.

    What was done under its name keeps the name, and nobody else gets it. “user add --reopen”
    opens it again.
    """
    with context.archive() as (home, catalogue):
        with catalogue.writing() as connection:
            accounts.close(connection, name, at=context.now(), agent=context.agent)
        write_journal(home, catalogue)
    tell(f"{name} can no longer sign in.")


COMMANDS = (user,)


def _new_password(name: str) -> str:
    """Ask for it without showing it; never an argument, which every process could read."""
    if sys.stdin.isatty():
        typed = str(
            click.prompt(
                f"Password for {name}", hide_input=True, confirmation_prompt=True, err=True
            )
        )
    else:
        try:
            line = sys.stdin.readline(LONGEST_PASSWORD + 3)
        except UnicodeDecodeError as error:
            raise UserMistake("The password is not text in UTF-8.") from error
        typed = line.rstrip("\r\n")
        if not line:
            raise UserMistake("There is no password on standard input.")
    return checked_password(typed)


def _as_json(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "role": account.role.value,
        "created": account.created.isoformat(),
        "closed": account.closed.isoformat() if account.closed else None,
    }
