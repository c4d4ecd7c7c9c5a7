"""Queries sent to a store elsewhere: the user's own text, with a base where it needs one."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from jjjkg.evaluation import Evaluator

#: The rows of the store, whose columns are in its own order.
FOUND = {
    "head": {"vars": ["o", "p", "s"]},
    "results": {
        "bindings": [
            {name: {"type": "literal", "value": f"{name}{number}"} for name in "ops"}
            for number in range(3)
        ]
    },
}
HOST = "http://h/x"
SENT: list[str] = []


class Store(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        SENT.append(form["query"][0])
        body = json.dumps(FOUND).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def forwarding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluator]:
    quads = tmp_path_factory.mktemp("none") / "none.nq"
    quads.touch()  # no graph of ours: the store is asked for nothing before it is needed
    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        with Evaluator(quads, store=url, workers=1) as evaluator:
            yield evaluator
        server.shutdown()


@pytest.mark.parametrize(
    ("query", "base", "before"),
    [
        ("SELECT * { ?s ?p ?o } ORDER BY ?o", HOST, ""),
        ("SELECT ?s ?p (MIN(?v) AS ?o) { ?s ?p ?v } GROUP BY ?s ?p", "", ""),
        ("SELECT * { ?s ?p ?o, <a> }", HOST, f"BASE <{HOST}> "),
        ("SELECT * { ?s ?p ?o, <http://h/a> }", HOST, ""),
    ],
)
def test_the_text_is_sent_as_it_is_but_for_its_base(
    forwarding: Evaluator, query: str, base: str, before: str
) -> None:
    forwarding.evaluate(query, base=base)
    assert SENT[-1] == before + query


def test_columns_are_in_the_order_of_the_text_wherever_they_come_from(
    forwarding: Evaluator,
) -> None:
    answer = forwarding.evaluate("SELECT * { ?s ?p ?o }", results="csv")
    assert answer.body == b"s,p,o\r\n" + b"".join(b"s%d,p%d,o%d\r\n" % (n, n, n) for n in range(3))
    answer = forwarding.evaluate("SELECT * { ?s ?p ?o }", results="tsv", most_rows=2)
    assert answer.more
    assert answer.body == b'?s\t?p\t?o\n"s0"\t"p0"\t"o0"\n"s1"\t"p1"\t"o1"\n'
