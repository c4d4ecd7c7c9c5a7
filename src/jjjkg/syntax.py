"""Files of RDF in any of its syntaxes: parsed, or refused with what is wrong with them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final, NoReturn, TypeVar

import pyoxigraph as ox

from jjjkg.errors import InputError

Term = TypeVar("Term")

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


def refuse_triple_term(file: Path, term: ox.Triple) -> NoReturn:
    """Raises InputError for a triple that stands as a term of another."""
    raise InputError(
        f"{file}: {term} stands as a thing; RDF 1.2's triple terms have no meaning "
        "in OWL 2: name a graph that holds the triple instead"
    )


def parse(file: Path, scope: str = "f") -> list[ox.Quad]:
    """The quads of one file, by its suffix.

    Blank nodes are renamed after their order in the file, under a scope that keeps files apart:
    the same files give the same names, which the parser's own random ones would not.

    Raises InputError for a file that can't be read or parsed, with line and column.
    """
    rdf_format = format_of(file)
    with telling_of(file), file.open("rb") as stream:
        quads = list(ox.parse(stream, rdf_format, base_iri=file.resolve().as_uri()))
    for quad in quads:
        if isinstance(quad.object, ox.Triple):
            refuse_triple_term(file, quad.object)
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def renamed(term: Term) -> Term | ox.BlankNode:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"{scope}b{len(names) + 1}"))
        return term

    return [
        ox.Quad(renamed(q.subject), q.predicate, renamed(q.object), renamed(q.graph_name))
        for q in quads
    ]
