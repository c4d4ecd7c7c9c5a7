"""Terms as people write them: prefixed names, IRIs, labels, and literals."""

import re
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.explanation.names import Names
from jjjkg.rdf.namespaces import PREFIXES, expand, shorten
from jjjkg.rdf.terms import Term

_LITERAL: Final = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*")(?:@(?P<language>[A-Za-z-]+)|\^\^(?P<type>\S+))?', re.DOTALL
)
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")
_NUMERIC: Final = frozenset(map(expand, ("xsd:integer", "xsd:decimal", "xsd:double", "xsd:float")))


def read_term(text: str, names: Names, *, property: bool = False) -> Term:
    """The term that a text stands for.

    A literal is written as in Turtle; a prefixed name has one of our prefixes; an IRI stands in
    angle brackets or bare; all else is a label, of a property alone if one is asked for.
    Raises InputError for what is none of these, and for a label that several things have.
    """
    text = text.strip()
    if literal := _LITERAL.fullmatch(text):
        return _read_literal(text, literal)
    if text in ("true", "false"):
        return ox.Literal(text, datatype=ox.NamedNode(expand("xsd:boolean")))
    if _NUMBER.fullmatch(text):
        return _read_number(text, names)
    if text == "a" and property:
        return ox.NamedNode(expand("rdf:type"))
    if text.startswith("<") and text.endswith(">"):
        return _read_iri(text[1:-1])
    prefix, colon, _ = text.partition(":")
    if colon and prefix in PREFIXES and not re.search(r"\s", text):
        return _read_iri(expand(text))
    found = names.find(text, property=property)
    if len(found) == 1:
        return found[0]
    if found:
        candidates = ", ".join(shorten(thing.value) for thing in found)
        raise InputError(f"{text!r} is what several are called: {candidates}; name one of them")
    if _IRI.fullmatch(text):
        return _read_iri(text)
    if near := get_close_matches(text.casefold(), names.labels, 3, 0.7):
        known = f"called nearly so: {', '.join(near)}"
    else:
        known = "give a label, a prefixed name such as kg:beijing, an IRI, or a literal"
    raise InputError(f"nothing{' (no property)' if property else ''} is called {text!r}; {known}")


def write_term(term: Term) -> str:
    """A term as read_term reads it, whatever things are called: an IRI, or a literal."""
    return write_iri(term.value) if isinstance(term, ox.NamedNode) else str(term)


def write_iri(iri: str) -> str:
    """An IRI as read_term reads it, in brackets where it could be taken for a prefixed name."""
    return f"<{iri}>" if iri.partition(":")[0] in PREFIXES else iri


def write_literal(value: str, language: str = "", datatype: str = "") -> str:
    """A literal as read_term reads it."""
    if language:
        return str(ox.Literal(value, language=language))
    return str(ox.Literal(value, datatype=ox.NamedNode(datatype or expand("xsd:string"))))


def _read_iri(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise InputError(f"{iri!r} is no IRI: {error}; mend it") from None


def _read_literal(text: str, literal: re.Match[str]) -> ox.Literal:
    datatype = literal["type"] or ""
    if datatype and not datatype.startswith("<"):
        prefix = datatype.partition(":")[0]
        if prefix not in PREFIXES:
            raise InputError(f"{datatype!r} in {text} has no prefix of ours; write its IRI in <>")
        text = f"{literal['text']}^^<{expand(datatype)}>"
    try:
        (triple,) = ox.parse(f"<x:s> <x:p> {text} .", ox.RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        raise InputError(f"{text} is no literal; write it as in Turtle") from None
    if not isinstance(triple.object, ox.Literal):
        raise InputError(f"{text} is no literal; write it as in Turtle")
    return triple.object


def _read_number(text: str, names: Names) -> ox.Literal:
    """The number as the data have it, whatever its type; without any such an integer or so."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise InputError(
            f"{text[:40]} is too great a number; give one that data can have"
        ) from None
    known = [term for term in names.terms if isinstance(term, ox.Literal) and _equals(term, value)]
    if len(known) == 1:
        return known[0]
    if len(known) > 1:
        candidates = ", ".join(map(str, known))
        raise InputError(f"{text} is written in several ways: {candidates}; give one of them")
    kind = "integer" if re.fullmatch(r"[+-]?\d+", text) else "decimal"
    kind = "double" if "e" in text.lower() else kind
    return ox.Literal(text, datatype=ox.NamedNode(expand(f"xsd:{kind}")))


def _equals(literal: ox.Literal, value: Decimal) -> bool:
    if literal.datatype.value not in _NUMERIC:
        return False
    try:
        return Decimal(literal.value) == value
    except InvalidOperation:
        return False
