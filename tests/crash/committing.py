"""Commit documents to an index, to be killed at the n-th moment at which it makes something
durable.

Run as a script: `committing.py N FOLDER`.  Tells the number of each batch once it is
committed.  The moments are those just before and just after each fsync, rename and unlink.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from indexer.engines.whoosh_generation import open_generation
from tests.contracts.asking import document

BATCHES = 9


def main(moments: int, folder: Path) -> None:
    left = moments

    def interpose(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def moment() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def interposed(*args: Any, **kwargs: Any) -> Any:
            moment()
            result = real(*args, **kwargs)
            moment()
            return result

        setattr(owner, name, interposed)

    for name in ("fsync", "rename", "remove"):
        interpose(os, name)
    interpose(Path, "unlink")
    generation = open_generation(folder)
    for batch in range(BATCHES):
        generation.apply(
            [document(f"{batch}-{number}", f"w{batch} common") for number in range(3)],
            [f"{batch - 1}-2"],
        )
        print(batch, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
