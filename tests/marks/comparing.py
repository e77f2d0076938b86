"""Whether every path of an archive tells the same, and the same as the second matcher."""

from __future__ import annotations

import csv
import io
import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.catalogue import extracts, records
from archive.home import Home
from archive.record import Access
from indexer.answer import Answer, Hit
from indexer.audience import Audience, visible
from indexer.exporting.export import Export
from indexer.exporting.formats import FORMATS
from indexer.presenting import answer_as_json
from indexer.query.errors import QueryError
from indexer.search import SearchService
from indexer.state import SearchState, to_parameters
from tests.marks.asked import Asked, seeks_words, typed
from tests.marks.generating import Stock
from tests.marks.second_matcher import (
    MOST_MARKED,
    Authority,
    Names,
    Occurrence,
    Plan,
    Planning,
    Record,
    described,
    marks,
    matching,
    reasons,
)
from webapp.app import create_app
from webapp.lead import without_repeated_title
from webapp.marking import clean
from webapp.services import Services, open_services

PAGE = 10
MOST_PASSAGES = 3


@dataclass
class Tally:
    """What was looked at, and what differed."""

    queries: int = 0
    refused: int = 0
    empty: int = 0
    hits: int = 0
    marks: int = 0
    records: int = 0
    reasons: int = 0
    pages: int = 0
    differences: list[str] = field(default_factory=list)


