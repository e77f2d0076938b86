"""Bytes that turn on the process that reads them, which unpickles them from here.

They need `ROOM`, without which they might be a little text, which is read without a process.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

ROOM = b" " * 40_000


class Crashing(bytes):
    """The first look at them is the end of the process."""

    def startswith(self, *_: Any) -> bool:
        os.abort()


class Burning(bytes):
    """The first look at them never ends, and is all work."""

    def startswith(self, *_: Any) -> bool:
        while True:
            pass


class Calling(bytes):
    """The first look at them calls home: port and message are the bytes."""

    def startswith(self, *_: Any) -> bool:
        port, message = bytes(self).split(b" ", 1)
        socket.create_connection(("127.0.0.1", int(port))).sendall(message)
        return False


class Writing(bytes):
    """The first look at them writes a file: they are its path."""

    def startswith(self, *_: Any) -> bool:
        Path(os.fsdecode(self.strip())).write_text("written by a reader")
        return False


class Vanishing(bytes):
    """Unpickling them is the end of the process."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (1,)
