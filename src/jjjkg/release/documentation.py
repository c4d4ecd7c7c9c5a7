"""The ontology's documentation: one page that stands alone, every term in both languages.

All of it is the ontology's own: its labels, definitions, notes and axioms.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import jinja2
import pyoxigraph as ox
from markupsafe import Markup, escape

from jjjkg.messages import LANGUAGES, translate
from jjjkg.metadata.facts import Facts
from jjjkg.rdf.iris import find_href
from jjjkg.rdf.lists import BrokenList, read_list
from jjjkg.rdf.namespaces import shorten
from jjjkg.rdf.terms import TYPE, Object, named
from jjjkg.release.content import Content

ONTOLOGY: Final = "ontology.html"
_ONTOLOGY: Final = named("owl:Ontology")
_DISJOINT: Final = (named("owl:AllDisjointClasses"), named("owl:AllDisjointProperties"))
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
#: The properties of the ontology itself that the page shows, beside title and description.
_FACTS: Final = (
    *("owl:versionIRI", "vann:preferredNamespacePrefix", "vann:preferredNamespaceUri"),
    *("dcterms:creator", "dcterms:publisher", "dcterms:source", "dcterms:license"),
    *("dcterms:created", "dcterms:issued", "dcterms:modified", "dcterms:bibliographicCitation"),
)
_NOTES: Final = ("skos:definition", "skos:scopeNote", "skos:example")

#: The words between the members of a list, by the property that has it.
_JOINED: Final = {"owl:intersectionOf": " and ", "owl:unionOf": " or "}
#: The word of a restriction, by the property that has its value.
_RESTRICTIONS: Final = {
    "owl:someValuesFrom": "some",
    "owl:allValuesFrom": "only",
    "owl:hasValue": "value",
    "owl:hasSelf": "Self",
    "owl:minCardinality": "min",
    "owl:maxCardinality": "max",
    "owl:cardinality": "exactly",
    "owl:minQualifiedCardinality": "min",
    "owl:maxQualifiedCardinality": "max",
    "owl:qualifiedCardinality": "exactly",
}


@dataclass(frozen=True)
class Axiom:
    """An axiom of a term: the words for it by language, and its expressions."""

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
        """The fragment of the term's address on the page."""
        return self.iri.partition("#")[2] or self.name


@dataclass(frozen=True)
class Section:
    """The terms of one kind. ``foreign`` has the names of those that others define."""

    words: Mapping[str, str]
    entries: tuple[Entry, ...]
    foreign: tuple[tuple[str, str], ...]


def write_documentation(content: Content) -> bytes:
    """Return the page as HTML; empty where the data have no ontology of their own."""
    triples = content.parts["ontology"]
    # Without what is inferred of a term, which its ontology does not say.
    said = Facts(triples)
    ontology = next(
        (t.subject for t in triples if t.predicate == TYPE and t.object == _ONTOLOGY), None
    )
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
    sections = tuple(_list_sections(said, triples, ontology.value))
    environment.filters["link"] = _make_linker(sections)
    environment.filters["href"] = find_href
    environment.globals["words"] = lambda key: translate(f"documentation.{key}")
    page = environment.get_template(ONTOLOGY).render(
        iri=ontology.value,
        version=content.version,
        title=_read_texts(said, ontology, "dcterms:title"),
        description=_read_texts(said, ontology, "dcterms:description"),
        facts=[(name, text) for name in _FACTS if (text := said.say(ontology, name))],
        sections=sections,
        languages=LANGUAGES,
    )
    return page.encode()


def _make_linker(sections: Sequence[Section]) -> Callable[[str], Markup]:
    """Return a filter that makes each term in an expression a link to its description."""
    places = {name: find_href(iri) for section in sections for iri, name in section.foreign}
    places |= {entry.name: f"#{entry.anchor}" for s in sections for entry in s.entries}

    def place(name: re.Match[str]) -> str:
        target = places.get(name[0])
        return Markup('<a href="{}">{}</a>').format(target, name[0]) if target else name[0]

    return lambda text: Markup(_NAME.sub(place, escape(text)))


