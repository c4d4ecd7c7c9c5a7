"""`make bench`: what a build, a start and each question cost, beside rdflib's own engine."""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from rdflib import Dataset as RdflibDataset
from rdflib import URIRef

from jjjkg.dataset.loading import load, own_folder
from jjjkg.dataset.questions import load_questions
from jjjkg.evaluation.store import open_store
from jjjkg.rdf.namespaces import GRAPH
from jjjkg.snapshot import Snapshot, build

REPEATS: Final = 5
PATIENCE: Final = 20  # seconds that one question may take on rdflib
PORT: Final = 8129


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


def median_ms(work: Callable[[], Any]) -> float:
    return 1000 * statistics.median(timed(work)[0] for _ in range(REPEATS))


def main() -> None:
    cache = Path(tempfile.mkdtemp())
    os.environ["JJJKG_CACHE"] = str(cache)
    try:
        dataset = load([own_folder()])
        cold, snapshot = timed(lambda: build(dataset))
        warm, _ = timed(lambda: build(load([own_folder()])))
        print_counts(snapshot)
        print(f"\nbuild: cold {cold:.2f} s, warm {warm:.3f} s")
        shutil.rmtree(cache / "snapshots")
        for state in ("cold", "warm"):
            seconds, server = timed(start_server)
            print(f"jjjkg serve to the first answer, {state}: {seconds:.2f} s")
            if state == "warm":
                print_latencies(snapshot.quads, load_questions(dataset.queries / "questions"))
            stop(server)
    finally:
        shutil.rmtree(cache, ignore_errors=True)


def print_counts(snapshot: Snapshot) -> None:
    print("triples")
    for name, count in snapshot.counts.items():
        print(f"{count:>8,} {name}")
    print("trimmed, by rule")
    for name, count in snapshot.trimmed.items():
        print(f"{count:>8,} {name}")


def start_server() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "jjjkg.cli", "serve", "--port", str(PORT)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while True:
        try:
            ask_http("ASK { ?s ?p ?o }")
        except OSError:
            if server.poll() is not None:
                sys.exit(f"jjjkg serve ended by itself; is port {PORT} in use?")
            time.sleep(0.02)
        else:
            return server


def stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    server.wait()


def ask_http(query: str) -> bytes:
    body = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/sparql", body)
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: bytes = response.read()
        return answer


def rdflib_dataset(quads: Path) -> RdflibDataset:
    """The same graphs in rdflib, whose default graph gets the five parts' triples too."""
    dataset = RdflibDataset()
    dataset.parse(quads, format="nquads")
    for graph in list(dataset.graphs()):
        if isinstance(graph.identifier, URIRef) and graph.identifier.startswith(GRAPH):
            for triple in graph:
                dataset.default_graph.add(triple)
    return dataset


def ask_rdflib(dataset: RdflibDataset, query: str) -> int | None:
    """Return the number of rows that rdflib finds, or None if it takes too long."""

    def give_up(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        return len(list(dataset.query(query)))
    except TimeoutError:
        return None
    finally:
        signal.alarm(0)


def rows_of(store: ox.Store, query: str) -> int:
    results = store.query(query)
    assert isinstance(results, ox.QuerySolutions)
    return len(list(results))


def print_latencies(quads: Path, questions: Any) -> None:
    store, peer = open_store(quads), rdflib_dataset(quads)
    print(f"\nmilliseconds, median of {REPEATS}; rdflib: one run, at most {PATIENCE} s")
    print(f"{'question':40} {'rows':>5} {'in process':>11} {'over HTTP':>10} {'rdflib':>9}")
    for question in questions:
        rows = rows_of(store, question.text)
        inside = median_ms(lambda text=question.text: rows_of(store, text))
        over = median_ms(lambda text=question.text: ask_http(text))
        seconds, found = timed(lambda text=question.text: ask_rdflib(peer, text))
        shown = f"{1000 * seconds:9.1f}" if found is not None else f">{PATIENCE * 1000:8}"
        note = "" if found in (rows, None) else f"  (rdflib finds {found} rows)"
        print(f"{question.name:40} {rows:5} {inside:11.1f} {over:10.1f} {shown}{note}")


if __name__ == "__main__":
    main()
