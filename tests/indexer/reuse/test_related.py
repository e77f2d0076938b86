from __future__ import annotations

import shutil
from datetime import UTC, datetime

from archive import amending
from archive.catalogue import extracts, relations
from archive.catalogue.database import Catalogue
from archive.home import Home
from archive.passage import passage_at
from archive.record import Access, Record
from archive.relation import Relation, RelationKind
from indexer.audience import Audience, visible
from indexer.engine import Folds
from indexer.reuse.learning import behind, open_reuse, update_reuse
from indexer.reuse.lineage import Precedence, Sureness
from indexer.reuse.passages import Shared
from indexer.reuse.related import Related, folds_of, related_to
from tests.indexer.reuse.conftest import Keep, prose

AT = datetime(2026, 1, 15, tzinfo=UTC)
QUOTE = "we carry the sick and nobody asks the river for leave"
STORY = prose("story", 100)


def related(
    home: Home,
    catalogue: Catalogue,
    record: Record,
    audience: Audience = Audience.STAFF,
    commonplace: frozenset[str] = frozenset(),
) -> tuple[Related, ...]:
    update_reuse(home, catalogue)
    with catalogue.reading() as connection:
        return related_to(
            connection,
            open_reuse(home),
            record,
            access=visible(audience),
            commonplace=commonplace,
        )


def folds(home: Home, catalogue: Catalogue) -> Folds:
    update_reuse(home, catalogue)
    with catalogue.reading() as connection:
        return folds_of(connection, open_reuse(home))


def decide(catalogue: Catalogue, one: str, kind: RelationKind, other: str) -> None:
    with catalogue.writing() as connection:
        relations.put(connection, Relation(one, kind, other, AT, "ana", "read both"))


