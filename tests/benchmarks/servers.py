"""`make bench`: SPARQL servers side by side over HTTP, on our data and our questions.

Needs wrk (Debian has it). The peers are Oxigraph's own server and rdflib-endpoint.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox
import rdflib

from jjjkg.dataset.loading import load, own_folder
from jjjkg.dataset.questions import load_questions
from jjjkg.evaluation.store import open_store
from jjjkg.snapshot import build

BIN: Final = Path(sys.executable).parent
SECONDS: Final = 2
CONNECTIONS: Final = (1, 8, 64)
#: Questions that the slowest server needs longer for are left out for all.
PATIENCE: Final = 0.25
LIGHT: Final = ("SELECT * { ?s ?p ?o } LIMIT 5",)
HEAVY: Final = ("SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?p ?d . FILTER(?a = ?d) }",)
RDFLIB: Final = """
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
dataset = Dataset()
dataset.parse("data.nq")
app = SparqlEndpoint(graph=dataset)
"""
#: Asks each query in turn; with a nonce no two requests are alike.
SCRIPT: Final = """
local queries = {%s}
local turn, nonce = 0, %s
request = function()
    turn = turn + 1
    local path = "%s?query=" .. queries[turn %% #queries + 1]
    if nonce > 0 then path = path .. "%%0A%%23" .. nonce .. "x" .. turn end
    return wrk.format("GET", path, {Accept = "application/sparql-results+json,text/turtle"})
end
"""


@dataclass(frozen=True)
class Server:
    """A server that runs: its name, port, path of queries and process."""

    name: str
    port: int
    path: str
    pid: int

    def ask(self, query: str) -> float:
        """The seconds that a query takes."""
        start = time.perf_counter()
        url = f"http://127.0.0.1:{self.port}{self.path}?query={quote(query)}"
        accept = {"Accept": "application/sparql-results+json,text/turtle"}
        with urllib.request.urlopen(urllib.request.Request(url, headers=accept), timeout=30) as got:
            got.read()
        return time.perf_counter() - start

    def peak(self) -> float:
        """The peak memory of all its processes, in megabytes."""
        total, new = 0, [self.pid]
        while new:
            pid = new.pop()
            status = Path(f"/proc/{pid}/status").read_text("ascii")
            total += int(re.findall(r"VmHWM:\s+(\d+)", status)[0])
            for file in Path(f"/proc/{pid}/task").glob("*/children"):
                new += map(int, file.read_text("ascii").split())
        return total / 1024


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(name: str, command: list[str], port: int, path: str, folder: Path) -> Iterator[Server]:
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
    server = Server(name, port, path, process.pid)
    try:
        for _ in range(300):
            time.sleep(0.1)
            try:
                server.ask("ASK {}")
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                continue
        else:
            raise SystemExit(f"{name} does not answer: {(folder / f'{name}.log').read_text()}")
        yield server
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def measure(server: Server, queries: tuple[str, ...], nonce: bool, connections: int) -> str:
    """Requests a second, median and 99th percentile, as wrk tells them."""
    listed = ", ".join(f'"{quote(query)}"' for query in queries)
    number = time.time_ns() % 10**9 if nonce else 0
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % (listed, number, server.path))
        script.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{SECONDS}s",
            "--latency",
            "--timeout",
            "20s",
        ]
        url = f"http://127.0.0.1:{server.port}"
        done = subprocess.run(
            [*command, "-s", script.name, url], capture_output=True, text=True, check=True
        )
    told = done.stdout
    rate = re.findall(r"Requests/sec:\s+([\d.]+)", told)[0]
    half, last = (re.findall(rf"{percent}%\s+(\S+)", told)[0] for percent in (50, 99))
    bad = re.findall(r"Non-2xx or 3xx responses: (\d+)", told)
    return f"{float(rate):>10,.0f} {half:>10} {last:>10}{'  errors: ' + bad[0] if bad else ''}"


def write_data(folder: Path) -> Path:
    """N-Quads with each triple of the parts in the default graph, and the named graphs."""
    snapshot = build(load([own_folder()]))
    file = folder / "data.nq"
    open_store(snapshot.quads).dump(file, format=ox.RdfFormat.N_QUADS)
    (folder / "rdflib_app.py").write_text(RDFLIB)
    return file


def main() -> None:
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: install it (Debian: apt install wrk)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = write_data(folder)
        oxigraph, uvicorn = str(BIN / "oxigraph"), str(BIN / "uvicorn")
        ours = [sys.executable, "-m", "jjjkg.cli", "serve", "--port"]
        loading = [oxigraph, "load", "-l", "store", "-f", str(data)]
        subprocess.run(loading, cwd=folder, check=True, capture_output=True)
        a, b, c = free_port(), free_port(), free_port()
        with (
            running("jjjkg", [*ours, str(a)], a, "/sparql", folder) as first,
            running(
                "oxigraph",
                [oxigraph, "serve-read-only", "-l", "store", "-b", f"127.0.0.1:{b}"],
                b,
                "/query",
                folder,
            ) as second,
            running(
                "rdflib-endpoint",
                [uvicorn, "--workers", "2", "--port", str(c), "--no-access-log", "rdflib_app:app"],
                c,
                "/",
                folder,
            ) as third,
        ):
            compare((first, second, third), data)


def compare(servers: tuple[Server, ...], data: Path) -> None:
    texts = {q.name: q.text for q in load_questions(own_folder() / "queries" / "questions")}
    asked = find_quick(tuple(texts.values()), data)
    print(f"{len(asked)} of {len(texts)} questions: those that rdflib answers in {PATIENCE} s\n")
    print(f"{'':30}{'server':18}{'conn':>5}{'requests/s':>11}{'median':>11}{'99%':>11}")
    for title, queries, nonce in (
        ("questions, repeated", asked, False),
        ("questions, never twice", asked, True),
        ("light query, repeated", LIGHT, False),
        ("light query, never twice", LIGHT, True),
    ):
        for connections in CONNECTIONS:
            for server in servers:
                told = measure(server, queries, nonce, connections)
                print(f"{title:30}{server.name:18}{connections:>5} {told}", flush=True)
    store = ox.Store()
    store.bulk_load(path=data, format=ox.RdfFormat.N_QUADS)
    start = time.perf_counter()
    for _ in range(5):
        for _ in store.query(HEAVY[0]):  # type: ignore[union-attr]
            pass
    inside = (time.perf_counter() - start) / 5
    print(f"\na query of over 50 ms: in process {inside * 1000:.1f} ms", end="")
    for server in servers[:2]:
        over = min(server.ask(f"{HEAVY[0]} #{n}") for n in range(5))
        print(f"; {server.name} {over * 1000:.1f} ms", end="")
    print("\n\npeak memory, all processes:", end="")
    for server in servers:
        print(f" {server.name} {server.peak():,.0f} MB", end="")
    print()


def find_quick(queries: tuple[str, ...], data: Path) -> tuple[str, ...]:
    """The queries that rdflib answers soon, by itself: it can be interrupted there."""

    class Late(Exception):
        pass

    def interrupt(*_: object) -> None:
        raise Late

    dataset = rdflib.Dataset()
    dataset.parse(data)
    quick = []
    signal.signal(signal.SIGALRM, interrupt)
    for query in queries:
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        with suppress(Late):
            for _ in dataset.query(query):
                pass
            quick.append(query)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return tuple(quick)


if __name__ == "__main__":
    main()
