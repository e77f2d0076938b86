from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import authority
from archive.authority import Authority
from archive.catalogue import authorities, changes
from archive.catalogue.database import Catalogue
from archive.errors import UserMistake
from tests.conftest import Pressmark

AT = datetime(2026, 1, 15, tzinfo=UTC)
FERRY = Authority(
    kind="place",
    id="bel-orme",
    heading="Bel Orme / Tikhobrod",
    variants=("Belorme",),
    equivalents=("Bel Orme", "Tikhobrod"),
    same_as=("https://places.example/1",),
    note="contested; both names stand",
)
COURIER = Authority("outlet", "courier", "The Courier", ("Courier",), time_zone="Asia/Baku")


def csv_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "authorities.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_authorities_come_out_of_csv_as_they_went_in(tmp_path: Path) -> None:
    table = io.StringIO()
    authority.write_csv([FERRY, COURIER], table)
    assert authority.read_csv(csv_file(tmp_path, table.getvalue())) == (FERRY, COURIER)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("kind,id,heading,colour\n", "has an unknown column “colour”"),
        ("kind,heading\n", "lacks the column “id”"),
        ("kind,id,heading\nstar,a,A\n", "line 2, kind: “star” is none of outlet, person"),
        ("kind,id,heading\nplace,A B,A\n", "line 2, id: “A B” is not an id"),
        ("kind,id,heading\nplace,a,\n", "line 2, heading: a heading is needed"),
        ("kind,id,heading,time_zone\noutlet,a,A,Mars/Base\n", "“Mars/Base” is not a time zone"),
        ("kind,id,heading,time_zone\noutlet,a,A,../etc\n", "“../etc” is not a time zone"),
        ("kind,id,heading,same_as\noutlet,a,A,javascript:x\n", "is not an address"),
        ("kind,id,heading\nplace,a,A,B\n", "line 2: more values than columns"),
    ],
)
def test_a_bad_table_is_told_with_line_column_and_reason(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(UserMistake) as caught:
        authority.read_csv(csv_file(tmp_path, text))
    assert reason in str(caught.value)


def test_putting_is_a_revision_and_a_change_and_putting_again_is_neither(
    catalogue: Catalogue,
) -> None:
    with catalogue.writing() as connection:
        assert authorities.put(connection, [FERRY, COURIER], at=AT, agent="a") == 2
    with catalogue.writing() as connection:
        assert authorities.put(connection, [FERRY, COURIER], at=AT, agent="a") == 0
    with catalogue.reading() as connection:
        assert authorities.every(connection) == (COURIER, FERRY)
        told = [(c.record_id, c.authority) for c in changes.after(connection, 0, limit=9)]
    assert told == [(None, f"{each.kind}/{each.id}") for each in (FERRY, COURIER)]


def test_a_changed_authority_is_a_revision_chained_to_the_one_before(catalogue: Catalogue) -> None:
    with catalogue.writing() as connection:
        authorities.put(connection, [COURIER], at=AT, agent="a")
        changed = Authority("outlet", "courier", "The Casterne Courier")
        authorities.put(connection, [changed], at=AT, agent="b")
    with catalogue.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT number, agent, digest, previous FROM authority_revision ORDER BY number"
        ).all()
        assert authorities.every(connection) == (changed,)
    assert [(row.number, row.agent) for row in rows] == [(1, "a"), (2, "b")]
    assert rows[0].previous is None
    assert rows[1].previous == rows[0].digest


def test_a_dry_run_of_an_import_tells_what_would_change(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    table = tmp_path / "places.csv"
    table.write_text("kind,id,heading\nplace,ousma,Ousma\n")
    told = pressmark("authorities", "import", table, "--dry-run")
    assert (told.status, told.err) == (0, "1 authorities read, 1 would be new or changed.\n")
    assert pressmark("authorities", "export").out.count("\n") == 1
    assert "1 new or changed" in pressmark("authorities", "import", table).err
    assert "0 would be new" in pressmark("authorities", "import", table, "--dry-run").err
