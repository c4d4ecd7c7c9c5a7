"""The dataset as DCAT and VoID describe it: what it says of itself, its files, its counts.

https://www.w3.org/TR/vocab-dcat-3/ and https://www.w3.org/TR/void/
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

import pyoxigraph as ox

from jjjkg.messages import translate
from jjjkg.metadata.facts import Facts, Triples, place, state
from jjjkg.metadata.statistics import Statistics
from jjjkg.rdf.formats import QUADS, TRIPLES
from jjjkg.rdf.namespaces import GRAPH, PARTS, PREFIXES
from jjjkg.rdf.terms import named

_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_GZIP: Final = ox.NamedNode(_MEDIA_TYPES + "application/gzip")
_FORMATS: Final = {format.suffix: format for format in (*TRIPLES, *QUADS)}
#: The files that hold all of the dataset, by the beginnings of their names.
WHOLE: Final = ("everything.", "dataset.")
#: Gives the statistics of graphs, or of all parts, as those of the dataset of an IRI.
Measure = Callable[[ox.NamedNode, Sequence[str]], Iterable[ox.Triple]]


@dataclass(frozen=True)
class Distribution:
    """A file with the dataset, or with a part of it.

    ``node`` is its IRI in a description, ``size`` is in bytes, ``media_type`` that of the content
    (of a file that ends in .gz: unpacked), ``sha256`` is in hexadecimal, or empty.
    """

    name: str
    node: ox.NamedNode
    address: ox.NamedNode
    size: int
    media_type: str
    sha256: str = ""

    def describe(self, licences: Iterable[ox.NamedNode] = ()) -> Triples:
        """Yield what DCAT says of the file."""
        packed = [_GZIP] if PurePath(self.name).suffix == ".gz" else []
        size = ox.Literal(str(self.size), datatype=named("xsd:nonNegativeInteger"))
        checksum = ox.BlankNode(f"h{hashlib.sha256(self.name.encode()).hexdigest()[:24]}")
        yield from state(
            self.node,
            ("rdf:type", [named("dcat:Distribution")]),
            ("dcterms:title", [ox.Literal(self.name)]),
            ("dcterms:license", licences),
            ("spdx:checksum", [checksum] if self.sha256 else []),
            ("dcat:accessURL", [self.address]),
            ("dcat:downloadURL", [self.address]),
            ("dcat:mediaType", [ox.NamedNode(_MEDIA_TYPES + self.media_type.partition(";")[0])]),
            ("dcat:compressFormat", packed),
            ("dcat:byteSize", [size]),
        )
        if self.sha256:
            value = ox.Literal(self.sha256, datatype=named("xsd:hexBinary"))
            yield from state(
                checksum,
                ("rdf:type", [named("spdx:Checksum")]),
                ("spdx:algorithm", [named("spdx:checksumAlgorithm_sha256")]),
                ("spdx:checksumValue", [value]),
            )


def describe_dataset(
    root: str, dataset: str, statistics: Statistics, dumps: Mapping[str, int]
) -> Triples:
    """Yield the description of the dataset behind a server, whose address ends in a slash.

    `dataset` is its IRI, or empty for one that has none and is called after the server; `dumps`
    are its files by name, with their sizes in bytes. Raises InputError for what is not an address.
    """
    document, service = place(root, ".well-known/void"), place(root, "sparql")
    itself = ox.NamedNode(dataset or f"{document.value}#dataset")
    files = [
        Distribution(
            name,
            ox.NamedNode(f"{document.value}#{name}"),
            place(root, f"releases/latest/{name}"),
            size,
            _FORMATS[PurePath(name.removesuffix(".gz")).suffix].media_type,
        )
        for name, size in dumps.items()
    ]
    titles = translate("metadata.endpoint")
    yield from state(
        document,
        ("rdf:type", [named("void:DatasetDescription")]),
        ("foaf:primaryTopic", [itself]),
    )
    yield from statistics.measure(itself.value)
    yield from state(
        itself,
        ("rdf:type", [named("void:Dataset"), named("dcat:Dataset")]),
        ("void:sparqlEndpoint", [service]),
        ("void:dataDump", [file.address for file in files]),
        ("dcat:distribution", [file.node for file in files]),
    )
    yield from state(
        service,
        ("rdf:type", [named("dcat:DataService")]),
        ("dcterms:title", [ox.Literal(t, language=tag) for tag, t in titles.items()]),
        ("dcat:endpointURL", [service]),
        ("dcat:endpointDescription", [service]),
        ("dcat:servesDataset", [itself]),
        ("dcterms:conformsTo", [ox.NamedNode(_PROTOCOL)]),
    )
    for file in files:
        yield from file.describe()


def describe_release(
    dataset: ox.NamedNode,
    said: Iterable[ox.Triple],
    facts: Facts,
    version: str,
    files: Sequence[Distribution],
) -> Triples:
    """Yield the description of a dataset with the files of a release.

    `said` is what the dataset says of itself; `facts` also know its publishers' names.
    """
    yield from said
    yield from state(
        dataset,
        ("dcat:version", [ox.Literal(version)]),
        ("dcat:distribution", [file.node for file in files]),
    )
    # Catalogues show an agent by the name that stands beside it: they follow no IRI.
    for agent in facts.things(dataset, "dcterms:publisher"):
        names = facts.literals(agent, "rdfs:label")
        yield from state(agent, ("rdf:type", [named("foaf:Agent")]), ("foaf:name", names))
    for file in files:
        yield from file.describe(facts.things(dataset, "dcterms:license"))


def describe_counts(
    dataset: ox.NamedNode,
    said: Iterable[ox.Triple],
    parts: Mapping[str, Sequence[ox.Triple]],
    files: Sequence[Distribution],
    measure: Measure,
) -> Triples:
    """Yield the statistics of a dataset and of each of its parts that is not empty, in VoID.

    `said` is what the dataset says of itself, of which VoID's own terms are taken.
    """
    dumps = [file.address for file in files if file.name.startswith(WHOLE)]
    yield from state(dataset, ("rdf:type", [named("void:Dataset")]), ("void:dataDump", dumps))
    yield from (t for t in said if t.predicate.value.startswith(PREFIXES["void"]))
    yield from measure(dataset, ())
    for part in filter(parts.get, PARTS):
        graph = ox.NamedNode(GRAPH + part)
        dumps = [file.address for file in files if file.name.partition(".")[0] == part]
        yield from state(dataset, ("void:subset", [graph]))
        yield from state(graph, ("rdf:type", [named("void:Dataset")]), ("void:dataDump", dumps))
        yield from measure(graph, [graph.value])
