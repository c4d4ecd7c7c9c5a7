"""The steps by which a store comes to hold a release, graph by graph, from what it holds now."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.dataset.loading import own_folder
from jjjkg.dataset.questions import bind_thing
from jjjkg.errors import InputError
from jjjkg.messages import Message
from jjjkg.publishing.answers import UNREADABLE
from jjjkg.publishing.endpoint import Endpoint
from jjjkg.rdf.namespaces import CLAIM, GRAPH
from jjjkg.rdf.terms import Object, find_instances, named
from jjjkg.release.manifest import hash_graph

Graphs = Mapping[str, Sequence[ox.Triple]]
#: The beginnings of our graphs' names: one that the release no longer has was published once.
_OURS: Final = (GRAPH, CLAIM)
#: The graph with the description of the dataset.
_DESCRIPTION: Final = GRAPH + "dataset"
_INTEGER, _DECIMAL = named("xsd:integer"), named("xsd:decimal")


@dataclass(frozen=True)
class Step:
    """A step: "put" or "delete" a graph, or "keep" it as it is; and the reason."""

    action: str
    graph: str
    triples: int
    reason: Message


class Holdings:
    """The graphs in a store, as its query endpoint tells (queries/publication).

    Each method raises InputError where the store does not answer.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def find_datasets(self) -> frozenset[str]:
        """Return the IRIs of the datasets that the store says its graphs are of."""
        with self._reading():
            return frozenset(row["dataset"]["value"] for row in self._select("datasets"))

    def count(self, graphs: Collection[str]) -> Mapping[str, int]:
        """Return the triples of each graph that is among these or in our namespaces."""
        others = sorted(graph for graph in graphs if not graph.startswith(_OURS))
        with self._reading():
            rows = [*self._select("graphs"), *(self._select("sizes", others) if others else ())]
            return {r["graph"]["value"]: int(r["triples"]["value"]) for r in rows if "graph" in r}

    def has(self, graph: str, triples: Iterable[ox.Triple]) -> bool:
        """Tell whether a graph has these triples, by value."""
        text = self.endpoint.construct(bind_thing(_read("pages/part"), "thing", [graph]))
        try:
            found = [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES)]
        except SyntaxError as error:
            url = self.endpoint.url
            raise InputError("publishing.no_triples", url=url, error=error.msg) from error
        return _hash(found) == _hash(triples)

    def _select(self, name: str, graphs: Sequence[str] = ()) -> list[Any]:
        query = _read(f"publication/{name}")
        answer = self.endpoint.select(bind_thing(query, "graph", graphs) if graphs else query)
        return list(json.loads(answer)["results"]["bindings"])

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Make an error of what the store answers if that is not a table."""
        try:
            yield
        except UNREADABLE as error:
            url = self.endpoint.url
            raise InputError("publishing.no_answer", url=url, error=repr(error)) from error


def _read(query: str) -> str:
    return (own_folder() / "queries" / f"{query}.rq").read_text(encoding="utf-8")


def make_plan(graphs: Graphs, holdings: Holdings, replace: bool = False) -> tuple[Step, ...]:
    """Return the steps for a release's graphs, then for those that it no longer has.

    Only graphs of the release and in our namespaces are looked at. The description of the dataset
    goes first: from then on the store says whose the graphs are. Raises InputError where the store
    does not answer, for one that holds another dataset, and, unless `replace` is given, for
    graphs that would be lost and of which the store does not say whose they are.
    """
    described = find_instances(graphs.get(_DESCRIPTION, ()), named("dcat:Dataset"))
    held, ours = holdings.find_datasets(), {node.value for node in described}
    url = holdings.endpoint.url
    if held and not held & ours:
        raise InputError("publishing.another_dataset", url=url, held=_name(held), ours=_name(ours))
    there = holdings.count(graphs.keys())
    plan = (*_compare(graphs, there, holdings), *_find_stale(graphs, there))
    lost = [step.graph for step in plan if step.action != "keep" and step.graph in there]
    if lost and not held and not replace:
        raise InputError("publishing.unknown_owner", url=url, graph=lost[0], count=len(lost))
    return plan


def _name(datasets: Collection[str]) -> str | Message:
    named = " & ".join(f"<{iri}>" for iri in sorted(datasets))
    return named or Message("publishing.undescribed")


def _compare(graphs: Graphs, there: Mapping[str, int], holdings: Holdings) -> Iterator[Step]:
    for graph in sorted(graphs, key=lambda graph: graph != _DESCRIPTION):
        size, found, action = len(graphs[graph]), there.get(graph), "put"
        if found is None:
            reason = Message.of("publishing.reason.missing")
        elif found != size:
            reason = Message.of("publishing.reason.other_count", found=found)
        elif not holdings.has(graph, graphs[graph]):
            reason = Message.of("publishing.reason.other_triples")
        else:
            action, reason = "keep", Message.of("publishing.reason.same")
        yield Step(action, graph, size, reason)


def _find_stale(graphs: Collection[str], there: Mapping[str, int]) -> Iterator[Step]:
    for graph in sorted(there.keys() - graphs):
        if graph.startswith(_OURS):
            yield Step("delete", graph, there[graph], Message.of("publishing.reason.stale"))


def _hash(triples: Iterable[ox.Triple]) -> str:
    """Return the canonical hash of a graph by value: a store may write 34.90 its own way.

    Integers are decimals (https://www.w3.org/TR/xmlschema11-2/#integer), and some stores give
    large ones as such (Virtuoso, measured).
    """
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return hash_graph(
        ox.Triple(quad.subject, quad.predicate, _widen(quad.object)) for quad in store
    )


def _widen(term: Object) -> Object:
    if isinstance(term, ox.Literal) and term.datatype == _INTEGER:
        return ox.Literal(term.value, datatype=_DECIMAL)
    return term
