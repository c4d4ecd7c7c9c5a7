"""A page of another origin, in headless Chromium, that asks by fetch with headers of all kinds.

https://fetch.spec.whatwg.org/#http-cors-protocol
"""

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from support.clients.programs import find_program
from support.clients.questions import QUERIES, check, make_new

PAGE = Path(__file__).parent / "js" / "page.html"
CHROMIUM = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--disable-dev-shm-usage"
).split()
#: Headers that clients add of their own, by whose they are.
HEADERS = {
    "none": {},
    "AWS graph-explorer": {"queryid": "0b9c-1"},
    "a proxy that wants a login": {"Authorization": "Bearer abc.def"},
    "a proxy that wants a password": {"Authorization": "Basic YTpi"},
    "jQuery": {"X-Requested-With": "XMLHttpRequest"},
    "a reload": {"Cache-Control": "no-cache", "Pragma": "no-cache"},
    "OpenTelemetry": {
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate": "a=1",
    },
    "an API gateway": {"Api-Key": "k", "X-Api-Key": "k"},
    "a validator": {"If-None-Match": '"abc"'},
    "several": {"queryid": "1", "Authorization": "Bearer a", "X-Requested-With": "x", "X-New": "y"},
}
WAYS = ("GET", "POST of a form", "POST of a query")


class Origin(ThreadingHTTPServer):
    """Another origin: it has a page, and takes what the page found."""

    def __init__(self, requests: list[dict[str, Any]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests, self.found = requests, queue.Queue[dict[str, Any]]()


class Handler(BaseHTTPRequestHandler):
    server: Origin

    def do_GET(self) -> None:
        if self.path == "/requests":
            self._send("application/json", json.dumps(self.server.requests).encode())
        else:
            self._send("text/html", PAGE.read_bytes())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.found.put(json.loads(body))
        self._send("text/plain", b"")

    def _send(self, media_type: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def outcomes(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The outcome of each request that the page made, by "headers, way"."""
    chromium = find_program("chromium", "chromium")
    requests = [
        {
            "name": f"{whose}, {way}",
            "headers": headers,
            "way": way,
            "query": make_new(QUERIES["SELECT"]),
            "endpoint": endpoint,
        }
        for whose, headers in HEADERS.items()
        for way in WAYS
    ]
    profile = tmp_path_factory.mktemp("chromium")
    with Origin(requests) as origin:
        serving = threading.Thread(target=origin.serve_forever, daemon=True)
        serving.start()
        command = [chromium, *CHROMIUM, "--remote-debugging-port=0", f"--user-data-dir={profile}"]
        address = f"http://127.0.0.1:{origin.server_address[1]}/"
        with (profile / "log").open("wb") as log:
            browser = subprocess.Popen([*command, address], stdout=log, stderr=log)
        try:
            yield origin.found.get(timeout=90)
        except queue.Empty:
            pytest.fail(f"Chromium found nothing: {(profile / 'log').read_text()[-2000:]}")
        finally:
            browser.terminate()
            browser.wait(20)
            origin.shutdown()
            serving.join()
            shutil.rmtree(profile, ignore_errors=True)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("whose", HEADERS)
def test_a_page_of_another_origin_asks(outcomes: dict[str, Any], whose: str, way: str) -> None:
    check(outcomes[f"{whose}, {way}"]["names"], "SELECT")


@pytest.mark.parametrize("way", WAYS)
def test_it_reads_the_headers_of_an_answer(outcomes: dict[str, Any], way: str) -> None:
    """Those that a page may only read if they are exposed to it."""
    assert outcomes[f"none, {way}"]["etag"]
