"""Derived schema axioms take part in inference, and conclusions from them are proved."""

import pytest

from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import close
from support.entailment.examples import read, read_statements, statement

#: Statements that schema is derived from, with data; and statements that follow.
CASES = {
    "a range that is the same as a class above it": (
        ":a :p :b . :p rdfs:range :c . :c rdfs:subClassOf :d . :d owl:sameAs :c . :e a :d .",
        ":b a :c , :d .",
    ),
    "a domain that is the same as a class above it": (
        ":a :p :b . :p rdfs:domain :c . :c rdfs:subClassOf :d . :d owl:sameAs :c . :e a :d .",
        ":a a :c , :d .",
    ),
    "a property that is the same as one above it": (
        ":p rdfs:subPropertyOf :q . :q owl:sameAs :p . :q rdfs:subPropertyOf :r . :a :p :b .",
        ":a :q :b ; :r :b .",
    ),
    "a class of transitive properties": (
        ":T rdfs:subClassOf owl:TransitiveProperty . :p a :T . :a :p :b . :b :p :c . :c :p :d .",
        ":a :p :c , :d . :b :p :d .",
    ),
    "a class of symmetric properties": (
        ":S rdfs:subClassOf owl:SymmetricProperty . :q a :S . :q rdfs:subPropertyOf :p ."
        " :a :q :b .",
        ":b :q :a ; :p :a .",
    ),
    "a class of functional properties": (
        ":F rdfs:subClassOf owl:FunctionalProperty . :p a :F . :a :p :b , :c . :b :q :d .",
        ":b owl:sameAs :c . :c :q :d .",
    ),
    "a property that is found transitive by its range": (
        ":says rdfs:range owl:TransitiveProperty . :x :says :p . :a :p :b . :b :p :c .",
        ":a :p :c .",
    ),
    "a property under rdfs:subClassOf": (
        ":under rdfs:subPropertyOf rdfs:subClassOf . :c :under :d . :d :under :e . :a a :c .",
        ":a a :d , :e . :c rdfs:subClassOf :e .",
    ),
    "a property under a property under rdfs:subPropertyOf": (
        ":u rdfs:subPropertyOf :v . :v rdfs:subPropertyOf rdfs:subPropertyOf . :p :u :q ."
        " :a :p :b .",
        ":a :q :b .",
    ),
    "a property under rdf:type": (
        ":kind rdfs:subPropertyOf rdf:type . :p :kind owl:TransitiveProperty ."
        " :a :p :b . :b :p :c . :c :kind :d . :d rdfs:subClassOf :e .",
        ":a :p :c . :c a :d , :e .",
    ),
    "rdfs:subClassOf under another property": (
        "rdfs:subClassOf rdfs:subPropertyOf :related . :c rdfs:subClassOf :d .",
        ":c :related :d .",
    ),
    "rdf:type with a domain": (
        "rdf:type rdfs:range :class . :class rdfs:subClassOf owl:Class . :a a :c .",
        ":c a :class , owl:Class ; rdfs:subClassOf owl:Thing .",
    ),
    "a chain by a property under owl:propertyChainAxiom": (
        ":chain rdfs:subPropertyOf owl:propertyChainAxiom . :p :chain ( :q :r ) ."
        " :a :q :b . :b :r :c .",
        ":a :p :c .",
    ),
    "an inverse by a symmetric owl:inverseOf": (
        "owl:inverseOf a owl:SymmetricProperty . :p owl:inverseOf :q . :a :p :b .",
        ":q owl:inverseOf :p . :b :q :a .",
    ),
    "an inverse by a property under owl:inverseOf": (
        ":back rdfs:subPropertyOf owl:inverseOf . :p :back :q . :a :q :b .",
        ":b :p :a .",
    ),
    "list cells by properties under rdf:first and rdf:rest": (
        ":head rdfs:subPropertyOf rdf:first . :tail rdfs:subPropertyOf rdf:rest ."
        " :p owl:propertyChainAxiom :l . :l :head :q ; :tail :m . :m :head :r ; :tail rdf:nil ."
        " :a :q :b . :b :r :c .",
        ":a :p :c .",
    ),
    "a list that another one is the same as": (
        ":c owl:unionOf :l . :l owl:sameAs :m . :m rdf:first :d ; rdf:rest rdf:nil . :a a :d .",
        ":a a :c . :d rdfs:subClassOf :c .",
    ),
    "a key by a property under owl:hasKey": (
        ":key rdfs:subPropertyOf owl:hasKey . :c :key ( :p ) . :a a :c ; :p 1 . :b a :c ; :p 1 .",
        ":a owl:sameAs :b .",
    ),
    "a restriction by an equivalent of owl:onProperty": (
        ":on owl:equivalentProperty owl:onProperty . :c :on :p ; owl:hasValue :v . :a :p :v .",
        ":a a :c .",
    ),
    "the same properties": (
        ":p owl:sameAs :q . :p a owl:TransitiveProperty . :a :p :b . :b :q :c .",
        ":q a owl:TransitiveProperty . :a :p :c ; :q :c .",
    ),
    "the same classes": (
        ":c owl:sameAs :d . :c rdfs:subClassOf :e . :f rdfs:subClassOf :d . :a a :f .",
        ":f rdfs:subClassOf :c . :a a :c , :d , :e .",
    ),
    "a property that is the same as one of the language": (
        ":sub owl:sameAs rdfs:subClassOf . :c :sub :d . :a a :c .",
        ":c rdfs:subClassOf :d . :a a :d .",
    ),
    "a property under owl:sameAs": (
        ":alias rdfs:subPropertyOf owl:sameAs . :a :alias :b . :b :p :c .",
        ":b owl:sameAs :a . :a :p :c .",
    ),
    "owl:sameAs under another property": (
        "owl:sameAs rdfs:subPropertyOf :like . :a owl:sameAs :b . :c :like :d .",
        ":a :like :b , :a . :b :like :a , :b . :c :like :c .",
    ),
    "owl:sameAs with a domain": (
        "owl:sameAs rdfs:domain :c . :a :p :b .",
        ":a a :c . :b a :c . :p a :c .",
    ),
    "sameness by a chain": (
        "owl:sameAs owl:propertyChainAxiom ( :p :q ) . :a :p :b . :b :q :c . :c :r :d .",
        ":a owl:sameAs :c ; :r :d .",
    ),
    "sameness that makes a property functional": (
        ":p owl:sameAs :f . :f a owl:FunctionalProperty . :a :p :b ; :f :c . :b :q :d .",
        ":b owl:sameAs :c . :c :q :d .",
    ),
    "a cascade of sameness": (
        ":p a owl:FunctionalProperty . :q a owl:InverseFunctionalProperty ."
        " :a :p :b , :c . :d :q :b . :e :q :c . :d :r :f .",
        ":b owl:sameAs :c . :d owl:sameAs :e . :e :r :f .",
    ),
    "a domain by a chain": (
        "rdfs:domain owl:propertyChainAxiom ( :about :kind ) . :p :about :x . :x :kind :c ."
        " :a :p :b .",
        ":p rdfs:domain :c . :a a :c .",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_follows_by_derived_schema_is_proved(case: str) -> None:
    turtle, conclusions = CASES[case]
    triples = read(turtle)
    given = {statement(triple) for triple in triples}
    closure = close(triples)
    assert closure.clashes == ()
    entailed = set(closure.entailed())
    for conclusion in read_statements(conclusions):
        assert closure.holds(conclusion), conclusion
        assert conclusion in entailed or conclusion[0] == conclusion[2], conclusion
        proof = closure.prove(conclusion)
        assert proof is not None, conclusion
        check(proof, given)
