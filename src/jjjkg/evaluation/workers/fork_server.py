"""The fork server: the process that loads the data once and forks workers that answer from it.

A module does the loading (`loader`), such as `engine`. It has ``load(quads, **options)``, which
returns the Work that the workers do.

It is a fresh interpreter with one thread, so that forking is safe, and it speaks to nobody
but the process that started it. On its control socket come pairs of sockets, one pair a worker: the
worker reads requests from the first and writes the answers to it; the second is its lifeline.
When the other side of the lifeline shuts down, the worker is killed (it may have ended by then)
and its wait status is sent back, with what it said on its standard error. When the control socket
closes, everything ends.
"""

import json
import os
import selectors
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, Final, NamedTuple

from jjjkg.errors import InputError
from jjjkg.evaluation.errors import Limits
from jjjkg.evaluation.workers.protocol import MOST_SAID, READY
from jjjkg.evaluation.workers.worker import Work, work
from jjjkg.messages import Message
from jjjkg.system.confinement import leave_network

#: Libraries for numbers start threads when they are imported, unless they are told not to.
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class _Forked(NamedTuple):
    """A worker's process, and the file that is its standard error."""

    pid: int
    noise: int


def serve(control: socket.socket, source: Work, limits: Limits) -> None:
    """Fork a worker for each pair of sockets that comes, until the control socket closes."""
    workers: dict[socket.socket, _Forked] = {}
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
                try:
                    forked = _fork()
                except OSError:  # no memory, or too many processes: whoever asked sees it end
                    connection.close()
                    lifeline.close()
                    continue
                if forked.pid == 0:
                    control.close()
                    for other in (lifeline, *workers):
                        other.close()
                    for worker in workers.values():
                        os.close(worker.noise)
                    work(connection, source, limits, forked.noise)
                connection.close()
                workers[lifeline] = forked
                selector.register(lifeline, selectors.EVENT_READ)


def _open_noise() -> int:
    """Open a file without a name, for what a worker's engine says before it aborts."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("noise")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _fork() -> _Forked:
    noise = _open_noise()
    try:
        return _Forked(os.fork(), noise)
    except OSError:
        os.close(noise)
        raise


def _end(forked: _Forked, lifeline: socket.socket) -> None:
    # Without effect on a worker that has ended and waits for us.
    os.kill(forked.pid, signal.SIGKILL)
    _, status = os.waitpid(forked.pid, 0)
    said = os.pread(forked.noise, MOST_SAID, 0)
    os.close(forked.noise)
    with lifeline:
        try:
            lifeline.sendall(b"%d %s" % (status, said))
        except OSError:
            return  # nobody asked


def _load(fd: int, name: str, loader: str, options: Mapping[str, Any]) -> Work:
    """Load from an open file, which may have been moved or removed since it was opened."""
    os.lseek(fd, 0, os.SEEK_SET)  # an earlier server may have read it
    with open(name, "rb", opener=lambda *_: fd) as quads:
        source: Work = import_module(loader).load(quads, **options)
    return source


def main(arguments: list[str]) -> None:
    """Load what the settings, in JSON, name; say so, and serve workers until told to end."""
    settings = json.loads(arguments[0])
    os.environ.update(_ONE_THREAD)
    with socket.socket(fileno=settings["control"]) as control:
        if not settings["options"].get("store"):
            # What it can't give up, it has no use for: workers may open no connection.
            leave_network()
        try:
            names = ("quads", "name", "loader", "options")
            source = _load(*(settings[name] for name in names))
        except (InputError, MemoryError) as error:
            none = Message.of("queries.workers.no_memory_to_load")
            message = error.message if isinstance(error, InputError) else none
            control.sendall(json.dumps(message.encode()).encode())
            return
        with suppress(ConnectionError):  # whoever started this is gone already
            control.sendall(READY)
            serve(control, source, Limits(**settings["limits"]))
    os.killpg(0, signal.SIGKILL)  # with all workers; the group is ours (see handles.py)


if __name__ == "__main__":
    main(sys.argv[1:])
