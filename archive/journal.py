"""The journal: what the catalogue holds, once more, in files that are only added to.

    journal/000000000001.jsonl    named after the number of its first entry

JSON Lines, one for each row that was written, in order: what the row held, its SHA-256, and
a link that covers that digest and the line before.  The links chain digests and not
contents, so that a purge can take a content out and leave the chain whole.

What one look at the catalogue finds is a batch.  It is made durable, and then closed by a
line that says so and vouches for itself.  What no such line closes, as after a crash, does
not count, and is taken down again.  All batches in order make the catalogue from nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import changes, entries
from archive.catalogue.chain import canonical, link
from archive.catalogue.database import Catalogue
from archive.catalogue.entries import Content, Entry, Key
from archive.catalogue.replay import Written, replay, replaying
from archive.errors import ArchiveTrouble
from archive.home import Home, sync_folder
from archive.locks import locked

FILE_BYTES = 32_000_000
"""A file that has reached this size is not added to."""

_CHUNK = 250
_WINDOW = 4096


class JournalDamaged(ArchiveTrouble):
    """A line is not as it was written, or is not there: says which."""


class OtherCatalogue(ArchiveTrouble):
    """The journal is not this catalogue's, or knows more than it."""

    def __init__(self, home: Home) -> None:
        super().__init__(
            f"The journal in {home.journal} knows of changes that the catalogue does not have: "
            "the catalogue is an older one, or another archive's. Move catalogue.sqlite away and "
            "run “pressmark restore”, or move the journal away to go on without those changes."
        )


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of a batch: every entry up to `entry` is in the journal.  `change` is the newest
    change by then, and `mark` tells it from that of another catalogue."""

    entry: Entry
    change: int
    mark: str
    link: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the journal counts: the batch that was closed last, the file and the place in
    it, in bytes, where that ends.  `torn` when there is more, which does not count."""

    closed: Closed | None
    path: Path | None
    end: int
    torn: bool

    @property
    def position(self) -> int:
        """The number of the last entry that is in the journal, 0 for none."""
        return self.closed.entry.seq if self.closed else 0


def write_journal(home: Home, catalogue: Catalogue) -> int:
    """Take down what the journal lacks, durably; how many entries that were.

    Costs little when there is nothing to write, and mends what a crash left.  Raises
    `ArchiveTrouble` if the disk refuses, and `OtherCatalogue`; what counted before still does.
    """
    if not journal_lag(home, catalogue):
        return 0
    with _disk_told(home):
        home.journal.mkdir(exist_ok=True)
        with journal_locked(home), catalogue.reading() as connection:
            reach = find_reach(home)
            if not _lag(home, connection, reach):
                return 0
            return _append(home, connection, reach)


def journal_lag(home: Home, catalogue: Catalogue) -> int:
    """How many entries of the catalogue the journal lacks.

    Raises `OtherCatalogue`, and `ArchiveTrouble` if it cannot be read.
    """
    with _disk_told(home), catalogue.reading() as connection:
        return _lag(home, connection, find_reach(home))


def find_reach(home: Home) -> Reach:
    """How far the journal counts; looks at its end only.  Raises `OSError`."""
    torn = False
    for path in reversed(_files(home)):
        closed, end = _last_closed(path)
        torn = torn or end < path.stat().st_size
        if closed:
            return Reach(closed, path, end, torn)
    return Reach(None, None, 0, torn)


def read_journal(home: Home) -> Iterator[Written | Closed]:
    """What was written, from the first entry on, with the end of each batch after it.

    Raises `JournalDamaged` at the first line that is not as it was written.
    """
    with _disk_told(home):
        reach = find_reach(home)
        seq, before = 0, ""
        for path in _files(home):
            if reach.path is None or path > reach.path:
                return
            with path.open("rb") as stream:
                end = reach.end if path == reach.path else path.stat().st_size
                number = 0
                while stream.tell() < end:
                    number += 1
                    line = stream.readline()
                    closed = _closed(line, before)
                    written = None if closed else _written(line, seq + 1, before)
                    if closed and closed.entry.seq == seq:
                        before = closed.link
                        yield closed
                    elif written:
                        entry, content, before = written
                        seq = entry.seq
                        yield entry, content
                    else:
                        raise JournalDamaged(f"The journal is damaged at {path}, line {number}.")


