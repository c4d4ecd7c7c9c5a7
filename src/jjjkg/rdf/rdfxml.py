"""RDF/XML and the limits of XML: graphs as RDF/XML, and results in XML as a reader gets them back.

The engine writes a carriage return as it is, which a reader of XML takes for a line feed; it names
elements by texts that are not names in XML, and lets through characters that XML does not have (all
measured).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
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
_ASCII_NAME: Final = re.compile("[A-Za-z_][A-Za-z0-9_.-]*")
#: Characters that https://www.w3.org/TR/xml/#NT-Char leaves out; a term has no surrogates.
_NO_CHARACTER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_BYTES: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_SPECIAL: Final = re.compile('[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]')
_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
)
#: Lines of a piece.
_LINES: Final = 1_000


class NotXML(InputError):
    """An error for a term that XML, or RDF/XML, can't write."""


class ResultsFilter:
    """A filter of the engine's results in XML, piece by piece."""

    def __init__(self) -> None:
        self._last = b""

    def feed(self, data: bytes) -> bytes:
        """Return the next piece with each carriage return as a reference. Raises NotXML.

        The engine itself writes no carriage return: all are in literals.
        """
        # A character of three bytes may lie across two pieces.
        if found := _NO_BYTES.search(self._last + data):
            raise _find_no_character(found[0].decode())
        self._last = (self._last + data)[-2:]
        return data.replace(b"\r", b"&#13;")


def find_fault(triple: ox.Triple) -> NotXML | None:
    """Return the reason why RDF/XML can't write a triple, or None where it can."""
    try:
        _name_property(triple.predicate.value)
        _write_object(triple.object)
    except NotXML as error:
        return error
    return None


def write_rdfxml(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """Yield RDF/XML of triples, in their order, piece by piece; a reader gets back every literal.

    Triples of one subject that follow each other are one element. Prefixes that XML does not allow
    are left out. Raises NotXML. https://www.w3.org/TR/rdf-syntax-grammar/
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
    """Tell if XML allows a prefix, and it leaves "rdf" to RDF's own names."""
    usable = _is_name(prefix) and not prefix.lower().startswith("xml") and prefix != "rdf"
    return usable and bool(namespace) and namespace not in _RESERVED


@lru_cache(maxsize=256)
def _name_property(iri: str) -> tuple[str, str]:
    """Return the namespace and the local name of a property; the latter is as long as possible."""
    if iri in _SYNTAX:
        raise NotXML("rdf.xml.syntax_property", iri=iri)
    start = _find_name(iri)
    if start == len(iri):
        raise NotXML("rdf.xml.nameless_property", iri=iri)
    if iri[:start] in _RESERVED:
        raise NotXML("rdf.xml.reserved_namespace", iri=iri)
    return iri[:start], iri[start:]


def _is_name(text: str) -> bool:
    return bool(_ASCII_NAME.fullmatch(text)) or (bool(text) and _find_name(text) == 0)


def _find_name(text: str) -> int:
    """Return where the longest name of XML that ends a text begins; the text's length for none.

    Names have no colon here: https://www.w3.org/TR/xml-names/#NT-NCName
    """
    start = len(text)
    for place in range(len(text) - 1, -1, -1):
        if not _may_begin("a" + text[place]):
            break
        if _may_begin(text[place]):
            start = place
    return start


@lru_cache(maxsize=4096)
def _may_begin(text: str) -> bool:
    """Tell if a parser takes this for the beginning of an element's name, without a colon.

    Editions of XML differ: expat still reads names by the fourth, whose names are names of the
    fifth too. https://www.w3.org/TR/2006/REC-xml-20060816/#NT-Name
    """
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(f"<{text}a/>", True)
    except expat.ExpatError:
        return False
    return True


def _make_element(iri: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Return the content of the opening tag of a property, and that of the closing one."""
    namespace, local = _name_property(iri)
    if prefix := names.get(namespace):
        return f"{prefix}:{local}", f"{prefix}:{local}"
    return f'{local} xmlns="{_escape(namespace)}"', local


def _write_object(term: object) -> tuple[str, str | None]:
    """Return the attribute of a property's element, and its text, or None for a thing."""
    if isinstance(term, ox.Literal):
        text = _escape(term.value)
        if language := term.language:
            if term.direction is not None:
                raise NotXML("rdf.xml.direction", term=_show(term))
            return f' xml:lang="{language}"', text
        datatype = term.datatype.value
        if datatype == _XSD_STRING:
            return "", text
        return f' rdf:datatype="{_escape(datatype)}"', text
    if isinstance(term, ox.Triple):
        raise NotXML("rdf.xml.triple_term", term=_show(term))
    return f" {_refer(term, 'resource')}", None


def _refer(term: object, attribute: str) -> str:
    """Return the attribute for what an element is about, or refers to."""
    if isinstance(term, ox.NamedNode):
        return f'rdf:{attribute}="{_escape(term.value)}"'
    assert isinstance(term, ox.BlankNode)
    return f'rdf:nodeID="{_name_node(term.value)}"'


def _name_node(label: str) -> str:
    """Return a blank node's label, or another one for it where it is not a name in XML."""
    if _is_name(label) and not label.startswith("_x"):
        return label
    return f"_x{label.encode().hex()}"


def _escape(text: str) -> str:
    """Return text as it stands in an element or an attribute. Raises NotXML."""
    if not _SPECIAL.search(text):
        return text
    if found := _NO_CHARACTER.search(text):
        raise _find_no_character(found[0])
    return text.translate(_ESCAPES)


def _find_no_character(character: str) -> NotXML:
    return NotXML("rdf.xml.character", code=f"U+{ord(character):04X}")


def _show(term: object) -> str:
    shown = str(term)
    return shown if len(shown) <= 200 else f"{shown[:200]}..."
