"""Run `pressmark` and kill it at the n-th moment at which it makes something durable.

Run as a script: `killing.py N HOME ARGUMENT…`.  The moments are those just before and just
after each fsync, rename, link and mkdir, and those at which a transaction begins and commits.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy


def main(moments: int, home: str, arguments: list[str]) -> int:
    left = moments

    def moment(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def interpose(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def interposed(*args: Any, **kwargs: Any) -> Any:
            moment()
            result = real(*args, **kwargs)
            moment()
            return result

        setattr(owner, name, interposed)

    for name in ("fsync", "link"):
        interpose(os, name)
    for name in ("rename", "replace", "mkdir"):
        interpose(Path, name)
    sqlalchemy.event.listen(sqlalchemy.Engine, "begin", moment)
    sqlalchemy.event.listen(sqlalchemy.Engine, "commit", moment)

    from webapp.cli import run

    return run(arguments, {"PRESSMARK_HOME": home})


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
