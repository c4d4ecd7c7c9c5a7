"""The process that holds the loaded store, and forks workers that are asked to answer queries.

Where a store elsewhere is asked, it holds but its address and what says who we are.

It is a fresh interpreter with one thread, so that forking is safe, and it speaks to nobody but
the process that started it. On its control socket come pairs of sockets, one pair a worker: the
worker reads requests from the first and writes the answers to it; the second is its lifeline.
When the other side of the lifeline shuts down, the worker is killed (it may have ended by then)
and its wait status is sent back. When the control socket closes, everything ends.
"""

import json
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from jjjkg.confinement import leave_network
from jjjkg.errors import InputError
from jjjkg.evaluation.grammar import load_grammar
from jjjkg.evaluation.outcomes import Limits
from jjjkg.evaluation.protocol import READY, pack_status
from jjjkg.evaluation.remote import Endpoint, open_endpoint
from jjjkg.evaluation.worker import work
from jjjkg.forms import Forms, read_forms
from jjjkg.store import open_store

_NONE: Final = Forms()


def keep(
    control: socket.socket, source: Store | Endpoint, limits: Limits, forms: Forms = _NONE
) -> None:
    """Fork a worker for each pair of sockets that comes, until the control socket closes."""
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
                    for other in (lifeline, *workers):
                        other.close()
                    work(connection, source, limits, forms)
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


def main(arguments: list[str]) -> None:
    """Load the store that the arguments name, say so, and keep workers until told to end."""
    fd, quads, default, limits, url, *without = arguments
    load_grammar()  # a worker can't open its file
    with socket.socket(fileno=int(fd)) as control:
        if not url:
            # What it can't give up, it has no use for: workers may open no connection.
            leave_network()
        try:
            source = (
                open_endpoint(url, Path(quads), default)
                if url
                else open_store(Path(quads), without, default)
            )
            # What a store elsewhere does to literals nobody can know.
            forms = _NONE if url else read_forms(Path(quads))
        except InputError as error:
            control.sendall(str(error).encode())
            return
        with suppress(ConnectionError):  # whoever started this is gone already
            control.sendall(READY)
            keep(control, source, Limits(**json.loads(limits)), forms)
    os.killpg(0, signal.SIGKILL)  # with all workers; the group is ours (see supply.py)


if __name__ == "__main__":
    main(sys.argv[1:])
