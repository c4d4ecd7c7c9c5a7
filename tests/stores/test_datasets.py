"""The dataset of a query, as a store is told it, and the questions that it is not asked."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from jjjkg.cli import main
from jjjkg.evaluation.sparql.dataset_clauses import Dataset, find_clauses, state_dataset
from jjjkg.evaluation.sparql.lexer import tokenize
from jjjkg.rdf.namespaces import GRAPH
from support.servers import serving
from support.stores.comparison import ask, compare_servers, get, get_json, get_text
from support.stores.holdings import publish, put
from support.stores.oxigraph import run_oxigraph
from support.stores.proxy import Answer, Request, proxied

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"

DATA = "<x:a> { <x:s> <x:p> 1 } <x:b> { <x:s> <x:p> 2 } <x:c> { <x:s> <x:p> 3 }"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o { ?s ?p ?o }",
        "SELECT ?o WHERE { ?s ?p ?o } ORDER BY ?o",
        "SELECT (IF(EXISTS { ?s ?p 1 }, ?o, 0) AS ?x) (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o",
        "PREFIX from: <x:> SELECT*WHERE{?s from:p ?o}#FROM <x:c>",
        "ASK{?s ?p 1}",
        "ASK { GRAPH <x:b> { ?s ?p 2 } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p [ <x:q> ?o ] } { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "DESCRIBE <x:s>",
        "DESCRIBE <x:s> # all of it",
        "DESCRIBE ?s WHERE { ?s ?p 1 } LIMIT 5",
        "DESCRIBE * { ?s ?p 1 }",
        "SELECT ?o { ?s ?p ?o { SELECT ?s { ?s ?p 1 } } } VALUES ?s { <x:s> }",
        "SELECT ?o FROM <x:c> { ?s ?p ?o }",
        "SELECT ?o FROM <x:c>FROM NAMED<x:a>\nfrom <x:a> WHERE { ?s ?p ?o }",
        "PREFIX x: <x:> ASK FROM NAMED x:c FROM x:c { GRAPH ?g { ?s ?p ?o } }",
        "PREFIX x: <x:> DESCRIBE x:s FROM x:c",
    ],
)
def test_a_dataset_in_the_query_is_that_of_the_request(query: str) -> None:
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TRIG)
    told = store.query(
        query, default_graph=[ox.NamedNode("x:a")], named_graphs=[ox.NamedNode("x:b")]
    )
    stated = state_dataset(query, Dataset(["x:a"], ["x:b"]))
    assert len([*find_clauses(tokenize(stated))]) == 2
    found = store.query(stated)
    if isinstance(told, ox.QueryBoolean):
        assert bool(found) is bool(told)
    else:
        assert sorted(map(_show, found)) == sorted(map(_show, told))  # type: ignore[arg-type]


def _show(row: object) -> str:
    return " ".join("_:" if "_:" in str(term) else str(term) for term in row)  # type: ignore[attr-defined]


@pytest.mark.parametrize("iri", ["x:a> { } #", "x:a b", "a", ""])
def test_what_is_no_iri_never_gets_into_a_query(iri: str) -> None:
    with pytest.raises(ValueError, match=r"IRI|scheme"):
        state_dataset("ASK {}", Dataset([iri]))


@pytest.mark.parametrize("union", [(), ("--union-default-graph",)])
def test_a_request_tells_the_dataset_and_wins(union: tuple[str, ...], small: Path) -> None:
    with run_oxigraph(*union) as oxigraph:
        root = f"http://127.0.0.1:{oxigraph}"
        data = ["--data", str(small)]
        assert publish("--to", f"{root}/store", "--query", f"{root}/query", *data) == 0
        put(oxigraph, "x:foreign")
        with serving("--store", f"{root}/query", *data) as port:
            check_datasets(port)


def test_a_querys_own_dataset_is_told_with_the_request(oxigraph: int, small: Path) -> None:
    root = f"http://127.0.0.1:{oxigraph}"
    data = ["--data", str(small)]
    assert publish("--to", f"{root}/store", "--query", f"{root}/query", *data) == 0
    with (
        proxied(oxigraph) as proxy,
        serving("--store", f"{proxy.url}/query", *data) as port,
    ):
        stated = COUNT.replace("{", f"FROM <{GRAPH}asserted> {{", 1)
        assert get_text(port, stated, "text/csv") == "n\r\n5\r\n"
        told = quote(f"{GRAPH}asserted", safe="").encode()
        assert b"default-graph-uri=" + told in proxy.seen[-1].body


def check_datasets(port: int) -> None:
    """Ask a store's own graphs, by the query's dataset and by the protocol's."""
    asserted, foreign = f"FROM <{GRAPH}asserted>", f"FROM <{GRAPH}nothing>"
    names = get_text(port, NAMED, "text/csv").split()
    assert len(names) == 7  # the column's and six graphs'
    assert "x:foreign" not in names
    assert get_text(port, COUNT, "text/csv") == "n\r\n9\r\n"
    for clauses, number in ((asserted, 5), (foreign, 0)):
        stated = COUNT.replace("{", f"{clauses} {{", 1)
        assert get_text(port, stated, "text/csv") == f"n\r\n{number}\r\n"
    told = {"default-graph-uri": f"{GRAPH}ontology", "named-graph-uri": f"{GRAPH}asserted"}
    assert get_text(port, COUNT, "text/csv", **told) == "n\r\n1\r\n"
    assert get_text(port, NAMED, "text/csv", **told).split() == ["g", f"{GRAPH}asserted"]
    # A default graph of nothing, and not the store's own.
    named = {"named-graph-uri": f"{GRAPH}asserted"}
    assert get_text(port, COUNT, "text/csv", **named) == "n\r\n0\r\n"
    stated = COUNT.replace("{", f"FROM NAMED <{GRAPH}asserted> {{", 1)
    assert get_text(port, stated, "text/csv") == "n\r\n0\r\n"
    wrong = {"default-graph-uri": "x:a> { ?s ?p ?o } #"}
    assert get(port, ask(COUNT, **wrong))[0].status == 400


