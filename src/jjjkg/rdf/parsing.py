"""Parsing of RDF files in any format, and the errors for what can't be parsed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from jjjkg.errors import InputError

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
_PARSER_SAYS: Final = re.compile(r"Parser error [^:]*: ")
#: RDF/XML may grow to so many bytes by its entities, or to so many times its own.
_MOST_EXPANDED: Final = 1_000_000
_MOST_TIMES: Final = 10
_DECLARED: Final = re.compile(rb"<!ENTITY\s+(?:%\s*)?([^\s\"'>]+)\s+(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE: Final = re.compile(rb"&([^;&<\s]{1,1000});")


def format_of(file: Path) -> ox.RdfFormat:
    """Return the format of a file, by its suffix. Raises InputError for one not in FORMATS."""
    rdf_format = FORMATS.get(file.suffix.lower())
    if rdf_format is None:
        raise InputError("rdf.unknown_suffix", file=file, suffix=file.suffix, known=[*FORMATS])
    return rdf_format


@contextmanager
def telling_of(file: Path) -> Iterator[None]:
    """Turn the errors of reading or parsing a file into InputError, with line and column."""
    try:
        yield
    except SyntaxError as error:
        where = f"{file}:{error.lineno}:{error.offset}" if error.lineno else str(file)
        problem = _PARSER_SAYS.sub("", str(error.msg).strip(), count=1)
        raise InputError("rdf.unparsable", file=where, problem=problem) from error
    except OSError as error:
        problem = error.strerror or str(error)
        raise InputError("rdf.unreadable", file=file, problem=problem) from error
    except MemoryError as error:
        if not str(error):  # no memory is left
            raise
        raise InputError("rdf.long_term", file=file, problem=error) from error


def open_parser(file: Path, *, rename: bool = False) -> ox.QuadParser:
    """Return the parser of a file, by its suffix, to be used within `telling_of`.

    `rename` gives blank nodes names that no other file has. Raises InputError for RDF/XML whose
    entities grow too far. The parser may overflow the stack on any file: one that a stranger wrote
    is parsed by jjjkg.rdf.reading.
    """
    rdf_format, base = format_of(file), file.resolve().as_uri()
    if rdf_format == ox.RdfFormat.RDF_XML:
        text = file.read_bytes()
        expanded = measure_expansion(text)
        if expanded > max(_MOST_EXPANDED, _MOST_TIMES * len(text)):
            grown = f"{expanded:,}" if expanded < 10**15 else "10^15+"
            raise InputError("rdf.entity_bomb", file=file, grown=grown, size=len(text))
        return ox.parse(text, rdf_format, base_iri=base, rename_blank_nodes=rename)
    return ox.parse(path=file, format=rdf_format, base_iri=base, rename_blank_nodes=rename)


def scan(file: Path, *, rename: bool = False) -> Iterator[ox.Quad]:
    """Yield the quads of a file as they are parsed. Raises InputError where it can't be read."""
    with telling_of(file):
        yield from check_terms(file, open_parser(file, rename=rename))


def check_terms(file: Path, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield the quads of a file. Raises InputError for a triple that is a term of another."""
    for quad in quads:
        if isinstance(quad.object, ox.Triple):
            raise InputError("rdf.triple_term", file=file, term=str(quad.object)[:200])
        yield quad


def measure_expansion(text: bytes) -> int:
    """Return the length in bytes of an XML document once its references to entities are replaced.

    None is replaced for that: entities made of others grow without bound in a few lines
    (https://www.w3.org/TR/xml/#sec-internal-ent). One that is declared twice counts as the longer
    one; a reference to one that is not declared before it keeps its own length.
    """
    lengths: dict[bytes, int] = {}

    def measure(part: bytes) -> int:
        added = sum(
            lengths[found[1]] - len(found[0])
            for found in _REFERENCE.finditer(part)
            if found[1] in lengths
        )
        return len(part) + added

    declared = 0
    for found in _DECLARED.finditer(text):
        length = measure(found[2] if found[2] is not None else found[3])
        lengths[found[1]] = max(length, lengths.get(found[1], 0))
        declared += length
    return max(measure(text), declared) if lengths else len(text)
