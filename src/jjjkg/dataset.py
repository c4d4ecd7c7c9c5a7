"""Files of RDF, read into one dataset whose parts can be told apart."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.namespaces import GRAPH

Statements = tuple[ox.Triple, ...]
Term = TypeVar("Term")

#: Suffixes of the formats that are read, as pyoxigraph knows them.
FORMATS: Final = MappingProxyType(
    {
        ".ttl": ox.RdfFormat.TURTLE,
        ".trig": ox.RdfFormat.TRIG,
        ".nt": ox.RdfFormat.N_TRIPLES,
        ".nq": ox.RdfFormat.N_QUADS,
        ".rdf": ox.RdfFormat.RDF_XML,
        ".owl": ox.RdfFormat.RDF_XML,
        ".jsonld": ox.RdfFormat.JSON_LD,
    }
)
SHAPES: Final = "shapes.ttl"
METADATA: Final = "dataset.ttl"
INFERRED: Final = GRAPH + "inferred"
_PARSER_SAYS: Final = re.compile(r"Parser error [^:]*: ")


@dataclass(frozen=True)
class Dataset:
    """What was read: each part's triples in the order of the files, without repeats.

    ``claims`` maps the IRI of a named graph of the input to its triples, all of which are in
    ``asserted`` too. ``places`` maps the IRI of a claim or subject to the file it was first
    read from.
    """

    ontology: Statements
    asserted: Statements
    provenance: Statements
    dataset: Statements
    claims: Mapping[str, Statements]
    places: Mapping[str, Path]
    files: tuple[Path, ...]
    queries: Path | None = None
    shapes: Path | None = None

    def claims_of(self, triple: ox.Triple) -> tuple[str, ...]:
        """The IRIs of the claims that state a triple."""
        return tuple(iri for iri, triples in self.claims.items() if triple in triples)


@dataclass
class _Reading:
    """The parts while they are being read; a dict keeps order and drops repeats."""

    parts: dict[str, dict[ox.Triple, None]] = field(
        default_factory=lambda: {
            name: {} for name in ("ontology", "asserted", "provenance", "dataset")
        }
    )
    claims: dict[str, dict[ox.Triple, None]] = field(default_factory=dict)
    places: dict[str, Path] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def read(self, file: Path, part: str) -> None:
        """Adds a file: its default graph to a part, its named graphs as claims or parts."""
        self.files.append(file)
        for quad in parse(file, f"f{len(self.files)}"):
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            named = graph.removeprefix(GRAPH)
            if graph == INFERRED:
                continue
            if graph and named not in self.parts:
                self.claims.setdefault(graph, {})[quad.triple] = None
                self.parts["asserted"][quad.triple] = None
                self.places.setdefault(graph, file)
            else:
                self.parts[named or part][quad.triple] = None
            if isinstance(quad.subject, ox.NamedNode):
                self.places.setdefault(quad.subject.value, file)

    def dataset(self, queries: Path | None, shapes: Path | None) -> Dataset:
        return Dataset(
            **{name: tuple(triples) for name, triples in self.parts.items()},
            claims=MappingProxyType({iri: tuple(t) for iri, t in self.claims.items()}),
            places=MappingProxyType(self.places),
            files=tuple(self.files),
            queries=queries,
            shapes=shapes,
        )


def own_folder() -> Path:
    """The folder of jjjkg's own data: in the wheel, or the checkout that this file is part of."""
    packaged = Path(__file__).parent / "data"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def parse(file: Path, scope: str = "f") -> list[ox.Quad]:
    """The quads of one file, by its suffix.

    Blank nodes are renamed after their order in the file, under a scope that keeps files apart:
    the same files give the same names, which the parser's own random ones would not.

    Raises InputError for a file that can't be read or parsed, with line and column.
    """
    rdf_format = FORMATS.get(file.suffix.lower())
    if rdf_format is None:
        known = ", ".join(FORMATS)
        raise InputError(f"{file}: unknown suffix {file.suffix!r}; give a file in one of {known}")
    try:
        with file.open("rb") as stream:
            base = file.resolve().as_uri()
            quads = list(ox.parse(stream, rdf_format, base_iri=base))
    except SyntaxError as error:
        where = f"{file}:{error.lineno}:{error.offset}" if error.lineno else str(file)
        problem = _PARSER_SAYS.sub("", str(error.msg).strip(), count=1)
        raise InputError(f"{where}: does not parse: {problem}") from error
    except OSError as error:
        raise InputError(f"{file}: can't be read: {error.strerror}") from error
    for quad in quads:
        if isinstance(quad.object, ox.Triple):
            raise InputError(
                f"{file}: {quad.object} stands as a thing; RDF 1.2's triple terms have no meaning "
                "in OWL 2: name a graph that holds the triple instead"
            )
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def renamed(term: Term) -> Term | ox.BlankNode:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"{scope}b{len(names) + 1}"))
        return term

    return [
        ox.Quad(renamed(q.subject), q.predicate, renamed(q.object), renamed(q.graph_name))
        for q in quads
    ]


def load(paths: Iterable[Path]) -> Dataset:
    """Reads folders laid out like jjjkg's own (ontology/, graph/, queries/) and plain RDF files.

    In a laid-out folder, ontology/ is the ontology; in graph/, named graphs are claims, what
    stands outside of them is provenance, and dataset.ttl describes the dataset. Of a plain
    file all triples are asserted, and each named graph is taken for a claim. The graphs of a
    dump of ours are the parts that they were; what was inferred is left to be inferred anew.
    Raises InputError for a path that is neither, or holds no RDF.
    """
    reading = _Reading()
    queries: Path | None = None
    shapes: Path | None = None
    for path in paths:
        if (path / "ontology").is_dir() or (path / "graph").is_dir():
            for file in _files(path / "ontology"):
                if file.name == SHAPES:
                    shapes = file
                else:
                    reading.read(file, "ontology")
            for file in _files(path / "graph"):
                reading.read(file, "dataset" if file.name == METADATA else "provenance")
            queries = path / "queries" if (path / "queries").is_dir() else queries
        elif path.is_dir():
            raise InputError(
                f"{path}: is a folder without ontology/ or graph/; "
                "give RDF files, or a folder laid out like jjjkg's own"
            )
        else:
            reading.read(path, "asserted")
    if not any(reading.parts.values()):
        raise InputError("no triples: the files given are empty")
    return reading.dataset(queries, shapes)


def _files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.rglob("*") if f.suffix.lower() in FORMATS and f.is_file())
