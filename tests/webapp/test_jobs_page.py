"""The librarian's page: shown to staff, closed to readers, its forms guarded as others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.account import Role
from archive.catalogue import jobs
from archive.catalogue.database import Catalogue
from archive.founding import begin_archive
from archive.job import State, Wish
from indexer import generations
from indexer.update import update
from tests.people import signed_in
from webapp.app import create_app
from webapp.services import Services, open_services

AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Services]:
    """An archive that holds nothing."""
    home, _ = begin_archive(tmp_path / "home")
    services = open_services(home)
    update(home, services.catalogue)
    yield services
    services.catalogue.close()


@pytest.fixture
def staff(office: Services) -> FlaskClient:
    """A librarian's browser."""
    app = create_app(office, base_url=None, trusted_hosts=["localhost"], clock=lambda: AT)
    return signed_in(app, Role.LIBRARIAN, "ana")


def put(catalogue: Catalogue, kind: str, state: State, **parameters: object) -> int:
    """A job that was asked for and has come to this state."""
    with catalogue.writing() as connection:
        job_id = jobs.put(connection, kind, parameters, asked_by="ana", at=AT)
        if state is State.QUEUED:
            return job_id
        jobs.take(connection, worker="here 1", place="here ", at=AT)
        jobs.beat(connection, job_id, worker="here 1", at=AT, progress=(1200, 10_000), rate=80.0)
        match state:
            case State.DONE:
                jobs.end(connection, job_id, worker="here 1", at=AT, message="All well.",
                         failures=())  # fmt: skip
            case State.FAILURES:
                jobs.end(connection, job_id, worker="here 1", at=AT + timedelta(minutes=4),
                         message="Checked.", failures=["abc: <b>missing</b>"])  # fmt: skip
            case State.ATTENTION:
                jobs.trouble(connection, job_id, worker="here 1", message="The disk is full.")
            case State.PAUSED:
                jobs.stop(connection, job_id, worker="here 1", at=AT, wish=Wish.PAUSE)
            case _:
                pass
        return job_id


def section(text: str, heading: str) -> str:
    start = text.index(f">{heading}</h2>")
    return text[start : text.index("</section>", start)]


@pytest.mark.parametrize("path", ["/jobs", "/jobs/1", "/figures"])
def test_it_is_for_librarians(client: FlaskClient, office: Services, path: str) -> None:
    led = client.get(path)
    assert (led.status_code, led.location) == (302, f"/sign-in?next={path}")
    assert "/jobs" not in client.get("/").text
    app = create_app(office, base_url=None, trusted_hosts=["localhost"])
    refused = signed_in(app, Role.ARCHIVIST).get(path)
    assert refused.status_code == 403
    assert "This is for librarians; you are signed in as archivist." in refused.text


def test_jobs_stand_by_what_is_to_be_done_about_them(staff: FlaskClient, office: Services) -> None:
    done = put(office.catalogue, "update", State.DONE)
    failed = put(office.catalogue, "fixity", State.FAILURES)
    stuck = put(office.catalogue, "backup", State.ATTENTION, target="/mnt/backup")
    running = put(office.catalogue, "reindex", State.RUNNING)
    queued = put(office.catalogue, "check", State.QUEUED, repair=True)
    text = staff.get("/jobs").text
    attention = section(text, "Needs attention")
    assert f"/jobs/{failed}/retry" in attention
    assert f"/jobs/{stuck}/resume" in attention
    assert "The disk is full." in attention
    assert "Backup (target: /mnt/backup)" in attention
    now = section(text, "Running and waiting")
    assert f"/jobs/{running}/pause" in now
    assert "1,200 of 10,000, 80 a second, 2 minutes left" in now
    assert '<progress value="1200" max="10000"' in now
    assert f"/jobs/{queued}/cancel" in now
    assert "All well." in section(text, "Done")
    assert f"/jobs/{done}/" not in section(text, "Done")
    assert "No worker is running" in text
    assert 'href="/jobs" aria-current="page"' in text


