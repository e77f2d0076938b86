from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from archive import amending
from archive.account import Role
from archive.catalogue import records
from archive.home import Home
from archive.passage import passage_at
from archive.record import Coding, Record, Stance
from tests.people import hidden_fields, signed_in
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


CODINGS = "/codebook/codings"


def sent(table: str, **said: str) -> dict[str, Any]:
    return {"file": (io.BytesIO(table.encode("utf-8", "surrogatepass")), "codings.csv"), **said}


def carrying(table: str) -> dict[str, str]:
    return {"name": "codings.csv", "table": b64encode(table.encode()).decode(), "shown": ""}


def test_all_codings_leave_as_a_table_and_come_back_from_it_as_nothing_new(coders: Coders) -> None:
    coders.ana.post(coders.path, data={**SAID, "reason": "=the tone"})
    table = coders.ben.get("/codebook/codings.csv").text
    assert "ana" in table
    before = coders.record("Gate")
    page = coders.ben.post(CODINGS, data=sent(table, preview="on"))
    assert "3 codings read, 0 of them new or different" in page.text
    done = coders.ben.post(CODINGS, data=sent(table))
    assert done.headers["Location"] == "/codebook?taken_in=0"
    assert coders.record("Gate") == before


def test_what_a_table_of_codings_would_change_is_shown_before_it_is_taken_in(
    coders: Coders,
) -> None:
    coders.ana.post(coders.path, data=SAID)
    before = coders.record("Gate")
    table = "record,target,position,coder,reason,quote\n"
    table += f"{before.id},guild,mixed,ana,read again,The gate\n{before.id},port,neutral,,,\n"
    page = coders.ben.post(CODINGS, data=sent(table, preview="on"))
    assert page.status_code == 200
    assert "2 codings read, 2 of them new or different" in page.text
    assert "critical: <bdi" in page.text
    assert "read again</bdi> <q" in page.text
    assert coders.record("Gate") == before
    done = coders.ben.post(CODINGS, data=hidden_fields(page.text))
    assert done.headers["Location"] == "/codebook?taken_in=2"
    assert "2 codings new or changed" in coders.ben.get("/codebook?taken_in=2").text
    said = [(e.coder, str(e.stance), e.reason) for e in coders.record("Gate").codings]
    assert said == [("ana", "guild:mixed", "read again"), ("ben", "port:neutral", "")]
    history = coders.ben.get(f"/r/{before.id}/history").text
    assert "coded guild:mixed by ana, coded port:neutral by ben, imported" in history
    assert coders.record("Gate").revision == before.revision + 1


def test_what_was_shown_of_a_table_is_taken_in_or_nothing_is(coders: Coders) -> None:
    gate = coders.record("Gate").id
    table = f'record,target,position,coder,reason\r\n{gate},guild,mixed,ana,"read\nagain"\n'
    page = coders.ben.post(CODINGS, data=sent(table, preview="on"))
    assert "Import as shown: 1 coding</button>" in page.text
    coders.ana.post(coders.path, data={**SAID, "reason": "in between"})
    refused = coders.ben.post(CODINGS, data=hidden_fields(page.text))
    assert refused.status_code == 409
    assert "Nothing was imported: what the table changes is not what you were shown" in refused.text
    assert "in between" in refused.text
    assert [each.reason for each in coders.record("Gate").codings] == ["in between"]
    coders.ben.post(coders.path, data={**SAID, "reason": "of no concern to it"})
    done = coders.ben.post(CODINGS, data=hidden_fields(refused.text))
    assert done.headers["Location"] == "/codebook?taken_in=1"
    assert [each.reason for each in coders.record("Gate").codings] == [
        "of no concern to it",
        "read again",
    ]


def test_where_nothing_would_change_there_is_nothing_to_import(coders: Coders) -> None:
    table = coders.ben.get("/codebook/codings.csv").text
    page = coders.ben.post(CODINGS, data=sent(table, preview="on")).text
    assert "There is nothing to import</a>" in page
    assert 'name="table"' not in page


def test_a_table_that_was_tampered_with_or_is_too_large_is_told(coders: Coders) -> None:
    gate = coders.record("Gate").id
    page = coders.ben.post(
        CODINGS, data=sent(f"record,target,position\n{gate},guild,mixed\n", preview="on")
    )
    carried = hidden_fields(page.text)
    assert "did not arrive whole" in coders.ben.post(CODINGS, data={**carried, "table": "é"}).text
    assert coders.ben.post(CODINGS, data={**carried, "shown": ""}).status_code == 409
    large = "record,target,position,reason\n" + f"{gate},guild,mixed,{'x' * 100}\n" * 10_000
    for asked in ({}, {"preview": "on"}):
        refused = coders.ben.post(CODINGS, data={**carrying(large), **asked})
        assert refused.status_code == 400
        assert "larger than 1 MB" in refused.text
        assert "“pressmark stance import FILE”" in refused.text
    assert coders.record("Gate").revision == 1


