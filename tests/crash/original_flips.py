"""Flip a bit in every original: the fixity check finds each, and the site then shows none.

As a script: `python -m tests.crash.original_flips N`, for N originals.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from archive.catalogue import originals as catalogued
from archive.catalogue import records
from archive.catalogue.database import open_catalogue
from archive.fixity import check_all
from archive.originals import Originals
from tests.crash.killed_indexing import archive
from webapp.app import create_app
from webapp.services import open_services


def flip(count: int, folder: Path, *, seed: int) -> Counter[str]:
    """What became of so many originals, in each of which one bit was flipped, and of one that
    was not."""
    home, places, outcomes = (
        archive(folder / "home", count + 1),
        random.Random(seed),
        Counter[str](),
    )
    catalogue = open_catalogue(home)
    with catalogue.reading() as connection:
        digests = [held.digest for held in catalogued.every(connection)]
    good = digests.pop()
    for digest in digests:
        path = Originals(home).path(digest)
        content = bytearray(path.read_bytes())
        content[places.randrange(len(content))] ^= 1 << places.randrange(8)
        path.chmod(0o644)
        path.write_bytes(content)
    check_all(home, catalogue, agent="tester", now=lambda: datetime.now(UTC))
    services = open_services(home)
    client = create_app(services, base_url=None, trusted_hosts=["localhost"]).test_client()
    with catalogue.reading() as connection:
        damaged = {each.digest for each in catalogued.damaged(connection)}
        for digest in [*digests, good]:
            record = records.holding(connection, digest)
            assert record is not None
            status = client.get(f"/r/{record.id}/original/{digest}", buffered=True).status_code
            found = "found" if digest in damaged else "not found"
            shown = "shown" if status == 200 else "not shown"
            outcomes[f"{'good' if digest == good else 'flipped'}, {found}, {shown}"] += 1
    services.catalogue.close()
    catalogue.close()
    return outcomes


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = flip(int(sys.argv[1]), Path(scratch), seed=1)
    sys.stdout.write("".join(f"{number:6} {what}\n" for what, number in outcomes.items()))
    sys.exit(set(outcomes) != {"flipped, found, not shown", "good, not found, shown"})
