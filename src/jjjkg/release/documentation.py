"""The ontology's documentation: one page that stands alone, every term in both languages.

All of it is the ontology's own: its labels, definitions, notes and axioms.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import jinja2
import pyoxigraph as ox
from markupsafe import Markup, escape

from jjjkg.messages import LANGUAGES, translate
from jjjkg.rdf.iris import find_href
from jjjkg.rdf.namespaces import expand, shorten
from jjjkg.release.content import Content, Object
from jjjkg.release.expressions import read_list, write_expression

ONTOLOGY: Final = "ontology.html"
#: The sections, by the type of the terms in them (documentation.toml has the words).
_KINDS: Final = (
    *("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"),
    "owl:NamedIndividual",
)
#: The properties that make an axiom of a term.
_AXIOMS: Final = (
    *("owl:equivalentClass", "rdfs:subClassOf", "owl:disjointWith", "owl:equivalentProperty"),
    *("rdfs:subPropertyOf", "owl:inverseOf", "rdfs:domain", "rdfs:range"),
    "owl:propertyDisjointWith",
)
#: A prefixed name, as expressions have them.
_NAME: Final = re.compile(r"[\w-]+:[\w-]+")
_CHARACTERISTICS: Final = (
    *("owl:TransitiveProperty", "owl:SymmetricProperty", "owl:AsymmetricProperty"),
    *("owl:ReflexiveProperty", "owl:IrreflexiveProperty", "owl:FunctionalProperty"),
    "owl:InverseFunctionalProperty",
)
#: What is said of the ontology itself, beside its title and description.
_FACTS: Final = (
    *("owl:versionIRI", "vann:preferredNamespacePrefix", "vann:preferredNamespaceUri"),
    *("dcterms:creator", "dcterms:publisher", "dcterms:source", "dcterms:license"),
    *("dcterms:created", "dcterms:issued", "dcterms:modified", "dcterms:bibliographicCitation"),
)
_NOTES: Final = ("skos:definition", "skos:scopeNote", "skos:example")


@dataclass(frozen=True)
class Axiom:
    """What is said of a term: the words for it by language, and the expressions it is said with."""

    words: Mapping[str, str]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A term: its prefixed name, its texts by property and language, and its axioms."""

    iri: str
    name: str
    texts: Mapping[str, Mapping[str, str]]
    characteristics: tuple[Mapping[str, str], ...]
    axioms: tuple[Axiom, ...]

    @property
    def anchor(self) -> str:
        """What follows the hash sign in an address of the term on the page."""
        return self.iri.partition("#")[2] or self.name


@dataclass(frozen=True)
class Section:
    """The terms of one kind. ``foreign`` has the names of those that others define."""

    words: Mapping[str, str]
    entries: tuple[Entry, ...]
    foreign: tuple[tuple[str, str], ...]


def write_documentation(content: Content) -> bytes:
    """The page, as HTML; empty where the data have no ontology of their own."""
    # What is inferred of a term is not what its ontology says.
    content = replace(content, parts={"ontology": content.parts["ontology"]})
    ontology = next((t.subject for t in content.parts["ontology"] if _is_ontology(t)), None)
    if not isinstance(ontology, ox.NamedNode):
        return b""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("jjjkg.release"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    sections = tuple(_list_sections(content, ontology.value))
    environment.filters["link"] = _make_linker(sections)
    environment.filters["href"] = find_href
    environment.globals["words"] = lambda key: translate(f"documentation.{key}")
    page = environment.get_template(ONTOLOGY).render(
        iri=ontology.value,
        version=content.version,
        title=_read_texts(content, ontology, "dcterms:title"),
        description=_read_texts(content, ontology, "dcterms:description"),
        facts=[
            (name, content.say(ontology, name)) for name in _FACTS if content.say(ontology, name)
        ],
        sections=sections,
        languages=LANGUAGES,
    )
    return page.encode()


def _make_linker(sections: Sequence[Section]) -> Callable[[str], Markup]:
    """What makes of each term in an expression a link to where it is described."""
    places = {name: find_href(iri) for section in sections for iri, name in section.foreign}
    places |= {entry.name: f"#{entry.anchor}" for s in sections for entry in s.entries}

    def place(name: re.Match[str]) -> str:
        target = places.get(name[0])
        return Markup('<a href="{}">{}</a>').format(target, name[0]) if target else name[0]

    return lambda text: Markup(_NAME.sub(place, escape(text)))


def _is_ontology(triple: ox.Triple) -> bool:
    return triple.predicate.value == expand("rdf:type") and triple.object == ox.NamedNode(
        expand("owl:Ontology")
    )


def _list_sections(content: Content, ontology: str) -> Iterator[Section]:
    groups = list(_list_disjoint(content))
    kinds: dict[ox.NamedNode, set[str]] = {}
    for triple in content.parts["ontology"]:
        if triple.predicate.value == expand("rdf:type") and isinstance(
            triple.subject, ox.NamedNode
        ):
            kinds.setdefault(triple.subject, set()).add(shorten(str(triple.object)[1:-1]))
    for kind in _KINDS:
        terms = sorted((t for t, of in kinds.items() if kind in of), key=lambda t: t.value)
        own = [t for t in terms if t.value.startswith(ontology)]
        foreign = [(t.value, shorten(t.value)) for t in terms if t not in own]
        if terms:
            entries = tuple(_read_entry(content, term, kinds[term], groups) for term in own)
            yield Section(translate(f"documentation.kind.{kind}"), entries, tuple(foreign))


def _read_entry(
    content: Content, term: ox.NamedNode, kinds: set[str], groups: Sequence[Sequence[Object]]
) -> Entry:
    axioms = [
        _make_axiom(property, (write_expression(content, value) for value in values))
        for property in _AXIOMS
        if (values := content.values(term, property))
    ]
    chains = [
        " o ".join(write_expression(content, link) for link in read_list(content, chain))
        for chain in content.values(term, "owl:propertyChainAxiom")
    ]
    if chains:
        axioms.append(_make_axiom("owl:propertyChainAxiom", chains))
    others = [other for group in groups if term in group for other in group if other != term]
    if others:
        told = (write_expression(content, other) for other in others)
        axioms.append(_make_axiom("owl:disjointWith", told))
    return Entry(
        term.value,
        shorten(term.value),
        {name: _read_texts(content, term, name) for name in ("rdfs:label", *_NOTES)},
        tuple(
            translate(f"documentation.characteristic.{kind}")
            for kind in _CHARACTERISTICS
            if kind in kinds
        ),
        tuple(axioms),
    )


def _make_axiom(property: str, values: Iterable[str]) -> Axiom:
    return Axiom(translate(f"documentation.axiom.{property}"), tuple(values))


def _list_disjoint(content: Content) -> Iterator[Sequence[Object]]:
    """The groups of which any two members are disjoint."""
    kinds = {ox.NamedNode(expand(f"owl:AllDisjoint{what}")) for what in ("Classes", "Properties")}
    for triple in content.parts["ontology"]:
        if triple.object in kinds:
            for members in content.values(triple.subject, "owl:members"):
                yield tuple(read_list(content, members))


def _read_texts(content: Content, term: Object, property: str) -> Mapping[str, str]:
    literals = [v for v in content.values(term, property) if isinstance(v, ox.Literal)]
    return {v.language: v.value for v in literals if v.language in LANGUAGES}
