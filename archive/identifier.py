"""Record identifiers: opaque, assigned once, never used again."""

from __future__ import annotations

import re
import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 12
_IDENTIFIER = re.compile(f"[{_ALPHABET}]{{{_LENGTH}}}\\Z")


def mint() -> str:
    """A new record id: 12 characters of Crockford's base 32, 60 random bits."""
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in secrets.token_bytes(_LENGTH))


def is_identifier(text: str) -> bool:
    """Whether `mint` could have made it."""
    return _IDENTIFIER.match(text) is not None
