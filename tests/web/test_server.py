"""The server as a process: it says when it is ready, and ends without a trace."""

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from jjjkg.errors import InputError
from jjjkg.snapshot import Snapshot
from jjjkg.web.server import serve

SCRIPT = """
import sys
from pathlib import Path
from jjjkg.evaluation import Evaluator
from jjjkg.snapshot import Snapshot
from jjjkg.web import create_app
from jjjkg.web.server import serve

counts = dict.fromkeys("asserted inferred ontology provenance dataset claims".split(), 0)
snapshot = Snapshot(Path(sys.argv[1]), "0" * 64, counts, {})
with Evaluator(snapshot.quads) as evaluator:
    print(evaluator._nursery._process.pid, flush=True)
    app = create_app(snapshot, evaluator, [])
    serve(app, "127.0.0.1", 0, lambda words: print(words, flush=True))
"""


@pytest.fixture
def process(tiny: Snapshot) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SCRIPT, str(tiny.folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_all_that_it_started(
    process: subprocess.Popen[str], number: signal.Signals
) -> None:
    assert process.stdout is not None
    nursery = int(process.stdout.readline())
    ready = process.stdout.readline()
    url = re.search(r"http://127\.0\.0\.1:(\d+)/", ready)
    assert url is not None, ready
    connection = http.client.HTTPConnection("127.0.0.1", int(url[1]), timeout=10)
    connection.request("GET", "/sparql?query=ASK%7B%7D")
    response = connection.getresponse()
    assert (response.status, b"true" in response.read()) == (200, True)
    connection.close()
    process.send_signal(number)
    assert process.wait(10) == 0
    end = time.monotonic() + 5
    while Path(f"/proc/{nursery}").exists():
        assert time.monotonic() < end, "the nursery is left over"
        time.sleep(0.01)


def test_it_ends_without_a_word_though_a_query_runs(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    url = re.search(r":(\d+)/", process.stdout.readline())
    assert url is not None
    connection = http.client.HTTPConnection("127.0.0.1", int(url[1]), timeout=10)
    joined = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9))
    query = f"SELECT (COUNT(*) AS ?n) {{ {joined} }}"
    connection.request("POST", "/sparql", query, {"Content-Type": "application/sparql-query"})
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    assert process.stderr.read() == ""
    connection.close()


def test_a_port_in_use_is_one_clear_line(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} of 127.0.0.1 is in use"):
            serve(app, "127.0.0.1", port)
