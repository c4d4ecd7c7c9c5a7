"""The dumps: the parts of the dataset written as files, from the sources and not from a store.

A store rewrites lexical forms (34.90 becomes 34.9); what a source file says is kept here.
"""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.namespaces import GRAPH
from jjjkg.turtle import write_turtle

#: The Turtle dumps: file stem, the parts in it, and what it is.
TURTLE: Final = (
    ("ontology", ("ontology",)),
    ("asserted", ("asserted",)),
    ("inferred", ("inferred",)),
    ("provenance", ("provenance",)),
    ("everything", ("ontology", "asserted", "inferred", "provenance", "dataset")),
)

#: The dump with the graphs and the claims.
TRIG: Final = "dataset.trig"
#: The files that are written, without their gzip copies.
DUMPS: Final = (*(f"{stem}.ttl" for stem, _ in TURTLE), TRIG)

Parts = Mapping[str, tuple[ox.Triple, ...]]


def write_dumps(parts: Parts, claims: Parts, folder: Path) -> None:
    """Writes the Turtle dumps and dataset.trig, each with a gzip copy, into a new folder."""
    folder.mkdir(parents=True)
    for stem, names in TURTLE:
        triples = [triple for name in names for triple in parts[name]]
        _write(folder / f"{stem}.ttl", _grouped(triples), ox.RdfFormat.TURTLE)
    quads = [
        ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph))
        for graph, triples in (
            *((GRAPH + name, triples) for name, triples in parts.items()),
            *claims.items(),
        )
        for triple in _grouped(triples)
    ]
    _write(folder / TRIG, quads, ox.RdfFormat.TRIG)


def _grouped(triples: list[ox.Triple] | tuple[ox.Triple, ...]) -> list[ox.Triple]:
    """Each subject's triples together, subjects and triples in the order of the sources."""
    by_subject: dict[object, list[ox.Triple]] = {}
    for triple in triples:
        by_subject.setdefault(triple.subject, []).append(triple)
    return [triple for group in by_subject.values() for triple in group]


def _write(
    file: Path, statements: list[ox.Triple] | list[ox.Quad], rdf_format: ox.RdfFormat
) -> None:
    text = write_turtle(statements, rdf_format)
    file.write_bytes(text)
    # mtime 0: the same triples are the same bytes.
    file.with_name(file.name + ".gz").write_bytes(gzip.compress(text, 9, mtime=0))
