"""Names of things: their labels, and the terms that people mean by a label or another name."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final, Self

import pyoxigraph as ox

from jjjkg.dataset.claims import choose_text
from jjjkg.dataset.loading import Dataset
from jjjkg.errors import InputError
from jjjkg.messages import Message
from jjjkg.rdf.iris import find_problem, has_scheme
from jjjkg.rdf.namespaces import PREFIXES, expand, shorten
from jjjkg.rdf.terms import TYPE, Term, named

#: The properties that give a thing its name; the first of them that it has counts.
_NAMING: Final = tuple(map(expand, ("rdfs:label", "skos:prefLabel", "dcterms:title")))
#: The property whose values identify a claim, such as P19.S1.c.
_NOTATION: Final = expand("skos:notation")

_LITERAL: Final = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*")(?:@(?P<language>[A-Za-z-]+)|\^\^(?P<type>\S+))?', re.DOTALL
)
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class Names:
    """The labels of the things that some triples are about."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._labels: dict[Term, dict[str, str]] = {}
        self._ranks: dict[tuple[Term, str], int] = {}
        self._by_label: dict[str, dict[ox.NamedNode, None]] = {}
        self._by_notation: dict[str, dict[ox.NamedNode, None]] = {}
        self._properties: set[Term] = set()
        #: Every term of the triples.
        self.terms: dict[Term, None] = {}
        for triple in triples:
            subject, predicate, value = triple.subject, triple.predicate, triple.object
            self.terms |= {subject: None, predicate: None, value: None}  # type: ignore[dict-item]
            self._properties.add(predicate)
            if isinstance(value, ox.Literal) and isinstance(subject, ox.NamedNode):
                if predicate.value in _NAMING:
                    self._add_label(subject, value, _NAMING.index(predicate.value))
                elif predicate.value == _NOTATION:
                    self._by_notation.setdefault(value.value.casefold(), {})[subject] = None
            elif predicate == TYPE and str(value)[1:-1].endswith("Property"):
                self._properties.add(subject)  # type: ignore[arg-type]

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """Return the names of all that is in a dataset."""
        parts = (dataset.ontology, dataset.asserted, dataset.provenance, dataset.dataset)
        return cls(triple for part in parts for triple in part)

    def _add_label(self, thing: ox.NamedNode, label: ox.Literal, rank: int) -> None:
        language = (label.language or "").partition("-")[0]
        if rank <= self._ranks.get((thing, language), rank):
            self._ranks[thing, language] = rank
            self._labels.setdefault(thing, {}).setdefault(language, label.value)
        self._by_label.setdefault(label.value.casefold(), {})[thing] = None

    def label(self, thing: Term, language: str) -> str:
        """Return a thing's label in one language, or without a language; "" if it has none."""
        labels = self._labels.get(thing, {})
        return labels.get(language) or labels.get("", "")

    def name(self, thing: ox.NamedNode, language: str) -> str:
        """Return a thing's label in a language, or in another, or its prefixed name."""
        return choose_text(self._labels.get(thing, {}), language) or shorten(thing.value)

    def find(self, name: str, *, property: bool = False) -> tuple[ox.NamedNode, ...]:
        """Return the things with a label or else a notation, in any case; or properties alone."""
        folded = name.casefold()
        found = self._by_label.get(folded) or self._by_notation.get(folded) or {}
        return tuple(thing for thing in found if not property or thing in self._properties)

    def find_similar(self, name: str) -> tuple[str, ...]:
        """Return at most three labels that are spelled like a name, in lower case."""
        return tuple(get_close_matches(name.casefold(), self._by_label, 3, 0.7))

    def is_property_label(self, label: str) -> bool:
        """Tell if a property has this label in English."""
        return any(self.label(thing, "en") == label for thing in self.find(label, property=True))


def read_term(text: str, names: Names, *, property: bool = False) -> Term:
    """Return the term that a text stands for.

    A literal or a number is written as in Turtle; a prefixed name has one of our prefixes; an IRI
    stands in angle brackets or bare; all else is a label or a notation, of a property alone if
    one is asked for. Raises InputError for anything else, and for a name that several things have.
    """
    text = text.strip()
    if literal := _LITERAL.fullmatch(text):
        return _read_literal(text, literal)
    if text in ("true", "false"):
        return ox.Literal(text, datatype=named("xsd:boolean"))
    if _NUMBER.fullmatch(text):
        kind = "integer" if re.fullmatch(r"[+-]?\d+", text) else "decimal"
        kind = "double" if "e" in text.lower() else kind
        return ox.Literal(text, datatype=named(f"xsd:{kind}"))
    if text == "a" and property:
        return TYPE
    if text.startswith("<") and text.endswith(">"):
        return _read_iri(text[1:-1])
    prefix, colon, _ = text.partition(":")
    if colon and prefix in PREFIXES and not re.search(r"\s", text):
        return _read_iri(expand(text))
    found = names.find(text, property=property)
    if len(found) == 1:
        return found[0]
    if found:
        things = [shorten(thing.value) for thing in found]
        raise InputError("explanation.names.several_of_that_name", text=text, things=things)
    if has_scheme(text) and not re.search(r"\s", text):
        return _read_iri(text)
    similar = names.find_similar(text)
    hint = "explanation.names.similar_names" if similar else "explanation.names.how_to_name"
    key = "explanation.names.no_such_property" if property else "explanation.names.no_such_name"
    raise InputError(key, text=text, hint=Message(hint, {"names": similar}))


def write_term(term: Term) -> str:
    """Return a term as read_term reads it, whatever things are called: an IRI, or a literal."""
    return write_iri(term.value) if isinstance(term, ox.NamedNode) else str(term)


def write_iri(iri: str) -> str:
    """Return an IRI as read_term reads it, in brackets if it looks like a prefixed name."""
    return f"<{iri}>" if iri.partition(":")[0] in PREFIXES else iri


def write_literal(value: str, language: str = "", datatype: str = "") -> str:
    """Return a literal as read_term reads it."""
    if language:
        return str(ox.Literal(value, language=language))
    return str(ox.Literal(value, datatype=ox.NamedNode(datatype or expand("xsd:string"))))


def _read_iri(iri: str) -> ox.NamedNode:
    if problem := find_problem(iri):
        raise InputError("explanation.names.bad_iri", iri=iri, problem=problem)
    return ox.NamedNode(iri)


def _read_literal(text: str, literal: re.Match[str]) -> ox.Literal:
    datatype = literal["type"] or ""
    if datatype and not datatype.startswith("<"):
        if datatype.partition(":")[0] not in PREFIXES:
            raise InputError("explanation.names.unknown_prefix", datatype=datatype, text=text)
        text = f"{literal['text']}^^<{expand(datatype)}>"
    try:
        (triple,) = ox.parse(f"<x:s> <x:p> {text} .", ox.RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        raise InputError("explanation.names.bad_literal", text=text) from None
    if not isinstance(triple.object, ox.Literal):
        raise InputError("explanation.names.bad_literal", text=text)
    return triple.object
