"""Each rule applied alone, to its example in rules/."""

import pyoxigraph as ox
import pytest

from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import Closure, close
from jjjkg.entailment.rules import load_rules
from jjjkg.rdf.namespaces import expand
from support.entailment.examples import LOOKED_UP, Example, load_examples, statement

SAME_AS = ox.NamedNode(expand("owl:sameAs"))
EXAMPLES = load_examples()
CLASHING = [example for example in EXAMPLES if example.clashes]
CONCLUDING = [example for example in EXAMPLES if not example.clashes]


def name_of(example: Example) -> str:
    return example.rule


def close_alone(example: Example) -> Closure:
    return close(example.given, rules=example.rules)


def test_each_rule_has_its_example() -> None:
    assert {rule.name for rule in load_rules()} == {example.rule for example in EXAMPLES}


def test_a_rule_whose_head_is_false_has_an_example_that_clashes() -> None:
    false = {rule.name for rule in load_rules() if not rule.head}
    assert false == {example.rule for example in CLASHING}


def test_an_example_uses_what_its_rule_is_about() -> None:
    """Each term that a rule names occurs in its example."""
    for rule, example in zip(sorted(load_rules(), key=lambda r: r.name), EXAMPLES, strict=True):
        named = {
            term
            for atom in (*rule.body, *rule.head)
            for term in (atom.subject, atom.predicate, atom.object)
            if not isinstance(term, str)
        }
        steps = [step for proof in close_alone(example).clashes for step in proof.steps]
        concluded = {premise for step in steps for premise in step.premises}
        said = {*map(statement, example.given), *example.follows, *concluded}
        assert named <= {term for terms in said for term in terms}, rule.name


@pytest.mark.parametrize("example", CONCLUDING, ids=name_of)
def test_a_rule_adds_what_it_should_and_no_more(example: Example) -> None:
    closure = close_alone(example)
    written = frozenset() if example.rule in LOOKED_UP else example.follows
    # The rules that conclude owl:sameAs also conclude it of a term with itself.
    added = {said for said in closure.entailed() if said[0] != said[2] or said[1] != SAME_AS}
    assert added == written
    assert example.follows
    for wanted in example.follows:
        assert closure.holds(wanted)
    for unwanted in example.does_not_follow:
        assert not closure.holds(unwanted)
        assert closure.prove(unwanted) is None
    assert closure.clashes == ()


@pytest.mark.parametrize("example", CONCLUDING, ids=name_of)
def test_what_a_rule_adds_is_proved_by_it(example: Example) -> None:
    closure = close_alone(example)
    given = {statement(triple) for triple in example.given}
    used = set()
    for conclusion in example.follows:
        proof = closure.prove(conclusion)
        assert proof is not None
        assert proof.goal == conclusion
        check(proof, given)
        assert {step.rule for step in proof.steps} <= example.rules
        used |= {step.rule for step in proof.steps}
    assert example.rule in used


@pytest.mark.parametrize("example", CLASHING, ids=name_of)
def test_a_rule_finds_its_clash_and_no_other(example: Example) -> None:
    (proof,) = close_alone(example).clashes
    assert proof.goal is None
    assert proof.steps[-1].rule == example.rule
    assert {step.rule for step in proof.steps} <= example.rules
    check(proof, {statement(triple) for triple in example.given})


@pytest.mark.parametrize("example", CLASHING, ids=name_of)
def test_without_one_of_its_grounds_nothing_clashes(example: Example) -> None:
    (proof,) = close_alone(example).clashes
    for ground in proof.given:
        rest = [triple for triple in example.given if statement(triple) != ground]
        assert len(rest) < len(example.given)
        assert close(rest, rules=example.rules).clashes == ()
