"""Virtuoso: published to over both protocols, and served from, whatever its dialect."""

from pathlib import Path

import pytest

from jjjkg.rdf.namespaces import PREFIXES
from support.servers import serving
from support.stores.comparison import compare_servers, get_json, get_text
from support.stores.holdings import publish
from support.stores.virtuoso import Virtuoso


@pytest.mark.parametrize("protocol", ["graph-store", "update"])
def test_a_release_is_loaded_checked_and_loaded_again_without_a_change(
    virtuoso: Virtuoso, protocol: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = virtuoso.options(protocol)
    assert publish(*options) == 0, capsys.readouterr().out
    out, _ = capsys.readouterr()
    assert "putting 212, deleting 0, 0 are the same" in out
    assert "212 graphs and 63 questions are as they are here" in out
    assert publish(*options) == 0
    assert "putting 0, deleting 0, 212 are the same" in capsys.readouterr().out


def test_blank_nodes_of_a_large_graph_stay_together(
    virtuoso: Virtuoso, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"<x:a{n}> <x:b> <x:c> ." for n in range(2_500)]
    lines += [f"_:n{n} <x:b> _:n{n + 1} ." for n in range(50)]
    lines += [f"_:m{n} <x:b> {n} ." for n in range(3_000)]
    file = tmp_path / "large.ttl"
    file.write_text("\n".join(lines))
    options = [*virtuoso.options("update"), "--data", file]
    assert publish(*options) == 0
    assert publish(*options) == 0
    assert "putting 0, deleting 0, 1 are the same" in capsys.readouterr().out


def test_a_large_integer_is_refused_in_its_words(
    virtuoso: Virtuoso, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "large.ttl"
    file.write_text("<x:a> <x:b> 123456789012345678901234567890 .")
    assert publish(*virtuoso.options("update"), "--data", file) == 2
    assert "Invalid integer value" in capsys.readouterr().err.splitlines()[-1]


def test_pages_and_questions_are_those_of_the_embedded_store(virtuoso: Virtuoso) -> None:
    assert publish(*virtuoso.options("update")) == 0
    with serving() as own, serving("--store", virtuoso.query) as port:
        compare_servers(own, port)


def test_a_boolean_is_one_in_every_format(virtuoso: Virtuoso, tmp_path: Path) -> None:
    file = tmp_path / "booleans.ttl"
    file.write_text("<x:a> <x:is> true . <x:b> <x:is> false .")
    assert publish(*virtuoso.options("update"), "--data", file) == 0
    table = "SELECT ?x { ?s <x:is> ?x } ORDER BY ?s"
    with serving("--store", virtuoso.query, "--data", str(file)) as port:
        for thing, truth in (("a", "true"), ("c", "false")):
            query = f"ASK {{ <x:{thing}> ?p ?o }}"
            assert get_text(port, query, "text/csv") == truth
            assert get_text(port, query, "text/tab-separated-values") == truth
            assert f"<boolean>{truth}</boolean>" in get_text(port, query, XML)
            assert get_json(port, query)["boolean"] is (truth == "true")
        assert get_text(port, table, "text/csv") == "x\r\ntrue\r\nfalse\r\n"
        assert get_text(port, table, "text/tab-separated-values") == "?x\ntrue\nfalse\n"
        terms = [row["x"] for row in get_json(port, table)["results"]["bindings"]]
        boolean = {"type": "literal", "datatype": f"{PREFIXES['xsd']}boolean"}
        assert terms == [boolean | {"value": "true"}, boolean | {"value": "false"}]


def test_blank_nodes_come_through(virtuoso: Virtuoso, small: Path) -> None:
    assert publish(*virtuoso.options("update"), "--data", small) == 0
    query = """
        PREFIX jjj: <https://w3id.org/jjjkg/ontology#>
        SELECT ?place ?again ?name {
            <https://w3id.org/jjjkg/id/town> jjj:within ?place, ?again . ?place jjj:name ?name
        }"""
    with serving("--store", virtuoso.query, "--data", str(small)) as port:
        rows = get_json(port, query)["results"]["bindings"]
        nodes = {(row["place"]["type"], row["place"]["value"]) for row in rows}
        assert {row["name"]["value"] for row in rows} == {'京, "a"\n', "%41+b&c"}
        assert nodes == {(row["again"]["type"], row["again"]["value"]) for row in rows}
        assert [kind for kind, _ in nodes] == ["bnode"]
        built = get_text(
            port,
            query.replace("SELECT ?place ?again ?name", "CONSTRUCT { ?place jjj:n ?name } WHERE"),
            NT,
        )
        assert len(built.splitlines()) == 2


XML = "application/sparql-results+xml"
NT = "application/n-triples"
