"""The server and its worker, as processes."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from archive.account import Role
from archive.catalogue import accounts, sessions
from archive.catalogue.database import Catalogue
from archive.founding import begin_archive
from tests.people import account
from tests.quayside import command
from tests.serving import Served, free_port, served, start
from webapp.hosts import trusted_hosts
from webapp.server import in_turn
from webapp.site import utc_now
from webapp.visitor import form_token

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_PATIENCE = 120.0
"""Seconds after which what should have happened counts as never happening."""


def fetched(site: Served, path: str, headers: Mapping[str, str] = MappingProxyType({})) -> str:
    asked = urllib.request.Request(site.address + path, headers=dict(headers))
    with urllib.request.urlopen(asked, timeout=30) as response:
        text: str = response.read().decode()
        return text


def threads_children(pid: int) -> set[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int(each) for task in tasks for each in (task / "children").read_text().split()}


def gone(pids: set[int]) -> bool:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        alive = {pid for pid in pids if Path(f"/proc/{pid}/cmdline").exists()}
        if not any(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in alive):
            return True
        time.sleep(0.1)
    return False


def eventually(
    site: Served, path: str, text: str, headers: Mapping[str, str] = MappingProxyType({})
) -> bool:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            if text in fetched(site, path, headers):
                return True
        except urllib.error.HTTPError as error:
            error.close()
        time.sleep(0.1)
    return False


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return begin_archive(tmp_path / "home")[0].root


def test_what_is_added_while_the_site_runs_is_found_and_ctrl_c_ends_all_of_it(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "late.txt").write_text("The lighthouse is lit again\n\nSince Monday.\n")
    with served(root) as site:
        assert eventually(site, "/health", "ok")
        assert command(root, "add", tmp_path / "late.txt") == 0
        assert eventually(site, "/?q=lighthouse", "<mark>lighthouse</mark>")
        family = threads_children(site.process.pid)
        assert family
        status, told = site.interrupt()
        assert status == 0
        assert all(json.loads(line)["level"] == "info" for line in told.splitlines())
        assert gone(family)


def test_a_site_goes_on_when_its_index_is_deleted_and_made_again(
    root: Path, tmp_path: Path
) -> None:
    early, late = tmp_path / "early.txt", tmp_path / "late.txt"
    early.write_text("The lighthouse is dark\n\nSince Sunday.\n")
    late.write_text("The foghorn is heard again\n\nSince Monday.\n")
    assert command(root, "add", early) == 0
    with served(root) as site:
        assert eventually(site, "/?q=lighthouse", "<mark>lighthouse</mark>")
        shutil.rmtree(root / "index")
        assert command(root, "update") == 0
        assert eventually(site, "/?q=lighthouse", "<mark>lighthouse</mark>")
        assert command(root, "add", late) == 0
        assert eventually(site, "/?q=foghorn", "<mark>foghorn</mark>")
        assert site.interrupt()[0] == 0


def test_the_worker_does_not_outlive_a_server_that_is_killed(root: Path) -> None:
    with served(root) as site:
        assert eventually(site, "/health", "ok")
        family = threads_children(site.process.pid)
        site.process.kill()
        site.process.wait(30)
        assert gone(family)


def test_a_port_that_is_taken_is_told_in_one_sentence(root: Path) -> None:
    with served(root) as site:
        port = int(site.address.rpartition(":")[2])
        second = start(root, port)
        _, told = second.communicate(timeout=60)
        assert second.returncode == 1
        assert told == (
            f"Error: The site cannot be served on 127.0.0.1 port {port}: Address already in use. "
            "Choose another with --host and --port.\n"
        )


def test_requests_are_logged_as_json_without_what_was_asked(root: Path) -> None:
    with served(root) as site:
        assert eventually(site, "/health", "ok")
        fetched(site, "/?q=quicksilver")
        with urllib.request.urlopen(f"{site.address}/help?quicksilver", timeout=30) as response:
            request_id = response.headers["X-Request-Id"]
        told = site.interrupt()[1]
    logged = [json.loads(line) for line in told.splitlines()]
    (of_help,) = [each for each in logged if each.get("request") == request_id]
    assert (of_help["method"], of_help["route"], of_help["status"]) == ("GET", "/help", 200)
    assert of_help["ms"] >= 0
    assert "quicksilver" not in told


def test_the_jobs_are_shown_to_librarians_and_done(
    root: Path, tmp_path: Path, catalogue: Catalogue
) -> None:
    (tmp_path / "a.txt").write_text("The lighthouse is lit again\n\nSince Monday.\n")
    assert command(root, "add", tmp_path / "a.txt") == 0
    account(catalogue, Role.LIBRARIAN, utc_now)
    with catalogue.writing() as connection:
        librarian = accounts.known(connection, "librarian")
        token = sessions.begin(connection, librarian, at=utc_now())
    cookie = {"Cookie": f"pressmark={token}"}
    with served(root) as site:
        assert eventually(site, "/jobs", "Ask for a job", cookie)
        form = f"kind=reindex&query=&target=&token={form_token(token)}".encode()
        asked = urllib.request.Request(f"{site.address}/jobs", form, cookie)
        with urllib.request.urlopen(asked, timeout=30) as response:
            assert response.status == 200
        assert eventually(site, "/jobs", "1 record indexed; the new index answers.", cookie)
        assert 'pressmark_requests_total{route="/jobs",status="200"}' in fetched(site, "/metrics")


def test_figures_are_not_handed_out_through_a_proxy_on_this_machine(root: Path) -> None:
    with served(root) as site:
        assert "pressmark_requests" in fetched(site, "/metrics")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetched(site, "/metrics", {"X-Forwarded-For": "203.0.113.7"})


@pytest.mark.parametrize(
    ("options", "network"), [((), "127.0.0.1"), (("--proxy", "127.0.0.1"), "203.0.113.7")]
)
def test_only_a_proxy_that_is_named_is_believed_where_visitors_are(
    root: Path, options: tuple[str, ...], network: str
) -> None:
    with served(root, *options) as site:
        asked = urllib.request.Request(
            f"{site.address}/sign-in",
            b"name=ana&password=quicksilver",
            {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"},
        )
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(asked, timeout=30)
        told = site.interrupt()[1]
    (failed,) = [line for line in map(json.loads, told.splitlines()) if "failed" in line["message"]]
    assert (failed["account"], failed["network"]) == ("", network)
    assert "quicksilver" not in told


def test_a_proxy_is_named_by_its_address(root: Path) -> None:
    process = start(root, free_port(), "--proxy", "nearby")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "“nearby” is no address of a machine." in told


def test_a_second_worker_is_told_that_there_is_one(root: Path) -> None:
    with served(root) as site:
        assert eventually(site, "/ready", '"worker":true')
        second = start(root, None)
        _, told = second.communicate(timeout=60)
        assert second.returncode == 1
        assert "There is a worker for the archive" in told


def test_an_older_catalogue_is_told_before_anything_is_started(root: Path) -> None:
    connection = sqlite3.connect(root / "catalogue.sqlite")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    process = start(root, free_port())
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "has version 0001" in told
    assert "Run “pressmark init” to upgrade it." in told


def test_without_an_archive_nothing_is_started(tmp_path: Path) -> None:
    process = start(tmp_path / "nowhere", free_port())
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "There is no archive" in told


@pytest.mark.parametrize(
    ("host", "base_url", "names"),
    [
        ("127.0.0.1", "", {"localhost", "127.0.0.1", "[::1]"}),
        ("::1", "", {"localhost", "127.0.0.1", "[::1]"}),
        (
            "10.0.0.5",
            "https://archive.example/x",
            {"localhost", "127.0.0.1", "[::1]", "10.0.0.5", "archive.example"},
        ),
    ],
)
def test_the_site_is_asked_for_by_its_own_names(host: str, base_url: str, names: set[str]) -> None:
    assert set(trusted_hosts(host, base_url)) == names


def test_pages_are_made_one_after_another_but_a_long_one_does_not_hold_up_the_others() -> None:
    begun, ending = threading.Event(), threading.Event()
    at_once, most = 0, 0
    counting = threading.Lock()

    def application(environ: WSGIEnvironment, _start: StartResponse) -> list[bytes]:
        nonlocal at_once, most
        with counting:
            at_once += 1
            most = max(most, at_once)
        if environ["PATH_INFO"] == "/long":
            begun.set()
            assert ending.wait(30)
        with counting:
            at_once -= 1
        return [b"done"]

    def ask(path: str, patience: float = _PATIENCE) -> list[bytes]:
        asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path}
        return list(taking[patience](asked, lambda *_: lambda _: None))

    taking = {patience: in_turn(application, patience) for patience in (_PATIENCE, 0.01)}

    with ThreadPoolExecutor(9) as visitors:
        assert [*visitors.map(ask, ["/"] * 40)] == [[b"done"]] * 40
        assert most == 1
        long = visitors.submit(ask, "/long", 0.01)
        assert begun.wait(30)
        assert ask("/", 0.01) == [b"done"]
        assert not long.done()
        ending.set()
        assert long.result(30) == [b"done"]
