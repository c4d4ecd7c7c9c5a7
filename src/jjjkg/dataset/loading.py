"""Loading of RDF files into one dataset, whose parts are told apart by folder and named graph."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.rdf.iris import has_scheme, is_absolute
from jjjkg.rdf.namespaces import GRAPH, PARTS
from jjjkg.rdf.parsing import FORMATS, telling_of
from jjjkg.rdf.reading import read

Statements = tuple[ox.Triple, ...]

SHAPES: Final = "shapes.ttl"
METADATA: Final = "dataset.ttl"
INFERRED: Final = GRAPH + "inferred"


@dataclass(frozen=True)
class Dataset:
    """The triples of each part in the order of the files, without repeats.

    ``claims`` maps the IRI of a named graph of the input to its triples, all of which are in
    ``asserted`` too. ``places`` maps the IRI of a claim or subject to the file it was first
    read from. ``graphs`` are named graphs that are served as they are (`load_graphs`); all else
    is empty then.
    """

    ontology: Statements = ()
    asserted: Statements = ()
    provenance: Statements = ()
    dataset: Statements = ()
    claims: Mapping[str, Statements] = field(default_factory=dict)
    places: Mapping[str, Path] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    queries: Path | None = None
    shapes: Path | None = None
    graphs: Mapping[str, Statements] = field(default_factory=dict)


def _collect(quads: Iterable[tuple[ox.Quad, Path, str]]) -> Dataset:
    """Return the dataset of quads, each with its file and the part for those in no named graph."""
    # The keys of a dict keep their order and have no repeats.
    parts: dict[str, dict[ox.Triple, None]] = {name: {} for name in PARTS if name != "inferred"}
    claims: dict[str, dict[ox.Triple, None]] = {}
    places: dict[str, Path] = {}
    for quad, file, part in quads:
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        named = graph.removeprefix(GRAPH)
        if graph == INFERRED:
            continue
        if graph and named not in parts:
            claims.setdefault(graph, {})[quad.triple] = None
            parts["asserted"][quad.triple] = None
            places.setdefault(graph, file)
        else:
            parts[named or part][quad.triple] = None
        if isinstance(quad.subject, ox.NamedNode):
            places.setdefault(quad.subject.value, file)
    return Dataset(
        tuple(parts["ontology"]),
        tuple(parts["asserted"]),
        tuple(parts["provenance"]),
        tuple(parts["dataset"]),
        MappingProxyType({iri: tuple(triples) for iri, triples in claims.items()}),
        MappingProxyType(places),
    )


def own_folder() -> Path:
    """Return the folder of jjjkg's own data: in the wheel, or the checkout that this file is in."""
    packaged = Path(__file__).parents[1] / "data"
    return packaged if packaged.is_dir() else Path(__file__).parents[3]


def load(paths: Sequence[Path], trusted: bool = False) -> Dataset:
    """Read folders laid out like jjjkg's own (ontology/, graph/, queries/) and plain RDF files.

    In a laid-out folder, ontology/ is the ontology; in graph/, named graphs are claims, the default
    graph is provenance, and dataset.ttl describes the dataset. All triples of a plain file are
    asserted, and each named graph is taken for a claim. The graphs of a dump of ours are the parts
    that they were; those inferred are left out, to be inferred anew. Files that are `trusted`, as
    those of our own folder are, are parsed in this process. Raises InputError for a path that is
    neither, or has no RDF.
    """
    files: list[tuple[Path, str]] = []
    queries: Path | None = None
    shapes: Path | None = None
    for path in paths:
        if (path / "ontology").is_dir() or (path / "graph").is_dir():
            for file in _files(path / "ontology"):
                if file.name == SHAPES:
                    shapes = file
                else:
                    files.append((file, "ontology"))
            files += (
                (file, "dataset" if file.name == METADATA else "provenance")
                for file in _files(path / "graph")
            )
            queries = path / "queries" if (path / "queries").is_dir() else queries
        elif path.is_dir():
            raise InputError("dataset.not_laid_out", folder=path)
        elif not path.exists():
            raise InputError("dataset.nothing_there", path=path)
        else:
            files.append((path, "asserted"))
    named = tuple(file for file, _ in files)
    quads = read(named, trusted=trusted or list(paths) == [own_folder()])
    dataset = _collect((quad, *files[number]) for number, quad in quads)
    if dataset == Dataset():
        raise InputError("dataset.empty")
    return replace(dataset, files=named, queries=queries, shapes=shapes)


def load_dump(quads: BinaryIO) -> Dataset:
    """Read a dump of ours, N-Quads in an open file, as `load` does; blank nodes keep their names.

    Raises InputError if it can't be read.
    """
    file = Path(quads.name)
    with telling_of(file):
        return _collect((quad, file, "asserted") for quad in ox.parse(quads, ox.RdfFormat.N_QUADS))


def load_graphs(named: Sequence[tuple[str, Path]]) -> Dataset:
    """Read files of triples that are served as they are, each as a named graph; none is inferred.

    Raises InputError for a file that can't be read, or has named graphs of its own.
    """
    graphs: dict[str, dict[ox.Triple, None]] = {iri: {} for iri, _ in named}
    for number, quad in read([file for _, file in named]):
        iri, file = named[number]
        if quad.graph_name != ox.DefaultGraph():
            raise InputError("dataset.graph_in_graph", file=file, graph=quad.graph_name, iri=iri)
        graphs[iri][quad.triple] = None
    return Dataset(
        files=tuple(file for _, file in named),
        graphs=MappingProxyType({iri: tuple(triples) for iri, triples in graphs.items()}),
    )


def split_graph(argument: str) -> tuple[str, Path] | None:
    """Return the IRI and the file of IRI=FILE, or None for a plain path.

    Both may have an equals sign: the first one that a file follows divides them, or else the last.
    Raises InputError if the text before it is not an absolute IRI.
    """
    if "=" not in argument or Path(argument).exists() or not has_scheme(argument):
        return None
    places = [match.start() for match in re.finditer("=", argument)]
    splits = [(argument[:place], Path(argument[place + 1 :])) for place in places]
    iri, file = next((split for split in splits if split[1].is_file()), splits[-1])
    if not is_absolute(iri):
        raise InputError("dataset.bad_graph", argument=argument, iri=iri)
    return iri, file


def _files(folder: Path) -> list[Path]:
    files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in FORMATS and not f.is_dir())
    if lost := next((file for file in files if not file.is_file()), None):
        raise InputError("dataset.lost_file", file=lost)
    return files
