"""The production server: waitress around an app, until a signal ends it."""

import errno
import logging
import signal
import socket
from collections.abc import Callable
from typing import Final, NoReturn

import waitress
from flask import Flask

from jjjkg.errors import InputError

#: Requests at a time. Each query runs in a process of its own, so more than the processors are
#: of use: a page is served while long queries run.
THREADS: Final = 8


def serve(app: Flask, host: str, port: int, tell: Callable[[str], None] = print) -> None:
    """Serve an app until SIGINT or SIGTERM; port 0 takes any that is free.

    `tell` is given the address once requests are answered. Raises InputError if the port is in
    use or may not be used.
    """
    try:
        # waitress leaks the socket where it can't bind it, so it is given a bound one.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise InputError(_explain(error, host, port)) from error
    server = waitress.create_server(
        app,
        sockets=[listening],
        threads=THREADS,
        ident=None,
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
    )
    # It would print a line for each request that has to wait, and for those that run at the end.
    logging.getLogger("waitress").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, _stop)
    shown = f"[{host}]" if ":" in host else host
    tell(f"ready: http://{shown}:{server.effective_port}/ (Ctrl-C ends it)")
    try:
        server.run()
    finally:
        server.close()


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use by another program; choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used without more rights; choose one above 1023"
    return f"{host}:{port} can't be listened on: {error.strerror or error}"


def _stop(*_: object) -> NoReturn:
    raise SystemExit(0)
