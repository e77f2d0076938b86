"""An OCFL 1.1 storage root: one object for each record, one version for each of its revisions.

Oxford Common File Layout specification 1.1 (2022), with the storage layout extension 0003.
A version has `record.json`, what the record was then, and its originals.  What is in a version
follows from its revision alone: a later export has the versions of an earlier one, byte for
byte, and the new ones beside them, so that any tool that copies what is new brings a storage
root up to date.  Events, receipts and extracts belong to no revision; a bag has them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from archive.catalogue import contents, records
from archive.catalogue.contents import RECORDS, Document
from archive.catalogue.database import Catalogue
from archive.copying import NotTheBytes
from archive.exchange.leaving import (
    Exported,
    Progress,
    check_place,
    choose,
    finished,
    foreseen,
    note_copy,
    put_copy,
)
from archive.home import Home

_LAYOUT = "0003-hash-and-id-n-tuple-storage-layout"
_TUPLE, _TUPLES = 3, 3
_TYPE = "https://ocfl.io/1.1/spec/#inventory"


def export_ocfl(
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
    """Export the archive, or the records with the ids that are `chosen`, to a new storage root.

    Raises `UserMistake` for a place that is taken, `ArchiveTrouble` if it cannot be made; then
    there is none.
    """
    check_place(home, target)
    with catalogue.reading() as connection:
        choice = choose(home, connection, chosen)
        if dry_run:
            return foreseen(home, connection, choice, progress)
        total = len(choice.records) if choice else records.count(connection)
        with finished(target) as stage:
            _write_root(stage)
            count = size = 0
            lacking: dict[str, str] = {}
            documents = contents.documents(connection, RECORDS, choice)
            for done, document in enumerate(documents, start=1):
                added = _Object(home, stage, document).write(lacking)
                count, size = count + len(added), size + sum(added.values())
                if progress:
                    progress(done, total)
    made = Exported(total, count, size, tuple(lacking.items()))
    note_copy(catalogue, made, f"the storage root {target}", at=at, agent=agent)
    return made


def object_id(record_id: str) -> str:
    """The OCFL id of a record's object, wherever the archive is served."""
    return f"urn:pressmark:{record_id}"


def object_path(record_id: str) -> Path:
    """Where a record's object is in the storage root (extension 0003)."""
    identity = object_id(record_id)
    digest = hashlib.sha256(identity.encode()).hexdigest()
    tuples = (digest[n * _TUPLE : (n + 1) * _TUPLE] for n in range(_TUPLES))
    # The extension wants small hexadecimal digits.
    return Path(*tuples, quote(identity, safe="-_").replace("%3A", "%3a"))


class _Object:
    """The object of one record in the making."""

    def __init__(self, home: Home, stage: Path, document: Document) -> None:
        self.home, self.stage, self.document = home, stage, document
        self.root = stage / object_path(document["record"]["id"])
        self.manifest: dict[str, list[str]] = {}
        self.fixity: dict[str, list[str]] = {}
        self.sha512: dict[str, str] = {}
        self.versions: dict[str, Any] = {}

    def write(self, lacking: dict[str, str]) -> Mapping[str, int]:
        """Write the object; the originals in it, with their sizes.  Those of which there is no
        good copy go to `lacking`."""
        self.root.mkdir(parents=True)
        _write(self.root / "0=ocfl_object_1.1", b"ocfl_object_1.1\n")
        added: dict[str, int] = {}
        for row in self.document["revision"]:
            version = f"v{row['number']}"
            content = json.loads(row["content"])
            state = {self._keep_record(version, row, content): ["record.json"]}
            for original in content["originals"]:
                digest = original["digest"]
                try:
                    if digest not in self.sha512:
                        self._keep_original(version, digest)
                        added[digest] = original["size"]
                    state.setdefault(self.sha512[digest], []).append(f"originals/{digest}")
                except NotTheBytes as error:
                    lacking[digest] = str(error)
            self.versions[version] = {
                "created": row["at"],
                "message": row["reason"] or "changed",
                "state": state,
                "user": {"name": row["agent"]},
            }
            for folder in (self.root / version, self.root):
                self._write_inventory(folder, version)
        return added

    def _keep_record(self, version: str, row: Mapping[str, Any], content: object) -> str:
        said = {
            "id": self.document["record"]["id"],
            "added": self.document["record"]["added"],
            "revision": row["number"],
            "at": row["at"],
            "agent": row["agent"],
            "reason": row["reason"],
            "digest": row["digest"],
            "previous": row["previous"],
            "content": content,
        }
        written = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
        name = f"{version}/content/record.json"
        _write(self.root / name, written)
        return self._listed(name, hashlib.sha512(written).hexdigest())

    def _keep_original(self, version: str, digest: str) -> None:
        name = f"{version}/content/originals/{digest}"
        put_copy(self.home, digest, self.root / name)
        with (self.root / name).open("rb") as stream:
            sha512 = hashlib.file_digest(stream, "sha512").hexdigest()
        self.sha512[digest] = self._listed(name, sha512)
        self.fixity[digest] = [name]

    def _listed(self, name: str, digest: str) -> str:
        self.manifest.setdefault(digest, []).append(name)
        return digest

    def _write_inventory(self, folder: Path, head: str) -> None:
        inventory = {
            "id": object_id(self.document["record"]["id"]),
            "type": _TYPE,
            "digestAlgorithm": "sha512",
            "head": head,
            "contentDirectory": "content",
            "manifest": self.manifest,
            "versions": self.versions,
            "fixity": {"sha256": self.fixity},
        }
        written = json.dumps(inventory, ensure_ascii=False, indent=1, sort_keys=True).encode()
        _write(folder / "inventory.json", written + b"\n")
        digest = hashlib.sha512(written + b"\n").hexdigest()
        _write(folder / "inventory.json.sha512", f"{digest} inventory.json\n".encode())


def _write_root(stage: Path) -> None:
    layout = {
        "extension": _LAYOUT,
        "description": "SHA-256 of the object's id in three folders of three digits, then the id",
    }
    configuration = {
        "extensionName": _LAYOUT,
        "digestAlgorithm": "sha256",
        "tupleSize": _TUPLE,
        "numberOfTuples": _TUPLES,
    }
    _write(stage / "0=ocfl_1.1", b"ocfl_1.1\n")
    _write(stage / "ocfl_layout.json", json.dumps(layout, indent=1).encode() + b"\n")
    path = stage / "extensions" / _LAYOUT / "config.json"
    _write(path, json.dumps(configuration, indent=1).encode() + b"\n")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
