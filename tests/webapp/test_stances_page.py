from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from archive import amending
from archive.account import Role
from archive.catalogue import records
from archive.home import Home
from archive.record import Record
from tests.people import signed_in
from tests.quayside import command
from webapp.app import create_app
from webapp.services import Services, open_services

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)


class Coders:
    """Two who code one open record; another is for staff only."""

    def __init__(self, services: Services, site: Flask) -> None:
        self.services, self.site = services, site
        self.ana, self.ben = (signed_in(site, Role.ARCHIVIST, name) for name in ("ana", "ben"))
        self.reader = site.test_client()

    def record(self, title: str) -> Record:
        with self.services.catalogue.reading() as connection:
            found = records.many(connection, records.ids(connection)).values()
        return next(each for each in found if each.description.title == title)

    @property
    def path(self) -> str:
        return f"/r/{self.record('Gate').id}/stances"


@pytest.fixture
def coders(tmp_path: Path) -> Iterator[Coders]:
    (tmp_path / "a.txt").write_text("The gate was shut. Nobody rang the bell.", encoding="utf-8")
    (tmp_path / "b.txt").write_text("Another text.", encoding="utf-8")
    (tmp_path / "m.csv").write_text(
        "file,title,access,stance\na.txt,Gate,,guild:neutral\nb.txt,Secret,staff,hush:critical\n",
        encoding="utf-8",
    )
    root = tmp_path / "home"
    assert command(root, "init") == 0
    assert command(root, "add", "--manifest", tmp_path / "m.csv") == 0
    services = open_services(Home(root))
    yield Coders(services, create_app(services, base_url=None, trusted_hosts=["localhost"]))
    services.catalogue.close()


SAID = {"target": "guild", "position": "critical", "reason": "the tone", "quote": "Nobody rang"}


def test_each_codes_for_themselves_and_takes_back_their_own(coders: Coders) -> None:
    assert coders.ana.post(coders.path, data=SAID).status_code == 303
    assert coders.ben.post(coders.path, data={**SAID, "position": "mixed"}).status_code == 303
    codings = coders.record("Gate").codings
    assert [(each.coder, each.stance.position) for each in codings] == [
        ("ana", "critical"),
        ("ben", "mixed"),
    ]
    assert codings[0].passage is not None
    assert codings[0].passage.quote == "Nobody rang"
    page = coders.ana.get(coders.path).text
    assert page.count("Take back</button>") == 1
    assert "not given" in page
    back = f"{coders.path}/take-back"
    assert coders.ana.post(back, data={"target": "guild"}).status_code == 303
    assert [each.coder for each in coders.record("Gate").codings] == ["ben"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"position": "angry"}, "is not a position"),
        ({"target": "Two words"}, "is not a stance"),
        ({"reason": " "}, "Say what shows it."),
        ({"quote": "no such words"}, "do not stand in the record"),
    ],
)
def test_what_cannot_be_coded_is_told_and_what_was_typed_stays(
    coders: Coders, said: dict[str, str], sentence: str
) -> None:
    refused = coders.ana.post(coders.path, data={**SAID, **said})
    assert refused.status_code == 400
    assert sentence in refused.text
    assert coders.record("Gate").codings == ()
    if "quote" not in said:
        assert "Nobody rang</textarea>" in refused.text


def test_the_codebook_says_what_positions_mean_and_how_far_coders_agree(coders: Coders) -> None:
    coders.ana.post(coders.path, data={**SAID, "position": "neutral"})
    page = coders.reader.get("/codebook").text
    assert "takes no side" in page
    assert "not computable: where two persons coded a record" in page
    coders.ben.post(coders.path, data=SAID)
    assert "not computable" not in coders.reader.get("/codebook").text


def test_what_only_staff_may_see_is_in_no_readers_codebook(coders: Coders) -> None:
    for path in ("/codebook", "/codebook/codings.csv"):
        assert "hush" not in coders.reader.get(path).text
        assert "hush" in coders.ana.get(path).text


def test_a_withdrawn_records_codings_are_gone_with_it(coders: Coders) -> None:
    record_id = coders.record("Gate").id
    assert "guild" in coders.reader.get("/codebook/codings.csv").text
    amending.amend(
        coders.services.catalogue,
        record_id,
        amending.withdrawing("asked for"),
        based_on=None,
        at=AT,
        agent="ana",
        reason="asked for",
    )
    assert "guild" not in coders.reader.get("/codebook/codings.csv").text
