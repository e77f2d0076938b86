"""Figures of this process and of the archive: for Prometheus, and as a page."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, abort, jsonify, render_template
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from archive.account import Role
from archive.errors import ArchiveTrouble
from indexer.audience import Audience
from indexer.standing import standing
from indexer.state import SearchState
from webapp.access import demands
from webapp.services import services
from webapp.visitor import role
from webapp.watching import from_this_machine, this_watch

page = Blueprint("metrics", __name__)


@page.get("/metrics")
def for_prometheus() -> ResponseReturnValue:
    """The figures as Prometheus reads them; to librarians, and to programs on this machine."""
    if not (from_this_machine() or role().includes(Role.LIBRARIAN)):
        abort(404)
    return Response(generate_latest(this_watch().registry), content_type=CONTENT_TYPE_LATEST), 200


@page.get("/figures")
@demands(Role.LIBRARIAN)
def show() -> ResponseReturnValue:
    """The same figures for people."""
    figures = [
        (metric.documentation, _labels(sample.labels), sample.value)
        for metric in this_watch().registry.collect()
        for sample in metric.samples
        if not sample.name.endswith(("_created", "_bucket"))
    ]
    return render_template("figures.html", routes=list(_routes()), figures=figures), 200


@page.get("/ready")
def ready() -> ResponseReturnValue:
    """For programs that send visitors here: 200 when searches are answered, else 503; and how
    current the index is."""
    site = services()
    try:
        found = standing(site.originals.home, site.catalogue)
        site.search.total(SearchState(), audience=Audience.READER)
    except (ArchiveTrouble, OSError):
        return jsonify(status="not ready"), 503
    return jsonify(
        status="ready", behind=found.behind, worker=found.worker, notices=len(found.notices)
    ), 200


def _routes() -> Iterator[tuple[str, int, float]]:
    """Each route, how often it was answered, and how many milliseconds that took on average."""
    sums: dict[str, dict[str, float]] = {}
    for metric in this_watch().seconds.collect():
        for sample in metric.samples:
            part = sample.name.rpartition("_")[2]
            sums.setdefault(sample.labels["route"], {})[part] = sample.value
    for route, each in sorted(sums.items()):
        if each.get("count"):
            yield route, int(each["count"]), 1000 * each["sum"] / each["count"]


def _labels(labels: dict[str, str]) -> str:
    return ", ".join(labels.values())
