"""Literals as subjects, long chains, and values with two lexical forms."""

import pyoxigraph as ox
import pytest

from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import close
from jjjkg.rdf.terms import Statement
from support.entailment.assertions import assert_clash, assert_proved, close_turtle
from support.entailment.examples import EXAMPLE, read, read_statements, statement


def test_literals_become_subjects() -> None:
    turtle = ':p owl:inverseOf :q ; rdfs:range :c . :q rdfs:domain :d . :a :p "x" .'
    conclusions = '[ :literal "x" ] :q :a ; a :c , :d .'
    assert_proved(turtle, conclusions)
    closure = close_turtle(turtle)
    assert read_statements(conclusions) <= set(closure.entailed())
    assert closure.inferred == ()


def test_what_rests_on_a_literal_as_subject_is_inferred() -> None:
    turtle = ':p owl:inverseOf :q . :r owl:propertyChainAxiom ( :p :q ) . :a :p "x" . :b :p "x" .'
    assert_proved(turtle, ":a :r :b , :a . :b :r :a .")
    assert set(close_turtle(turtle).inferred) >= set(read(":a :r :b . :b :r :a ."))


def test_a_literal_or_a_blank_node_becomes_a_property() -> None:
    x, b, y = (ox.NamedNode(EXAMPLE + name) for name in "xby")
    given = read(
        ':p rdfs:subPropertyOf "odd" , _:q . :x :p :b . _:q rdfs:subPropertyOf :r ; rdfs:range :y .'
    )
    closure = close(given)
    (odd,) = (t.object for t in given if isinstance(t.object, ox.Literal))
    (blank,) = {t.object for t in given if isinstance(t.object, ox.BlankNode)}
    for predicate in (odd, blank, ox.NamedNode(EXAMPLE + "r")):
        wanted: Statement = (x, predicate, b)
        proof = closure.prove(wanted)
        assert proof is not None, predicate
        check(proof, {statement(triple) for triple in given})
    assert closure.holds(*read_statements(":b a :y ."))
    assert {t.predicate for t in closure.inferred if t.subject == x} >= {
        ox.NamedNode(EXAMPLE + "r")
    }
    assert y in {t.object for t in closure.inferred}


@pytest.mark.parametrize("length", [300, 1_200])
def test_a_chain_longer_than_a_byte_counts(length: int) -> None:
    """Each link needs the one before it: as many rounds as links."""
    links = " ".join(f":n{i} :q :n{i + 1} ." for i in range(length))
    turtle = f":p owl:propertyChainAxiom ( :p :q ) . :start :p :n0 . {links}"
    triples = read(turtle)
    closure = close(triples)
    assert len(list(closure.entailed())) == length + len(list(close([]).entailed()))
    (last,) = read_statements(f":start :p :n{length} .")
    proof = closure.prove(last)
    assert proof is not None
    assert len(proof.steps) == length
    check(proof, {statement(triple) for triple in triples})


def test_a_long_cascade_of_sameness() -> None:
    """Each pair of terms is equal only because the pair before it is."""
    length = 300
    links = " ".join(f":a{i} :p :a{i + 1} . :b{i} :p :b{i + 1} ." for i in range(length))
    turtle = f":p a owl:FunctionalProperty . :a0 owl:sameAs :b0 . {links}"
    assert_proved(turtle, f":a{length} owl:sameAs :b{length} .")
    closure = close_turtle(turtle)
    assert not closure.holds(*read_statements(f":a{length} owl:sameAs :b{length - 1} ."))


def test_a_key_of_two_properties_needs_both() -> None:
    closure = close_turtle(
        ":c owl:hasKey ( :p :q ) . :a a :c ; :p 1 ; :q 2 . :b a :c ; :p 1 ; :q 3 ."
        " :d a :c ; :p 1 , 4 ; :q 3 , 5 ."
    )
    assert closure.holds(*read_statements(":b owl:sameAs :d ."))
    assert not closure.holds(*read_statements(":a owl:sameAs :b ."))
    assert not closure.holds(*read_statements(":a owl:sameAs :d ."))


def test_a_key_by_literals_of_equal_value() -> None:
    assert_proved(
        ':c owl:hasKey ( :p ) . :a a :c ; :p 1 . :b a :c ; :p "01"^^xsd:integer .'
        ' :d a :c ; :p "1.0"^^xsd:decimal . :a :q :x .',
        ':a owl:sameAs :b , :d . :d :q :x . :a :p "01"^^xsd:integer .',
    )
    closure = close_turtle(':c owl:hasKey ( :p ) . :a a :c ; :p 1 . :b a :c ; :p "1", 1.0e0 .')
    assert not closure.holds(*read_statements(":a owl:sameAs :b ."))


