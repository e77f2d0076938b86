"""The environment, read here and nowhere else."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.errors import UserMistake
from archive.values import BadValue, web_address

DEFAULT_HOME = Path("var/home")
_OPEN, _CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Settings:
    """`PRESSMARK_HOME`: where the archive is, ./var/home if not set.

    `PRESSMARK_BASE_URL`: the site's public address; makes links absolute, and its host is
    one that the site answers to.

    `PRESSMARK_READING`: `open` to everybody, which is the default, or `closed` to all but those
    with an account.  `agent` is the name of the person at the command line.
    """

    home: Path
    base_url: str
    closed: bool
    agent: str


def process_environment() -> Mapping[str, str]:
    """The environment of this process."""
    return os.environ


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment.  Raises `UserMistake` for one that makes no sense."""
    base_url = environment.get("PRESSMARK_BASE_URL", "").rstrip("/")
    try:
        base_url = base_url and web_address(base_url)
    except BadValue as error:
        raise UserMistake(f"PRESSMARK_BASE_URL: {error}.") from error
    home = Path(environment.get("PRESSMARK_HOME") or DEFAULT_HOME).absolute()
    reading = environment.get("PRESSMARK_READING") or _OPEN
    if reading not in (_OPEN, _CLOSED):
        # Not taken for open: whoever mistypes it means to close something.
        raise UserMistake(f"PRESSMARK_READING is “{reading}”; it must be {_OPEN} or {_CLOSED}.")
    return Settings(home, base_url, reading == _CLOSED, _user())


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
