"""A table that a person sends: a file first, and what it would change is shown; then the same
table again, to be taken in as it was shown.

Nothing of it is kept on the site in between: the form below what is shown carries the table,
and a digest of what was shown, so that what is taken in is what was seen, or nothing is.
"""

from __future__ import annotations

import base64
import hashlib
import io
from binascii import Error
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from flask import request

from archive.catalogue.chain import canonical
from archive.errors import UserMistake
from archive.values import plain
from webapp.access import accepts

LARGEST = 1024 * 1024
"""Bytes of a table: some 13,000 codings, which take eight seconds of a processor."""

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class SentTable:
    """A table, the name it came under, and whether only to show what it would change.  `shown`
    is the digest of what was shown of it; None for one that is taken in unseen."""

    name: str
    content: bytes
    preview: bool
    shown: str | None

    @property
    def stream(self) -> BinaryIO:
        return io.BytesIO(self.content)

    @property
    def carried(self) -> str:
        """It as a field of a form carries it, exactly: browsers change the line ends of text."""
        return base64.b64encode(self.content).decode()

    def is_to_be_shown(self, changes: str) -> bool:
        """Whether what it would change, by its digest, is to be shown now and nothing done: it was
        asked for, or it is something else than was shown."""
        return self.preview or self.shown not in (None, changes)


def takes_a_table(view: View) -> View:
    """A view that calls `sent_table`."""
    # Somewhat more than can be taken, so that who sends it is told what to do instead.
    return accepts(8 * LARGEST, in_fields=True)(view)


def sent_table(of: str, command: str) -> SentTable:
    """The table `of` something that a form has sent: as a `file`, or as one that was shown.

    Raises `UserMistake`, which names the `command` that takes larger ones.
    """
    form, file = request.form, request.files.get("file")
    preview = "preview" in form
    if file is not None and file.filename:
        name = plain(file.filename.rpartition("/")[2]) or "The table"
        content = file.read()
        file.close()
        sent = SentTable(name, content, preview, None)
    elif "table" in form:
        try:
            content = base64.b64decode(form["table"], validate=True)
        except (Error, ValueError):
            raise UserMistake("The table did not arrive whole; choose the file again.") from None
        name = plain(form.get("name", "")) or "The table"
        sent = SentTable(name, content, preview, form.get("shown", ""))
    else:
        raise UserMistake(f"Choose a CSV file of {of}.")
    if len(sent.content) > LARGEST:
        raise UserMistake(
            f"{sent.name} is larger than {LARGEST // 2**20} MB, and nothing of it was read. Import "
            f"it at the command line, with “pressmark {command} FILE”, or in parts."
        )
    return sent


def digest_of(changes: Any) -> str:
    """The digest of what a table would change, as plain JSON data."""
    return hashlib.sha256(canonical(changes).encode()).hexdigest()
