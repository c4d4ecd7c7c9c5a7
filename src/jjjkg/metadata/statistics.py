"""Counts of the served data, by the queries in a folder (queries/pages)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset.questions import bind_thing
from jjjkg.evaluation import Evaluator, StoreFailed
from jjjkg.metadata.facts import Triples
from jjjkg.rdf.namespaces import GRAPH
from jjjkg.rdf.terms import named

_NAMING: Final = (named("void:class"), named("void:property"))


class Statistics:
    """Counts of an evaluator's data, each made when it is first needed: the data do not change.

    `graphs` has the triples of each named graph by its IRI, and of the default graph as "".
    """

    def __init__(self, evaluator: Evaluator, folder: Path) -> None:
        """Count the graphs. Raises QueryError, also for a store whose counts are not numbers."""
        self._evaluator, self._folder = evaluator, folder
        answer = evaluator.evaluate(self._read("graphs"), results="json")
        try:
            counts = {
                row["graph"]["value"] if "graph" in row else "": int(row["triples"]["value"])
                for row in json.loads(answer.body)["results"]["bindings"]
            }
        except (KeyError, ValueError) as error:
            raise StoreFailed("queries.store.bad_count", why=str(error)) from error
        self.graphs: Mapping[str, int] = MappingProxyType({"": 0, **counts})
        self._measured: dict[str, tuple[ox.Triple, ...]] = {}

    def measure(self, dataset: str) -> tuple[ox.Triple, ...]:
        """Return what the dataset of an IRI says of itself, and its statistics in VoID's terms."""
        if dataset not in self._measured:
            said = self._construct("part", GRAPH + "dataset")
            publishers = self._construct("publishers", dataset)
            counted = self._construct("statistics", dataset)
            self._measured[dataset] = (*said, *publishers, *counted)
        return self._measured[dataset]

    def _construct(self, query: str, thing: str) -> Triples:
        bound = bind_thing(self._read(query), "thing", [thing])
        answer = self._evaluator.evaluate(bound, triples="nt", forms=True)
        return (quad.triple for quad in ox.parse(answer.body, ox.RdfFormat.N_TRIPLES))

    def _read(self, query: str) -> str:
        return (self._folder / f"{query}.rq").read_text(encoding="utf-8")


def sort_statistics(counted: Iterable[ox.Triple]) -> Sequence[ox.Triple]:
    """Return the statistics of a dataset (statistics.rq) in an order that is always the same.

    Partitions are blank nodes, which a store names differently each time: they go by the class or
    the property that they count.
    """
    triples = list(counted)
    names: dict[object, str] = {t.subject: str(t.object) for t in triples if t.predicate in _NAMING}
    return sorted(triples, key=lambda t: (t.predicate.value, names.get(t.object, str(t.object))))