def _list_sections(facts: Facts, triples: Sequence[ox.Triple], ontology: str) -> Iterator[Section]:
    groups = list(_list_disjoint(facts, triples))
    kinds: dict[ox.NamedNode, set[str]] = {}
    for triple in triples:
        if triple.predicate == TYPE and isinstance(triple.subject, ox.NamedNode):
            kinds.setdefault(triple.subject, set()).add(shorten(str(triple.object)[1:-1]))
    for kind in _KINDS:
        terms = sorted((t for t, of in kinds.items() if kind in of), key=lambda t: t.value)
        own = [t for t in terms if t.value.startswith(ontology)]
        foreign = [(t.value, shorten(t.value)) for t in terms if t not in own]
        if terms:
            entries = tuple(_read_entry(facts, term, kinds[term], groups) for term in own)
            yield Section(translate(f"documentation.kind.{kind}"), entries, tuple(foreign))


def _read_entry(
    facts: Facts, term: ox.NamedNode, kinds: set[str], groups: Sequence[Sequence[Object]]
) -> Entry:
    axioms = [
        _make_axiom(property, (write_expression(facts, value) for value in values))
        for property in _AXIOMS
        if (values := facts.values(term, property))
    ]
    chains = [
        " o ".join(write_expression(facts, link) for link in _read_members(facts, chain))
        for chain in facts.values(term, "owl:propertyChainAxiom")
    ]
    if chains:
        axioms.append(_make_axiom("owl:propertyChainAxiom", chains))
    others = [other for group in groups if term in group for other in group if other != term]
    if others:
        told = (write_expression(facts, other) for other in others)
        axioms.append(_make_axiom("owl:disjointWith", told))
    return Entry(
        term.value,
        shorten(term.value),
        {name: _read_texts(facts, term, name) for name in ("rdfs:label", *_NOTES)},
        tuple(
            translate(f"documentation.characteristic.{kind}")
            for kind in _CHARACTERISTICS
            if kind in kinds
        ),
        tuple(axioms),
    )


def _make_axiom(property: str, values: Iterable[str]) -> Axiom:
    return Axiom(translate(f"documentation.axiom.{property}"), tuple(values))


def _list_disjoint(facts: Facts, triples: Sequence[ox.Triple]) -> Iterator[Sequence[Object]]:
    """Yield the groups of which any two members are disjoint."""
    for triple in triples:
        if triple.object in _DISJOINT:
            for members in facts.values(triple.subject, "owl:members"):
                yield _read_members(facts, members)


def _read_texts(facts: Facts, term: Object, property: str) -> Mapping[str, str]:
    texts = facts.texts(term, property)
    return {language: text for language, text in texts.items() if language in LANGUAGES}


def write_expression(facts: Facts, term: Object) -> str:
    """Return the name of a class, a property or an individual, or else its expression.

    It is in Manchester syntax with prefixed names.
    https://www.w3.org/TR/owl2-manchester-syntax/#Expressions
    """
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    if not isinstance(term, ox.BlankNode):
        return str(term.value) if isinstance(term, ox.Literal) else str(term)
    for property, word in _JOINED.items():
        for value in facts.values(term, property):
            parts = [write_expression(facts, member) for member in _read_members(facts, value)]
            return f"({word.join(parts)})"
    for value in facts.values(term, "owl:oneOf"):
        members = [write_expression(facts, member) for member in _read_members(facts, value)]
        return f"{{{', '.join(members)}}}"
    for value in facts.values(term, "owl:complementOf"):
        return f"not {write_expression(facts, value)}"
    for value in facts.values(term, "owl:inverseOf"):
        return f"inverse {write_expression(facts, value)}"
    return _write_restriction(facts, term)


def _read_members(facts: Facts, head: Object) -> list[Object]:
    """Return the members of a list; of one that is not well formed, none."""
    try:
        return read_list(head, facts.values)
    except BrokenList:
        return []


def _write_restriction(facts: Facts, term: ox.BlankNode) -> str:
    on = " ".join(write_expression(facts, p) for p in facts.values(term, "owl:onProperty"))
    for property, word in _RESTRICTIONS.items():
        for value in facts.values(term, property):
            of = facts.values(term, "owl:onClass") or facts.values(term, "owl:onDataRange")
            filler = "".join(f" {write_expression(facts, kind)}" for kind in of)
            return f"({on} {word} {write_expression(facts, value)}{filler})"
    return f"({on})"
