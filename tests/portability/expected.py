"""What every tool is held to: the triples of each graph of a file, and our own answers."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from jjjkg.namespaces import PREFIXES
from jjjkg.question import load_questions
from jjjkg.store import open_store

XSD = PREFIXES["xsd"]
NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "long")}

Graphs = Mapping[str, int]
Row = tuple[object, ...]


@dataclass(frozen=True)
class Answer:
    """The rows of an answer by value, whatever their order; or why there is none."""

    columns: tuple[str, ...] = ()
    rows: Mapping[Row, int] | None = None
    problem: str = ""

    def differs(self, ours: "Answer") -> str:
        """How it differs from ours; empty where it does not."""
        if self.rows is None:
            return self.problem
        if set(self.columns) != set(ours.columns):
            return f"columns {sorted(self.columns)}"
        assert ours.rows is not None
        missing = Counter(ours.rows) - Counter(self.rows)
        extra = Counter(self.rows) - Counter(ours.rows)
        if not missing and not extra:
            return ""
        return f"{missing.total()} rows missing, {extra.total()} rows more"


def read_answer(text: bytes) -> Answer:
    """An answer in SPARQL's JSON."""
    try:
        head = json.loads(text)
        columns = tuple(head["head"]["vars"])
        rows = (
            tuple((name, value_of(row[name])) for name in sorted(columns) if name in row)
            for row in head["results"]["bindings"]
        )
        return Answer(columns, Counter(rows))
    except (ValueError, KeyError, TypeError) as error:
        return Answer(problem=f"no SPARQL results: {error!r}")


def value_of(term: Mapping[str, Any]) -> object:
    """A term by its value: 1 and 1.0 are the same, and so are nodes without names."""
    kind, value, datatype = term["type"], term["value"], term.get("datatype", XSD + "string")
    if kind == "bnode":
        return "bnode"
    if kind == "uri":
        return ("iri", value)
    if datatype in NUMBERS:
        try:
            return ("number", Decimal(value))
        except InvalidOperation:
            return ("literal", value, datatype)
    if datatype == XSD + "boolean":
        return ("boolean", value in ("true", "1"))
    language = term.get("xml:lang", "").lower()
    return ("literal", value, language or datatype)


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

    def answers(self) -> Mapping[str, Answer]:
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
