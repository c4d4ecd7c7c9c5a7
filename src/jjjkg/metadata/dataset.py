"""The dataset as VoID and DCAT describe it: what it says of itself, its counts, where it is.

https://www.w3.org/TR/void/ and https://www.w3.org/TR/vocab-dcat-3/
"""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

import pyoxigraph as ox

from jjjkg.messages import translate
from jjjkg.metadata.distribution import describe_distribution
from jjjkg.metadata.statements import Triples, name, state, term
from jjjkg.metadata.statistics import Statistics
from jjjkg.rdf.formats import QUADS, TRIPLES

_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
_FORMATS: Final = {format.suffix: format for format in (*TRIPLES, *QUADS)}


def describe_dataset(
    root: str, dataset: str, statistics: Statistics, dumps: Mapping[str, int]
) -> Triples:
    """The dataset behind the server at an address, which ends in a slash.

    `dataset` is its IRI, or empty for one that has none and is called after the server; `dumps`
    are its files by name, with their sizes in bytes. Raises
    InputError for what is no address.
    """
    titles = translate("metadata.endpoint")
    document, service = name(root, ".well-known/void"), name(root, "sparql")
    itself = ox.NamedNode(dataset or f"{document.value}#dataset")
    files = {file: name(root, f"releases/latest/{file}") for file in dumps}
    nodes = {file: ox.NamedNode(f"{document.value}#{file}") for file in files}
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
        ("dcterms:title", [ox.Literal(t, language=tag) for tag, t in titles.items()]),
        ("dcat:endpointURL", [service]),
        ("dcat:endpointDescription", [service]),
        ("dcat:servesDataset", [itself]),
        ("dcterms:conformsTo", [ox.NamedNode(_PROTOCOL)]),
    )
    for file, address in files.items():
        media_type = _FORMATS[PurePath(file.removesuffix(".gz")).suffix].media_type
        yield from describe_distribution(nodes[file], file, address, dumps[file], media_type)
