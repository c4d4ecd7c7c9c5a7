"""The dataset as VoID and DCAT describe it: what it says of itself, its counts, where it is.

https://www.w3.org/TR/void/ and https://www.w3.org/TR/vocab-dcat-3/
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.mediatypes import QUADS, TRIPLES
from jjjkg.metadata.statements import Triples, name, state, term
from jjjkg.metadata.statistics import Statistics

_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
_FORMATS: Final = {format.suffix: format for format in (*TRIPLES, *QUADS)}


def describe_dataset(
    root: str, dataset: str, statistics: Statistics, dumps: Iterable[Path]
) -> Triples:
    """The dataset behind the server at an address, which ends in a slash.

    `dataset` is its IRI, or empty for one that has none and is called after the server. Raises
    InputError for what is no address.
    """
    document, service = name(root, ".well-known/void"), name(root, "sparql")
    itself = ox.NamedNode(dataset or f"{document.value}#dataset")
    files = {file: name(root, f"releases/latest/{file.name}") for file in dumps}
    nodes = {file: ox.NamedNode(f"{document.value}#{file.name}") for file in files}
    yield from state(
        document,
        ("rdf:type", [term("void:DatasetDescription")]),
        ("foaf:primaryTopic", [itself]),
    )
    yield from statistics.measure(itself.value)
    yield from state(
        itself,
        ("rdf:type", [term("void:Dataset"), term("dcat:Dataset")]),
        ("void:sparqlEndpoint", [service]),
        ("void:dataDump", files.values()),
        ("dcat:distribution", nodes.values()),
    )
    yield from state(
        service,
        ("rdf:type", [term("dcat:DataService")]),
        ("dcat:endpointURL", [service]),
        ("dcat:endpointDescription", [service]),
        ("dcat:servesDataset", [itself]),
        ("dcterms:conformsTo", [ox.NamedNode(_PROTOCOL)]),
    )
    for file, address in files.items():
        yield from _distribute(nodes[file], file, address)


def _distribute(node: ox.NamedNode, file: Path, address: ox.NamedNode) -> Triples:
    plain = Path(file.name.removesuffix(".gz"))
    packed = [] if plain.name == file.name else [ox.NamedNode(_MEDIA_TYPES + "application/gzip")]
    media_type = _FORMATS[plain.suffix].media_type
    return state(
        node,
        ("rdf:type", [term("dcat:Distribution")]),
        ("dcterms:title", [ox.Literal(file.name)]),
        ("dcat:downloadURL", [address]),
        ("dcat:mediaType", [ox.NamedNode(_MEDIA_TYPES + media_type)]),
        ("dcat:compressFormat", packed),
        ("dcat:byteSize", [ox.Literal(file.stat().st_size)]),
    )
