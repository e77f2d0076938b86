"""Run `pressmark` and refuse the n-th opening for writing below its home.

Run as a script: `refusing.py N ERROR HOME ARGUMENT…`.  Says on stderr when it has refused.
"""

from __future__ import annotations

import errno
import os
import sys


def main(number: int, error: str, home: str, arguments: list[str]) -> int:
    left = number
    refused = getattr(errno, error)

    def refuse(event: str, details: tuple[object, ...]) -> None:
        nonlocal left
        if event != "open" or not str(details[0]).startswith(home):
            return
        flags = details[2]
        if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR):
            return
        left -= 1
        if left == 0:
            sys.stderr.write("(INJECTED)\n")
            raise OSError(refused, os.strerror(refused), details[0])

    from webapp.cli import run

    sys.addaudithook(refuse)
    return run(arguments, {"PRESSMARK_HOME": home})


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]))