def test_republications_come_first_then_shared_passages(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    story = keep("story", f"{QUOTE} {STORY}", "2021-04-01")
    keep("quoting", f"then {QUOTE} {prose('other', 50)}", "2021-03")
    keep("again", f"{prose('headline', 5)} {STORY}", "2021-05")
    keep("stranger", prose("stranger", 100), "2021-05")
    again, quoting = related(home, catalogue, story)
    assert (again.record.id, again.republication, again.words) == ("again", True, 100)
    assert again.precedence == Precedence("story", Sureness.CERTAIN)
    assert (quoting.record.id, quoting.republication) == ("quoting", False)
    assert quoting.passages == (Shared(0, 10, 1, 11),)
    assert quoting.precedence == Precedence("quoting", Sureness.CERTAIN)
    assert folds(home, catalogue) == (("story", "again"),)


def test_a_passage_of_names_and_function_words_relates_nothing(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    one = keep("one", f"{QUOTE} {prose('one', 20)}")
    keep("two", f"{QUOTE} {prose('two', 20)}")
    assert len(related(home, catalogue, one)) == 1
    assert related(home, catalogue, one, commonplace=frozenset(QUOTE.split())) == ()


def test_records_that_the_asker_may_not_see_are_not_there(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    story = keep("story", STORY)
    keep("memo", STORY, access=Access.STAFF)
    keep("brief", STORY, access=Access.SNIPPETS)
    decide(catalogue, "memo", RelationKind.VERSION, "story")
    seen = related(home, catalogue, story, Audience.READER)
    assert [each.record.id for each in seen] == ["brief"]
    assert len(related(home, catalogue, story, Audience.STAFF)) == 2


def test_what_a_person_called_different_is_not_folded_but_still_shares_its_passages(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    story = keep("story", STORY, "2021")
    keep("again", STORY, "2022")
    assert folds(home, catalogue) == (("story", "again"),)
    decide(catalogue, "again", RelationKind.DIFFERENT, "story")
    assert folds(home, catalogue) == ()
    (again,) = related(home, catalogue, story)
    assert (again.republication, again.words) == (False, 100)
    assert again.decided is not None
    assert again.decided.reason == "read both"


def test_what_a_person_called_a_version_is_folded_whatever_the_texts_say(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    one = keep("one", prose("one", 60), "2021")
    keep("two", None, "2020")
    decide(catalogue, "two", RelationKind.VERSION, "one")
    assert folds(home, catalogue) == (("one", "two"),)
    (two,) = related(home, catalogue, one)
    assert (two.republication, two.passages) == (True, ())
    assert two.precedence == Precedence("one", Sureness.CONFIRMED)


def test_a_record_without_text_and_an_archive_without_a_store_relate_nothing(
    catalogue: Catalogue, home: Home, keep: Keep
) -> None:
    empty, story = keep("empty", None), keep("story", STORY)
    keep("again", STORY)
    with catalogue.reading() as connection:
        for record in (empty, story):
            found = related_to(
                connection,
                open_reuse(home),
                record,
                access=visible(Audience.STAFF),
                commonplace=frozenset(),
            )
            assert found == ()
    assert related(home, catalogue, empty) == ()


def excluded(catalogue: Catalogue, record: Record, words: str) -> Record:
    with catalogue.reading() as connection:
        text = extracts.texts(connection, [record.extract_id or 0])[record.extract_id or 0]
    start = text.index(words)
    passage = passage_at(record.extract_id or 0, text, start, start + len(words))
    return change(catalogue, record, amending.excluding(passage))


def change(catalogue: Catalogue, record: Record, what: amending.Change) -> Record:
    return amending.amend(
        catalogue, record.id, what, based_on=None, at=AT, agent="ana", reason="looked at it"
    )


def test_what_is_excluded_is_part_of_no_shared_passage(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    a, b = prose("a", 60), prose("b", 60)
    one = keep("one", f"{a} {QUOTE} {prose('more', 30)}")
    two = keep("two", f"{b} {QUOTE} {prose('more', 30)}")
    assert [each.words for each in related(home, catalogue, one)] == [41]
    one = excluded(catalogue, one, QUOTE)
    assert [each.words for each in related(home, catalogue, one)] == [30]
    two = excluded(catalogue, two, f"{QUOTE} {prose('more', 30)}")
    assert related(home, catalogue, one) == ()
    assert related(home, catalogue, two) == ()


def test_a_withdrawn_record_is_related_to_nothing_and_in_no_fold(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    first = keep("first", STORY, "2021-01")
    second = keep("second", STORY, "2021-02")
    third = keep("third", STORY, "2021-03")
    decide(catalogue, "third", RelationKind.VERSION, "first")
    assert folds(home, catalogue) == (("first", "second", "third"),)
    change(catalogue, first, amending.withdrawing("asked for"))
    assert folds(home, catalogue) == (("second", "third"),)
    assert [each.record.id for each in related(home, catalogue, second)] == ["third"]
    assert [each.record.id for each in related(home, catalogue, third)] == ["second"]
    change(catalogue, first, amending.reinstating())
    assert folds(home, catalogue) == (("first", "second", "third"),)


def test_what_is_excluded_makes_no_republication(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    appeal = prose("appeal", 90)
    one = keep("one", f"{prose('one', 70)} {appeal}", "2021-01")
    keep("two", f"{prose('two', 70)} {appeal}", "2021-02")
    keep("three", f"{prose('three', 70)} {appeal}", "2021-03")
    assert folds(home, catalogue) == (("one", "two", "three"),)
    one = excluded(catalogue, one, appeal)
    assert folds(home, catalogue) == (("two", "three"),)
    assert related(home, catalogue, one) == ()
    assert update_reuse(home, catalogue) == 0
    assert not behind(home, catalogue)
    again = amending.including(one.excluded[0])
    change(catalogue, one, again)
    assert behind(home, catalogue)
    assert folds(home, catalogue) == (("one", "two", "three"),)


def test_a_republication_shows_once_what_is_around_it_is_excluded(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    around = prose("furniture", 900)
    first = keep("first", f"{around} {STORY}", "2021-01")
    keep("plain", STORY, "2021-02")
    last = keep("last", f"{STORY} {prose('margin', 900)}", "2021-03")
    assert folds(home, catalogue) == ()
    excluded(catalogue, first, around)
    assert folds(home, catalogue) == (("first", "plain"),)
    excluded(catalogue, last, prose("margin", 900))
    assert folds(home, catalogue) == (("first", "plain", "last"),)
    shutil.rmtree(home.index)
    home.index.mkdir()
    assert folds(home, catalogue) == (("first", "plain", "last"),)
