"""The librarian's page: jobs that need attention, run, or are done, and how the index stands."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.account import Role
from archive.catalogue import jobs, purged
from archive.catalogue import originals as catalogued
from archive.errors import UserMistake
from archive.job import Job, State
from indexer.jobs.asking import VERBS, change, start, verbs_for
from indexer.jobs.kinds import KINDS
from indexer.jobs.presenting import how_far, how_it_stands, lasting, what
from indexer.standing import standing
from webapp.access import demands
from webapp.services import services
from webapp.site import now
from webapp.visitor import agent

page = demands(Role.LIBRARIAN)(Blueprint("jobs", __name__))

_SHOWN = 50
_TICKED = ("due", "repair")


@page.get("/jobs")
def show() -> ResponseReturnValue:
    """All jobs that matter now; with `follow` the page looks again by itself."""
    return _page(), 200


@page.get("/jobs/<int:job_id>")
def one(job_id: int) -> ResponseReturnValue:
    """One job with all that it could not do."""
    with services().catalogue.reading() as connection:
        job = jobs.get(connection, job_id)
    if job is None:
        abort(404)
    return render_template("job.html", job=job, **_WORDS), 200


@page.post("/jobs")
def ask() -> ResponseReturnValue:
    """Ask for the job that the form describes."""
    form = request.form
    options: dict[str, object] = {
        "query": form.get("query", "").strip(),
        "target": form.get("target", "").strip(),
        **{name: name in form for name in _TICKED},
    }
    try:
        start(services().catalogue, form.get("kind", ""), options, agent=agent(), at=now())
    except UserMistake as error:
        return _page(mistake=str(error)), 400
    return redirect(url_for("jobs.show"), 303)


@page.post("/jobs/<int:job_id>/<verb>")
def do(job_id: int, verb: str) -> ResponseReturnValue:
    """Pause, resume, cancel or retry a job."""
    if verb not in VERBS:
        abort(404)
    try:
        change(services().catalogue, job_id, verb, agent=agent(), at=now())
    except UserMistake as error:
        return _page(mistake=str(error)), 400
    return redirect(url_for("jobs.show"), 303)


def _page(mistake: str = "") -> str:
    site = services()
    with site.catalogue.reading() as connection:
        waiting = jobs.waiting(connection)
        over = jobs.over(connection, limit=_SHOWN)
        newest = {kind.name: jobs.newest(connection, kind.name) for kind in KINDS}
        damaged = catalogued.damaged(connection)
        half_purged = purged.unfinished(connection)
    unmended = [job for job in over if _needs_attention(job, newest.get(job.kind))]
    groups = (
        ("Needs attention", [j for j in waiting if j.state is State.ATTENTION] + unmended),
        ("Running and waiting", [j for j in waiting if j.state is not State.ATTENTION]),
        ("Done", [job for job in over if job not in unmended]),
    )
    return render_template(
        "jobs.html",
        groups=groups,
        standing=standing(site.originals.home, site.catalogue),
        damaged=damaged,
        half_purged=half_purged,
        kinds=KINDS,
        mistake=mistake,
        follow=bool(request.args.get("follow")),
        **_WORDS,
    )


def _needs_attention(job: Job, newest: Job | None) -> bool:
    """Whether there is something that it could not do and no later job of its kind."""
    return job.state is State.FAILURES and (newest is None or newest.id == job.id)


_WORDS = {
    "what": what,
    "how_far": how_far,
    "how_it_stands": how_it_stands,
    "lasting": lasting,
    "verbs_for": verbs_for,
}
