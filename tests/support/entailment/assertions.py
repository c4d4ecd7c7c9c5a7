"""Assertions on the closure of pieces of Turtle."""

from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import Closure, close
from support.entailment.examples import read, read_statements, statement


def close_turtle(turtle: str) -> Closure:
    """Return the closure of a piece of Turtle without declarations of prefixes."""
    return close(read(turtle))


def assert_proved(turtle: str, conclusions: str) -> None:
    """Assert that statements follow from a graph, each by a valid proof."""
    triples = read(turtle)
    closure = close(triples)
    for conclusion in read_statements(conclusions):
        proof = closure.prove(conclusion)
        assert proof is not None, conclusion
        check(proof, {statement(triple) for triple in triples})


def assert_clash(turtle: str, *rules: str) -> None:
    """Return the rules by which a graph contradicts itself; each clash has a valid proof."""
    triples = read(turtle)
    clashes = close(triples).clashes
    assert {proof.steps[-1].rule for proof in clashes} == set(rules)
    for proof in clashes:
        check(proof, {statement(triple) for triple in triples})
