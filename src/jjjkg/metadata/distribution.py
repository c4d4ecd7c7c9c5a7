"""A file that holds a dataset, as DCAT describes it. https://www.w3.org/TR/vocab-dcat-3/"""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

import pyoxigraph as ox

from jjjkg.metadata.statements import Node, Triples, state, term
from jjjkg.rdf.namespaces import expand

_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_GZIP: Final = ox.NamedNode(_MEDIA_TYPES + "application/gzip")


def describe_distribution(
    node: Node,
    name: str,
    address: ox.NamedNode,
    size: int,
    media_type: str,
    *said: tuple[str, Iterable[Node | ox.Literal]],
) -> Triples:
    """A file by its name: where it is, its size in bytes, and the media type of what it holds.

    A name that ends in .gz is that of a compressed file. `said` is what else is to be said of it.
    """
    packed = [_GZIP] if PurePath(name).suffix == ".gz" else []
    bytes_datatype = ox.NamedNode(expand("xsd:nonNegativeInteger"))
    yield from state(
        node,
        ("rdf:type", [term("dcat:Distribution")]),
        ("dcterms:title", [ox.Literal(name)]),
        *said,
        ("dcat:accessURL", [address]),
        ("dcat:downloadURL", [address]),
        ("dcat:mediaType", [ox.NamedNode(_MEDIA_TYPES + media_type)]),
        ("dcat:compressFormat", packed),
        ("dcat:byteSize", [ox.Literal(str(size), datatype=bytes_datatype)]),
    )
