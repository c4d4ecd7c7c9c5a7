"""Each fault of owlrl that the oracle corrects still exists; else the correction must go."""

import owlrl
import pyoxigraph as ox
import pytest
import sparq

from jjjkg.entailment.closure import close
from support.entailment.examples import read, read_statements
from support.entailment.ledger import SPARQ_GAPS
from support.entailment.oracle import GAPS, Oracle, run

_COUNTED = (
    ":c owl:{} {} ; owl:onProperty :p ; owl:onClass {} . :a a :c ; :p :x , :y . :x a :d . :y a :d ."
)
_SAME = ":x owl:sameAs :y ."
#: For each gap a graph, and a statement on which owlrl differs; none stands for a contradiction.
DISPUTED = {
    "eq-diff2": ("[] a owl:AllDifferent ; owl:members ( :a :b ) . :a owl:sameAs :b .", ""),
    "eq-diff3": ("[] a owl:AllDifferent ; owl:distinctMembers ( :a :b ) . :a owl:sameAs :b .", ""),
    "prp-adp": ("[] a owl:AllDisjointProperties ; owl:members ( :p :q ) . :a :p :b ; :q :b .", ""),
    "prp-key": (
        ":c owl:hasKey ( :p :q ) . :a a :c ; :p 1 ; :q 2 . :b a :c ; :p 1 ; :q 3 .",
        ":a owl:sameAs :b .",
    ),
    "cls-maxc1": (_COUNTED.format("maxCardinality", "false", ":d"), ""),
    "cls-maxc2": (_COUNTED.format("maxCardinality", "true", ":d"), _SAME),
    "cls-maxqc1": (_COUNTED.format("maxQualifiedCardinality", "false", ":d"), ""),
    "cls-maxqc2": (_COUNTED.format("maxQualifiedCardinality", "0.0e0", "owl:Thing"), ""),
    "cls-maxqc3": (_COUNTED.format("maxQualifiedCardinality", "true", ":d"), _SAME),
    "cls-maxqc4": (_COUNTED.format("maxQualifiedCardinality", "1.0e0", "owl:Thing"), _SAME),
    "dt-type1": ("", "xsd:date a rdfs:Datatype ."),
    "dt-type2": (":p rdfs:range xsd:byte . :a :q 7 .", "[ :literal 7 ] a xsd:byte ."),
    "dt-eq": (
        ':a :p 7 , "07"^^xsd:integer .',
        '[ :literal 7 ] owl:sameAs [ :literal "07"^^xsd:integer ] .',
    ),
    "dt-diff": (":p a owl:FunctionalProperty . :a :p 7 , 8 .", ""),
    "dt-not-type": (':p rdfs:range xsd:integer . :a :p "7" .', ""),
    "scm-sco": (
        ":c rdfs:subClassOf :d . :d rdfs:subClassOf :c .",
        ":c rdfs:subClassOf :c .",
    ),
    "scm-eqc1": (":c owl:equivalentClass :c .", ":c rdfs:subClassOf :c ."),
    "scm-op": (":p a rdf:Property .", ":p rdfs:subPropertyOf :p ."),
    "scm-dp": (":p a rdf:Property .", ":p owl:equivalentProperty :p ."),
    "scm-spo": (
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .",
        ":p rdfs:subPropertyOf :p .",
    ),
    "scm-eqp1": (":p owl:equivalentProperty :p .", ":p rdfs:subPropertyOf :p ."),
    "scm-eqp2": (":p rdfs:subPropertyOf :p .", ":p owl:equivalentProperty :p ."),
}
DISPUTED_BY_SPARQ = {
    "prp-spo2": (
        ":p owl:propertyChainAxiom ( :q :r ) , ( :r :q ) . :a :q :b . :b :r :c . :c :q :d .",
        ":a :p :c . :b :p :d .",
    ),
    "dt-eq": (
        ":c owl:hasKey ( :p ) . :a a :c ; :p 7 . :b a :c ; :p 7.0 .",
        ":a owl:sameAs :b .",
    ),
    "eq-diff1": (":a owl:differentFrom :b .", ":b owl:differentFrom :a ."),
    "scm-rng1": (":p rdfs:range xsd:byte .", ":p rdfs:range xsd:decimal ."),
}


class Unmended(Oracle):
    """owlrl as it is, but that its messages are kept apart."""

    store_triple = owlrl.OWLRL_Semantics.store_triple
    _one_time_rules_datatypes = owlrl.OWLRL_Semantics._one_time_rules_datatypes
    _properties = owlrl.OWLRL_Semantics._properties
    _equality = owlrl.OWLRL_Semantics._equality
    _classes = owlrl.OWLRL_Semantics._classes
    _schema_vocabulary = owlrl.OWLRL_Semantics._schema_vocabulary


def test_each_gap_is_disputed() -> None:
    assert set(DISPUTED) == set(GAPS)
    assert set(DISPUTED_BY_SPARQ) == set(SPARQ_GAPS)


@pytest.mark.parametrize("rule", DISPUTED)
def test_owlrl_has_another_opinion(rule: str) -> None:
    turtle, disputed = DISPUTED[rule]
    triples = read(turtle)
    closure = close(triples)
    closed, mended = run(triples)
    closed_by_owlrl, unmended = run(triples, Unmended)
    if disputed:
        (statement,) = read_statements(disputed)
        assert closure.holds(statement) == (statement in closed)
        assert closure.holds(statement) != (statement in closed_by_owlrl)
    else:
        assert bool(closure.clashes) == bool(mended.messages)
        assert bool(closure.clashes) != bool(unmended.messages)


@pytest.mark.parametrize("rule", DISPUTED_BY_SPARQ)
def test_sparq_has_another_opinion(rule: str) -> None:
    turtle, disputed = DISPUTED_BY_SPARQ[rule]
    triples = read(turtle)
    graph = sparq.Graph.load(
        ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).decode(), "ntriples"
    )
    graph.reason("owl")
    closure = close(triples)
    opinions = {
        (closure.holds(statement), bool(graph.query(f"ASK {{ {' '.join(map(str, statement))} }}")))
        for statement in read_statements(disputed)
    }
    assert any(ours != theirs for ours, theirs in opinions)
