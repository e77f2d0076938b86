"""Packing an archive, or some of its records, into a BagIt bag (RFC 8493).

    data/originals/sha256/ab/cd/HEX    the bytes as received
    data/metadata/about.json           what the bag holds, in figures
    data/metadata/records.jsonl        and originals, authorities, relations, archive: everything
    data/metadata/premis.xml           the events again, as PREMIS 3.0
    data/manifest.csv                  the descriptions again, as `pressmark add` takes them

What the sheets hold is said in `archive.catalogue.contents`.  The bag gets its name when
everything in it is durable and was read again; until then it is not there.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from archive import __version__
from archive.catalogue import contents, records, schema
from archive.catalogue.contents import RECORDS, SHEETS, Chosen, Document
from archive.catalogue.database import Catalogue
from archive.copying import NotTheBytes
from archive.errors import ArchiveTrouble
from archive.exchange.bag import MANIFEST, TAG_MANIFEST, examine_bag, open_bag
from archive.exchange.descriptions import write_manifest
from archive.exchange.leaving import (
    Exported,
    Progress,
    check_place,
    choose,
    finished,
    foreseen,
    note_copy,
    originals_of,
    put_copy,
    sync,
)
from archive.exchange.premis import write_premis
from archive.home import Home
from archive.originals import path_of

FORMAT = "Pressmark bag 1"
"""What a bag of this form says of itself; another form has another number."""

METADATA = "data/metadata"
ABOUT = f"{METADATA}/about.json"


def payload_path(digest: str) -> str:
    """Where an original is in a bag."""
    return f"data/originals/{path_of(digest)}"


def pack(
    home: Home,
    catalogue: Catalogue,
    target: Path,
    chosen: Sequence[str] | None = None,
    *,
    at: datetime,
    agent: str,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Pack the archive, or the records with the ids that are `chosen`, into a new bag `target`.

    It is the catalogue as it is at one moment; it may be in use meanwhile.  That there is a
    copy is an event afterwards.
    Raises `UserMistake` for a place that is taken, `ArchiveTrouble` if no bag can be made;
    then there is none.
    """
    check_place(home, target)
    with catalogue.reading() as connection:
        choice = choose(home, connection, chosen)
        if dry_run:
            return foreseen(home, connection, choice, progress)
        with finished(target) as stage:
            packed = _Packing(home, connection, stage, choice, at, progress).pack()
    note_copy(catalogue, packed, f"the bag {target}", at=at, agent=agent)
    return packed


