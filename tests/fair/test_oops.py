"""The pitfalls of OOPS! that a program can tell, in the ontology as clients get it.

https://oops.linkeddata.es/catalogue.jsp has 41. Left to people: P01, P09, P14 to P18, P23 (whether
the model is right); P13 (an inverse for each property: where none is needed, we name none). P37
(on the web) is in test_foops.
"""

import re

import pyoxigraph as ox
import pytest
from visiting import Reader

from jjjkg.namespaces import BASE, JJJ, PREFIXES

ONTOLOGY = ox.NamedNode(BASE + "ontology")


#: What records are made of is provenance, which is not reasoned over: shapes say what they have.
UNREASONED = {"isAbout", "paragraphNumber", "sentenceNumber", "sha256", "spokenAs"}


def own(terms: set[object]) -> set[ox.NamedNode]:
    return {t for t in terms if isinstance(t, ox.NamedNode) and t.value.startswith(JJJ)}


@pytest.fixture
def classes(read: Reader) -> set[ox.NamedNode]:
    found = own(read.of("owl:Class"))
    assert len(found) > 60
    return found


@pytest.fixture
def properties(read: Reader) -> set[ox.NamedNode]:
    found = own(read.of("owl:ObjectProperty") | read.of("owl:DatatypeProperty"))
    assert len(found) > 100
    return found


def above(read: Reader, term: object, property: str) -> set[object]:
    """What is over a term, itself included."""
    found, new = {term}, [term]
    while new:
        for value in read.values(new.pop(), property):
            if value not in found:
                found.add(value)
                new.append(value)
    return found


def test_p02_p12_p30_p32_no_two_terms_are_one(
    read: Reader, classes: set[ox.NamedNode], properties: set[ox.NamedNode]
) -> None:
    for terms in (classes, properties):
        for language in ("en", "zh"):
            names = [
                v.value.casefold()
                for term in terms
                for v in read.values(term, "rdfs:label")
                if isinstance(v, ox.Literal) and v.language == language
            ]
            assert sorted({*names}) == sorted(names)
    equivalent = read.pairs("owl:equivalentClass") + read.pairs("owl:equivalentProperty")
    assert [(one, two) for one, two in equivalent if isinstance(two, ox.NamedNode)] == []


def test_p03_no_property_says_is(properties: set[ox.NamedNode]) -> None:
    names = [p.value.removeprefix(JJJ) for p in properties]
    assert not [n for n in names if re.fullmatch(r"(is|isA|is_a|subClassOf|instanceOf)", n)]


def test_p04_every_class_is_tied_to_another_term(read: Reader, classes: set[ox.NamedNode]) -> None:
    store = read.store
    tied = {
        term
        for quad in store.quads_for_pattern(None, None, None)
        if quad.predicate.value.startswith((PREFIXES["owl"], PREFIXES["rdfs"], PREFIXES["rdf"]))
        and quad.predicate.value != PREFIXES["rdf"] + "type"
        and quad.predicate.value != PREFIXES["rdfs"] + "isDefinedBy"
        and not isinstance(quad.object, ox.Literal)
        for term in (quad.subject, quad.object)
    }
    assert classes <= tied


def test_p05_an_inverse_leads_back(read: Reader) -> None:
    for one, two in read.pairs("owl:inverseOf"):
        for out, back in (("rdfs:domain", "rdfs:range"), ("rdfs:range", "rdfs:domain")):
            ours, theirs = read.values(one, out), read.values(two, back)
            assert not ours or not theirs or {*ours} == {*theirs}, (one, two)


def test_p06_no_class_or_property_is_below_itself(read: Reader) -> None:
    for property in ("rdfs:subClassOf", "rdfs:subPropertyOf"):
        for below, higher in read.pairs(property):
            assert below not in above(read, higher, property)


def test_p07_p21_no_class_is_of_this_or_that(classes: set[ox.NamedNode]) -> None:
    names = [c.value.removeprefix(JJJ) for c in classes]
    assert not [n for n in names if re.search(r"(And|Or)[A-Z]|^(Other|Misc|Various)", n)]


def test_p08_p20_every_term_is_explained_and_not_by_its_name(
    read: Reader, classes: set[ox.NamedNode], properties: set[ox.NamedNode]
) -> None:
    for term in classes | properties | own(read.of("owl:AnnotationProperty")):
        for language in ("en", "zh"):
            label, definition = (
                next(
                    v.value
                    for v in read.values(term, property)
                    if isinstance(v, ox.Literal) and v.language == language
                )
                for property in ("rdfs:label", "skos:definition")
            )
            assert 0 < len(label) < len(definition), term


