"""RDF in XML: what XML can't hold, graphs as RDF/XML, and results that a reader gets back.

The engine writes a carriage return as it is, which a reader of XML takes for a line feed, names
elements by what is no name, and lets through characters that XML has not (all measured).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from string import ascii_letters, digits
from typing import Final
from xml.parsers import expat

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import PREFIXES

_RDF: Final = PREFIXES["rdf"]
_XSD_STRING: Final = PREFIXES["xsd"] + "string"
#: Namespaces that no document may declare. https://www.w3.org/TR/xml-names/#xmlReserved
_RESERVED: Final = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
#: Names of RDF that mean something else where a property's name stands, those of RDF 1.2 too.
#: https://www.w3.org/TR/rdf-syntax-grammar/#propertyElementURIs
_SYNTAX: Final = frozenset(
    _RDF + name
    for name in "RDF ID about parseType resource nodeID datatype Description li aboutEach "
    "aboutEachPrefix bagID version annotation annotationNodeID".split()
)
#: What a name of XML may begin with, and have in it, of ASCII.
_LETTERS: Final = frozenset(ascii_letters + "_")
_IN_NAMES: Final = _LETTERS | frozenset(digits + "-.")
#: What https://www.w3.org/TR/xml/#NT-Char leaves out; surrogates are no characters of a term.
_NO_CHARACTER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_BYTES: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_SPECIAL: Final = re.compile('[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]')
_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
)
#: So many lines are put together at a time.
_LINES: Final = 1_000


class NotXML(InputError):
    """A term that XML, or RDF/XML, has no way to write; the message says which, and why."""


class ResultsFilter:
    """Mends results in XML as the engine writes them, piece by piece."""

    def __init__(self) -> None:
        self._last = b""

    def feed(self, data: bytes) -> bytes:
        """The next piece, with each carriage return as a reference.

        The engine itself writes none: where one stands, it is a literal's. Raises NotXML.
        """
        # A character of three bytes may lie across two pieces.
        if found := _NO_BYTES.search(self._last + data):
            raise NotXML(_explain_character(found[0].decode()))
        self._last = (self._last + data)[-2:]
        return data.replace(b"\r", b"&#13;")


def find_fault(triple: ox.Triple) -> str:
    """Why RDF/XML can't write a triple; empty where it can."""
    try:
        _name_property(triple.predicate.value)
        _write_object(triple.object)
    except NotXML as error:
        return str(error)
    return ""


