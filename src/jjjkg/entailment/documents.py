"""Files of RDF in any supported format, read as one stream of statements."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.rdf.parsing import format_of
from jjjkg.rdf.reading import read_pieces
from jjjkg.rdf.terms import Statement, Term, triple_of

#: The local names that need no escape after a prefix (a part of Turtle's PN_LOCAL).
_LOCAL: Final = re.compile(r"[\w-]*")


class Documents:
    """The statements of one or more files; iterating reads the files.

    Statements of named graphs are included, without the names of their graphs. Blank nodes of
    several files are renamed apart; those of a single file keep their labels, so that inferences
    about them can be added to the file. ``prefixes`` maps prefixes to namespaces: those of OWL,
    RDF, RDFS and XSD first, then, once the files are read, those that the files declare.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        """Name the files to read. Raises InputError for a suffix that is not in FORMATS."""
        for file in files:
            format_of(file)
        self._files = files
        self.prefixes = {name: PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd")}

    def __iter__(self) -> Iterator[Statement]:
        """Yield the statements. Raises InputError for a file that can't be read or parsed."""
        for piece in read_pieces(self._files, apart=len(self._files) > 1):
            for quad in piece.quads:
                yield quad.subject, quad.predicate, quad.object  # type: ignore[misc]
            for prefix, namespace in piece.prefixes.items():
                self.prefixes.setdefault(prefix, namespace)

    def triples(self) -> Iterator[ox.Triple]:
        """Yield the statements as pyoxigraph's triples."""
        return map(triple_of, self)


def write_statements(statements: Iterable[Statement], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Yield each statement as text, with prefixed names and blank nodes as _:b1, _:b2, ..."""
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
