"""Namespaces: the prefixes that jjjkg writes, the names of its graphs, and types of integers."""

from types import MappingProxyType
from typing import Final

BASE: Final = "https://w3id.org/jjjkg/"

#: Prefix to namespace: ours first, then the vocabularies that we reuse, alphabetically.
PREFIXES: Final = MappingProxyType(
    {
        "jjj": BASE + "ontology#",
        "kg": BASE + "id/",
        "claim": BASE + "claim/",
        "source": BASE + "source/",
        "graph": BASE + "graph/",
        "bibo": "http://purl.org/ontology/bibo/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "oa": "http://www.w3.org/ns/oa#",
        "org": "http://www.w3.org/ns/org#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "qudt": "http://qudt.org/schema/qudt/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sd": "http://www.w3.org/ns/sparql-service-description#",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "sosa": "http://www.w3.org/ns/sosa/",
        "spdx": "http://spdx.org/rdf/terms#",
        "time": "http://www.w3.org/2006/time#",
        "unit": "http://qudt.org/vocab/unit/",
        "vann": "http://purl.org/vocab/vann/",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

#: The same as pairs, those first whose namespaces are longest: the first that fits is the best.
LONGEST: Final = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))

KG: Final = PREFIXES["kg"]
CLAIM: Final = PREFIXES["claim"]
GRAPH: Final = PREFIXES["graph"]

#: The five parts of the dataset: pairwise disjoint, together the default graph.
PARTS: Final = ("asserted", "inferred", "ontology", "provenance", "dataset")
#: xsd:integer and all types that are derived from it.
#: https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes
INTEGERS: Final = frozenset(
    PREFIXES["xsd"] + name
    for name in (
        *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
        *("nonPositiveInteger", "negativeInteger"),
    )
)


def expand(curie: str) -> str:
    """Return the IRI that a prefixed name such as ``kg:beijing`` stands for.

    Raises KeyError for a prefix that is not in PREFIXES.
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def shorten(iri: str) -> str:
    """Return the prefixed name of an IRI, or the IRI itself if no prefix fits."""
    for prefix, namespace in LONGEST:
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
