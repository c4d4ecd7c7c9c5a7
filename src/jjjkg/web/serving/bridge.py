"""From an ASGI request to the WSGI app and back.

https://asgi.readthedocs.io/en/latest/specs/www.html, https://peps.python.org/pep-3333/
"""

import io
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

from flask import Flask, Response

from jjjkg.web.deferral import KEY, Deferral

Headers = list[tuple[bytes, bytes]]
Environ = dict[str, Any]
Scope = MutableMapping[str, Any]
#: Headers that WSGI knows by other names.
_NAMES: Final = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


@dataclass
class Answered:
    """An answer of the app: the status, the headers with names in small letters, the body.

    A body that is not in memory yet comes in pieces.
    """

    status: int
    headers: Headers
    body: bytes | Iterable[bytes]

    def close(self) -> None:
        """Tells the app that its body is no longer needed."""
        close = getattr(self.body, "close", None)
        if close:
            close()


def make_environ(scope: Scope, body: bytes) -> Environ:
    """The WSGI environ of a request."""
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    # WSGI has a path of bytes as latin-1: https://peps.python.org/pep-3333/#unicode-issues
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REQUEST_URI": quote(scope.get("raw_path", b"").decode("latin-1"), safe="/%:@!$&'()*+,;=~"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        key = _NAMES.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        told = value.decode("latin-1")
        environ[key] = f"{environ[key]},{told}" if key in environ else told
    # The body is here, however it came.
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ


class Visit:
    """One request to the app: the call of its view, and what is made of it afterwards."""

    def __init__(self, app: Flask, scope: Scope, body: bytes) -> None:
        self._app, self._scope, self._body = app, scope, body
        self.path: str = scope["path"]
        self.deferral = Deferral()

    @cached_property
    def _environ(self) -> Environ:
        return {**make_environ(self._scope, self._body), KEY: self.deferral}

    def call(self) -> Answered:
        """The app's answer, which its view makes or leaves to be made."""
        with self._app.request_context(self._environ):
            return _take(self._app.full_dispatch_request(), self._environ)

    def conclude(self, work: Callable[..., Response], *arguments: object) -> Answered:
        """The answer that work makes after the view, or without it, in a context of the request.

        What it raises is worded by the app's own handlers; its after_request functions are run.
        """
        app, environ = self._app, self._environ
        environ["wsgi.input"].seek(0)
        self.deferral.task = self.deferral.work = None
        with app.request_context(environ):
            try:
                app.preprocess_request()
                response = work(*arguments)
            except Exception as error:
                response = app.make_response(app.handle_user_exception(error))
            return _take(app.process_response(response), environ)


def _take(response: Response, environ: Environ) -> Answered:
    body, _, headers = response.get_wsgi_response(environ)
    encoded = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
    whole = b"".join(body) if response.is_sequence else body
    return Answered(response.status_code, encoded, whole)


def read_some(pieces: Iterator[bytes], least: int = 1 << 16) -> bytes:
    """The next pieces of a body as one, of so many bytes at least; empty at the end."""
    some = bytearray()
    for piece in pieces:
        some += piece
        if len(some) >= least:
            break
    return bytes(some)