def test_a_large_table_is_carried_by_the_form_below_it(coders: Coders) -> None:
    gate = coders.record("Gate").id
    lines = [f"{gate},guild,mixed,coder {n % 3},{'the tone ' * 20}\n" for n in range(4_500)]
    table = "record,target,position,coder,reason\n" + "".join(lines)
    page = coders.ana.post(CODINGS, data={**carrying(table), "preview": "on"})
    done = coders.ana.post(CODINGS, data=hidden_fields(page.text))
    assert done.headers["Location"] == "/codebook?taken_in=3"


def test_a_passage_stays_where_it_was_marked_though_its_words_stand_elsewhere_too(
    coders: Coders,
) -> None:
    """All that a table knows of a passage is its words, and "a" is in the text three times."""
    record = coders.record("Gate")
    assert record.extract_id
    passage = passage_at(record.extract_id, "The gate was shut. Nobody rang the bell.", 27, 28)
    marked = Coding(Stance("guild", "mixed"), "ben", AT, "x", passage)
    amending.amend(
        coders.services.catalogue,
        record.id,
        amending.coding(marked),
        based_on=None,
        at=AT,
        agent="ben",
        reason="x",
    )
    table = coders.ana.get("/codebook/codings.csv").text
    assert coders.ana.post(CODINGS, data=sent(table)).headers["Location"].endswith("taken_in=0")
    assert coders.record("Gate").codings == (marked,)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("record,target\n", "lacks the column “position”"),
        ("record,target,position\n{id},guild,mixed\n{id},guild,angry\n", "codings.csv, line 3"),
        ("record,target,position\n{id},guild,mixed\nno,guild,mixed\n", "There is no record “no”"),
        (
            "record,target,position,quote\n{id},guild,mixed,\n{id},port,mixed,not there\n",
            "These words do not stand in the record’s text. Nothing was imported.",
        ),
        (
            "record,target,position\n{id},guild,mixed\n{id},guild,critical\n",
            "ana says something else of “guild” in this record than in codings.csv, line 2",
        ),
        (
            "record,target,position,reason\n{id},guild,mixed,warm, and cold\n",
            "codings.csv, line 2: more values than columns",
        ),
        ("\ud800", "is not UTF-8"),
    ],
)
@pytest.mark.parametrize("asked", [{}, {"preview": "on"}])
def test_a_table_of_codings_with_anything_wrong_is_told_and_nothing_of_it_taken(
    coders: Coders, table: str, sentence: str, asked: dict[str, str]
) -> None:
    table = table.replace("{id}", coders.record("Gate").id)
    refused = coders.ana.post(CODINGS, data=sent(table, **asked))
    assert refused.status_code == 400
    assert sentence in refused.text
    assert coders.record("Gate").revision == 1


def test_no_file_and_a_purged_record_are_told(coders: Coders) -> None:
    assert "Choose a CSV file" in coders.ana.post(CODINGS, data={}).text
    gate = coders.record("Gate").id
    root = coders.services.originals.home.root
    assert command(root, "purge", gate, "--reason", "asked for", "--yes") == 0
    table = f"record,target,position\n{gate},guild,mixed\n"
    refused = coders.ana.post(CODINGS, data=sent(table))
    assert refused.status_code == 400
    assert "codings.csv, line 2: The record was purged" in refused.text


def test_a_table_of_many_lines_is_taken_in(coders: Coders) -> None:
    gate = coders.record("Gate").id
    lines = [f"{gate},guild,mixed,coder {n % 3},{'the tone ' * 20}\n" for n in range(2_000)]
    table = "record,target,position,coder,reason\n" + "".join(lines)
    done = coders.ana.post(CODINGS, data=sent(table))
    assert done.headers["Location"] == "/codebook?taken_in=3"


def test_only_archivists_are_offered_to_bring_codings_in(coders: Coders) -> None:
    assert CODINGS + '"' in coders.ana.get("/codebook").text
    for path in ("/codebook", "/codebook?taken_in=2"):
        page = coders.reader.get(path).text
        assert CODINGS + '"' not in page
        assert "new or changed" not in page
    assert coders.reader.post(CODINGS, data=sent("x")).status_code == 403
