"""What is in the served data, counted by the queries of a folder (queries/pages)."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from jjjkg.dataset.questions import bind_thing
from jjjkg.description import read_rows
from jjjkg.evaluation import Evaluator, StoreFailed
from jjjkg.metadata.statements import read_triples
from jjjkg.rdf.namespaces import GRAPH


class Statistics:
    """The counts of an evaluator's data; it never changes, so that each is made once, at first.

    `graphs` has the triples of each named graph by its IRI, and of the default graph as "".
    """

    def __init__(self, evaluator: Evaluator, folder: Path) -> None:
        """Raises QueryError, also for a store elsewhere whose counts are none."""
        self._evaluator, self._folder = evaluator, folder
        rows = read_rows(evaluator.evaluate(self._read("graphs")))
        try:
            counts = {
                row["graph"].value if "graph" in row else "": int(row["triples"].value)
                for row in rows
            }
        except (KeyError, ValueError) as error:
            raise StoreFailed("queries.store.bad_count", why=str(error)) from error
        self.graphs: Mapping[str, int] = MappingProxyType({"": 0, **counts})
        self._measured: dict[str, tuple[ox.Triple, ...]] = {}

    def measure(self, dataset: str) -> tuple[ox.Triple, ...]:
        """What the dataset of that IRI says of itself, and its statistics in VoID's terms."""
        if dataset not in self._measured:
            said = self._construct("part", GRAPH + "dataset")
            publishers = self._construct("publishers", dataset)
            counted = self._construct("statistics", dataset)
            self._measured[dataset] = (*said, *publishers, *counted)
        return self._measured[dataset]

    def _construct(self, query: str, thing: str) -> tuple[ox.Triple, ...]:
        bound = bind_thing(self._read(query), "thing", [thing])
        return tuple(read_triples(self._evaluator.evaluate(bound, triples="nt", forms=True).body))

    def _read(self, query: str) -> str:
        return (self._folder / f"{query}.rq").read_text(encoding="utf-8")
