"""Every triple inferred from our own graph has a proof that the checker accepts."""

from itertools import groupby

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import Dataset
from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import Closure, close
from jjjkg.rdf.terms import Statement


@pytest.fixture(scope="module")
def given(dataset: Dataset) -> set[Statement]:
    return set(map(tuple, (*dataset.ontology, *dataset.asserted)))


@pytest.fixture(scope="module")
def closure(given: set[Statement]) -> Closure:
    return close(given)


def test_the_proof_of_each_inferred_triple_is_accepted(
    closure: Closure, given: set[Statement]
) -> None:
    assert len(closure.inferred) > 500
    for triple in closure.inferred:
        proof = closure.prove(tuple(triple))
        assert proof
        assert proof.goal == tuple(triple)
        assert proof.steps
        check(proof, given)


def test_the_proof_of_each_triple_that_is_left_out_is_accepted(
    closure: Closure, given: set[Statement]
) -> None:
    kept = set(map(tuple, closure.inferred))
    left_out = [said for said in closure.entailed() if said not in kept]
    assert len(left_out) == sum(closure.trimmed.values()) > 500
    for said in left_out:
        proof = closure.prove(said)
        assert proof
        assert proof.goal == said
        check(proof, given)


def test_what_is_given_proves_itself(closure: Closure, given: set[Statement]) -> None:
    for said in given:
        proof = closure.prove(said)
        assert proof
        assert (proof.steps, proof.given) == ((), (said,))
        check(proof, given)


def test_what_does_not_follow_has_no_proof(closure: Closure, given: set[Statement]) -> None:
    """Return a sample: one statement of each property, with subject and object exchanged."""
    by_property = groupby(sorted(given, key=lambda s: str(s[1])), key=lambda s: s[1])
    turned = [(o, p, s) for p, said in by_property for s, _, o in [next(said)]]
    without = [said for said in turned if not closure.holds(said)]
    assert len(without) > 50
    assert all(closure.prove(said) is None for said in without)
    assert all(closure.prove(said) for said in turned if closure.holds(said))
    assert closure.prove((ox.NamedNode("x:a"), ox.NamedNode("x:b"), ox.NamedNode("x:c"))) is None