def test_p10_what_excludes_each_other_is_told(read: Reader) -> None:
    assert len(read.of("owl:AllDisjointClasses")) >= 4
    assert len(read.pairs("owl:disjointWith")) >= 5


def test_p11_every_property_has_a_domain_or_range(
    read: Reader, properties: set[ox.NamedNode]
) -> None:
    """By itself, by its inverse or by one above it; but for those of claims' records.

    What the ends of another vocabulary's property are, that one says.
    """
    inverse = dict(read.pairs("owl:inverseOf"))
    bare = {
        p.value.removeprefix(JJJ)
        for p in properties
        if own({inverse.get(p, p)})
        and not any(
            read.values(higher, end)
            for one in (p, inverse.get(p, p))
            for higher in above(read, one, "rdfs:subPropertyOf")
            for end in ("rdfs:domain", "rdfs:range")
        )
    }
    assert bare == UNREASONED


def test_p19_no_property_has_two_domains_or_ranges(
    read: Reader, properties: set[ox.NamedNode]
) -> None:
    for p in properties:
        assert len(read.values(p, "rdfs:domain")) <= 1
        assert len(read.values(p, "rdfs:range")) <= 1


def test_p22_names_follow_one_convention(
    classes: set[ox.NamedNode], properties: set[ox.NamedNode]
) -> None:
    for terms, pattern in ((classes, r"[A-Z][A-Za-z0-9]*"), (properties, r"[a-z][A-Za-z0-9]*")):
        assert all(re.fullmatch(pattern, t.value.removeprefix(JJJ)) for t in terms)


def test_p24_no_class_defines_itself(read: Reader, classes: set[ox.NamedNode]) -> None:
    for term in classes:
        for definition in read.values(term, "owl:equivalentClass"):
            inside, new = set(), [definition]
            while new:
                node = new.pop()
                inside.add(node)
                if isinstance(node, ox.BlankNode):
                    quads = read.store.quads_for_pattern(node, None, None)
                    new += [q.object for q in quads if q.object not in inside]
            assert term not in inside


def test_p25_p26_symmetric_properties_have_no_inverse(read: Reader) -> None:
    symmetric = read.of("owl:SymmetricProperty")
    assert symmetric
    pairs = read.pairs("owl:inverseOf")
    assert not [pair for pair in pairs if pair[0] == pair[1] or {*pair} & symmetric]


def test_p27_p28_p29_p31_characteristics_fit_domain_and_range(read: Reader) -> None:
    """What goes round, or on, must end where it may begin."""
    for p in read.of("owl:SymmetricProperty") | read.of("owl:TransitiveProperty"):
        domain, range = read.values(p, "rdfs:domain"), read.values(p, "rdfs:range")
        assert not domain or not range or domain == range, p


def test_p33_no_chain_of_one(read: Reader) -> None:
    chains = read.pairs("owl:propertyChainAxiom")
    assert chains
    for _, chain in chains:
        (rest,) = read.values(chain, "rdf:rest")
        assert read.values(rest, "rdf:first")


def test_p34_p35_what_is_used_is_declared(read: Reader) -> None:
    declared = {subject for subject, _ in read.pairs("rdf:type")}
    ends = ("rdfs:domain", "rdfs:range", "rdfs:subClassOf", "rdfs:subPropertyOf", "owl:onProperty")
    used = {value for end in ends for _, value in read.pairs(end)}
    assert {t for t in used if isinstance(t, ox.NamedNode)} <= declared | {
        ox.NamedNode(PREFIXES["rdfs"] + "Resource")
    }


def test_p36_p38_p39_p41_the_ontology_is_declared_under_one_plain_address(read: Reader) -> None:
    assert read.of("owl:Ontology") == {ONTOLOGY}
    assert not re.search(r"\.(owl|rdf|ttl|n3)\b", ONTOLOGY.value)
    assert ONTOLOGY.value + "#" == JJJ
    assert read.values(ONTOLOGY, "dcterms:license")


def test_p40_nothing_is_defined_in_the_namespace_of_another(read: Reader) -> None:
    for quad in read.store.quads_for_pattern(None, None, None):
        if isinstance(quad.subject, ox.NamedNode) and not quad.subject.value.startswith(BASE):
            assert quad.predicate.value == PREFIXES["rdf"] + "type", quad
