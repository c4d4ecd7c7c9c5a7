"""The WSGI adapter: an ASGI request is answered by the app, in a thread.

https://asgi.readthedocs.io/en/latest/specs/www.html, https://peps.python.org/pep-3333/
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar
from urllib.parse import quote
from weakref import WeakValueDictionary

from flask import Flask

from jjjkg.web.app import CLIENT
from jjjkg.web.http.request import ClientRequest, Scope

T = TypeVar("T")
Environ = dict[str, Any]
#: A response of the app: the status, the headers with names in small letters, the body.
Answered = tuple[int, list[tuple[bytes, bytes]], bytes | Iterable[bytes]]
#: Headers that WSGI knows by other names.
_NAMES: Final = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


def make_environ(scope: Scope, client: ClientRequest) -> Environ:
    """The WSGI environ of a request."""
    host, port = scope.get("server") or ("localhost", 80)
    # WSGI has a path of bytes as latin-1: https://peps.python.org/pep-3333/#unicode-issues
    environ: Environ = {
        "REQUEST_METHOD": client.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": client.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": client.query.decode("latin-1"),
        "REQUEST_URI": quote(scope.get("raw_path", b"").decode("latin-1"), safe="/%:@!$&'()*+,;=~"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": client.scheme,
        "wsgi.input": io.BytesIO(client.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        CLIENT: client,
    }
    for name, value in client.headers.items():
        key = _NAMES.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        environ[key] = value.decode("latin-1")
    # The body is here, however it came.
    environ["CONTENT_LENGTH"] = str(len(client.body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ


def call_app(app: Flask, scope: Scope, client: ClientRequest, **given: object) -> Answered:
    """The app's response to a request; `given` goes into the environ (jjjkg.web.app).

    A body that is not in memory yet comes in pieces, and may have a method `close`.
    """
    environ = make_environ(scope, client) | {f"jjjkg.{name}": it for name, it in given.items()}
    with app.request_context(environ):
        response = app.full_dispatch_request()
        body, _, headers = response.get_wsgi_response(environ)
        encoded = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
        whole = b"".join(body) if response.is_sequence else body
        return response.status_code, encoded, whole


def read_some(pieces: Iterator[bytes], least: int = 1 << 16) -> bytes:
    """The next pieces of a body as one, of so many bytes at least; empty at the end."""
    some = bytearray()
    for piece in pieces:
        some += piece
        if len(some) >= least:
            break
    return bytes(some)


class Room:
    """Some threads, of which one address has all but one at the most.

    Work beyond that waits without a place, so that the loop has nothing to do for it.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._share = threads - 1
        self._threads = ThreadPoolExecutor(threads, name)
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def run(self, address: str, work: Callable[..., T], *arguments: Any) -> T:
        """The result of work that is done in a thread, once it is the address's turn."""
        turn = self._turns.get(address)
        if turn is None:
            turn = self._turns[address] = asyncio.Semaphore(self._share)
        async with turn:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, work, *arguments)

    def close(self) -> None:
        """End the threads, once their work has."""
        self._threads.shutdown()
