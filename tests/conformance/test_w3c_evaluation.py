"""The W3C's evaluation tests: by the evaluator, and by pyoxigraph called directly on the same data.

What is wrong by both is the engine's own, and listed with its reason; nothing may be wrong by us.
"""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.evaluation import Evaluator, QueryError
from support.conformance.exceptions import ENGINE, MEANT
from support.conformance.manifests import Case, choose, needs_suites, read_cases, report
from support.conformance.results import Result, Table, agree, canonical, read_result, take

pytestmark = needs_suites

SUITES = read_cases("QueryEvaluationTest")
#: The name of a graph that is empty.
EMPTY = "urn:empty"


def read_graphs(file: Path, name: str | None) -> list[ox.Quad]:
    """The quads of a file, its triples in the graph of that name, its blank nodes with own names.

    Nothing, for the results that stand beside the data in a syntax that is none of RDF's.
    """
    graph = ox.NamedNode(name) if name else ox.DefaultGraph()
    try:
        quads = list(ox.parse(path=file, base_iri=file.as_uri(), rename_blank_nodes=True))
    except SyntaxError:
        return []
    unnamed = ox.DefaultGraph()
    return [
        ox.Quad(
            q.subject, q.predicate, q.object, graph if q.graph_name == unnamed else q.graph_name
        )
        for q in quads
    ]


def files_of(case: Case) -> dict[str, Path]:
    """The files that a test's FROM may name, and those of its dataset, by their names."""
    files = [file for file in case.file.parent.iterdir() if file.suffix in (".ttl", ".rdf", ".nt")]
    files = [file for file in files if not file.name.startswith("manifest")] + case.data
    return {**{file.as_uri(): file for file in files}, **case.graphs}


@pytest.fixture(scope="module")
def evaluator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluator]:
    """An evaluator of all suites' data, each file a named graph."""
    files: dict[str, Path] = {}
    for cases in SUITES.values():
        for case in cases:
            files.update(files_of(case))
    quads = [quad for name, file in files.items() for quad in read_graphs(file, name)]
    file = tmp_path_factory.mktemp("w3c") / "dataset.nq"
    ox.serialize(quads, file, ox.RdfFormat.N_QUADS)
    with Evaluator(file) as evaluator:
        yield evaluator


def ask_evaluator(evaluator: Evaluator, case: Case) -> Result:
    """The evaluator's result, on the protocol's dataset, or on the one that the query names."""
    query = f"BASE <{case.file.as_uri()}>\n{case.text}"
    defaults, named = [file.as_uri() for file in case.data], {*case.graphs}
    for file in case.data:
        graphs = (quad.graph_name for quad in read_graphs(file, None))
        named |= {graph.value for graph in graphs if isinstance(graph, ox.NamedNode)}
    if "FROM" in case.text:
        defaults, named = [], set()
    elif not defaults:
        defaults = [EMPTY]
    answer = evaluator.evaluate(
        query, results="json", triples="nt", default_graphs=defaults, named_graphs=sorted(named)
    )
    if answer.form in ("CONSTRUCT", "DESCRIBE"):
        quads = ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES)
        return canonical([quad.triple for quad in quads])
    return take(ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON))


def ask_directly(case: Case) -> Result:
    """The result of pyoxigraph itself."""
    store = ox.Store()
    for file in case.data:
        store.extend(read_graphs(file, None))
    for name, file in (files_of(case) if "FROM" in case.text else case.graphs).items():
        store.add_graph(ox.NamedNode(name))
        store.extend(read_graphs(file, name))
    return take(store.query(case.text, base_iri=case.file.as_uri()))


def judge(found: Result, case: Case) -> str:
    """Nothing for the expected result, or else how it differs."""
    expected = read_result(case.result)
    if agree(found, expected, case.lax):
        return ""
    return f"expected {show(expected)}, found {show(found)}"


def show(result: Result) -> str:
    return str(result.rows if isinstance(result, Table) else result)[:2000]


@pytest.mark.parametrize("suite", SUITES)
def test_evaluation(evaluator: Evaluator, suite: str, request: pytest.FixtureRequest) -> None:
    wrong: dict[str, str] = {}
    by_us: dict[str, str] = {}
    for case in SUITES[suite]:
        try:
            found = judge(ask_evaluator(evaluator, case), case)
        except QueryError as error:
            found = str(error)
        if not found:
            continue
        wrong[case.name] = found
        try:
            directly = judge(ask_directly(case), case)
        except (SyntaxError, RuntimeError, ValueError, OSError) as error:
            directly = str(error)
        if not directly:
            by_us[case.name] = found
    listed, meant = choose(ENGINE, SUITES[suite]), choose(MEANT, SUITES[suite])
    report(request, suite, SUITES[suite], {name: (listed | meant).get(name, "?") for name in wrong})
    assert {name: found for name, found in by_us.items() if name not in meant} == {}
    assert {name: found for name, found in wrong.items() if name not in listed | meant} == {}
    assert sorted((listed | meant).keys() - wrong.keys()) == [], "exceptions that hold"
