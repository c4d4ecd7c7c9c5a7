"""From an ASGI request to the WSGI app and back.

https://asgi.readthedocs.io/en/latest/specs/www.html, https://peps.python.org/pep-3333/
"""

import io
import sys
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from flask import Flask

Headers = list[tuple[bytes, bytes]]
Environ = dict[str, Any]
Scope = MutableMapping[str, Any]
#: Headers that WSGI knows by other names.
_NAMES: Final = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


@dataclass
class Answered:
    """What the app answered: the status, the headers with names in small letters, the body."""

    status: int
    headers: Headers
    body: Iterable[bytes]

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
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def call(app: Flask, environ: Environ) -> Answered:
    """What the app answers to a request."""
    answered = Answered(500, [], ())

    def start(status: str, headers: list[tuple[str, str]], error: object = None) -> Any:
        answered.status = int(status.partition(" ")[0])
        answered.headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]

    environ["wsgi.input"].seek(0)  # the same request may be put to the app again
    answered.body = app.wsgi_app(environ, start)
    return answered


def read_some(pieces: Iterator[bytes], least: int = 1 << 18) -> bytes:
    """The next pieces of a body as one, of so many bytes at least; empty at the end."""
    some = bytearray()
    for piece in pieces:
        some += piece
        if len(some) >= least:
            break
    return bytes(some)
