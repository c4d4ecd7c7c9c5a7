"""What every tool is held to: the triples of each graph of a file, and our own answers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from jjjkg.publication.answers import Comparable, read_answer
from jjjkg.question import load_questions
from jjjkg.store import open_store

Graphs = Mapping[str, int]


def count_graphs(quads: Iterable[ox.Quad]) -> Graphs:
    """The triples of each graph, the default one as ""."""
    names = (
        quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        for quad in set(quads)
    )
    return Counter(names)


@dataclass(frozen=True)
class Release:
    """A release and the queries that are asked of it."""

    folder: Path
    questions: Mapping[str, str]

    @classmethod
    def open(cls, folder: Path, queries: Path) -> "Release":
        """The release in a folder."""
        texts = {question.name: question.text for question in load_questions(queries)}
        return cls(folder, texts)

    def expect(self, name: str) -> Graphs:
        """What is in a file of RDF."""
        return count_graphs(ox.parse(path=self.folder / name))

    def answers(self) -> Mapping[str, Comparable]:
        """Our own answers, from the store that jjjkg serves."""
        store = open_store(self.folder / "dataset.nq")
        found = {}
        for name, text in self.questions.items():
            result = store.query(text)
            assert isinstance(result, ox.QuerySolutions)
            body = result.serialize(format=ox.QueryResultsFormat.JSON)
            assert body is not None
            found[name] = read_answer(body)
        return found
