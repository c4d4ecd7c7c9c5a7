"""Files of RDF in any of its syntaxes: parsed, or refused with what is wrong with them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final, NoReturn

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.rdf.entities import measure_expansion

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


def format_of(file: Path) -> ox.RdfFormat:
    """The format of a file, by its suffix. Raises InputError for one that is not in FORMATS."""
    rdf_format = FORMATS.get(file.suffix.lower())
    if rdf_format is None:
        known = ", ".join(FORMATS)
        raise InputError(f"{file}: unknown suffix {file.suffix!r}; give a file in one of {known}")
    return rdf_format


@contextmanager
def telling_of(file: Path) -> Iterator[None]:
    """Raises InputError, with line and column, where a file can't be read or parsed in here."""
    try:
        yield
    except SyntaxError as error:
        where = f"{file}:{error.lineno}:{error.offset}" if error.lineno else str(file)
        problem = _PARSER_SAYS.sub("", str(error.msg).strip(), count=1)
        raise InputError(f"{where}: does not parse: {problem}") from error
    except OSError as error:
        raise InputError(f"{file}: can't be read: {error.strerror or error}") from error
    except MemoryError as error:
        if not str(error):  # there is none left
            raise
        raise InputError(f"{file}: one term or comment is too long: {error}") from error


def refuse_triple_term(file: Path, term: ox.Triple) -> NoReturn:
    """Raises InputError for a triple that stands as a term of another."""
    raise InputError(
        f"{file}: {str(term)[:200]} stands as a thing; RDF 1.2's triple terms have no meaning "
        "in OWL 2: name a graph that holds the triple instead"
    )


def open_parser(file: Path, *, rename: bool = False) -> ox.QuadParser:
    """The parser of a file, by its suffix, to be used within `telling_of`.

    `rename` gives blank nodes names that no other file has. Raises InputError for RDF/XML whose
    entities grow too far, and what `telling_of` tells. Whatever the file, the parser may
    overflow the stack: a stranger's is parsed by jjjkg.rdf.reading.
    """
    rdf_format, base = format_of(file), file.resolve().as_uri()
    if rdf_format == ox.RdfFormat.RDF_XML:
        text = file.read_bytes()
        _refuse_bomb(file, text)
        return ox.parse(text, rdf_format, base_iri=base, rename_blank_nodes=rename)
    return ox.parse(path=file, format=rdf_format, base_iri=base, rename_blank_nodes=rename)


def scan(file: Path, *, rename: bool = False) -> Iterator[ox.Quad]:
    """The quads of a file as they are parsed. Raises InputError for one that can't be read."""
    with telling_of(file):
        yield from check_terms(file, open_parser(file, rename=rename))


def check_terms(file: Path, quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads of a file; raises InputError for a triple that stands as a term of another."""
    for quad in quads:
        if isinstance(quad.object, ox.Triple):
            refuse_triple_term(file, quad.object)
        yield quad


def _refuse_bomb(file: Path, text: bytes) -> None:
    if b"<!ENTITY" not in text:
        return
    expanded = measure_expansion(text)
    if expanded > max(_MOST_EXPANDED, _MOST_TIMES * len(text)):
        grown = f"{expanded:,}" if expanded < 10**15 else "more than 10^15"
        raise InputError(
            f"{file}: its entities would make {grown} bytes of its {len(text):,}; "
            f"write out what they stand for"
        )
