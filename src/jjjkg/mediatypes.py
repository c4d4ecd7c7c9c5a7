"""The formats that jjjkg reads and writes: short name, media type, suffix and specification."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Format:
    """One serialisation: what `--format` and `?format=` call it and what HTTP calls it."""

    name: str
    media_type: str
    suffix: str
    spec: str
    aliases: tuple[str, ...] = ()


#: Results of SELECT and ASK; the first is the default.
RESULTS: Final = (
    Format(
        "json",
        "application/sparql-results+json",
        ".srj",
        "https://www.w3.org/TR/sparql11-results-json/",
        ("application/json",),
    ),
    Format(
        "xml",
        "application/sparql-results+xml",
        ".srx",
        "https://www.w3.org/TR/rdf-sparql-XMLres/",
        ("application/xml", "text/xml"),
    ),
    Format("csv", "text/csv", ".csv", "https://www.w3.org/TR/sparql11-results-csv-tsv/"),
    Format(
        "tsv",
        "text/tab-separated-values",
        ".tsv",
        "https://www.w3.org/TR/sparql11-results-csv-tsv/",
    ),
)

#: Results of CONSTRUCT and DESCRIBE, and descriptions of things; the first is the default.
TRIPLES: Final = (
    Format("ttl", "text/turtle", ".ttl", "https://www.w3.org/TR/turtle/"),
    Format(
        "nt",
        "application/n-triples",
        ".nt",
        "https://www.w3.org/TR/n-triples/",
        ("text/plain",),
    ),
    Format("rdfxml", "application/rdf+xml", ".rdf", "https://www.w3.org/TR/rdf-syntax-grammar/"),
    Format(
        "jsonld",
        "application/ld+json",
        ".jsonld",
        "https://www.w3.org/TR/json-ld11/",
        ("application/json",),
    ),
)

#: Formats that keep named graphs.
QUADS: Final = (
    Format("trig", "application/trig", ".trig", "https://www.w3.org/TR/trig/"),
    Format("nq", "application/n-quads", ".nq", "https://www.w3.org/TR/n-quads/"),
)
