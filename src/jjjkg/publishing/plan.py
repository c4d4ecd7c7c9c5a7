"""What has to be done so that a store holds a release: graph by graph, by what it holds now."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.dataset.questions import bind_thing
from jjjkg.errors import InputError
from jjjkg.publishing.answers import UNREADABLE
from jjjkg.publishing.endpoint import Endpoint
from jjjkg.rdf.namespaces import CLAIM, GRAPH, PREFIXES
from jjjkg.release.manifest import hash_graph

Graphs = Mapping[str, Sequence[ox.Triple]]
_Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
#: What graphs of ours are called: one that the release no longer has was published once.
_OURS: Final = (GRAPH, CLAIM)
#: Where the dataset is described, and as what.
_DESCRIPTION: Final = GRAPH + "dataset"
_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_DATASET: Final = ox.NamedNode(PREFIXES["dcat"] + "Dataset")
_INTEGER: Final = ox.NamedNode(PREFIXES["xsd"] + "integer")
_DECIMAL: Final = ox.NamedNode(PREFIXES["xsd"] + "decimal")


@dataclass(frozen=True)
class Step:
    """What is done with a graph: "put" or "delete" it, or "keep" it as it is; and why."""

    action: str
    graph: str
    triples: int
    reason: str


def make_plan(
    graphs: Graphs, endpoint: Endpoint, queries: Mapping[str, str], replace: bool = False
) -> tuple[Step, ...]:
    """The steps for a release's graphs, then for those it no longer has.

    Only graphs of the release and in our namespaces are looked at. The description of the dataset
    goes first: from then on the store says whose the graphs are. `queries` are those that a store
    is asked, by name (jjjkg.publishing.sync.read_queries). Raises InputError where the
    store does not answer, for one that holds another dataset, and, unless `replace` is given, for
    graphs that would be lost and of which the store does not say whose they are.
    """
    held = _find_datasets(endpoint, queries)
    ours = _read_datasets(graphs)
    if held and not held & ours:
        raise InputError(
            f"{endpoint.url}: holds another dataset, {_name(held)}, whose graphs are called as "
            f"those of {_name(ours)} are; publish to a store of its own, or take the other away"
        )
    there = count_graphs(endpoint, queries, graphs.keys())
    plan = (*_compare(graphs, there, endpoint, queries), *_find_stale(graphs, there))
    lost = [step for step in plan if step.action != "keep" and step.graph in there]
    if lost and not held and not replace:
        raise InputError(
            f"{endpoint.url}: holds <{lost[0].graph}> and does not say of which dataset it is; "
            f"{len(lost)} such graphs would be replaced or deleted: give --replace if they may"
        )
    return plan


def _find_datasets(endpoint: Endpoint, queries: Mapping[str, str]) -> frozenset[str]:
    rows = _read_rows(endpoint, queries["datasets"])
    try:
        return frozenset(row["dataset"]["value"] for row in rows)
    except UNREADABLE as error:
        raise _find_no_answer(endpoint, error) from error


def _read_datasets(graphs: Graphs) -> frozenset[str]:
    """The IRIs by which a release calls itself."""
    return frozenset(
        triple.subject.value
        for triple in graphs.get(_DESCRIPTION, ())
        if triple.predicate == _TYPE
        and triple.object == _DATASET
        and isinstance(triple.subject, ox.NamedNode)
    )


def _name(datasets: Collection[str]) -> str:
    return " and ".join(f"<{iri}>" for iri in sorted(datasets)) or "data without a description"


def count_graphs(
    endpoint: Endpoint, queries: Mapping[str, str], graphs: Collection[str]
) -> Mapping[str, int]:
    """The triples of each graph in a store that is of the release or in our namespaces."""
    counts = _read_counts(endpoint, queries["graphs"])
    if others := sorted(graph for graph in graphs if not graph.startswith(_OURS)):
        counts |= _read_counts(endpoint, bind_thing(queries["sizes"], "graph", others))
    return counts


def _read_counts(endpoint: Endpoint, query: str) -> dict[str, int]:
    rows = _read_rows(endpoint, query)
    try:
        return {
            row["graph"]["value"]: int(row["triples"]["value"]) for row in rows if "graph" in row
        }
    except UNREADABLE as error:
        raise _find_no_answer(endpoint, error) from error


def _read_rows(endpoint: Endpoint, query: str) -> list[Any]:
    text = endpoint.select(query)
    try:
        return list(json.loads(text)["results"]["bindings"])
    except UNREADABLE as error:
        raise _find_no_answer(endpoint, error) from error


def _find_no_answer(endpoint: Endpoint, error: Exception) -> InputError:
    return InputError(
        f"{endpoint.url}: answers no query: {error!r}; give the address that does with --query"
    )


def _compare(
    graphs: Graphs, there: Mapping[str, int], endpoint: Endpoint, queries: Mapping[str, str]
) -> Iterator[Step]:
    for graph in sorted(graphs, key=lambda graph: graph != _DESCRIPTION):
        triples = graphs[graph]
        size = len(triples)
        if graph not in there:
            yield Step("put", graph, size, "is not there")
        elif there[graph] != size:
            yield Step("put", graph, size, f"has {there[graph]:,} triples")
        elif not has_triples(graph, triples, endpoint, queries):
            yield Step("put", graph, size, "has other triples")
        else:
            yield Step("keep", graph, size, "is the same")


def has_triples(
    graph: str, triples: Iterable[ox.Triple], endpoint: Endpoint, queries: Mapping[str, str]
) -> bool:
    """Tell whether a store's graph has these triples, by value. Raises InputError."""
    return _hash(_fetch(graph, endpoint, queries)) == _hash(triples)


def _find_stale(graphs: Collection[str], there: Mapping[str, int]) -> Iterator[Step]:
    for graph in sorted(there.keys() - graphs):
        if graph.startswith(_OURS):
            yield Step("delete", graph, there[graph], "is in the release no more")


def _fetch(graph: str, endpoint: Endpoint, queries: Mapping[str, str]) -> Iterable[ox.Triple]:
    text = endpoint.construct(bind_thing(queries["part"], "thing", [graph]))
    try:
        return [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES)]
    except SyntaxError as error:
        raise InputError(f"{endpoint.url}: gives no N-Triples: {error.msg}") from error


def _hash(triples: Iterable[ox.Triple]) -> str:
    """The canonical hash of a graph by value: a store may write 34.90 its own way.

    Integers are decimals (https://www.w3.org/TR/xmlschema11-2/#integer), and some stores give
    large ones as such (Virtuoso, measured).
    """
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return hash_graph(
        ox.Triple(quad.subject, quad.predicate, _widen(quad.object)) for quad in store
    )


def _widen(term: _Object) -> _Object:
    if isinstance(term, ox.Literal) and term.datatype == _INTEGER:
        return ox.Literal(term.value, datatype=_DECIMAL)
    return term
