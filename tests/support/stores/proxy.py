"""A server before a store, which can be told to be slow, busy, forgetful or wrong."""

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Answer:
    """A response; with `length` another than that of the body, it is cut.

    `pace` is how many seconds pass after each of its bytes.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: int | None = None
    pace: float = 0.0


@dataclass
class Request:
    """A request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def writes(self) -> bool:
        return self.method in ("PUT", "DELETE") or self.path.startswith("/update")


@dataclass
class Proxy:
    """A proxy's address and the requests to it; `react` answers, or leaves it to the store."""

    url: str
    store: int
    seen: list[Request] = field(default_factory=list)
    react: Callable[[Request], Answer | None] = lambda _: None

    def forward(self, request: Request) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.store, timeout=30)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in ("host",)}
        connection.request(request.method, request.path, request.body or None, headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        kept = {"Content-Type": response.headers.get("Content-Type", "text/plain")}
        return Answer(response.status, kept, body)


@contextmanager
def proxied(store: int = 0, certificate: Path | None = None) -> Iterator[Proxy]:
    """Run a proxy before the store on a port; without one, all is up to what it is told.

    With a certificate, whose file holds its key too, the proxy speaks TLS.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size)
            request = Request(self.command, self.path, dict(self.headers), body)
            proxy.seen.append(request)
            answer = proxy.react(request) or proxy.forward(request)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            length = len(answer.body) if answer.length is None else answer.length
            self.send_header("Content-Length", str(length))
            self.send_header("Connection", "close")
            self.end_headers()
            if not answer.pace:
                self.wfile.write(answer.body)
                return
            with suppress(ConnectionError):  # nobody waits for it
                for byte in answer.body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(answer.pace)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if certificate else "http"
    proxy = Proxy(f"{scheme}://127.0.0.1:{server.server_port}", store)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
