"""Triples made from prefixed names, and looked up by them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Object, named

Node = ox.NamedNode | ox.BlankNode
Triples = Iterator[ox.Triple]
_WORDED: Final = (ox.Literal, ox.NamedNode)


def state(subject: Node, *said: tuple[str, Iterable[Object]]) -> Triples:
    """Yield the triples of a subject, whose properties are given by prefixed names."""
    for property, values in said:
        for value in values:
            yield ox.Triple(subject, named(property), value)


def place(root: str, path: str) -> ox.NamedNode:
    """Return the IRI of a path on the server at an address.

    Raises InputError for what is not an address.
    """
    try:
        if urlsplit(root).netloc:
            return ox.NamedNode(root + path)
    except ValueError:
        pass
    raise InputError("metadata.bad_root", root=repr(root))


class Facts:
    """The values of each subject's properties, in the order of the triples."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._values: dict[tuple[object, str], list[Object]] = {}
        for triple in triples:
            key = (triple.subject, triple.predicate.value)
            self._values.setdefault(key, []).append(triple.object)

    def values(self, subject: object, property: str) -> Sequence[Object]:
        """Return the values of a property, which is given by its prefixed name."""
        return self._values.get((subject, expand(property)), ())

    def things(self, subject: object, property: str) -> list[ox.NamedNode]:
        """Return those values of a property that are IRIs."""
        return [v for v in self.values(subject, property) if isinstance(v, ox.NamedNode)]

    def literals(self, subject: object, property: str) -> list[ox.Literal]:
        """Return those values of a property that are literals."""
        return [v for v in self.values(subject, property) if isinstance(v, ox.Literal)]

    def texts(self, subject: object, property: str) -> Mapping[str, str]:
        """Return the texts of a property by language, the last one of each."""
        return {v.language: v.value for v in self.literals(subject, property) if v.language}

    def say(self, subject: object, property: str, language: str = "en") -> str:
        """Return the text or the IRI of one value, in one line; empty without any value.

        A text in the language is preferred, then a value without a language.
        """
        values = self.values(subject, property)
        fitting = [v for v in values if isinstance(v, ox.Literal) and v.language == language]
        plain = [v for v in values if not (isinstance(v, ox.Literal) and v.language)]
        chosen = next(iter([*fitting, *plain, *values]), None)
        return " ".join(chosen.value.split()) if isinstance(chosen, _WORDED) else ""