def test_a_value_by_a_literal_of_equal_value() -> None:
    assert_proved(
        ':c owl:hasValue "01"^^xsd:integer ; owl:onProperty :p . :a :p 1 . :d owl:oneOf ( 1 ) .',
        ':a a :c . [ :literal "01"^^xsd:integer ] a :d .',
    )


@pytest.mark.parametrize("one", ['"1"^^xsd:integer', '"01"^^xsd:nonNegativeInteger', "1.0"])
def test_a_cardinality_of_one_in_other_words(one: str) -> None:
    assert_proved(
        f":c owl:maxCardinality {one} ; owl:onProperty :p . :a a :c ; :p :x , :y .",
        ":x owl:sameAs :y .",
    )
    assert_proved(
        f":c owl:maxQualifiedCardinality {one} ; owl:onProperty :p ; owl:onClass :d ."
        " :a a :c ; :p :x , :y . :x a :d . :y a :d .",
        ":x owl:sameAs :y .",
    )


@pytest.mark.parametrize("zero", ["0", '"00"^^xsd:nonNegativeInteger', '"0"^^xsd:byte'])
def test_a_cardinality_of_zero_in_other_words(zero: str) -> None:
    assert_clash(
        f":c owl:maxCardinality {zero} ; owl:onProperty :p . :a a :c ; :p :x .", "cls-maxc1"
    )


@pytest.mark.parametrize("two", ["2", '"1"', '"1"^^xsd:double', "true", ":one", '"one"^^xsd:int'])
def test_what_is_no_cardinality_of_one(two: str) -> None:
    closure = close_turtle(
        f":c owl:maxCardinality {two} ; owl:onProperty :p . :a a :c ; :p :x , :y ."
    )
    assert not closure.holds(*read_statements(":x owl:sameAs :y ."))


def test_all_different_ones_that_are_the_same() -> None:
    assert_clash(
        "[] a owl:AllDifferent ; owl:members ( :a :b :c ) . :p a owl:FunctionalProperty ."
        " :x :p :a , :c .",
        "eq-diff2",
    )
    assert_clash("[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :a ) .", "eq-diff3")
    assert_clash(":a owl:differentFrom :a .", "eq-diff1")


def test_two_values_of_a_functional_property() -> None:
    turtle = ":p a owl:FunctionalProperty . :a :p 1 , 2 ."
    assert_clash(turtle, "eq-diff1")
    assert_clash(':p a owl:FunctionalProperty . :a :p 1 , "01"^^xsd:integer .')


def test_negative_assertions_are_broken_by_the_derived() -> None:
    assert_clash(
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b ."
        " :q owl:inverseOf :p . :b :q :a .",
        "prp-npa1",
    )
    assert_clash(
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 1 ."
        ' :a :p "01"^^xsd:integer .',
        "prp-npa2",
    )


def test_disjointness_by_hierarchy() -> None:
    assert_clash(
        "[] a owl:AllDisjointClasses ; owl:members ( :c :d :e ) . :f rdfs:subClassOf :c , :e ."
        " :a a :f .",
        "cax-adc",
    )
    assert_clash(
        "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) . :q rdfs:subPropertyOf :r ."
        " :a :q :b .",
        "prp-adp",
    )


def test_what_is_given_is_its_own_proof_and_what_does_not_hold_has_none() -> None:
    triples = read(":a a :c . :c rdfs:subClassOf :d .")
    closure = close(triples)
    for triple in triples:
        proof = closure.prove(statement(triple))
        assert proof is not None
        assert proof.steps == ()
        assert proof.given == (statement(triple),)
    for unknown in read_statements(":d rdfs:subClassOf :c . :nobody :p :nothing ."):
        assert not closure.holds(unknown)
        assert closure.prove(unknown) is None
        assert closure.proofs(unknown).proofs == ()


def test_a_literal_without_a_value_that_is_the_same_as_one_with_a_value() -> None:
    assert_clash(
        ":p a owl:FunctionalProperty . :q rdfs:range xsd:integer ."
        ' :b :p 7.0 . :a :p "seven"^^xsd:integer , 7 .',
        "dt-not-type",
    )


def test_nothing_is_known_of_other_data_types() -> None:
    assert_clash(':p rdfs:range xsd:integer . :a :p "2024-03-07"^^xsd:date .')
    assert_clash(':p rdfs:range xsd:date . :a :p "soon" .')


def test_a_value_of_any_data_type_is_a_literal() -> None:
    assert_proved(
        'rdfs:Literal rdfs:subClassOf :value . :a :p "2024-03-07"^^xsd:date .',
        '[ :literal "2024-03-07"^^xsd:date ] a rdfs:Literal , :value .',
    )
