"""Watching the site: an id for each request, a line in the log, and figures for Prometheus.

Neither addresses as they were typed nor queries go into a log or a figure, only the route.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from secrets import token_hex
from time import monotonic
from typing import cast

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from archive.catalogue import jobs
from archive.catalogue import originals as catalogued
from archive.errors import ArchiveTrouble
from archive.job import State
from archive.logs import REQUEST
from indexer.standing import standing
from webapp.services import Services

_LOG = logging.getLogger("pressmark.requests")
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Watch:
    """What is counted in this process."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)

    def __post_init__(self) -> None:
        made = {
            "requests": Counter(
                "pressmark_requests",
                "Requests that were answered.",
                ("route", "status"),
                registry=self.registry,
            ),
            "seconds": Histogram(
                "pressmark_request_seconds",
                "How long it took until the answer began.",
                ("route",),
                registry=self.registry,
                buckets=_BUCKETS,
            ),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)
        ProcessCollector(registry=self.registry)


class ArchiveFigures(Collector):
    """How the archive stands, asked anew each time it is collected."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[GaugeMetricFamily]:
        site = self._services
        home = site.originals.home
        yield _gauge(
            "disk_free_bytes", "Room on the archive's disk.", shutil.disk_usage(home.root).free
        )
        try:
            found = standing(home, site.catalogue)
            with site.catalogue.reading() as connection:
                damaged = len(catalogued.damaged(connection))
                counts = jobs.counts(connection)
        except (ArchiveTrouble, OSError):
            yield _gauge("answers", "Whether catalogue and index answer.", 0)
            return
        yield _gauge("answers", "Whether catalogue and index answer.", found.records is not None)
        yield _gauge("records", "Records in the index.", found.records or 0)
        yield _gauge("index_behind", "Changes that the index has yet to learn.", found.behind)
        if found.journal_lag is not None:
            yield _gauge("journal_lag", "Entries that the journal lacks.", found.journal_lag)
        yield _gauge("worker", "Whether a worker is at work.", found.worker)
        yield _gauge("notices", "What a librarian should look at.", len(found.notices))
        yield _gauge("originals_damaged", "Originals whose last check failed.", damaged)
        states = GaugeMetricFamily("pressmark_jobs", "Jobs by state.", labels=("state",))
        for state in State:
            states.add_metric((state.value,), counts.get(state, 0))
        yield states


def watch(app: Flask) -> None:
    """Give each request an id, log it and count it.  To be called before other hooks are set."""
    watched = Watch()
    watched.registry.register(ArchiveFigures(app.extensions["pressmark"]))
    app.extensions["pressmark_watch"] = watched

    @app.before_request
    def begin() -> None:
        g.begun = monotonic()
        g.request_id = token_hex(8)
        REQUEST.set(g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        route = request.url_rule.rule if request.url_rule else "none"
        seconds = monotonic() - g.begun
        watched.requests.labels(route, str(response.status_code)).inc()
        watched.seconds.labels(route).observe(seconds)
        facts = {
            "method": request.method if request.url_rule else "",
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
        }
        _LOG.info("answered", extra={"facts": facts})
        return response


def this_watch() -> Watch:
    """What is counted in this process."""
    return cast(Watch, current_app.extensions["pressmark_watch"])


def from_this_machine() -> bool:
    """Whether this request was sent on this machine and by no proxy."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address((request.remote_addr or "").partition("%")[0]).is_loopback
    except ValueError:
        return False


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"pressmark_{name}", what, value)
