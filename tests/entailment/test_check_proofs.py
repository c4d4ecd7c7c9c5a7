"""The checker on whole proofs: the steps must fit together."""

from dataclasses import replace

import pyoxigraph as ox
import pytest

from jjjkg.entailment.checking.check import ProofError, check
from jjjkg.entailment.proof import Proof, Step
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement, Term


def state(text: str) -> Statement:
    """Return the statement of a text such as "kg:x rdf:type kg:C"."""
    s, p, o = (ox.NamedNode(expand(word)) for word in text.split())
    return s, p, o


IN_A, A_IN_B, B_IN_C = map(
    state, ("kg:x rdf:type kg:A", "kg:A rdfs:subClassOf kg:B", "kg:B rdfs:subClassOf kg:C")
)
IN_B, IN_C, A_IN_C = map(
    state, ("kg:x rdf:type kg:B", "kg:x rdf:type kg:C", "kg:A rdfs:subClassOf kg:C")
)
APART = state("kg:A owl:disjointWith kg:C")
GIVEN = {IN_A, A_IN_B, B_IN_C, APART}
TO_B = Step("cax-sco", IN_B, (A_IN_B, IN_A))
TO_C = Step("cax-sco", IN_C, (B_IN_C, IN_B))
ACROSS = Step("scm-sco", A_IN_C, (A_IN_B, B_IN_C))
TO_FALSE = Step("cax-dw", None, (APART, IN_A, IN_C))
RIGHT = Proof(IN_C, (TO_B, TO_C), (A_IN_B, IN_A, B_IN_C))


def test_proofs_of_several_steps_pass() -> None:
    check(RIGHT, GIVEN)
    check(replace(RIGHT, given=RIGHT.given[::-1]), GIVEN)
    by_scm = Step("cax-sco", IN_C, (A_IN_C, IN_A))
    check(Proof(IN_C, (ACROSS, by_scm), (IN_A, A_IN_B, B_IN_C)), GIVEN)
    check(Proof(None, (TO_B, TO_C, TO_FALSE), (*RIGHT.given, APART)), GIVEN)


def test_what_is_given_proves_itself() -> None:
    check(Proof(IN_A, (), (IN_A,)), GIVEN)
    for goal, given in ((IN_A, ()), (IN_A, (A_IN_B,)), (None, ()), (IN_A, (IN_A, A_IN_B))):
        with pytest.raises(ProofError, match="no steps"):
            check(Proof(goal, (), given), GIVEN)
    with pytest.raises(ProofError, match="not given"):
        check(Proof(IN_B, (), (IN_B,)), GIVEN)


@pytest.mark.parametrize(
    ("proof", "why"),
    [
        (replace(RIGHT, steps=(TO_C, TO_B)), "the last step does not conclude the goal"),
        (replace(RIGHT, goal=IN_B), "the last step does not conclude the goal"),
        (replace(RIGHT, goal=None), "the last step does not conclude the goal: false"),
        (Proof(IN_C, (TO_C,), (B_IN_C,)), "step 1 .* neither given nor concluded before"),
        (
            replace(RIGHT, steps=(replace(TO_B, premises=(A_IN_B, IN_C)), TO_C)),
            "step 1 .* neither given nor concluded before",
        ),
        (replace(RIGHT, given=(A_IN_B, IN_A)), "step 2 .* neither given nor concluded before"),
        (replace(RIGHT, steps=(TO_B, ACROSS, TO_C)), "step 2 .* useless"),
        (replace(RIGHT, steps=(TO_B, TO_B, TO_C)), "step 2 .* step 1 has the same conclusion"),
        (replace(RIGHT, steps=(TO_FALSE, TO_B, TO_C)), "step 1 .* neither given"),
        (
            Proof(IN_C, (TO_B, TO_C, TO_FALSE, TO_C), (*RIGHT.given, APART)),
            "step 3 .*false.* useless",
        ),
        (replace(RIGHT, given=(*RIGHT.given, IN_A)), "twice"),
        (replace(RIGHT, given=(*RIGHT.given, APART)), "no step needs it"),
        (replace(RIGHT, given=(*RIGHT.given, IN_B)), "not given"),
    ],
)
def test_what_does_not_fit_together_is_refused(proof: Proof, why: str) -> None:
    with pytest.raises(ProofError, match=why):
        check(proof, GIVEN)


def test_every_premise_must_be_given() -> None:
    for missing in RIGHT.given:
        with pytest.raises(ProofError, match="not given"):
            check(RIGHT, GIVEN - {missing})


def test_what_a_step_concludes_is_not_named_as_given() -> None:
    with pytest.raises(ProofError, match="a step concludes it"):
        check(replace(RIGHT, given=(*RIGHT.given, IN_B)), {*GIVEN, IN_B})


def test_terms_may_stand_anywhere() -> None:
    """The rules are about generalised triples: a literal has types, a blank node is a property."""
    words: Term = ox.Literal("words")
    blank: Term = ox.BlankNode()
    has, a, to = (ox.NamedNode(expand(name)) for name in ("kg:p", "rdf:type", "rdfs:range"))
    inverse = ox.NamedNode(expand("owl:inverseOf"))
    thing = ox.NamedNode(expand("kg:x"))
    given = ((has, inverse, blank), (thing, has, words), (blank, to, thing))
    turned = (words, blank, thing)
    steps = (
        Step("prp-inv1", turned, given[:2]),
        Step("prp-rng", (thing, a, thing), (given[2], turned)),
    )
    check(Proof(steps[-1].conclusion, steps, given), set(given))


def test_a_long_proof_is_checked() -> None:
    count = 2000
    links = [state(f"kg:{number} rdfs:subClassOf kg:{number + 1}") for number in range(count)]
    types = [state(f"kg:x rdf:type kg:{number}") for number in range(count + 1)]
    steps = tuple(
        Step("cax-sco", types[number + 1], (link, types[number]))
        for number, link in enumerate(links)
    )
    proof = Proof(types[-1], steps, (types[0], *links))
    check(proof, {types[0], *links})
    with pytest.raises(ProofError, match=rf"^step {count // 2} .* useless"):
        check(replace(proof, steps=steps[: count // 2] + steps[count // 2 + 1 :]), {*proof.given})
