"""An endpoint as it is served, in a process of its own, for the W3C's tests."""

import http.client
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Endpoint:
    """The address of a server."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"

    def send(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body, dict(headers))
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def post(self, body: bytes, media_type: str, accept: str) -> tuple[int, bytes]:
        headers = {"Content-Type": media_type, "Accept": accept}
        response, answer = self.send("POST", "/sparql", body, headers)
        return response.status, answer


@contextmanager
def serve(folder: Path, *graphs: str) -> Iterator[Endpoint]:
    """A server of some graphs, each IRI=FILE, or of one triple."""
    if not graphs:
        file = folder / "data.nt"
        file.write_text("<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n")
        graphs = (str(file),)
    command = [sys.executable, "-m", "jjjkg.cli", "serve", "--port", "0", "--data", *graphs]
    log = (folder / "log").open("w+")
    with log, subprocess.Popen(command, stdout=log, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            said = ""
            for line in process.stderr:
                said += line
                if found := re.search(r"http://[^/]+:(\d+)/", line):
                    yield Endpoint(int(found[1]))
                    break
            else:
                raise AssertionError(f"no server came about: {said}")
        finally:
            process.terminate()
            process.stderr.close()
            process.wait(20)
