"""Formats that jjjkg reads and writes: names, media types and suffixes.

HTTP, the command line, the service description and the files of a release take them from here.
The specifications: https://www.w3.org/ns/formats/
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

_NAMES: Final = "http://www.w3.org/ns/formats/"


# Each is one object, so that comparing and hashing them costs nothing.
@dataclass(frozen=True, eq=False)
class Format:
    """A serialisation.

    ``name`` is its short name, ``suffix`` that of its files, ``media_type`` the value of
    Content-Type, and ``title`` its name for people. ``aliases`` are media types by which clients
    ask for it too, ``others`` more short names. One that is not ``listed`` has no name in
    https://www.w3.org/ns/formats/.
    """

    name: str
    media_type: str
    suffix: str
    title: str
    aliases: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    listed: bool = True

    @property
    def iri(self) -> str:
        """The IRI that descriptions name it by: of the W3C, or else of its media type."""
        if not self.listed:
            return f"https://www.iana.org/assignments/media-types/{self.media_type}"
        name = self.title.replace("/", "_")
        return _NAMES + (f"SPARQL_Results_{name}" if self in RESULTS else name)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that mean this format, in lower case.

        They are its short names, its media types, these without what is before the slash, and its
        suffix: for Turtle "ttl", "text/turtle", "turtle", "application/x-turtle", "x-turtle".
        """
        types = (self.media_type, *self.aliases)
        subtypes = (media_type.partition("/")[2] for media_type in types)
        return frozenset({self.name, *self.others, *types, *subtypes, self.suffix[1:]})


def find_format(name: str, formats: Iterable[Format]) -> Format | None:
    """Return the first of some formats that a name means, or None.

    Case makes no difference, nor do the parameters of a media type; a blank is a "+" that a form
    has decoded.
    """
    plain = name.partition(";")[0].strip().lower().replace(" ", "+")
    return next((format for format in formats if plain in format.names), None)


#: Results of SELECT and ASK; the first is the default.
RESULTS: Final = (
    Format("json", "application/sparql-results+json", ".srj", "JSON", ("application/json",)),
    Format("xml", "application/sparql-results+xml", ".srx", "XML", ("application/xml", "text/xml")),
    Format("csv", "text/csv", ".csv", "CSV"),
    Format("tsv", "text/tab-separated-values", ".tsv", "TSV"),
)

_TURTLE: Final = ("application/x-turtle", "application/turtle")
_JSON_LD: Final = ("application/json", "application/x-json+ld")
#: Formats of one graph, in which parts of the dataset and things are published; the first is the
#: default.
TRIPLES: Final = (
    Format("ttl", "text/turtle", ".ttl", "Turtle", _TURTLE),
    Format("nt", "application/n-triples", ".nt", "N-Triples", ("text/plain",), ("ntriples",)),
    Format("rdfxml", "application/rdf+xml", ".rdf", "RDF/XML", ("application/xml", "text/xml")),
    Format("jsonld", "application/ld+json", ".jsonld", "JSON-LD", _JSON_LD, ("json-ld",)),
)

#: Formats that keep named graphs.
QUADS: Final = (
    Format("trig", "application/trig", ".trig", "TriG", ("application/x-trig",)),
    Format("nq", "application/n-quads", ".nq", "N-Quads", ("text/x-nquads",), ("nquads",)),
)

_N3: Final = ("text/rdf+n3", "application/n3", "application/rdf+n3")
#: Results of CONSTRUCT and DESCRIBE; the first is the default. Triples are written in TriG, N3 and
#: N-Quads as they are in Turtle and N-Triples, under another media type.
GRAPHS: Final = (*TRIPLES, *QUADS, Format("n3", "text/n3", ".n3", "N3", _N3))
