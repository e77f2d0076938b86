"""Run `pressmark` and kill it at the n-th moment at which it makes something durable.

Run as a script: `killing.py N HOME ARGUMENT…`.  The moments are those just before and just
after each fsync, rename, link and mkdir, and those at which a transaction begins and commits.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy


def main(moments: int, home: str, arguments: list[str], disorder: str = "") -> int:
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
    if disorder:
        DISORDERS[disorder][0]()

    from webapp.cli import run

    return run(arguments, {"PRESSMARK_HOME": home})


def _tell_first() -> None:
    """Acknowledge a document before its transaction is committed."""
    import archive.cli
    from archive import ingest
    from archive.decision import Outcome

    settle = ingest._settle

    def told(*args: Any, **kwargs: Any) -> list[Outcome]:
        outcomes = settle(*args, **kwargs)
        for outcome in outcomes:
            archive.cli._tell_outcome(outcome, dry_run=False)
        return outcomes

    ingest._settle = told


def _rows_first() -> None:
    """Give an original its name only when the catalogue has it already."""
    from archive import ingest
    from archive.originals import Originals

    put_off: list[Callable[[], None]] = []
    name, receive_all, opened = Originals._name, ingest.receive_all, Originals.open
    waiting: dict[Path, Path] = {}

    def later(self: Originals, temporary: Path, final: Path) -> None:
        final.parent.mkdir(parents=True, exist_ok=True)
        kept = temporary.with_name("late-" + final.name)
        os.link(temporary, kept)
        waiting[final] = kept
        put_off.append(lambda: name(self, kept, final))

    def open_early(self: Originals, digest: str) -> Any:
        path = self.path(digest)
        return waiting[path].open("rb") if path in waiting else opened(self, digest)

    def receive_late(*args: Any, **kwargs: Any) -> Iterator[Any]:
        for batch in receive_all(*args, **kwargs):
            yield batch
            for each in put_off:
                each()
            put_off.clear()
            waiting.clear()

    Originals._name, Originals.open = later, open_early  # type: ignore[method-assign]
    ingest.receive_all = receive_late


DISORDERS: Mapping[str, tuple[Callable[[], None], str]] = {
    "told first": (_tell_first, "lost "),
    "rows first": (_rows_first, "no bytes for "),
}
"""Mistakes in the order of writing, and how what they lead to is told by whoever looks after a
kill."""


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
