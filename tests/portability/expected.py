"""The standard for every tool: the triples of each graph of a file, and our own answers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from jjjkg.dataset.questions import load_questions
from jjjkg.evaluation.store import open_store
from jjjkg.publishing.answers import Comparable, read_answer, value_of
from jjjkg.rdf.namespaces import GRAPH, PARTS

#: The triples of each graph by value, the default one as "": how often each is there, as nodes
#: without names have no value.
Graphs = Mapping[str, Counter[object]]


def read_graphs(quads: Iterable[ox.Quad]) -> Graphs:
    """The graphs of a dataset, each quad once."""
    graphs: dict[str, Counter[object]] = {}
    for quad in set(quads):
        name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        graphs.setdefault(name, Counter())[_value(quad.triple)] += 1
    return graphs


def _value(term: ox.Triple | ox.NamedNode | ox.BlankNode | ox.Literal) -> object:
    """Other than in answers, 1 and 1.0 are not the same here: the one is no decimal."""
    if isinstance(term, ox.Triple):
        return tuple(map(_value, (term.subject, term.predicate, term.object)))
    if isinstance(term, ox.NamedNode):
        return term.value
    if isinstance(term, ox.BlankNode):
        return ("bnode",)
    kind = {"xml:lang": term.language or "", "datatype": term.datatype.value}
    return (value_of({"type": "literal", "value": term.value, **kind}), term.datatype.value)


def compare_graphs(found: Graphs, expected: Graphs) -> str:
    """Return the difference of graphs from the expected ones; empty where there is none."""
    none: Counter[object] = Counter()
    wrong = [g for g in {*found, *expected} if found.get(g, none) != expected.get(g, none)]
    if not wrong:
        return ""
    first = min(wrong)
    missing = expected.get(first, none) - found.get(first, none)
    extra = found.get(first, none) - expected.get(first, none)
    return (
        f"{len(wrong)} graphs differ; <{first}> lacks {missing.total()} triples "
        f"and has {extra.total()} others"
    )


@dataclass(frozen=True)
class Release:
    """A release and the queries that are asked of it."""

    folder: Path
    questions: Mapping[str, str]
    graphs: Graphs

    @classmethod
    def open(cls, folder: Path, queries: Path) -> "Release":
        """The release in a folder."""
        texts = {question.name: question.text for question in load_questions(queries)}
        return cls(folder, texts, read_graphs(ox.parse(path=folder / "dataset.nq")))

    def expect(self, name: str) -> Graphs:
        """Return the graphs that a file of RDF must have: the dataset's, if it is made of them.

        The graphs of dataset.nq are in turn held to the manifest, by their canonical hashes. A file
        with contents of its own is held to what pyoxigraph reads in it.
        """
        stem, _, _ = name.partition(".")
        if stem == "dataset":
            return self.graphs
        if stem in PARTS:
            return {"": self.graphs[GRAPH + stem]}
        if stem == "everything":
            return {"": sum((self.graphs[GRAPH + part] for part in PARTS), Counter())}
        return read_graphs(ox.parse(path=self.folder / name))

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