def write_rdfxml(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """RDF/XML of triples, in their order, piece by piece; a reader gets back every literal.

    Triples of one subject that follow each other stand together. Prefixes that XML can't have are
    left out. Raises NotXML. https://www.w3.org/TR/rdf-syntax-grammar/
    """
    names = {ns: prefix for prefix, ns in prefixes.items() if _fits(prefix, ns)}
    names[_RDF] = "rdf"
    declared = "".join(f' xmlns:{prefix}="{_escape(ns)}"' for ns, prefix in names.items())
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n']
    elements: dict[str, tuple[str, str]] = {}
    subject: object = None
    for triple in triples:
        if triple.subject != subject:
            if subject is not None:
                lines.append("\t</rdf:Description>\n")
            subject = triple.subject
            lines.append(f"\t<rdf:Description {_refer(subject, 'about')}>\n")
        predicate = triple.predicate.value
        element = elements.get(predicate)
        if element is None:
            element = elements[predicate] = _make_element(predicate, names)
        opening, closing = element
        attribute, content = _write_object(triple.object)
        lines.append(
            f"\t\t<{opening}{attribute}/>\n"
            if content is None
            else f"\t\t<{opening}{attribute}>{content}</{closing}>\n"
        )
        if len(lines) >= _LINES:
            yield "".join(lines).encode()
            lines.clear()
    lines.append("</rdf:RDF>\n" if subject is None else "\t</rdf:Description>\n</rdf:RDF>\n")
    yield "".join(lines).encode()


def _fits(prefix: str, namespace: str) -> bool:
    """Tell whether XML can have a prefix, and ours for RDF's own names stays what it is."""
    usable = _is_name(prefix) and not prefix.lower().startswith("xml") and prefix != "rdf"
    return usable and bool(namespace) and namespace not in _RESERVED


@lru_cache(maxsize=256)
def _name_property(iri: str) -> tuple[str, str]:
    """The namespace and the local name of a property, which is as long as it can be."""
    if iri in _SYNTAX:
        raise NotXML(f"RDF/XML can't write the property <{iri}>: the name is part of its syntax")
    start = _find_name(iri)
    if start == len(iri):
        raise NotXML(
            f"RDF/XML can't write the property <{iri}>: it does not end in a name of XML, "
            "which begins with a letter"
        )
    if iri[:start] in _RESERVED:
        raise NotXML(f"RDF/XML can't write the property <{iri}>: its namespace is XML's own")
    return iri[:start], iri[start:]


def _is_name(text: str) -> bool:
    return bool(text) and _find_name(text) == 0


def _find_name(text: str) -> int:
    """The place where the longest name of XML begins that a text ends in; the text's end for none.

    Names have no colon here: https://www.w3.org/TR/xml-names/#NT-NCName
    """
    start = len(text)
    for place in range(len(text) - 1, -1, -1):
        character = text[place]
        if not (character in _IN_NAMES if character.isascii() else _may_stand("a" + character)):
            break
        if character in _LETTERS if character.isascii() else _may_stand(character):
            start = place
    return start


@lru_cache(maxsize=4096)
def _may_stand(name: str) -> bool:
    """Tell whether a reader takes this for an element's name.

    Editions of XML differ: expat still reads names by the fourth, whose names are names of the
    fifth too. https://www.w3.org/TR/2006/REC-xml-20060816/#NT-Name
    """
    try:
        expat.ParserCreate().Parse(f"<{name}/>", True)
    except expat.ExpatError:
        return False
    return True


def _make_element(iri: str, names: Mapping[str, str]) -> tuple[str, str]:
    """The content of the opening tag of a property, and in the closing one."""
    namespace, local = _name_property(iri)
    if prefix := names.get(namespace):
        return f"{prefix}:{local}", f"{prefix}:{local}"
    return f'{local} xmlns="{_escape(namespace)}"', local


def _write_object(term: object) -> tuple[str, str | None]:
    """The attribute of a property's element, and its text, or None for what has none."""
    if isinstance(term, ox.Literal):
        text = _escape(term.value)
        if language := term.language:
            if term.direction is not None:
                raise NotXML(
                    f"RDF/XML can't write {_show(term)}: it has no way to give the direction "
                    "of a text"
                )
            return f' xml:lang="{language}"', text
        datatype = term.datatype.value
        if datatype == _XSD_STRING:
            return "", text
        return f' rdf:datatype="{_escape(datatype)}"', text
    if isinstance(term, ox.Triple):
        raise NotXML(f"RDF/XML can't write {_show(term)}: it has no triples as terms")
    return f" {_refer(term, 'resource')}", None


def _refer(term: object, attribute: str) -> str:
    """The attribute that says what an element is about, or refers to."""
    if isinstance(term, ox.NamedNode):
        return f'rdf:{attribute}="{_escape(term.value)}"'
    assert isinstance(term, ox.BlankNode)
    return f'rdf:nodeID="{_name_node(term.value)}"'


def _name_node(label: str) -> str:
    """A blank node's label, or another one for it where it is no name of XML."""
    if _is_name(label) and not label.startswith("_x"):
        return label
    return f"_x{label.encode().hex()}"


def _escape(text: str) -> str:
    """Text of an element or an attribute. Raises NotXML."""
    if not _SPECIAL.search(text):
        return text
    if found := _NO_CHARACTER.search(text):
        raise NotXML(_explain_character(found[0]))
    return text.translate(_ESCAPES)


def _explain_character(character: str) -> str:
    return f"a literal holds the character U+{ord(character):04X}, which XML can't"


def _show(term: object) -> str:
    shown = str(term)
    return shown if len(shown) <= 200 else f"{shown[:200]}..."
