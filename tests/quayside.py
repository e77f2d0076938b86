"""An invented archive for the tests of the site: a dispute over water in an invented valley."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from archive.catalogue import records, schema
from archive.catalogue.database import open_catalogue
from archive.home import Home
from webapp.cli import run

_LEVEL = (
    "The reservoir at Old Quay stood at nineteen per cent on Monday, the lowest level since "
    "the dam was closed, engineers of the water board said."
)
_LOGS = (
    "“We asked for the sluice logs in March and were told that there are none,” said the chair "
    "of the fishermen’s union. The board denies that any water was released."
)
_BRIDGE = (
    "Observers of the joint commission were turned back at the bridge on Saturday. Its mandate, "
    "which allows free movement on both banks, ends in October."
)
_TANKER = "A tanker comes on Tuesdays. Schools close at noon, and the baths stay shut."

HOSTILE_TITLE = "<script>document.title='acted'</script> Minister withdraws transcript"
HOSTILE_TEXT = (
    "The minister said <script>document.title='acted'</script> and then "
    '<img src=x onerror="document.title=\'acted\'"> about the ferry & the "ford". '
    "\u202eReversed words\u202c follow."
)


def _page(title: str, *paragraphs: str, head: str = "") -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}'
        f"</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


FILES: Mapping[str, bytes] = {
    "logs.html": _page(
        "Sluice logs do not exist, board tells fishermen",
        _LEVEL,
        _LOGS,
        *(f"In week {week} the tanker brought {9 * week} barrels." for week in range(1, 41)),
        _BRIDGE,
        *(f"In week {week} it brought none, and nobody said why." for week in range(41, 60)),
        "The bridge stays closed on Sunday.",
    ),
    "valves.html": _page("Who opened the valves?", _LEVEL, _BRIDGE),
    "denial.txt": b"Board: no water was released\n\n"
    + f"{_LOGS}\n\n{_TANKER} The bridge is safe.\n".encode(),
    "hostile.html": _page(
        "Ferry", "placeholder", head="<script>document.title='acted'</script>"
    ).replace(
        b"<p>placeholder</p>",
        (
            "<p>"
            + HOSTILE_TEXT.replace("&", "&amp;").replace("<", "&lt;")
            + "</p><script>document.body.innerHTML='acted'</script>"
            "<img src=x onerror=\"document.title='acted'\">"
            "<svg onload=\"document.title='acted'\"></svg>"
            "<form action=/help><button id=go>Go</button></form>"
            '<meta http-equiv=refresh content="0;url=/help">'
        ).encode(),
    ),
    "closed.html": _page("A town with two names", _BRIDGE, _LEVEL, _LOGS, _BRIDGE, _BRIDGE),
    "secret.html": _page("Notes of the bridge keeper", "The quicksilver bridge is nobody’s."),
    "north.html": _page("Вода уходит", "Наблюдателей не пустили на мост в субботу."),
    "south.html": _page("المراقبون عند الجسر", "وأعيد مراقبو اللجنة عند الجسر يوم السبت."),
    "bare.txt": b"bridge closed\n",
    "noise.bin": bytes(range(256)) * 8,
}

_COLUMNS = ("file", "title", "outlet", "date", "author", "language", "stance", "access")
_ROWS = (
    ("logs.html", "", "The Quay Courier", "2024-09-18", "Ilse Varga", "en", "board:critical", ""),
    ("valves.html", "", "Eastern Telegraph", "2024-09", "Tomas Brenner; Ilse Varga", "en",
     "board:critical; commission:supportive", ""),
    ("denial.txt", "", "Westbank Gazette", "2024-10-02", "", "en", "board:supportive", ""),
    ("hostile.html", HOSTILE_TITLE, "<b>Gazette</b>", "2025?", "", "en", "", ""),
    ("closed.html", "", "River Review", "2023~", "Sadie Løkke", "en", "", "snippets"),
    ("secret.html", "", "River Review", "2023", "", "en", "", "staff"),
    ("north.html", "", "Голос берега", "2024-08/..", "", "ru", "", ""),
    ("south.html", "", "صوت النهر", "", "", "ar", "", ""),
    ("noise.bin", "Ledger of the lock", "", "", "", "", "", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Archive:
    """A built archive: its home, and its records' ids and originals' digests by file name."""

    home: Home
    ids: Mapping[str, str]
    digests: Mapping[str, str]


def command(root: Path, *arguments: str | Path) -> int:
    """Run `pressmark` against the archive at `root`; its exit status."""
    return run([str(each) for each in arguments], {"PRESSMARK_HOME": str(root)})


def build(root: Path, sources: Path) -> Archive:
    """Begin an archive at `root` and add the invented documents."""
    sources.mkdir()
    for name, content in FILES.items():
        (sources / name).write_bytes(content)
    with (sources / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        writer.writerows(_ROWS)
    assert command(root, "init") == 0
    assert command(root, "add", sources, "--manifest", sources / "manifest.csv") == 0
    assert command(root, "add", sources / "bare.txt") == 0
    return look_at(Home(root))


def look_at(home: Home) -> Archive:
    """What an archive holds, by the names its files came under."""
    catalogue = open_catalogue(home)
    ids: dict[str, str] = {}
    digests: dict[str, str] = {}
    with catalogue.reading() as connection:
        rows: Any = connection.execute(
            select(schema.provenance.c.record_id, schema.provenance.c.name)
        )
        for record_id, name in rows:
            record = records.get(connection, record_id)
            assert record is not None
            ids[name] = record_id
            digests[name] = record.originals[0].digest
    catalogue.close()
    return Archive(home, ids, digests)
