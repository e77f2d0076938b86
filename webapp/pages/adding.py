"""Adding documents in the browser: files, and what is said of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, cast

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from archive import ingest
from archive.account import Role
from archive.edtf import BadDate
from archive.record import ARCHIVIST, PROPERTIES, Statement
from archive.submission import Submission
from archive.values import BadValue, described, plain
from indexer.links import record_path
from webapp.access import accepts, demands
from webapp.services import services
from webapp.site import now
from webapp.visitor import agent

page = demands(Role.ARCHIVIST)(Blueprint("adding", __name__))

LARGEST = 256 * 1024 * 1024
"""Bytes of all files that are sent at once; larger ones are added with the command."""

_SAID = tuple(row for row in PROPERTIES if row.name != "identifier")


@page.get("/desk/add")
def show() -> ResponseReturnValue:
    """The form."""
    return _page(), 200


@page.post("/desk/add")
@accepts(LARGEST)
def add() -> ResponseReturnValue:
    """Add the files; what is typed is said of each of them."""
    files = [each for each in request.files.getlist("file") if each.filename]
    typed = {row.name: request.form.get(row.name, "").strip() for row in _SAID}
    said = tuple(Statement(name, value, ARCHIVIST) for name, value in typed.items() if value)
    if not files:
        return _page(typed, "Choose at least one file."), 400
    try:
        description = described(said)
    except (BadValue, BadDate) as error:
        return _page(typed, f"{error}."), 400
    site = services()
    outcomes = ingest.add(
        [
            Submission(_name(each), _name(each), partial(_opened, each), said, description)
            for each in files
        ],
        site.catalogue,
        site.originals,
        agent=agent(),
        now=now,
    )
    return render_template("added.html", outcomes=list(outcomes), record_path=record_path), 200


@contextmanager
def _opened(file: FileStorage) -> Iterator[BinaryIO]:
    """An uploaded file's bytes, each time from the beginning."""
    file.stream.seek(0)
    yield cast(BinaryIO, file.stream)


def _name(file: FileStorage) -> str:
    """The name that it came under, without the folders that some browsers send along."""
    return plain((file.filename or "").rpartition("/")[2]) or "file"


def _page(typed: dict[str, str] | None = None, mistake: str = "") -> str:
    return render_template(
        "adding.html", rows=_SAID, typed=typed or {}, mistake=mistake, largest=LARGEST // 2**20
    )
