"""Statements about terms of OWL's vocabulary: no false facts, no crash, and valid proofs."""

import random
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox
import pytest

from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import Closure, close
from jjjkg.entailment.rules import load_rules
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement
from support.entailment.examples import read, read_statements, statement

#: Axioms about owl:sameAs or another term of the vocabulary, and a statement that follows.
CASES: Final = {
    "owl:sameAs under another property": (
        "owl:sameAs rdfs:subPropertyOf :like . :a :p :b .",
        ":a :like :a . :b :like :b .",
    ),
    "a property that is the same as owl:sameAs": (
        ":strictly owl:sameAs owl:sameAs . :a :strictly :b . :a :q :c .",
        ":a owl:sameAs :b . :b :strictly :a . :b :q :c .",
    ),
    "a property under an alias of owl:sameAs": (
        ":alias owl:sameAs owl:sameAs . :near rdfs:subPropertyOf :alias . :a :near :b . :b :q :c .",
        ":a :q :c . :b :alias :a .",
    ),
    "rdfs:subClassOf and owl:equivalentClass as one": (
        "rdfs:subClassOf owl:sameAs owl:equivalentClass . :A rdfs:subClassOf :B .",
        ":B rdfs:subClassOf :A . :A owl:equivalentClass :B .",
    ),
    "rdfs:domain and rdfs:range as one": (
        "rdfs:domain owl:sameAs rdfs:range . :p rdfs:domain :C . :a :p :b .",
        ":a a :C . :b a :C .",
    ),
    "rdf:type and owl:sameAs as one": (
        "rdf:type owl:sameAs owl:sameAs . :a a :C . :C :p :b .",
        ":a :p :b . :C a :a .",
    ),
    "owl:sameAs with a domain and a range": (
        "owl:sameAs rdfs:domain :D ; rdfs:range :R . :a :p :b .",
        ":a a :D , :R . :p a :D . :b a :R .",
    ),
}
#: Graphs that contradict themselves by statements about owl:sameAs.
CLASHES: Final = {
    "owl:sameAs a owl:IrreflexiveProperty . :a :p :b .": "prp-irp",
    "owl:sameAs a owl:AsymmetricProperty . :a owl:sameAs :b .": "prp-asyp",
    "owl:sameAs rdfs:domain :C . :C owl:disjointWith :C . :a :p :b .": "cax-dw",
    "owl:sameAs owl:propertyDisjointWith :p . :a :p :a .": "prp-pdw",
}
#: A graph to which most rules apply.
DATA: Final = (
    ":a :p :b . :b a :C . :C rdfs:subClassOf :D . :D owl:unionOf ( :E :C ) . :p rdfs:domain :F ."
    ' :q owl:sameAs :r . :a :q "5"^^xsd:integer , "05"^^xsd:integer .'
)
RELATIONS: Final = tuple(
    expand(name)
    for name in (
        *("owl:sameAs", "rdfs:subPropertyOf", "owl:equivalentProperty", "owl:inverseOf"),
        *("rdfs:domain", "rdfs:range", "rdfs:subClassOf", "owl:equivalentClass", "rdf:type"),
    )
)
PAIRS: Final = 45
PROOFS: Final = 5


def prove_all(closure: Closure, said: Iterable[Statement], given: set[Statement]) -> None:
    for conclusion in said:
        proof = closure.prove(conclusion)
        assert proof is not None, conclusion
        assert proof.goal == conclusion
        check(proof, given)
    for clash in closure.find_clashes(3):
        check(clash, given)


@pytest.mark.parametrize("case", CASES)
def test_what_follows_is_told_and_proved(case: str) -> None:
    turtle, conclusions = CASES[case]
    given = set(map(statement, read(turtle)))
    closure = close(given)
    entailed = set(closure.entailed())
    assert read_statements(conclusions) <= entailed
    sample = random.Random(1).sample(sorted(entailed, key=str), min(PROOFS, len(entailed)))
    prove_all(closure, [*read_statements(conclusions), *sample], given)


@pytest.mark.parametrize("turtle", CLASHES)
def test_contradictions_are_found_and_proved(turtle: str) -> None:
    given = set(map(statement, read(turtle)))
    clashes = close(given).clashes
    assert CLASHES[turtle] in {clash.steps[-1].rule for clash in clashes}
    for clash in clashes:
        check(clash, given)


def test_owl_same_as_is_itself_in_any_graph() -> None:
    given = set(map(statement, read(":a :p :b .")))
    (itself,) = read_statements("owl:sameAs owl:sameAs owl:sameAs .")
    assert close(given).holds(itself)
    prove_all(close(given), [itself], given)


def test_nothing_is_said_of_terms_that_no_statement_has() -> None:
    said = {
        term.value
        for s in close(read("owl:sameAs rdfs:domain owl:Thing .")).entailed()
        for term in (s[0], s[2])
    }
    assert not said & {expand("rdf:nil"), "0", "1"}
    assert not {value for value in said if value.startswith(expand("owl:max"))}


def pairs() -> list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]]:
    """Return a sample of all statements that relate two terms of the vocabulary."""
    terms = sorted(
        {
            part.value
            for rule in load_rules()
            for atom in (*rule.body, *rule.head)
            for part in (atom.subject, atom.predicate, atom.object)
            if isinstance(part, ox.NamedNode)
        }
    )
    draw = random.Random(7)
    return [
        (ox.NamedNode(one), ox.NamedNode(relation), ox.NamedNode(other))
        for relation in RELATIONS
        for one, other in (draw.sample(terms, 2) for _ in range(PAIRS // len(RELATIONS)))
    ]


@pytest.mark.parametrize("axiom", pairs(), ids=lambda axiom: " ".join(t.value for t in axiom))
def test_any_two_terms_may_be_related(axiom: Statement) -> None:
    """Each conclusion comes once, and a sample of them is proved."""
    given = {*map(statement, read(DATA)), axiom}
    closure = close(given)
    entailed = list(closure.entailed())
    assert len(entailed) == len(set(entailed))
    assert not given & set(entailed)
    assert closure.size == len(entailed) + len(given)
    prove_all(closure, random.Random(1).sample(entailed, PROOFS), given)
