"""All results of a search to take along, as a file or as a feed."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from archive.catalogue import records
from archive.errors import UserMistake
from indexer.answer import Hit
from indexer.engine import Sort
from indexer.exporting import atom, opensearch
from indexer.exporting.export import Export
from indexer.exporting.formats import FORMATS
from indexer.links import record_path
from indexer.query.errors import QueryError
from webapp.addresses import results_address, search_address
from webapp.caching import checked_again
from webapp.pages.search import asked_state, refused, sentence
from webapp.services import services
from webapp.site import now, site_address
from webapp.visitor import audience

_LOG = logging.getLogger(__name__)

ENTRIES = 50
"""Entries in a feed: the newest added."""

_FORMATS = {each.name: each for each in FORMATS}
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_TERMS = "{searchTerms}"

page = Blueprint("results", __name__)


class ExportBroken(Exception):
    """An export could not be finished; the connection is cut, so that it looks like no file."""


@page.get("/search.<form>")
def export(form: str) -> ResponseReturnValue:
    """Every record of a search in one of the `FORMATS`, streamed."""
    if form not in _FORMATS:
        abort(404)
    state, site, format = asked_state(), services(), _FORMATS[form]
    try:
        hits = site.search.every(state, audience=audience())
    except (QueryError, UserMistake) as error:
        return refused(state, error)
    with site.catalogue.reading() as connection:
        headings = site.search.headings(connection)
    today = now().date()
    pieces = format.written(hits, Export(state, site_address(), today, headings))
    response = Response(
        _whole_or_cut(pieces, request.path), content_type=f"{format.media_type}; charset=utf-8"
    )
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"pressmark-{today}.{format.extension}"
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@page.get("/search.atom")
def feed() -> ResponseReturnValue:
    """The newest records of a search as an Atom feed, by when they were added."""
    state, site = replace(asked_state(), sort=Sort.ADDED, page=1), services()
    try:
        newest = tuple(islice(site.search.every(state, audience=audience()), ENTRIES))
    except (QueryError, UserMistake) as error:
        return refused(state, error)
    asked = "".join(part.text for part in sentence(state))
    subscribed = replace(state, sort=None)
    written = atom.atom_feed(
        f"Pressmark: {asked}",
        self_link=site_address() + results_address(subscribed, "atom"),
        alternate=site_address() + search_address(subscribed),
        updated=_NEVER,
        entries=_entries(newest),
    )
    return checked_again(Response(written, content_type=atom.MEDIA_TYPE))


@page.get("/opensearch.xml")
def description() -> Response:
    """How a browser or a feed reader asks the archive."""
    site = site_address()
    written = opensearch.opensearch_description(
        "Pressmark",
        "Press documents about contested stories: what was published, by whom and when.",
        pages=f"{site}{url_for('search.show')}?q={_TERMS}",
        feed=f"{site}{url_for('results.feed')}?q={_TERMS}",
        icon=site + url_for("static", filename="pressmark.svg"),
    )
    return checked_again(Response(written, content_type=opensearch.MEDIA_TYPE))


def _entries(hits: tuple[Hit, ...]) -> Iterator[atom.Entry]:
    with services().catalogue.reading() as connection:
        for hit in hits:
            changed = records.history(connection, hit.record.id)[-1].at
            link = site_address() + record_path(hit.record.id)
            yield atom.entry_of(hit, link=link, updated=changed)


def _whole_or_cut(pieces: Iterator[str], path: str) -> Iterator[str]:
    """The pieces; trouble among them cuts the connection, so that no part looks like a whole.

    The server tells of what it cuts: nothing of the trouble but its kind is handed on to it.
    """
    try:
        yield from pieces
        return
    except Exception as error:
        kind = type(error).__name__
        lines = "".join(traceback.format_tb(error.__traceback__))
        _LOG.error("%s at %s\n%s", kind, path, lines)
    raise ExportBroken(kind)
