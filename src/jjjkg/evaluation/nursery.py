"""The process that holds the loaded store and forks a worker for each query.

It is a fresh interpreter with one thread, so that forking is safe, and it speaks to nobody but
the process that started it. On its control socket come pairs of sockets, one pair a query: the
worker reads the request from the first and writes the answer to it; the second is its lifeline.
When the other side of the lifeline shuts down, the worker is killed (it may have ended by then)
and its wait status is sent back. When the control socket closes, everything ends.
"""

import io
import json
import os
import resource
import selectors
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Store

from jjjkg.errors import InputError
from jjjkg.evaluation.engine import answer
from jjjkg.evaluation.grammar import load_grammar
from jjjkg.evaluation.outcomes import LimitExceeded, QueryError
from jjjkg.evaluation.protocol import (
    BODY,
    OUTCOME,
    READY,
    Request,
    encode_error,
    pack_frame,
    pack_status,
)
from jjjkg.store import open_store

#: Eight times the usual stack, so that long chains of operators (10,000 overflow 8 MB) pass.
_STACK: Final = 64 << 20


class _Frames(io.RawIOBase):
    """Writes each piece of an answer as a frame."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._connection.sendall(pack_frame(BODY, data))
        return len(data)


def keep(control: socket.socket, store: Store, memory: int, seconds: int) -> None:
    """Fork a worker for each pair of sockets that comes, until the control socket closes.

    A worker may have `memory` bytes of address space beyond this process's own, and `seconds` of
    processor time (so that one whose nursery was killed does not run for ever).
    """
    workers: dict[socket.socket, int] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is not control:
                    lifeline = key.fileobj
                    assert isinstance(lifeline, socket.socket)
                    selector.unregister(lifeline)
                    _end(workers.pop(lifeline), lifeline)
                    continue
                _, fds, _, _ = socket.recv_fds(control, 1, 2)
                if not fds:
                    return
                connection, lifeline = (socket.socket(fileno=fd) for fd in fds)
                if (pid := os.fork()) == 0:
                    control.close()
                    _work(connection, store, memory, seconds)
                connection.close()
                workers[lifeline] = pid
                selector.register(lifeline, selectors.EVENT_READ)


def _end(pid: int, lifeline: socket.socket) -> None:
    os.kill(pid, signal.SIGKILL)  # without effect on a worker that has ended and waits for us
    _, status = os.waitpid(pid, 0)
    with lifeline:
        try:
            lifeline.sendall(pack_status(status))
        except OSError:
            return  # nobody asked


def _work(connection: socket.socket, store: Store, memory: int, seconds: int) -> None:
    """Answer one request in a process of its own, which ends here."""
    code = 1
    log = os.fdopen(os.dup(2), "w", encoding="utf-8")
    try:
        _confine(memory, seconds)
        with connection.makefile("rb") as file:
            request = Request(**json.load(file))
        try:
            with io.BufferedWriter(_Frames(connection), 1 << 16) as output:
                form, name = answer(store, request, output)
            outcome = {"form": form, "format": name}
        except QueryError as error:
            outcome = encode_error(error)
        except MemoryError:
            outcome = encode_error(LimitExceeded("memory", ""))
        connection.sendall(pack_frame(OUTCOME, json.dumps(outcome).encode()))
        code = 0
    except ConnectionError:
        pass  # nobody listens any more: the evaluator has its limits
    except Exception:  # a fault of ours, not of the query: the log must have it
        traceback.print_exc(file=log)
        log.flush()
    finally:
        os._exit(code)


def _confine(memory: int, seconds: int) -> None:
    """Limit this process: no core files, no new files or connections, so much memory and time."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # an engine that aborts prints a page of noise
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = _STACK if hard == resource.RLIM_INFINITY else min(_STACK, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    statm = Path("/proc/self/statm")
    if statm.exists():  # elsewhere than on Linux the limit is not enforced
        size = int(statm.read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))
    # Last: whatever SERVICE the reading of terminals may miss reaches no network.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def main(arguments: list[str]) -> None:
    """Load the store that the arguments name, say so, and keep workers until told to end."""
    fd, quads, memory, seconds, *without = arguments
    load_grammar()  # a worker can't open its file
    with socket.socket(fileno=int(fd)) as control:
        try:
            store = open_store(Path(quads), without)
        except InputError as error:
            control.sendall(str(error).encode())
            return
        with suppress(ConnectionError):  # whoever started this is gone already
            control.sendall(READY)
            keep(control, store, int(memory), int(seconds))
    os.killpg(0, signal.SIGKILL)  # with all workers; the group is ours (see Evaluator)


if __name__ == "__main__":
    main(sys.argv[1:])
