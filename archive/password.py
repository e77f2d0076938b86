"""Passwords are kept as Argon2id hashes (RFC 9106), and compared in the time that takes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from archive.account import LONGEST_PASSWORD, normal_password

if TYPE_CHECKING:
    from argon2 import PasswordHasher


def hashed(password: str) -> str:
    """The hash of a password that `checked_password` has passed, with its salt and parameters.

    Takes 64 MiB and some 50 ms.
    """
    return str(_hasher().hash(password))


def matches(kept: str | None, typed: str) -> bool:
    """Whether what was typed is the password that was hashed.

    Without a hash it is not, and it takes as long to say so, so that nobody learns by the
    clock which accounts there are.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    nobodys = _nobodys()
    password = normal_password(typed[:LONGEST_PASSWORD])
    if not kept or len(typed) > LONGEST_PASSWORD:
        kept = nobodys
    try:
        _hasher().verify(kept, password.encode(errors="replace"))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not nobodys


@cache
def _hasher() -> PasswordHasher:
    # Imported late: few commands need it.  The second choice of RFC 9106, for machines that
    # cannot spare 2 GiB for each person who signs in.
    import argon2

    return argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)


@cache
def _nobodys() -> str:
    return hashed("a password that nobody has")