class _Packing:
    """A bag in the making, in the folder `stage`."""

    def __init__(
        self,
        home: Home,
        connection: Connection,
        stage: Path,
        choice: Chosen | None,
        at: datetime,
        progress: Progress | None,
    ) -> None:
        self.home, self.connection, self.stage = home, connection, stage
        self.choice, self.at, self.progress = choice, at, progress
        self.listed: dict[str, tuple[str, int]] = {}
        self.counts: Counter[str] = Counter()
        self.done = self.total = 0

    def pack(self) -> Exported:
        wanted = list(originals_of(self.connection, self.choice))
        total = len(self.choice.records) if self.choice else records.count(self.connection)
        self.total = 2 * len(wanted) + total + len(SHEETS)
        lacking = self._copy_originals(wanted)
        for sheet in SHEETS:
            self._write_lines(
                f"{METADATA}/{sheet.name}.jsonl",
                self._documents(sheet),
            )
        self._check_counts()
        about = {
            "format": FORMAT,
            "catalogue": schema.VERSION,
            "whole": self.choice is None,
            "rows": dict(sorted(self.counts.items())),
            "lacking": dict(lacking),
        }
        self._write(ABOUT, json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        with self._file("data/manifest.csv") as write:
            write_manifest(self._read(RECORDS), write)
        with self._file(f"{METADATA}/premis.xml") as write:
            write_premis(write, lambda sheet: self._read(sheet))
        packed = Exported(
            total,
            len(wanted) - len(lacking),
            sum(size for name, (_, size) in self.listed.items() if "/originals/" in name),
            lacking,
        )
        self._write_tags(packed)
        sync()
        bag = open_bag(self.stage)
        self.total = self.done + len(bag.files)
        examine_bag(bag, self._step)
        return packed

    def _copy_originals(self, wanted: Sequence[tuple[str, int]]) -> tuple[tuple[str, str], ...]:
        (self.stage / "data" / "originals").mkdir(parents=True)
        lacking = []
        for digest, size in wanted:
            name = payload_path(digest)
            try:
                put_copy(self.home, digest, self.stage / name)
                self.listed[name] = digest, size
            except NotTheBytes as error:
                lacking.append((digest, str(error)))
            self._step()
        return tuple(lacking)

    def _documents(self, sheet: contents.Sheet) -> Iterator[Document]:
        for document in contents.documents(self.connection, sheet, self.choice):
            contents.counted(document, self.counts)
            yield document
            if sheet is RECORDS:
                self._step()

    def _check_counts(self) -> None:
        """Of a whole archive every row is in the bag, or there is none."""
        if self.choice is not None:
            return
        for name, count in contents.counts(self.connection).items():
            if self.counts[name] != count:
                raise ArchiveTrouble(
                    f"Of the table {name} {self.counts[name]} of {count} rows found their way "
                    "into the bag, so that none was made. “pressmark catalogue check” may tell why."
                )

    def _write_tags(self, packed: Exported) -> None:
        size = sum(size for _, size in self.listed.values())
        payload = dict(self.listed)
        lines = [f"{digest}  {name}\n" for name, (digest, _) in sorted(payload.items())]
        self._write(MANIFEST, "".join(lines))
        self._write("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        what = "The whole of an archive" if self.choice is None else "A selection of an archive"
        self._write(
            "bag-info.txt",
            f"Bag-Software-Agent: Pressmark {__version__}\n"
            f"Bagging-Date: {self.at.astimezone(UTC):%Y-%m-%d}\n"
            f"Payload-Oxum: {size}.{len(payload)}\n"
            f"Bag-Size: {size / 1_000_000:.1f} MB\n"
            f"External-Description: {what} of press documents: {packed.records} records, "
            f"{packed.originals} originals\n",
        )
        self._write("README.txt", _README)
        tags = sorted(self.listed.keys() - payload.keys())
        lines = [f"{self.listed[name][0]}  {name}\n" for name in tags]
        self._write(TAG_MANIFEST, "".join(lines))

    def _read(self, sheet: contents.Sheet) -> Iterator[Document]:
        path = self.stage / METADATA / f"{sheet.name}.jsonl"
        with path.open(encoding="utf-8", newline="\n") as lines:
            yield from (json.loads(line) for line in lines)

    def _write_lines(self, name: str, documents: Iterator[Document]) -> None:
        with self._file(name) as write:
            for document in documents:
                # Not in order of its keys: what JSON a row holds comes back as it was written.
                line = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
                write(line.encode() + b"\n")

    def _write(self, name: str, text: str) -> None:
        with self._file(name) as write:
            write(text.encode())

    @contextmanager
    def _file(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """Write a file of the bag, durably, and list it."""
        path = self.stage / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with path.open("xb") as stream:

            def write(piece: bytes) -> None:
                nonlocal size
                stream.write(piece)
                digest.update(piece)
                size += len(piece)

            yield write
        self.listed[name] = digest.hexdigest(), size

    def _step(self) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, max(self.done, self.total))


_README = """\
This is a BagIt bag (RFC 8493) with documents of a Pressmark archive. Any BagIt tool checks it.

  data/originals/sha256/ab/cd/HEX   the documents as they were received, by their SHA-256
  data/manifest.csv                 what is held of them, a line each
  data/metadata/premis.xml          what was done to them: PREMIS 3.0 objects, events, agents
  data/metadata/*.jsonl             everything, as JSON Lines (UTF-8)

To take it into another archive with all of its history:  pressmark import THIS-FOLDER
To add the documents alone as new ones:  pressmark add --manifest THIS-FOLDER/data/manifest.csv

manifest.csv leaves out what was withdrawn; ";" separates values; dates are EDTF (ISO 8601-2). A
cell that a spreadsheet could take for a formula begins with an apostrophe.

metadata/about.json     what the bag holds, in figures; under "lacking" the originals that the
                        archive itself had no good copy of
metadata/records.jsonl  a record a line. "record" says where it stands, "revision" all it ever
                        was ("content" is JSON; "digest" is the SHA-256 of the digest before it, a
                        line feed and the content); "record_original" its originals; "provenance"
                        when they were received and under which name; "statement" what was said of
                        them then; "event" what was done to the record
metadata/originals.jsonl    an original a line. "extract" is the text that a reader made of it,
                        "statement" what the reader found in it, and where
metadata/authorities.jsonl  the headings of outlets, people, organisations, places and targets
metadata/relations.jsonl    what was decided of two records
metadata/archive.jsonl      cited searches, and events of the archive as a whole

A record or original that has "withdrawn" in its newest revision is not to be shown to readers;
neither is one whose "access" is "staff".
"""
