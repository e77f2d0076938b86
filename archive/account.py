"""An account: a name that people know a person by, and what this person may do here."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.errors import UserMistake

LONGEST_NAME = 64
"""Characters of a name."""
SHORTEST_PASSWORD = 15
"""Characters; the least for a password that is all that is asked for (NIST SP 800-63B-4)."""
LONGEST_PASSWORD = 1024
"""Characters; more would only make the hashing dear."""

_ALLOWED = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "Pc", "Pd", "Po", "Zs"})
"""Unicode's letters, marks, digits, connectors, dashes, punctuation like . and @, the space."""


class Role(StrEnum):
    """What somebody may do; each includes the ones before it."""

    READER = "reader"
    ARCHIVIST = "archivist"
    LIBRARIAN = "librarian"

    def includes(self, other: Role) -> bool:
        """Whether whoever has this role may do what that one may."""
        order = tuple(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Account:
    """An account; `name` is the agent of what the person does.  One that is closed stays, so
    that nobody else gets its name."""

    name: str
    role: Role
    created: datetime
    closed: datetime | None = None
    password_set: datetime | None = None


def checked_name(text: str) -> str:
    """The name of a new account: NFC, no spaces around it.  Raises `UserMistake`.

    A colon is not in it, for HTTP Basic ends a name with one (RFC 7617).
    """
    name = unicodedata.normalize("NFC", text.strip())
    if not name or len(name) > LONGEST_NAME:
        raise UserMistake(f"A name has 1 to {LONGEST_NAME} characters.")
    if not all(map(_in_a_name, name)) or not any(each.isalnum() for each in name):
        raise UserMistake(
            "A name is made of letters, digits, spaces and signs like . - _ @, without a colon."
        )
    return name


def folded_name(text: str) -> str:
    """What is the same for all ways to write a name: letter case, width, composition and runs
    of spaces (as the profile UsernameCaseMapped of RFC 8265, with NFKC)."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def checked_password(text: str) -> str:
    """A new password as it is hashed.  Raises `UserMistake` if it is too short or too long.

    There are no other rules: they make passwords worse (NIST SP 800-63B).
    """
    password = normal_password(text)
    if len(password) < SHORTEST_PASSWORD:
        raise UserMistake(
            f"The password is too short: it needs {SHORTEST_PASSWORD} characters or more. "
            "A few words in a row make a good one."
        )
    if len(password) > LONGEST_PASSWORD:
        raise UserMistake(f"The password is too long: at most {LONGEST_PASSWORD} characters.")
    try:
        password.encode()
    except UnicodeEncodeError as error:
        raise UserMistake("The password is not text in UTF-8.") from error
    return password


def normal_password(text: str) -> str:
    """The same for all keyboards: NFC, every space a plain one (OpaqueString of RFC 8265)."""
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in text)
    return unicodedata.normalize("NFC", spaced)


def _in_a_name(character: str) -> bool:
    return character == "’" or (character != ":" and unicodedata.category(character) in _ALLOWED)
