"""Assertions of tests of the engine on pieces of Turtle."""

from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import Closure, close
from support.entailment.examples import read, read_statements, statement


def close_turtle(turtle: str) -> Closure:
    """The closure of a piece of Turtle, which needs no prefixes of its own."""
    return close(read(turtle))


def assert_proved(turtle: str, conclusions: str) -> None:
    """Statements follow from a graph, each by a proof that holds."""
    triples = read(turtle)
    closure = close(triples)
    for conclusion in read_statements(conclusions):
        proof = closure.prove(conclusion)
        assert proof is not None, conclusion
        check(proof, {statement(triple) for triple in triples})


def assert_clash(turtle: str, *rules: str) -> None:
    """The rules by which a graph contradicts itself, each clash proved."""
    triples = read(turtle)
    clashes = close(triples).clashes
    assert {proof.steps[-1].rule for proof in clashes} == set(rules)
    for proof in clashes:
        check(proof, {statement(triple) for triple in triples})