def replay_journal(
    home: Home,
    connection: Connection,
    *,
    until: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write into a catalogue what the journal knows and it does not, up to entry `until`.

    In the caller's transaction, and whole batches only: when `JournalDamaged` is raised, the
    catalogue is as it was at the end of a batch.  Raises `OtherCatalogue` too.
    """
    begun = entries.newest(connection)
    last = until or find_reach(home).position
    batch: list[Written] = []
    with replaying(connection):
        savepoint = connection.begin_nested()
        try:
            for found in read_journal(home):
                if not isinstance(found, Closed):
                    entry = found[0]
                    if entry.seq == begun and entries.get(connection, begun) != entry:
                        raise OtherCatalogue(home)
                    if entry.seq > begun:
                        batch.append(found)
                    if len(batch) == _CHUNK:
                        replay(connection, batch)
                        batch.clear()
                    continue
                replay(connection, batch)
                batch.clear()
                savepoint.commit()
                savepoint = connection.begin_nested()
                if progress:
                    progress(found.entry.seq, last)
                if found.entry.seq <= begun and _unlike(connection, found):
                    raise OtherCatalogue(home)
                if found.entry.seq == until:
                    break
        finally:
            savepoint.rollback()


def take_out(
    home: Home,
    connection: Connection,
    purged: Callable[[str, Key], bool],
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Take out what the journal says of rows that were purged: in each of their lines stands
    what the row holds now, in the first as in the last, so that the catalogue is sound at the
    end of every batch.  Their links stay as they were.

    `purged` tells of a row, by its table and its key, whether it was purged.  A file is replaced
    as a whole; interrupted, it is to be called again.  Raises `ArchiveTrouble`, and
    `JournalDamaged`, before which everything was taken out.
    """
    with _disk_told(home), journal_locked(home):
        for left in home.journal.glob("*.new"):
            left.unlink()
        files, before = _files(home), ""
        reach = find_reach(home)
        for done, path in enumerate(files):
            before, changed = _without(path, reach, connection, purged, before)
            if changed:
                temporary = path.with_suffix(".new")
                temporary.replace(path)
            path.with_suffix(".new").unlink(missing_ok=True)
            sync_folder(home.journal)
            if progress:
                progress(done + 1, len(files))


def _without(
    path: Path,
    reach: Reach,
    connection: Connection,
    purged: Callable[[str, Key], bool],
    before: str,
) -> tuple[str, bool]:
    """Write a file anew beside it, without what was purged; its last link, and whether anything
    is different.  What no batch closes is left out."""
    changed = False
    if reach.path is None or path > reach.path:
        path.with_suffix(".new").touch()
        return before, True
    end = reach.end if path == reach.path else path.stat().st_size
    changed = end != path.stat().st_size
    with path.open("rb") as stream, path.with_suffix(".new").open("wb") as target:
        number = 0
        while stream.tell() < end:
            number += 1
            line = stream.readline()
            if closed := _closed(line, before):
                before = closed.link
                target.write(line)
                continue
            written = _written(line, None, before)
            if written is None:
                raise JournalDamaged(f"The journal is damaged at {path}, line {number}.")
            entry, content, before_next = written
            if content is not None and purged(entry.table, entry.key):
                (now,) = entries.contents(connection, [entry])
                if now != content:
                    digest = json.loads(line)["digest"]
                    line, _ = _line(entry, now, before, digest)
                    changed = True
            target.write(line)
            before = before_next
        target.flush()
        os.fsync(target.fileno())
    return before, changed


@contextmanager
def journal_locked(home: Home) -> Iterator[None]:
    """Within the block nobody else writes to the journal.  Raises `OSError`."""
    with locked(home.scratch / "journal.lock", wait=True):
        yield


def _lag(home: Home, connection: Connection, reach: Reach) -> int:
    if reach.closed and _unlike(connection, reach.closed):
        raise OtherCatalogue(home)
    return entries.newest(connection) - reach.position


def _unlike(connection: Connection, closed: Closed) -> bool:
    entry = closed.entry
    return (
        entries.get(connection, entry.seq) != entry
        or changes.mark(connection, closed.change) != closed.mark
    )


def _append(home: Home, connection: Connection, reach: Reach) -> int:
    """Write one batch after `reach`; the journal is locked."""
    for path in _files(home):
        if reach.path is None or path > reach.path:
            path.unlink()
    begun, before = reach.position, reach.closed.link if reach.closed else ""
    new = home.journal / f"{begun + 1:012}.jsonl"
    path = reach.path if reach.path and reach.end < FILE_BYTES else new
    last = Entry(begun, "", ())
    with path.open("ab") as stream:
        if path == reach.path:
            stream.truncate(reach.end)
        while batch := entries.after(connection, last.seq, limit=_CHUNK):
            for entry, content in zip(batch, entries.contents(connection, batch), strict=True):
                if entry.seq != last.seq + 1:
                    raise ArchiveTrouble(
                        f"The catalogue has no entry {last.seq + 1}, so that the journal cannot "
                        "go on. Run “pressmark catalogue check”."
                    )
                line, before = _line(entry, content, before)
                stream.write(line)
                last = entry
        stream.flush()
        os.fsync(stream.fileno())
        sync_folder(home.journal)
        change = changes.newest(connection)
        mark = changes.mark(connection, change)
        stream.write(_closing_line(Closed(last, change, mark, ""), before))
        stream.flush()
        os.fsync(stream.fileno())
    return last.seq - begun


def _files(home: Home) -> list[Path]:
    return sorted(home.journal.glob("*.jsonl"))


def _last_closed(path: Path) -> tuple[Closed | None, int]:
    """The last batch in a file that was closed, and where it ends."""
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - _WINDOW))
        ending = stream.read().splitlines(keepends=True)
        if ending and (closed := _closed(ending[-1])):
            return closed, size
        stream.seek(0)
        found, end = None, 0
        for line in stream:
            if closed := _closed(line):
                found, end = closed, stream.tell()
        return found, end