class Comparing:
    """One archive, and its records read a second time."""

    def __init__(self, home: Home, authorities: Sequence[Authority]) -> None:
        self.home = home
        self.services: Services = open_services(home)
        self.search: SearchService = self.services.search
        self.client: FlaskClient = create_app(
            self.services, base_url=None, trusted_hosts=("localhost",)
        ).test_client()
        self.names = Names(authorities)
        self.every = read_records(self.services, authorities)
        self.languages = sorted({r.language for r in self.every.values() if r.language})
        self.sample: dict[str, Record] = {}
        self.tally = Tally()

    def take(self, sample: Iterable[str]) -> None:
        """The records that are matched a second time."""
        self.sample = {each: self.every[each].read() for each in sample}

    def compare(self, asked: Asked, *, equivalents: bool = True, paths: bool = True) -> bool:
        """Ask the query on every path; whether it was answered."""
        text, places = typed(asked)
        state = SearchState(q=text, equivalents=equivalents)
        tally = self.tally
        try:
            found = {
                hit.record.id: hit for hit in self.search.every(state, audience=Audience.READER)
            }
        except QueryError as error:
            tally.refused += 1
            if "stands for more than" not in str(error):
                self.differ(text, f"refused: {error}")
            return False
        tally.queries += 1
        tally.hits += len(found)
        tally.empty += not found
        if seeks_words(asked):
            for hit in found.values():
                if not hit.title_marks and not any(p.marks for p in hit.passages):
                    self.differ(text, f"{hit.record.id} has no mark")
        names = self.names if equivalents else Names(())
        plan = Planning(places, names, text).planned(asked)
        for id, record in self.sample.items():
            wanted = matching(plan, record, self.languages)
            if (wanted is not None) != (id in found):
                self.differ(text, f"{id} is {'found' if id in found else 'missed'}")
            elif wanted is not None:
                tally.records += 1
                self.compare_marks(state, found[id], record, wanted, plan)
        if paths:
            self.compare_paths(state, found)
        return True

    def compare_marks(
        self, state: SearchState, hit: Hit, record: Record, wanted: set[Occurrence], plan: Plan
    ) -> None:
        shown = self.search.marked_text(hit.record, state, record.body, hit.record.extract_id)
        tally = self.tally
        title, body = marks(wanted, record, "title"), marks(wanted, record, "body")
        for side, text, expected, got in (
            ("title", record.title, title, shown.title_marks),
            ("body", record.body, body, shown.marks),
            ("hit's title", record.title, title, hit.title_marks),
        ):
            tally.marks += len(got)
            if shown.more and side == "body":
                expected = expected[: len(got)]
            if list(got) != expected:
                more = [text[slice(*each)] for each in got if each not in set(expected)]
                less = [text[slice(*each)] for each in expected if each not in set(got)]
                self.differ(state.q, f"{record.id} {side}: marked {more[:5]}, missed {less[:5]}")
        self.compare_passages(state, hit, record)
        in_passages = {
            (p.start + start, p.start + end) for p in hit.passages for start, end in p.marks
        }
        # A passage may be cut inside a mark that is longer than two passages.
        if strange := {m for m in in_passages if m not in set(shown.marks)}:
            cut = {m for m in strange if any(s == m[0] and m[1] < e for s, e in shown.marks)}
            if strange - cut:
                self.differ(state.q, f"{record.id}: marks in passages only {strange - cut}")
        if len(in_passages) + hit.more != len(shown.marks) + shown.more:
            self.differ(state.q, f"{record.id}: {len(in_passages)} shown and {hit.more} more")
        if shown.more or len(shown.marks) >= MOST_MARKED:
            return
        told = Counter[tuple[str, str]]()
        for reason in hit.reasons:
            told[reason.typed, reason.way.value] += reason.count
            tally.reasons += 1
            for form in reason.found:
                if not any(form in " ".join(t.split()) for t in (record.title, record.body)):
                    self.differ(state.q, f"{record.id}: the form “{form}” stands nowhere")
        if told != (expected_reasons := reasons(wanted, plan, record, self.languages)):
            self.differ(state.q, f"{record.id}: told {dict(told)}, not {dict(expected_reasons)}")

    def compare_passages(self, state: SearchState, hit: Hit, record: Record) -> None:
        """Passages are apart from each other, and cut between words."""
        ends = sorted((p.start, p.end) for p in hit.passages)
        if len(ends) > MOST_PASSAGES or any(a[1] > b[0] for a, b in pairwise(ends)):
            self.differ(state.q, f"{hit.record.id}: passages {ends}")
        inside = record.texts["body"].ranges
        for cut in (each for passage in ends for each in passage):
            at = bisect_left(inside, (cut, 0)) - 1
            if at >= 0 and inside[at][0] < cut < inside[at][1]:
                self.differ(state.q, f"{hit.record.id}: a word is cut at {cut}")
        for passage in hit.passages:
            if passage.text != record.body[passage.start : passage.end]:
                self.differ(state.q, f"{hit.record.id}: passage {passage}")

    def compare_paths(self, state: SearchState, found: Mapping[str, Hit]) -> None:
        """Page, JSON and exports, against the hits of `every`."""
        self.tally.pages += 1
        answer = self.search.search(state, audience=Audience.READER, limit=PAGE)
        data = answer_as_json(answer, state, "")
        if answer.total != len(found):
            self.differ(state.q, f"{answer.total} in all, {len(found)} one by one")
        if [h["id"] for h in data["hits"]] != [h.record.id for h in answer.hits]:
            self.differ(state.q, "ids of the JSON")
        for hit, told in zip(answer.hits, data["hits"], strict=True):
            whole = found.get(hit.record.id)
            if whole is None or _told(hit) != _told(whole):
                self.differ(state.q, f"{hit.record.id}: another hit on the page than among all")
            in_json = (
                [told["title"][s:e] for s, e in told["title_marks"]],
                [(s["text"], [s["text"][a:b] for a, b in s["marks"]]) for s in told["snippets"]],
                told["more"],
                [(w["typed"], w["way"], w["count"]) for w in told["why"]],
            )
            if in_json != _told(hit):
                self.differ(state.q, f"{hit.record.id}: {in_json} in JSON, {_told(hit)}")
        self.compare_page(state, answer)
        from_site = self.got("/api/v1/search", state).get_json()
        if [_shown(each) for each in from_site["hits"]] != [_shown(each) for each in data["hits"]]:
            self.differ(state.q, "hits of the API")
        for hit in [each for each in answer.hits if each.access is Access.OPEN][:2]:
            self.compare_record(state, hit)
        self.compare_exports(state, found)

    def compare_page(self, state: SearchState, answer: Answer) -> None:
        page = self.soup("/", state)
        shown = []
        for entry in page.select("li.found"):
            heading = entry.select_one("h3 a")
            assert heading is not None
            shown.append(
                (
                    str(heading["href"]).partition("?")[0].removeprefix("/r/"),
                    _marked(heading),
                    [(_words(a.get_text()), _marked(a)) for a in _passages(entry)],
                )
            )
        expected = []
        for each in answer.hits:
            hit = without_repeated_title(each)
            title = " ".join((hit.title or "").split())
            expected.append(
                (
                    hit.record.id,
                    [_words((hit.title or "")[s:e]) for s, e in hit.title_marks if title],
                    [
                        (_words(p.text), [_words(p.text[s:e]) for s, e in p.marks])
                        for p in hit.passages
                    ],
                )
            )
        if shown != expected:
            wrong = [(s, e) for s, e in zip(shown, expected, strict=False) if s != e]
            self.differ(state.q, f"page: {wrong[:1] or (len(shown), len(expected))}")

    def compare_record(self, state: SearchState, hit: Hit) -> None:
        page = self.soup(f"/r/{hit.record.id}", state)
        record = self.every[hit.record.id]
        shown = self.search.marked_text(hit.record, state, record.body, hit.record.extract_id)
        pieces: dict[str, str] = {}
        for place in page.select("#text .hit"):
            number = str(place["id"])
            marked = place.find("mark")
            assert isinstance(marked, Tag)
            pieces[number] = marked.get_text()
            after = place.find_next_sibling()
            while after is not None and after.name == "mark":
                pieces[number] += after.get_text()
                after = after.find_next_sibling()
        got = [_words(text) for text in pieces.values()]
        wanted = [_words(record.body[s:e]) for s, e in shown.marks]
        # A mark that runs on into another paragraph is in pieces there.
        if len(got) != len(wanted) or any(
            g != w and not w.startswith(g) for g, w in zip(got, wanted, strict=False)
        ):
            self.differ(state.q, f"{hit.record.id}: reading page marks {got[:5]}, not {wanted[:5]}")
        told = self.got(f"/api/v1/records/{hit.record.id}/text", state).get_json()
        for side, ranges in (("marks", shown.marks), ("title_marks", shown.title_marks)):
            if told[side] != [list(each) for each in ranges]:
                self.differ(state.q, f"{hit.record.id}: {side} of the API")
        heading = page.select_one("h1")
        assert heading is not None
        if _marked(heading) != [_words(record.title[s:e]) for s, e in shown.title_marks]:
            self.differ(state.q, f"{hit.record.id}: title of the reading page")

    def compare_exports(self, state: SearchState, found: Mapping[str, Hit]) -> None:
        export = Export(state, "", date(2026, 1, 1))
        written = {
            each.name: "".join(each.written(iter(found.values()), export))
            for each in FORMATS
            if each.name in ("csv", "jsonl")
        }
        lines = [json.loads(line) for line in written["jsonl"].splitlines()]
        told = [(line["id"], [s["text"] for s in line["snippets"]]) for line in lines]
        if told != [(id, [p.text for p in hit.passages]) for id, hit in found.items()]:
            self.differ(state.q, "JSON Lines")
        marked = [[[s["text"][a:b] for a, b in s["marks"]] for s in x["snippets"]] for x in lines]
        if marked != [[m for _, m in _told(hit)[1]] for hit in found.values()]:
            self.differ(state.q, "marks in JSON Lines")
        rows = list(csv.DictReader(io.StringIO(written["csv"].lstrip("\ufeff"), newline="")))
        if [row["id"] for row in rows] != list(found):
            self.differ(state.q, "ids of the CSV")
        for row, hit in zip(rows, found.values(), strict=True):
            first = hit.passages[0].text if hit.passages else ""
            # What would be a formula is defused by an apostrophe.
            if _words(first).replace("'", "") != _words(row["snippet"]).replace("'", ""):
                self.differ(state.q, f"{hit.record.id}: snippet of the CSV")

    def soup(self, path: str, state: SearchState) -> BeautifulSoup:
        return BeautifulSoup(self.got(path, state).get_data(as_text=True), "lxml")

    def got(self, path: str, state: SearchState) -> TestResponse:
        got = self.client.get(path, query_string=list(to_parameters(state)))
        if got.status_code != 200:
            self.differ(state.q, f"{path}: status {got.status_code}")
        return got

    def differ(self, query: str, what: str) -> None:
        self.tally.differences.append(f"{query}\n    {what}")


