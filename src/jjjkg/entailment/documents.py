"""RDF documents of any format, read as one stream of statements."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.rdf.parsing import format_of
from jjjkg.rdf.reading import read_pieces
from jjjkg.rdf.terms import Statement, Term, triple_of

#: What may stand after a prefix as it is.
_LOCAL: Final = re.compile(r"[\w-]*")


class Documents:
    """The statements of some files, those of named graphs among them.

    The blank nodes of several files are kept apart; those of a single one keep their names, so
    that what follows about them can be added to the file. ``prefixes`` are those that the files
    declare, once they are read, after those of the languages of RDF and OWL.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        """Raises InputError for a suffix that is not in FORMATS."""
        for file in files:
            format_of(file)
        self._files = files
        self.prefixes = {name: PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd")}

    def __iter__(self) -> Iterator[Statement]:
        """Reads the files. Raises InputError for one that can't be read, or does not parse."""
        for piece in read_pieces(self._files, apart=len(self._files) > 1):
            for quad in piece.quads:
                yield quad.subject, quad.predicate, quad.object  # type: ignore[misc]
            for prefix, namespace in piece.prefixes.items():
                self.prefixes.setdefault(prefix, namespace)

    def triples(self) -> Iterator[ox.Triple]:
        """As by iteration, as triples."""
        return map(triple_of, self)


def write_statements(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Statements as people read them: with prefixed names, and blank nodes numbered."""
    names: dict[Term, str] = {}

    def write(term: Term) -> str:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, f"_:b{len(names) + 1}")
        if not isinstance(term, ox.NamedNode):
            return str(term)
        for prefix, namespace in prefixes.items():
            if term.value.startswith(namespace) and _LOCAL.fullmatch(term.value[len(namespace) :]):
                return f"{prefix}:{term.value[len(namespace) :]}"
        return str(term)

    for statement in statements:
        yield " ".join(map(write, statement))
