"""The minimal supports of a conclusion, compared with the closures of all subsets."""

from collections.abc import Iterable
from itertools import combinations
from typing import Final

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import close
from jjjkg.rdf.terms import Statement
from support.entailment.examples import read, read_statements, statement
from support.entailment.random_ontologies import Triples, ontologies

SAME_AS: Final = ox.NamedNode("http://www.w3.org/2002/07/owl#sameAs")
#: Most triples taken of an ontology; each more doubles the time.
MOST: Final = 6
#: Graphs, each with a conclusion and the sizes of its minimal supports.
CASES: Final = {
    "given, and following from others": (
        ":owns a owl:TransitiveProperty . :a :owns :b . :b :owns :c . :a :owns :c .",
        ":a :owns :c .",
        [1, 3],
    ),
    "given, and following from a given inverse": (
        ":p owl:inverseOf :q . :a :p :b . :b :q :a .",
        ":a :p :b .",
        [1, 2],
    ),
    "given behind what is given": (
        ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :A rdfs:subClassOf :C . :x a :A , :B .",
        ":x a :C .",
        [2, 2, 3],
    ),
    "equal things": (
        ":a owl:sameAs :b . :b owl:sameAs :c . :a owl:sameAs :c . :a :p :d . :b :p :d .",
        ":c :p :d .",
        [2, 2, 3, 3],
    ),
    "a functional property": (
        ":p a owl:FunctionalProperty . :a :p :b , :c , :d .",
        ":b owl:sameAs :c .",
        [3],
    ),
    "a circle of equal properties": (
        ":p owl:equivalentProperty :q . :q owl:equivalentProperty :p . :a :p :b .",
        ":a :q :b .",
        [2, 2],
    ),
    "a chain and a shortcut": (
        ":in owl:propertyChainAxiom ( :at :of ) . :a :at :b . :b :of :c . :a :near :c ."
        " :near rdfs:subPropertyOf :in .",
        ":a :in :c .",
        [2, 7],
    ),
    "nothing": (":a :p :b .", "owl:Thing a owl:Class .", [0]),
}


@pytest.mark.parametrize("case", CASES)
def test_all_sets_are_found(case: str) -> None:
    turtle, conclusion, sizes = CASES[case]
    said = set(map(statement, read(turtle)))
    (goal,) = read_statements(conclusion)
    found = close(said).proofs(goal)
    assert found.complete
    assert [len(proof.given) for proof in found.proofs] == sizes
    for proof in found.proofs:
        assert proof.goal == goal
        check(proof, said)


def test_the_smallest_come_first_and_it_says_if_there_are_more() -> None:
    links = " ".join(f":a :p :m{n} . :m{n} :p :b . " for n in range(6))
    said = set(map(statement, read(f":p a owl:TransitiveProperty . {links} :a :p :b .")))
    (goal,) = read_statements(":a :p :b .")
    closure = close(said)
    assert [len(proof.given) for proof in closure.proofs(goal, 3).proofs] == [1, 3, 3]
    assert not closure.proofs(goal, 6).complete
    assert len(closure.proofs(goal, 6).proofs) == 6
    assert closure.proofs(goal, 7).complete
    assert len(closure.proofs(goal, 50).proofs) == 7


def test_what_does_not_hold_has_none() -> None:
    found = close(read(":a :p :b .")).proofs(next(iter(read_statements(":b :p :a ."))))
    assert (found.proofs, found.complete) == ((), True)


def small(triples: Triples) -> list[Statement]:
    """Return some of an ontology's statements, either all or none of a blank node's."""
    kept: list[ox.Triple] = []
    groups: dict[str, list[ox.Triple]] = {}
    for triple in triples:
        blank = [t.value for t in (triple.subject, triple.object) if isinstance(t, ox.BlankNode)]
        if not blank:
            kept.append(triple)
            continue
        merged = [triple]
        for name in blank:
            merged += [other for other in groups.get(name, []) if other not in merged]
        names = {
            t.value
            for each in merged
            for t in (each.subject, each.object)
            if isinstance(t, ox.BlankNode)
        }
        groups |= dict.fromkeys(names, merged)
    group = next((g for g in groups.values() if len(g) < MOST), [])
    return list(map(statement, [*group, *kept[::2], *kept[1::2]][:MOST]))


def find_minimal(said: list[Statement]) -> dict[Statement, set[frozenset[Statement]]]:
    """Return the minimal supports of each conclusion, by closing each subset, smallest first."""
    literals = [term for each in said for term in each if isinstance(term, ox.Literal)]
    found: dict[Statement, set[frozenset[Statement]]] = {}
    subsets: Iterable[tuple[Statement, ...]] = (
        subset for size in range(len(said) + 1) for subset in combinations(said, size)
    )
    for subset in subsets:
        for conclusion in {*subset, *close(subset, values=literals).entailed()}:
            known = found.setdefault(conclusion, set())
            if not any(smaller <= set(subset) for smaller in known):
                known.add(frozenset(subset))
    return found


@settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(ontologies())
def test_they_are_those_that_closing_every_subset_gives(triples: Triples) -> None:
    said = small(triples)
    minimal = find_minimal(said)
    closure = close(said)
    for conclusion in {*said, *closure.entailed()}:
        subject, predicate, value = conclusion
        # owl:sameAs of a term with itself (eq-ref) follows from each statement about the term, and
        # the types of literals follow from their values alone.
        if isinstance(subject, ox.Literal) or (predicate == SAME_AS and subject == value):
            continue
        found = closure.proofs(conclusion, 1_000)
        assert found.complete
        assert {frozenset(proof.given) for proof in found.proofs} == minimal[conclusion]
