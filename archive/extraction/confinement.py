"""What a process that reads other people's files may take, and what it cannot reach.

Memory, processor time and files are limited by the kernel.  The network is taken away by a
network namespace of its own, which needs no rights where the system allows user namespaces;
where it does not, an audit hook refuses sockets and programs to Python code, and native code
is then not kept from them.  Files can be read: this is no sandbox against code that has taken
over a reader, it bounds what a reader does by mistake and cuts the way out.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_NICER = 10
_REFUSED = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "pty.")


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one original may take: bytes of memory, seconds of processor time, and
    seconds by the clock."""

    memory: int
    processor: int
    seconds: float


LIMITS = Limits(memory=1_500_000_000, processor=20, seconds=300.0)
"""A page takes a tenth of a second and 150 MB.  The clock is for what waits, and generous: on a
busy machine it runs much faster than the processor time of one process."""


def without_network() -> bool:
    """Take the network from this process and those it begins; False if only Python code is
    kept from it.  To be called while it has one thread."""
    sys.addaudithook(_refuse)
    _process_control(_PR_SET_NO_NEW_PRIVS, 1)
    with contextlib.suppress(AttributeError):  # no such function, elsewhere than on Linux
        unshare = ctypes.CDLL(None).unshare
        return 0 in map(unshare, (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET))
    return False


def confined(limits: Limits) -> None:
    """Limit the memory of this process, keep it from writing files, and let it end with its
    parent.  To be called in the process that reads."""
    _process_control(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def granted(limits: Limits) -> None:
    """Give this process its processor time anew, for the next original."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = int(used.ru_utime + used.ru_stime) + 1 + limits.processor
    resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))


def give_way(process: int) -> None:
    """Let a process of one's own that takes long give way to others."""
    with contextlib.suppress(OSError):  # it ended meanwhile
        os.setpriority(os.PRIO_PROCESS, process, _NICER)


def _process_control(option: int, value: int) -> None:
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _refuse(event: str, _arguments: object) -> None:
    if event.startswith(_REFUSED):
        raise PermissionError(f"a reader may not: {event}")
