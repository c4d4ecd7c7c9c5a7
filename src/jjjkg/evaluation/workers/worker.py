"""A worker: a forked process that answers one query after another, and may do nothing else."""

import json
import os
import resource
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, NoReturn, Protocol

from jjjkg.evaluation.errors import LimitExceeded, Limits, QueryError, UnsupportedQuery
from jjjkg.evaluation.results import Output
from jjjkg.evaluation.workers.protocol import (
    HELLO,
    OUTCOME,
    Request,
    pack_frame,
    read_frame,
)
from jjjkg.rdf.rdfxml import NotXML

#: Eight times the usual stack, so that long chains of operators (10,000 overflow 8 MB) pass.
_STACK: Final = 64 << 20
_STATM: Final = Path("/proc/self/statm")


class Work(Protocol):
    """The work of workers: a fork server loads it, and each of its workers answers from it.

    ``files`` may be open in a worker, for connections to a store elsewhere; 0 for none.
    """

    files: int

    def answer(self, request: Request, output: Output) -> None:
        """Write the answer to a request. Raises QueryError and MemoryError."""


def work(connection: socket.socket, source: Work, limits: Limits, noise: int) -> NoReturn:
    """Answer requests until nobody asks any more; the process ends here.

    The last words of an engine that aborts go to the open file `noise`.
    """
    code = 1
    log = os.fdopen(os.dup(2), "w", encoding="utf-8")
    try:
        memory = _open_memory()
        resident = partial(memory, 1)
        os.dup2(noise, 2)
        _confine(memory(0) + limits.memory, source.files)
        # Whoever counts on a worker learns that it lives, and how large it was born.
        connection.sendall(pack_frame(HELLO, str(resident()).encode()))
        requests = connection.makefile("rb")
        while frame := read_frame(requests):
            _limit_time(limits.seconds)
            _reply(Request(**json.loads(frame[1])), connection, source, limits, resident)
        code = 0
    except (ConnectionError, MemoryError):
        pass  # nobody listens any more, or there is not enough left to listen
    except Exception:  # a fault of ours, not of the query: the log must have it
        traceback.print_exc(file=log)
        log.flush()
    finally:
        os._exit(code)


def _reply(
    request: Request,
    connection: socket.socket,
    source: Work,
    limits: Limits,
    resident: Callable[[], int],
) -> None:
    try:
        output = Output(connection, limits, request.gzip, request.most_rows, resident)
        source.answer(request, output)
        return
    except QueryError as error:
        outcome = error.encode()
    except NotXML as error:
        outcome = UnsupportedQuery("queries.other_format", why=error).encode()
    except MemoryError:
        values = {"limit": "memory", "value": limits.memory}
        outcome = LimitExceeded("queries.limits.memory", **values).encode()
    outcome["resident"] = resident()
    connection.sendall(pack_frame(OUTCOME, json.dumps(outcome).encode()))


def _open_memory() -> Callable[[int], int]:
    """Return a reader of this process's memory in bytes, from a file that stays open.

    It takes 0 for the address space and 1 for what is in memory, and returns 0 elsewhere than on
    Linux.
    """
    if not _STATM.exists():
        return lambda _: 0
    file = os.open(_STATM, os.O_RDONLY)
    return lambda place: int(os.pread(file, 256, 0).split()[place]) * resource.getpagesize()


def _confine(size: int, files: int) -> None:
    """Limit this process: no core files, no new files or connections, so much address space.

    `files` may be open for as long as it connects to a store elsewhere
    (jjjkg.evaluation.remote.endpoint).
    """
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = _STACK if hard == resource.RLIM_INFINITY else min(_STACK, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if _STATM.exists():  # elsewhere the limit is not enforced
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    # Last: whatever SERVICE the reading of terminals may miss reaches no network.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, files))


def _limit_time(seconds: float) -> None:
    """Limit processor time, for a worker whose fork server was killed; wall time comes first."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + seconds) + 2
    with suppress(ValueError):  # a lower limit was set from outside
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