Comunica = Callable[..., AbstractContextManager[int]]


def test_comunica_takes_the_dataset_in_the_query(
    comunica: Comunica, small: Path, tmp_path: Path
) -> None:
    assert main(["release", str(tmp_path / "release"), "--data", str(small)]) == 0
    quads = tmp_path / "release" / "dataset.nq"
    with quads.open("a") as file:
        file.write("<x:a> <x:b> <x:c> <x:foreign> .\n")
    with (
        comunica(quads) as store,
        serving("--store", f"http://127.0.0.1:{store}/sparql", "--data", str(small)) as port,
    ):
        check_datasets(port)
        assert get_json(port, "ASK { ?s ?p ?o }")["boolean"] is True
        assert get(port, "/id/firm.html")[0].status == 200


def test_pages_and_questions_are_those_of_the_embedded_store_with_comunica(
    comunica: Comunica, release: Path
) -> None:
    files = (release / "dataset.nq", release / "everything.nt")
    with (
        comunica(*files) as store,
        serving() as own,
        serving("--store", f"http://127.0.0.1:{store}/sparql") as port,
    ):
        compare_servers(own, port)


def test_rdflib_endpoint_takes_no_dataset_and_is_not_asked_for_one(
    rdflib_endpoint: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = f"http://127.0.0.1:{rdflib_endpoint}/"
    data = ["--data", str(small)]
    assert publish("--protocol", "update", "--to", root, *data) == 0
    with proxied(rdflib_endpoint) as proxy, serving("--store", f"{proxy.url}/", *data) as port:
        assert get_text(port, COUNT, "text/csv") == "n\r\n9\r\n"
        # What its forms would read as an A.
        assert get_text(port, "ASK { ?s ?p '%41+b&c' }", "text/csv") == "true"
        for path in (
            ask(COUNT.replace("{", f"FROM <{GRAPH}asserted> {{", 1)),
            ask(COUNT, **{"default-graph-uri": f"{GRAPH}asserted"}),
        ):
            response, text = get(port, path)
            assert response.status == 400
            assert "the store behind this server takes no dataset" in text
        assert not [request for request in proxy.seen if f"FROM <{GRAPH}".encode() in request.body]
    foreign = "INSERT DATA { GRAPH <x:foreign> { <x:a> <x:b> <x:c> } }"
    with proxied(rdflib_endpoint) as proxy:
        sent = proxy.forward(
            Request("POST", "/", {"Content-Type": "application/sparql-update"}, foreign.encode())
        )
    assert sent.status in (200, 204)
    assert main(["serve", "--port", "0", "--store", root, *data]) == 2
    assert "the store takes no dataset" in capsys.readouterr().err.splitlines()[-1]


def test_a_store_that_holds_none_of_the_data_is_one_line(
    oxigraph: int, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(oxigraph, "x:foreign")
    url = f"http://127.0.0.1:{oxigraph}/query"
    assert main(["serve", "--port", "0", "--store", url, "--data", str(small)]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"jjjkg: {url}: the store holds none of the graphs of the data")


def test_a_store_that_does_not_answer_is_not_waited_for(
    small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from jjjkg.errors import InputError
    from jjjkg.evaluation.remote import endpoint

    def wait(_: Request) -> Answer:
        time.sleep(2)
        return Answer(500)

    monkeypatch.setattr(endpoint, "_PROBING", 0.2)
    quads = small / "quads.nq"
    quads.write_text("<x:a> <x:b> <x:c> <x:g> .\n")
    with proxied() as proxy:
        proxy.react = wait
        with (
            quads.open("rb") as file,
            pytest.raises(InputError, match=r"does not answer in 0\.2 seconds"),
        ):
            endpoint.open_endpoint(proxy.url, file, "parts")
