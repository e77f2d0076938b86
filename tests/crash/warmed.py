"""The program after it has done everything once, to be forked from: what is loaded late, or
kept when it was needed first, is there.  Importing this takes a second; only forkservers do."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from webapp.cli import run


def _warm() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        home, document = Path(folder) / "home", Path(folder) / "document.txt"
        document.write_text("The ferry\n\nIt left on 3 March 2021, said Mira Holt.")
        for verb in (
            ["init"],
            ["add", str(document)],
            ["reindex"],
            ["search", "ferry"],
            ["index", "check"],
            ["fixity"],
            ["backup", f"{folder}/backups"],
        ):
            assert run(verb, {"PRESSMARK_HOME": str(home)}) == 0


_warm()
