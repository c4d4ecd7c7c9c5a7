"""Queries in worker processes: their answers."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.evaluation import (
    Evaluator,
)
from jjjkg.rdf.formats import GRAPHS, RESULTS, Format
from jjjkg.rdf.namespaces import CLAIM, GRAPH, KG, PREFIXES
from support.evaluation.queries import COUNT, count

JJJ = PREFIXES["jjj"]


def test_the_default_graph_holds_each_triple_once(evaluator: Evaluator) -> None:
    assert count(evaluator) == 1501


def test_parts_can_be_left_out(quads: Path) -> None:
    with Evaluator(quads, without=("inferred",)) as evaluator:
        assert count(evaluator) == 1500


@pytest.mark.parametrize("format", RESULTS, ids=lambda format: format.name)
def test_each_format_of_results_can_be_read_back(evaluator: Evaluator, format: Format) -> None:
    query = f"SELECT ?name {{ <{KG}0> <{JJJ}name> ?name }}"
    answer = evaluator.evaluate(query, results=format.name)
    assert (answer.format, answer.form) == (format, "SELECT")
    if answer.format.name == "csv":
        assert answer.body == "name\r\n京津冀\r\n".encode()
        return
    media_type = ox.QueryResultsFormat.from_media_type(answer.format.media_type)
    assert media_type is not None
    read = ox.parse_query_results(answer.body, media_type)
    assert isinstance(read, ox.QuerySolutions)
    assert [row["name"] for row in read] == [ox.Literal("京津冀", language="zh")]


@pytest.mark.parametrize("format", [format.name for format in GRAPHS])
@pytest.mark.parametrize("form", ["DESCRIBE", "CONSTRUCT"])
def test_each_format_of_triples_can_be_read_back(
    evaluator: Evaluator, format: str, form: str
) -> None:
    pattern = "{ ?s ?p ?o }" if form == "CONSTRUCT" else "?s"
    query = f"{form} {pattern} WHERE {{ VALUES ?s {{ <{KG}0> }} ?s ?p ?o }}"
    answer = evaluator.evaluate(query, triples=format)
    rdf = ox.RdfFormat.from_media_type(answer.format.media_type)
    assert rdf is not None
    read = {(q.predicate.value, q.object) for q in ox.parse(answer.body, format=rdf)}
    assert read == {
        (JJJ + "next", ox.NamedNode(KG + "1")),
        (JJJ + "name", ox.Literal("京津冀", language="zh")),
    }


def test_turtle_has_only_the_prefixes_it_uses_in_our_order(evaluator: Evaluator) -> None:
    lines = evaluator.evaluate(f"DESCRIBE <{KG}0>").body.decode().splitlines()
    assert lines[:2] == [f"@prefix jjj: <{JJJ}> .", f"@prefix kg: <{KG}> ."]
    assert len([line for line in lines if line.startswith("@prefix")]) == 2


def test_a_triple_of_two_default_graphs_counts_once(evaluator: Evaluator) -> None:
    claims = [CLAIM + "P1.S1.a", CLAIM + "P1.S1.b"]
    assert count(evaluator, default_graphs=claims) == 1
    clauses = f"FROM c:P1.S1.a FROM <{claims[1]}>"
    query = f"PREFIX c: <{CLAIM}> SELECT (COUNT(*) AS ?n) {clauses} {{ ?s ?p ?o }}"
    assert count(evaluator, query) == 1
    assert count(evaluator, query, default_graphs=[GRAPH + "asserted"]) == 1500


def test_the_protocols_dataset_has_only_the_graphs_that_it_names(evaluator: Evaluator) -> None:
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    claims = [CLAIM + "P1.S1.a", CLAIM + "P1.S1.b"]
    assert count(evaluator, named, default_graphs=claims) == 0
    assert count(evaluator, named, named_graphs=claims) == 2
    assert count(evaluator, COUNT, named_graphs=claims) == 0
    assert count(evaluator, named, default_graphs=claims, named_graphs=claims[:1]) == 1


def test_keywords_need_no_space_between_them(evaluator: Evaluator) -> None:
    answer = evaluator.evaluate(f"SELECTDISTINCT?s{{?s<{JJJ}name>?o}}", results="tsv")
    assert answer.body.decode() == f"?s\n<{KG}0>\n"


def test_a_byte_order_mark_before_a_query_is_skipped(evaluator: Evaluator) -> None:
    assert count(evaluator, "\ufeff" + COUNT) == 1501


def test_a_local_name_with_dots_is_read(evaluator: Evaluator) -> None:
    query = f"PREFIX c: <{CLAIM}> ASK {{ GRAPH c:P1.S1.a {{ ?s ?p ?o }} }}"
    assert json.loads(evaluator.evaluate(query).body)["boolean"] is True
    query = f"""
        PREFIX c: <{CLAIM}>
        ASK {{ VALUES (?a ?b) {{ (<a:b#c> <a:b#d>) }} GRAPH c:P1.S1.a {{ ?s ?p ?o }} }}
    """
    assert json.loads(evaluator.evaluate(query).body)["boolean"] is True
