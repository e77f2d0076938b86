"""The search page, which is also where the site begins."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from archive.edtf import date_in_words
from archive.errors import UserMistake
from indexer.answer import Answer
from indexer.engine import Sort, Unit
from indexer.exporting.formats import FORMATS
from indexer.fields import DATE, FACETS, FIELDS
from indexer.headings import Headings
from indexer.links import record_path
from indexer.presenting import passage_href
from indexer.query.errors import QueryError
from indexer.query.literal import as_literal
from indexer.search import InForce
from indexer.state import SearchState, from_parameters, to_parameters
from indexer.zoom import period_of
from webapp.addresses import (
    grid_address,
    names_address,
    page_address,
    results_address,
    search_address,
)
from webapp.caching import Pages
from webapp.lead import without_repeated_title
from webapp.panels import MOST_VALUES, Panel, panels
from webapp.sentence import Constraint, Labels, Part, asked, constraints
from webapp.services import services
from webapp.visitor import NOBODY, audience, visitor
from webapp.why import accounts

PAGE_SIZE = 10
"""Hits on a page."""
LAST_PAGE = 1_000
"""No page beyond it is linked or shown: nobody reads on, and each costs all before it."""

_ALTERNATIVES = 6
_NO_ANSWER = Answer(0, (), ())

page = Blueprint("search", __name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """Another search that the reader may want: how it reads, what it finds, its address."""

    label: str
    value: str
    total: int
    address: str


@page.get("/")
def show() -> ResponseReturnValue:
    """What `q` and the constraints find; without any, the newest records.

    Visitors without an account all see the same, so that it is not made again as long as it
    would be the same.
    """
    state, site = asked_state(), services()
    try:
        with site.catalogue.reading() as connection:
            # A page is made in the view in which was looked up what it is made from.
            now = site.search.in_force(connection)

            def make() -> bytes:
                return _found(state, connection, now).encode()

            if visitor() == NOBODY:
                pages: Pages = current_app.extensions["pressmark_pages"]
                made = pages.kept(state, now, make)
            else:
                made = make()
    except (QueryError, UserMistake) as error:
        return refused(state, error)
    return Response(made, mimetype="text/html")


def _found(state: SearchState, connection: Connection, now: InForce) -> str:
    reached = state.page <= LAST_PAGE
    answer = services().search.answer(
        connection,
        now,
        state,
        audience=audience(),
        limit=PAGE_SIZE if reached else 0,
        offset=(state.page - 1) * PAGE_SIZE if reached else 0,
        most_values=MOST_VALUES,
    )
    return _page(state, answer, offers=_offers(state, answer))


def asked_state() -> SearchState:
    """The search that the address of this request asks."""
    return from_parameters(dict(request.args.lists()), [field.name for field in FIELDS])


def refused(state: SearchState, error: QueryError | UserMistake) -> ResponseReturnValue:
    """The page that says what is wrong with a search, and lets it be mended."""
    if isinstance(error, QueryError):
        return _page(state, _NO_ANSWER, query_error=error), 400
    # The query is told apart: what is left are the dates.
    return _page(state, _NO_ANSWER, span_trouble=str(error)), 400


def sentence(state: SearchState, *, ordered: bool = True) -> tuple[Part, ...]:
    """What is asked, in words, where no answer is at hand to name the values."""
    return asked(state, _labels(_NO_ANSWER, state), ordered=ordered)


def _page(
    state: SearchState,
    answer: Answer,
    *,
    query_error: QueryError | None = None,
    span_trouble: str | None = None,
    offers: tuple[Offer, ...] = (),
) -> str:
    labels = _labels(answer, state)
    answer = replace(answer, hits=tuple(without_repeated_title(hit) for hit in answer.hits))
    arranged = panels(answer, state)
    if span_trouble:
        arranged = (Panel(DATE, dict(FACETS)[DATE]),)
    pages = min(LAST_PAGE, -(-(answer.total - answer.folded) // PAGE_SIZE))
    start = not state.q.strip() and not state.constrained and state.page == 1
    return render_template(
        "search.html",
        state=state,
        answer=answer,
        start=start and not query_error and not span_trouble,
        asked=() if span_trouble else asked(state, labels),
        constraints=constraints(state, labels, dict(FACETS)),
        panels=arranged,
        kept=_kept(state, arranged),
        parameters=to_parameters(replace(state, page=1)),
        order=state.order,
        orders=_orders(state),
        pages=pages,
        page_size=PAGE_SIZE,
        caret=query_error.caret(state.q) if query_error else "",
        query_error=query_error,
        span_trouble=span_trouble,
        literal=_literal(state) if query_error else None,
        offers=offers,
        meant=_meant(state, answer),
        names_off=search_address(replace(state, equivalents=False, page=1)),
        names_on=search_address(replace(state, equivalents=True, page=1)),
        examples=examples(answer) if start else (),
        accounts=accounts,
        date_in_words=date_in_words,
        search_address=search_address,
        page_address=page_address,
        results_address=results_address,
        formats=FORMATS,
        grid_address=grid_address,
        names_address=names_address,
        record_path=record_path,
        passage_href=passage_href,
    )


def _labels(answer: Answer, state: SearchState) -> Labels:
    labels = {f.name: {v.value: v.label for v in f.values} for f in answer.facets}
    for each in state.filters:
        # What is asked for and in no record has no place among the facets.
        held = labels.setdefault(each.field, {})
        field = next(field for field in FIELDS if field.name == each.field)
        for value in each.values:
            if value is not None:
                held.setdefault(value, field.label_of(value, Headings()))
    return labels


def _kept(state: SearchState, arranged: tuple[Panel, ...]) -> tuple[tuple[str, str], ...]:
    """The parameters that the form must carry along because no control of it shows them."""
    shown = {(p.name, c.value) for p in arranged for c in p.shown if not c.excluded}
    own = {"q", "from", "to", "page"}
    return tuple(pair for pair in to_parameters(state) if pair[0] not in own and pair not in shown)


def _orders(state: SearchState) -> tuple[tuple[str, Sort, str], ...]:
    named = [("Newest", Sort.NEWEST), ("Oldest", Sort.OLDEST)]
    if state.q.strip():
        named.insert(0, ("Relevance", Sort.RELEVANCE))
    return tuple(
        (name, sort, search_address(replace(state, sort=sort, page=1))) for name, sort in named
    )


def _literal(state: SearchState) -> tuple[str, str] | None:
    """The words of a query that is not understood, and the search for them as words."""
    words = as_literal(state.q)
    return (words, search_address(replace(state, q=words, page=1))) if words else None


def _meant(state: SearchState, answer: Answer) -> tuple[Offer, ...]:
    """The same search in words that the archive has."""
    return tuple(
        Offer("", each.q, each.total, search_address(replace(state, q=each.q, page=1)))
        for each in answer.suggestions
    )


def _offers(state: SearchState, answer: Answer) -> tuple[Offer, ...]:
    """When nothing is found: the searches with less to meet that do find something."""
    if answer.total:
        return ()
    limits = constraints(state, _labels(answer, state), dict(FACETS))
    tried = [(_less(limit), limit.value, limit.without) for limit in limits[:_ALTERNATIVES]]
    if len(limits) > 1:
        free = replace(state, filters=(), since="", until="", page=1)
        tried.append(("Without any of the constraints", "", free))
    if len(state.q.split()) > 1 and not state.any_words:
        tried.append(("With any of these words", "", replace(state, any_words=True, page=1)))
    site = services()
    offers = []
    for label, value, other in tried:
        if total := site.search.total(other, audience=audience()):
            offers.append(Offer(label, value, total, search_address(other)))
    return tuple(offers)


def _less(limit: Constraint) -> str:
    return f"Also with {limit.label}:" if limit.excluded else f"Without {limit.label}:"


def examples(answer: Answer) -> tuple[Offer, ...]:
    """Searches to begin with, made from what the archive holds."""
    offers = {}
    for facet in answer.facets:
        stated = [value for value in facet.values if value.value is not None]
        if stated and facet.name in ("outlet", "stance", "author"):
            first = max(stated, key=lambda value: value.count)
            address = search_address(SearchState().toggled(facet.name, first.value))
            offers[facet.name] = Offer(facet.label, first.label, first.count, address)
    if answer.dates and answer.dates.bars:
        fullest = max(answer.dates.bars, key=lambda bar: bar.certain + bar.possible)
        year = period_of(fullest, Unit.YEAR)
        address = search_address(SearchState(since=year, until=year))
        count = fullest.certain + fullest.possible
        offers[DATE] = Offer(dict(FACETS)[DATE], year, count, address)
    return tuple(offers[name] for name, _ in FACETS if name in offers)