def test_a_failure_that_a_later_job_made_good_needs_no_attention(
    staff: FlaskClient, office: Services
) -> None:
    put(office.catalogue, "fixity", State.FAILURES)
    put(office.catalogue, "fixity", State.DONE)
    assert "Nothing does." in section(staff.get("/jobs").text, "Needs attention")


def test_a_job_is_asked_for_and_changed_by_forms(staff: FlaskClient, office: Services) -> None:
    form = {"kind": "reindex", "query": "ferry", "target": ""}
    asked = staff.post("/jobs", data=form)
    assert (asked.status_code, asked.location) == (303, "/jobs")
    with office.catalogue.reading() as connection:
        (job,) = jobs.waiting(connection)
    assert (job.kind, job.parameters, job.asked_by) == (
        "reindex",
        {"query": "ferry"},
        "ana",
    )
    for verb, state in (("pause", State.PAUSED), ("resume", State.QUEUED)):
        assert staff.post(f"/jobs/{job.id}/{verb}").status_code == 303
        with office.catalogue.reading() as connection:
            assert jobs.waiting(connection)[0].state is state
    assert staff.post(f"/jobs/{job.id}/cancel").status_code == 303
    refused = staff.post(f"/jobs/{job.id}/pause")
    assert refused.status_code == 400
    assert "it cannot be paused" in refused.text


def test_what_makes_no_sense_is_told_on_the_page(staff: FlaskClient) -> None:
    refused = staff.post("/jobs", data={"kind": "backup", "target": "near"})
    assert refused.status_code == 400
    assert "needs its target" in refused.text


def test_another_site_cannot_ask_for_jobs(staff: FlaskClient, office: Services) -> None:
    form, elsewhere = {"kind": "reindex"}, {"Origin": "https://elsewhere.example"}
    assert staff.post("/jobs", data=form, headers=elsewhere).status_code == 403
    with office.catalogue.reading() as connection:
        assert jobs.waiting(connection) == ()


def test_failures_are_shown_and_act_as_nothing(staff: FlaskClient, office: Services) -> None:
    job_id = put(office.catalogue, "fixity", State.FAILURES)
    text = staff.get(f"/jobs/{job_id}").text
    assert "abc: &lt;b&gt;missing&lt;/b&gt;" in text
    assert staff.get("/jobs/999").status_code == 404


def test_the_page_looks_again_only_if_it_is_told_to(staff: FlaskClient) -> None:
    assert "http-equiv" not in staff.get("/jobs").text
    assert '<meta http-equiv="refresh" content="3">' in staff.get("/jobs?follow=on").text


def test_that_a_reindex_is_needed_is_shown(staff: FlaskClient, office: Services) -> None:
    home = office.originals.home
    name = generations.current_name(home) or ""
    generations.note(home, name, generations.State(0, "others", ""))
    assert "Reindex needed" in staff.get("/jobs").text
    assert staff.get("/").status_code == 200


def test_figures_are_for_staff_and_for_programs_on_this_machine(
    staff: FlaskClient, client: FlaskClient
) -> None:
    staff.get("/?q=quicksilver")
    figures = staff.get("/metrics").text
    assert 'pressmark_requests_total{route="/",status="200"} 1.0' in figures
    assert 'pressmark_jobs{state="needs attention"} 0.0' in figures
    assert "pressmark_index_behind 0.0" in figures
    assert "quicksilver" not in figures
    assert "Requests that were answered." in staff.get("/figures").text
    assert client.get("/metrics").status_code == 200
    away = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.get("/metrics", environ_base=away).status_code == 404
    forwarded = {"X-Forwarded-For": "203.0.113.7"}
    assert client.get("/metrics", headers=forwarded).status_code == 404


def test_whether_it_is_ready_is_told_to_programs(staff: FlaskClient, office: Services) -> None:
    answer = staff.get("/ready")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ready", "behind": 0, "worker": False, "notices": 1}
    (office.originals.home.index / "current").unlink()
    assert staff.get("/ready").status_code == 503
