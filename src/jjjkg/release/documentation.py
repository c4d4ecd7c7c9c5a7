"""The ontology's documentation: one page that stands alone, every term in both languages.

All of it is the ontology's own: its labels, definitions, notes and axioms.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

import jinja2
import pyoxigraph as ox
from markupsafe import Markup, escape

from jjjkg.messages import LANGUAGES, translate
from jjjkg.metadata.facts import Facts
from jjjkg.rdf.iris import find_href
from jjjkg.rdf.namespaces import shorten
from jjjkg.rdf.terms import BrokenList, Object, find_instances, named, read_list
from jjjkg.release.content import Content

ONTOLOGY: Final = "ontology.html"
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
_CHAIN: Final = "owl:propertyChainAxiom"

#: What stands before, between and after the members of a list, by the property that has it.
_LISTS: Final = {
    "owl:intersectionOf": ("(", " and ", ")"),
    "owl:unionOf": ("(", " or ", ")"),
    "owl:oneOf": ("{", ", ", "}"),
}
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


def write_documentation(content: Content) -> bytes:
    """Return the page as HTML; empty where the data have no ontology of their own."""
    triples = content.parts["ontology"]
    # Without what is inferred of a term, which its ontology does not say.
    said = Facts(triples)
    ontology = next(iter(find_instances(triples, named("owl:Ontology"))), None)
    if ontology is None:
        return b""
    sections = {
        kind: [(t, t.value.startswith(ontology.value)) for t in terms]
        for kind in _KINDS
        if (terms := sorted(find_instances(triples, named(kind)), key=lambda term: term.value))
    }
    groups = [
        _read_members(said, members)
        for triple in triples
        if triple.object in _DISJOINT
        for members in said.values(triple.subject, "owl:members")
    ]
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("jjjkg.release"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "link": _make_linker(sections.values()),
        "href": find_href,
        "shorten": shorten,
        "anchor": _find_anchor,
    }
    environment.globals |= {
        "words": lambda key: translate(f"documentation.{key}"),
        "texts": said.texts,
        "axioms": lambda term: _list_axioms(said, term, groups),
        "characteristics": lambda term: [
            kind for kind in _CHARACTERISTICS if named(kind) in said.values(term, "rdf:type")
        ],
    }
    page = environment.get_template(ONTOLOGY).render(
        ontology=ontology,
        version=content.version,
        facts=[(name, text) for name in _FACTS if (text := said.say(ontology, name))],
        sections=sections,
        languages=LANGUAGES,
    )
    return page.encode()


def _find_anchor(iri: str) -> str:
    """Return the fragment of a term's address on the page."""
    return iri.partition("#")[2] or shorten(iri)


def _make_linker(
    sections: Iterable[Sequence[tuple[ox.NamedNode, bool]]],
) -> Callable[[str], Markup]:
    """Return a filter that makes each term in an expression a link to its description."""
    places = {
        shorten(term.value): f"#{_find_anchor(term.value)}" if own else find_href(term.value)
        # Own terms last: they are described here, whatever else they are.
        for term, own in sorted(chain(*sections), key=lambda pair: pair[1])
    }

    def place(name: re.Match[str]) -> str:
        target = places.get(name[0])
        return Markup('<a href="{}">{}</a>').format(target, name[0]) if target else name[0]

    return lambda text: Markup(_NAME.sub(place, escape(text)))


def _list_axioms(
    facts: Facts, term: ox.NamedNode, groups: Iterable[Sequence[Object]]
) -> Iterator[tuple[str, list[str]]]:
    """Yield the property of each axiom of a term, and its expressions.

    `groups` are those of which any two members are disjoint.
    """
    for property in _AXIOMS:
        if values := facts.values(term, property):
            yield property, [write_expression(facts, value) for value in values]
    chains = [_read_members(facts, head) for head in facts.values(term, _CHAIN)]
    if chains:
        yield _CHAIN, [" o ".join(write_expression(facts, p) for p in links) for links in chains]
    others = [other for group in groups if term in group for other in group if other != term]
    if others:
        yield "owl:disjointWith", [write_expression(facts, other) for other in others]


def write_expression(facts: Facts, term: Object) -> str:
    """Return the name of a class, a property or an individual, or else its expression.

    It is in Manchester syntax with prefixed names.
    https://www.w3.org/TR/owl2-manchester-syntax/#Expressions
    """
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    if not isinstance(term, ox.BlankNode):
        return str(term.value) if isinstance(term, ox.Literal) else str(term)
    for property, (before, between, after) in _LISTS.items():
        for value in facts.values(term, property):
            parts = [write_expression(facts, member) for member in _read_members(facts, value)]
            return f"{before}{between.join(parts)}{after}"
    for value in facts.values(term, "owl:complementOf"):
        return f"not {write_expression(facts, value)}"
    for value in facts.values(term, "owl:inverseOf"):
        return f"inverse {write_expression(facts, value)}"
    on = " ".join(write_expression(facts, p) for p in facts.values(term, "owl:onProperty"))
    for property, word in _RESTRICTIONS.items():
        for value in facts.values(term, property):
            of = facts.values(term, "owl:onClass") or facts.values(term, "owl:onDataRange")
            filler = "".join(f" {write_expression(facts, kind)}" for kind in of)
            return f"({on} {word} {write_expression(facts, value)}{filler})"
    return f"({on})"


def _read_members(facts: Facts, head: Object) -> list[Object]:
    """Return the members of a list; of one that is not well formed, none."""
    try:
        return read_list(head, facts.values)
    except BrokenList:
        return []
