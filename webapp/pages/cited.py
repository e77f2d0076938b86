"""Cite this search: keeping what it finds, and telling later what has changed since."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.catalogue import records
from archive.catalogue.saved_searches import SavedSearch
from archive.citing.citation import ARCHIVE
from archive.edtf import date_in_words
from archive.errors import UserMistake
from archive.record import Record
from indexer import citing
from indexer.audience import exists, visible
from indexer.cited_search import CitedSearch, in_words
from indexer.fields import FIELDS
from indexer.links import record_path, saved_search_path
from indexer.query.errors import QueryError
from indexer.state import from_parameters
from webapp import cited_searches
from webapp.addresses import results_address, search_address
from webapp.pages.search import refused, sentence
from webapp.services import services
from webapp.site import now, site_address
from webapp.throttle import throttle
from webapp.visitor import audience

MOST_LISTED = 100
"""Records of each kind that the page lists; the search itself finds all."""

page = Blueprint("cited", __name__)


@page.post("/searches")
def keep() -> ResponseReturnValue:
    """Keep the search whose parameters the form carries, and lead to its lasting address."""
    state = from_parameters(dict(request.form.lists()), [field.name for field in FIELDS])
    throttle()
    site = services()
    try:
        saved = citing.keep(site.search, site.catalogue, state, audience=audience(), at=now())
    except (QueryError, UserMistake) as error:
        return refused(state, error)
    return redirect(saved_search_path(saved.digest), 303)


@page.get("/s/<digest>")
def show(digest: str) -> ResponseReturnValue:
    """What was asked and found, and what is true since."""
    site = services()
    found = cited_searches.found(site, digest)
    if found is None:
        abort(404)
    saved, cited = found
    state = cited_searches.asked(cited)
    try:
        since = cited_searches.since(site, cited)
    except (QueryError, UserMistake):
        since = None  # What was understood then is no longer.
    return render_template(
        "cited.html",
        saved=saved,
        cited=cited,
        asked=sentence(state),
        on=_day(saved.at),
        since=since,
        told=in_words(since) if since else None,
        new=_listed(since.new) if since else (),
        gone=_listed(since.gone) if since else (),
        withdrawn=since.withdrawn[:MOST_LISTED] if since else (),
        address=site_address() + saved_search_path(saved.digest),
        citation=_citation(saved, cited),
        again=search_address(state),
        feed=results_address(state, "atom"),
        record_path=lambda record_id: record_path(record_id, state),
        date_in_words=date_in_words,
    ), 200


def _listed(ids: tuple[str, ...]) -> tuple[Record, ...]:
    """The first of the records that exist for who is asking."""
    levels = visible(audience())
    with services().catalogue.reading() as connection:
        held = records.many(connection, ids[:MOST_LISTED])
    there = (held[id] for id in ids[:MOST_LISTED] if id in held)
    return tuple(record for record in there if exists(record, levels))


def _citation(saved: SavedSearch, cited: CitedSearch) -> str:
    """A line for a footnote, in the manner of a record's."""
    asked = "".join(part.text for part in sentence(cited_searches.asked(cited)))
    count = f"{cited.total:,} {'record' if cited.total == 1 else 'records'}"
    address = site_address() + saved_search_path(saved.digest)
    return (
        f"{ARCHIVE}. Search: {asked}. {count} found on {_day(saved.at)}. "
        f"{address} (accessed {_day(now())})."
    )


def _day(at: datetime) -> str:
    return date_in_words(at.date().isoformat())