def _shown(hit: dict[str, Any]) -> dict[str, Any]:
    """A hit in JSON without addresses, which are absolute on the site."""
    snippets = [{**each, "href": ""} for each in hit["snippets"]]
    return {**hit, "href": "", "snippets": snippets}


def _told(hit: Hit) -> tuple[Any, ...]:
    return (
        [(hit.title or "")[s:e] for s, e in hit.title_marks],
        [(p.text, [p.text[s:e] for s, e in p.marks]) for p in hit.passages],
        hit.more,
        [(r.typed, r.way.value, r.count) for r in hit.reasons],
    )


def _passages(entry: Tag) -> Iterator[Tag]:
    for link in entry.select("a.snippet"):
        for gap in link.select(".gap"):
            gap.decompose()
        yield link


def _marked(place: Tag) -> list[str]:
    return [_words(each.get_text()) for each in place.find_all("mark")]


def _words(text: str) -> str:
    return " ".join(clean(text).split())


def read_records(services: Services, authorities: Sequence[Authority]) -> dict[str, Record]:
    """Every record of the archive as the catalogue holds it."""
    found = {}
    with services.catalogue.reading() as connection:
        held_now = records.many(connection, list(records.ids(connection)))
        for held in held_now.values():
            if held.access not in visible(Audience.READER):
                continue
            what = held.description
            text = extracts.texts(connection, [held.extract_id]) if held.extract_id else {}
            values, spellings = described(
                {
                    "outlet": (what.publisher,) if what.publisher else (),
                    "author": what.creator,
                    "language": (what.language,) if what.language else (),
                    "collection": what.collection,
                    "stance": tuple(map(str, what.stance)),
                },
                authorities,
            )
            found[held.id] = Record(
                held.id,
                what.title or "",
                text.get(held.extract_id or 0, ""),
                what.language,
                what.issued,
                what.captured,
                held.added.date(),
                values,
                spellings,
            )
    return found


def stock_of(comparing: Comparing) -> Stock:
    """What queries that find something in the sample are made of."""
    sample = list(comparing.sample.values())
    values = {
        (field, value)
        for record in sample
        for field, held in record.values.items()
        for value in held
        if '"' not in value
    }
    dates = {
        r.issued
        for r in sample
        if r.issued and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r.issued)
    }
    names = sorted(" ".join(name) for name in comparing.names.sets)
    return Stock(sample, names, sorted(values), sorted(dates))
