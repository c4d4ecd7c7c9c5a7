"""The pitfalls of OOPS! that a program can tell: for each, what of an ontology is caught in it.

https://oops.linkeddata.es/catalogue.jsp has 41, P01 to P41.
"""

import re
from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Final

import pyoxigraph as ox
import rdflib.namespace

from jjjkg.messages import LANGUAGES
from jjjkg.rdf.namespaces import BASE, PREFIXES
from support.fair.visits import Reader

JJJ = PREFIXES["jjj"]

Found = Iterable[object]
#: What records are made of is provenance, which is not reasoned over: shapes say what they have.
UNREASONED: Final = {"isAbout", "paragraphNumber", "sentenceNumber", "sha256", "spokenAs"}
#: What may be used without a declaration: the terms of the languages themselves.
_LANGUAGES: Final = tuple(PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
#: The vocabularies of which rdflib knows every term.
_CLOSED: Final = {
    str(known._NS): known
    for known in vars(rdflib.namespace).values()
    if isinstance(known, rdflib.namespace.DefinedNamespaceMeta) and hasattr(known, "_NS")
}
_ENDS: Final = ("rdfs:domain", "rdfs:range")


def own(terms: Iterable[object]) -> set[ox.NamedNode]:
    """Return those of some terms that are ours."""
    return {t for t in terms if isinstance(t, ox.NamedNode) and t.value.startswith(JJJ)}


def classes(read: Reader) -> set[ox.NamedNode]:
    """Our classes."""
    return own(read.of("owl:Class"))


def properties(read: Reader) -> set[ox.NamedNode]:
    """Our properties, but for those of annotations."""
    return own(read.of("owl:ObjectProperty") | read.of("owl:DatatypeProperty"))


def p02_p12_p27_p30_p31_two_terms_for_one(read: Reader) -> Found:
    """No term of ours may be another of ours, so that no equivalence can be wrong or missing."""
    pairs = read.pairs("owl:equivalentClass") + read.pairs("owl:equivalentProperty")
    return [pair for pair in pairs if isinstance(pair[1], ox.NamedNode)]


def p03_a_property_that_says_is(read: Reader) -> Found:
    return _named(properties(read), r"is|isA|is_a|subClassOf|instanceOf|sameAs")


def p04_alone(read: Reader) -> Found:
    logical = tuple(PREFIXES[name] for name in ("owl", "rdfs", "rdf"))
    tied = {
        term
        for quad in read.store
        if quad.predicate.value.startswith(logical)
        and quad.predicate.value not in (PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "isDefinedBy")
        and not isinstance(quad.object, ox.Literal)
        for term in (quad.subject, quad.object)
    }
    unreasoned = {ox.NamedNode(JJJ + name) for name in UNREASONED}
    return (classes(read) | properties(read)) - tied - unreasoned


def p05_an_inverse_that_leads_elsewhere(read: Reader) -> Found:
    for one, two in read.pairs("owl:inverseOf"):
        for out, back in (_ENDS, _ENDS[::-1]):
            ours, theirs = read.values(one, out), read.values(two, back)
            if ours and theirs and {*ours} != {*theirs}:
                yield one, two


def p06_below_itself(read: Reader) -> Found:
    for property in ("rdfs:subClassOf", "rdfs:subPropertyOf"):
        for below, higher in read.pairs(property):
            if below in read.above(higher, property):
                yield below


def p07_p21_this_or_that(read: Reader) -> Found:
    return _named(classes(read), r".*(And|Or)[A-Z].*|(Other|Misc|Various).*")


def p08_p20_explained_by_nothing_or_by_its_name(read: Reader) -> Found:
    for term in classes(read) | properties(read) | own(read.of("owl:AnnotationProperty")):
        labels, definitions = read.texts(term, "rdfs:label"), read.texts(term, "skos:definition")
        if not [*labels] == [*definitions] == sorted(LANGUAGES) or any(
            len(labels[language]) >= len(definitions[language]) for language in LANGUAGES
        ):
            yield term


def p10_not_kept_apart_from_the_rest(read: Reader) -> Found:
    """Each class of ours is, or is below, one that is said to be disjoint with another."""
    apart = {one for pair in read.pairs("owl:disjointWith") for one in pair}
    for axiom in read.of("owl:AllDisjointClasses"):
        apart |= {*read.members(axiom)}
    for term in classes(read):
        definitions = read.values(term, "owl:equivalentClass")
        over = {term, *own(part for d in definitions for part in read.inside(d))}
        if not any(read.above(c, "rdfs:subClassOf") & own(apart) for c in over):
            yield term


def p11_without_a_domain_or_range(read: Reader) -> Found:
    """By itself, by its inverse or by one above it; but for those of claims' records.

    What the ends of another vocabulary's property are, that one says.
    """
    inverse = dict(read.pairs("owl:inverseOf"))
    for p in properties(read):
        if p.value.removeprefix(JJJ) not in UNREASONED and own({inverse.get(p, p)}):
            over = [
                a for one in (p, inverse.get(p, p)) for a in read.above(one, "rdfs:subPropertyOf")
            ]
            if not any(read.values(higher, end) for higher in over for end in _ENDS):
                yield p


def p14_p15_quantifiers_that_are_easily_mistaken(read: Reader) -> Found:
    """We have neither "only" nor "not", so that they can't be misused."""
    return read.pairs("owl:allValuesFrom") + read.pairs("owl:complementOf")


def p19_two_domains_or_ranges(read: Reader) -> Found:
    return [p for p in properties(read) for end in _ENDS if len(read.values(p, end)) > 1]


def p22_named_in_another_way(read: Reader) -> Found:
    plain = _named(classes(read), r"[A-Z][A-Za-z0-9]*") | _named(
        properties(read), r"[a-z][A-Za-z0-9]*"
    )
    return (classes(read) | properties(read)) - plain


def p23_a_datatype_of_our_own(read: Reader) -> Found:
    return own(read.of("rdfs:Datatype"))


def p24_in_its_own_definition(read: Reader) -> Found:
    for property in ("owl:equivalentClass", "rdfs:subClassOf"):
        for term, definition in read.pairs(property):
            if isinstance(definition, ox.BlankNode) and term in read.inside(definition):
                yield term


def p25_p26_an_inverse_of_what_needs_none(read: Reader) -> Found:
    symmetric = read.of("owl:SymmetricProperty")
    pairs = read.pairs("owl:inverseOf")
    return [pair for pair in pairs if pair[0] == pair[1] or {*pair} & symmetric]


def p28_p29_ends_where_it_can_not_go_on(read: Reader) -> Found:
    for p in read.of("owl:SymmetricProperty") | read.of("owl:TransitiveProperty"):
        domain, range = (read.values(p, end) for end in _ENDS)
        if domain and range and domain != range:
            yield p


def p32_one_name_for_two(read: Reader) -> Found:
    for terms in (classes(read), properties(read)):
        for one, two in combinations(sorted(terms, key=str), 2):
            ours, theirs = (read.texts(term, "rdfs:label") for term in (one, two))
            names = {(language, name.casefold()) for language, name in ours.items()}
            if any((language, name.casefold()) in names for language, name in theirs.items()):
                yield one, two


def p33_a_chain_of_one(read: Reader) -> Found:
    for property, chain in read.pairs("owl:propertyChainAxiom"):
        if len([*read.members(chain, "")]) < 2:
            yield property


def p34_p35_used_and_not_declared(read: Reader) -> Found:
    declared = {subject for subject, _ in read.pairs("rdf:type")}
    used: set[object] = {quad.predicate for quad in read.store}
    ends = (*_ENDS, "rdf:type", "rdfs:subClassOf", "rdfs:subPropertyOf", "owl:onProperty")
    used |= {value for end in ends for _, value in read.pairs(end)}
    named = {t for t in used if isinstance(t, ox.NamedNode)}
    return {t for t in named - declared if not t.value.startswith(_LANGUAGES)}


def p36_p38_p39_not_one_ontology_with_a_plain_address(read: Reader) -> Found:
    ontologies = read.of("owl:Ontology")
    if len(ontologies) != 1:
        yield ontologies
    for ontology in ontologies:
        namespaces = [str(v.value) for v in read.values(ontology, "vann:preferredNamespaceUri")]  # type: ignore[attr-defined]
        if re.search(r"\.(owl|rdf|ttl|n3)\b", str(ontology)) or namespaces != [JJJ]:
            yield ontology
        if not JJJ.startswith(str(ontology)[1:-1]):
            yield ontology


def p40_a_name_that_its_owner_does_not_know(read: Reader) -> Found:
    """In a vocabulary that rdflib knows; and nothing but its kind is said of another's term."""
    for quad in read.store:
        subject = quad.subject
        other = isinstance(subject, ox.NamedNode) and not subject.value.startswith(BASE)
        if other and quad.predicate.value != PREFIXES["rdf"] + "type":
            yield quad
        for term in (subject, quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode):
                namespace = re.sub(r"[^/#]*$", "", term.value)
                if namespace in _CLOSED and rdflib.URIRef(term.value) not in _CLOSED[namespace]:
                    yield term


def p41_without_a_licence(read: Reader) -> Found:
    return [o for o in read.of("owl:Ontology") if not read.values(o, "dcterms:license")]


PITFALLS: Final[dict[str, Callable[[Reader], Found]]] = {
    name: value for name, value in dict(globals()).items() if re.match(r"p\d\d_", name)
}


def _named(terms: Iterable[ox.NamedNode], pattern: str) -> set[ox.NamedNode]:
    return {t for t in terms if re.fullmatch(pattern, t.value.removeprefix(JJJ))}
