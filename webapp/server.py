"""Serving: one WSGI process with threads, and one worker beside it that drains the change log."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from types import FrameType
from typing import TYPE_CHECKING

import waitress.server

from archive.console import tell
from archive.errors import ArchiveTrouble
from archive.garbage import collect_seldom
from archive.home import Home
from archive.logs import log_as_json
from indexer import worker
from webapp.app import create_app
from webapp.hosts import in_brackets, is_any, trusted_hosts
from webapp.services import open_services
from webapp.site import Clock, utc_now

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Work = Callable[[Home, Callable[[float], bool], Clock], None]
"""A worker's whole life: given a home, a wait of so many seconds that tells whether to end, and
the time."""

_THREADS = 4
_PATIENCE = 0.2  # seconds
_FORWARDED = "x-forwarded-for"
_NICER = 10
_AGAIN = 5.0
_FAREWELL = 20.0

_PROCESSES = multiprocessing.get_context("spawn")


def serve(
    home: Home,
    *,
    host: str,
    port: int,
    base_url: str = "",
    closed: bool = False,
    proxy: str = "",
    work: Work = worker.work,
) -> None:
    """Serve the archive until Ctrl-C or SIGTERM; tells the address when it answers.

    `base_url` is the site's public address, or empty.  Where reading is `closed`, the site is
    shown to those who have an account.  `proxy` is the address of a proxy in front of it, whose
    word is taken for where visitors are (X-Forwarded-For); nobody else's is.

    `work` runs in a process of its own, niced, and ends with this one, however this one
    ends; should it fail it is begun again.  It must be importable by name.  Port 0 is any
    free port.  Raises `ArchiveTrouble` with one sentence if the address cannot be had.
    """
    hosts = trusted_hosts(host, base_url)
    archive = open_services(home)
    app = create_app(archive, base_url=base_url or None, trusted_hosts=hosts, closed=closed)
    try:
        server = waitress.server.create_server(
            in_turn(app),
            host=host,
            port=port,
            threads=_THREADS,
            ident=None,
            # Left there, untrusted or not: they tell that a request came through a proxy.
            clear_untrusted_proxy_headers=False,
            **({"trusted_proxy": proxy, "trusted_proxy_headers": _FORWARDED} if proxy else {}),
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this machine has no such address"
        raise ArchiveTrouble(
            f"The site cannot be served on {host} port {port}: {reason}. "
            "Choose another with --host and --port."
        ) from error
    signal.signal(signal.SIGTERM, _interrupt)
    # A browser asks for several files at once, so that a short queue is nothing to tell.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        with _beside(home, work):
            log_as_json()
            # While the collector looks at everything there is, no request goes on.
            collect_seldom()
            tell(f"Pressmark answers on {_address(server, host)} (Ctrl-C ends it)")
            server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
        archive.catalogue.close()


def in_turn(app: WSGIApplication, patience: float = _PATIENCE) -> WSGIApplication:
    """The application, which makes one page after another.

    Python computes one thing at a time: threads that take turns in the midst of a page only
    lose time by it, a third of it with four of them.  Who has waited for `patience`, in seconds,
    goes on all the same, so that one long page does not keep others waiting; nobody waits
    for what is sent in or streamed.
    """
    turn = threading.Lock()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        mine = environ["REQUEST_METHOD"] == "GET" and turn.acquire(timeout=patience)
        try:
            return app(environ, start_response)
        finally:
            if mine:
                turn.release()

    return application


def _address(server: object, host: str) -> str:
    listening = getattr(server, "effective_listen", None)
    port = listening[0][1] if listening else getattr(server, "effective_port", "")
    return f"http://{'127.0.0.1' if is_any(host) else in_brackets(host)}:{port}/"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _beside(home: Home, work: Work) -> Iterator[None]:
    """Keep a worker process running for as long as the block does."""
    ending = threading.Event()
    keeper = threading.Thread(target=_keep, args=(home, work, ending), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join(_FAREWELL)


def _keep(home: Home, work: Work, ending: threading.Event) -> None:
    # Ctrl-C goes to every process of the terminal; the worker ends when it is told to, in
    # between two batches.  The mask is inherited; the tracker must run before it is set,
    # because starting it lifts the mask again.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    while True:
        theirs, ours = _PROCESSES.Pipe(duplex=False)
        process = _PROCESSES.Process(target=_work, args=(home, work, theirs), daemon=True)
        process.start()
        theirs.close()
        while process.is_alive() and not ending.wait(0.2):
            pass
        ours.close()
        process.join(_FAREWELL)
        if ending.is_set():
            return
        tell(
            "The index worker ended unexpectedly and is begun again; "
            "until then what is added is not found."
        )
        if ending.wait(_AGAIN):
            return


def _work(home: Home, work: Work, parent: Connection) -> None:
    """In the worker's process: `work` until the parent closes its end of the pipe or is gone."""
    os.nice(_NICER)
    log_as_json()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def wait(seconds: float) -> bool:
        return parent.poll(seconds)

    work(home, wait, utc_now)