def _line(
    entry: Entry, content: Content | None, before: str, digest: str | None = None
) -> tuple[bytes, str]:
    """A line and its link; `digest` is that of what the row held then, if `content` is instead
    of it."""
    row, key = canonical(content), canonical(entry.key)
    own = hashlib.sha256(row.encode()).hexdigest()
    instead = "" if digest is None else f',"instead":"{own}"'
    digest = digest or own
    linked = link(f'[{entry.seq},"{entry.table}",{key},"{digest}"]', before)
    # Put together as the canonical form of the whole: to write that takes twice as long.  A line
    # that was read, and of which a name or a digest is not as simple, is not equal to this one.
    line = (
        f'{{"digest":"{digest}"{instead},"key":{key},"link":"{linked}",'
        f'"row":{row},"seq":{entry.seq},"table":"{entry.table}"}}\n'
    )
    return line.encode(), linked


def _written(line: bytes, seq: int | None, before: str) -> tuple[Entry, Content | None, str] | None:
    """The row in a line, and the line's link, if it is as it was written."""
    try:
        data = json.loads(line)
        entry, content = Entry(data["seq"], data["table"], tuple(data["key"])), data["row"]
        again, linked = _line(entry, content, before, data["digest"] if "instead" in data else None)
    except (ValueError, KeyError, TypeError):
        return None
    return (entry, content, linked) if line == again and seq in (None, entry.seq) else None


def _closing_line(closed: Closed, before: str) -> bytes:
    data = {
        "closed": closed.entry.seq,
        "table": closed.entry.table,
        "key": closed.entry.key,
        "change": closed.change,
        "mark": closed.mark,
        "before": before,
        "link": _link(closed.entry, f"closed {closed.change} {closed.mark}", before),
    }
    return canonical(data).encode() + b"\n"


def _closed(line: bytes, before: str | None = None) -> Closed | None:
    """The end of a batch in a line as it was written, after `before` if that is given."""
    if not line.startswith(b'{"before":'):
        return None
    try:
        data = json.loads(line)
        entry, after = Entry(data["closed"], data["table"], tuple(data["key"])), data["before"]
        closed = Closed(entry, data["change"], data["mark"], data["link"])
        again = _closing_line(closed, after)
    except (ValueError, KeyError, TypeError):
        return None
    return closed if line == again and before in (None, after) else None


def _link(entry: Entry, what: str, before: str) -> str:
    return link(canonical([entry.seq, entry.table, entry.key, what]), before)


@contextmanager
def _disk_told(home: Home) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveTrouble(
            f"The journal in {home.journal} cannot be read or written: {error.strerror}. "
            "What was acknowledged is in the catalogue."
        ) from error
