"""The closure of random ontologies is owlrl's, and the checker accepts every proof."""

from hypothesis import HealthCheck, Phase, given, settings

from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import close
from jjjkg.entailment.rules import load_rules
from jjjkg.rdf.terms import Statement, Term
from support.entailment.examples import statement
from support.entailment.oracle import run
from support.entailment.random_ontologies import (
    CARDINALITIES,
    DATATYPES,
    LITERALS,
    Triples,
    name,
    ontologies,
)

EXAMPLES = 200
fixed = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    # Shrinking a failing example takes minutes: remove this line to have it done.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def is_of_eq_ref(said: Statement) -> bool:
    """Tell if a statement is owl:sameAs of a term with itself."""
    return said[0] == said[2] and said[1] == name("owl:sameAs")


def assert_varied(seen: set[Term]) -> None:
    """The examples had every term that the rules name, and each kind of literal."""
    for rule in load_rules():
        atoms = ((atom.subject, atom.predicate, atom.object) for atom in rule.body)
        spoken_of = {term for terms in atoms for term in terms if not isinstance(term, str)}
        assert spoken_of <= seen, rule.name
    assert {*LITERALS, *CARDINALITIES, *DATATYPES} <= seen


def test_the_closure_is_that_of_owlrl() -> None:
    seen: set[Term] = set()

    @fixed
    @given(ontologies())
    def compare(triples: Triples) -> None:
        closure = close(triples)
        stated = {statement(triple) for triple in triples}
        seen.update(term for said in stated for term in said)
        closed, oracle = run(triples)
        # The engine has facts on the rules' own 0 and 1 only if the graph has these literals.
        unsaid = set(CARDINALITIES[:2]) - {term for said in stated for term in said}
        theirs = {
            said for said in closed - stated if not is_of_eq_ref(said) and not unsaid & {*said}
        }
        assert set(closure.entailed()) == theirs
        assert all(closure.holds(said) for said in closed)
        found = {proof.steps[-1].rule for proof in closure.clashes}
        assert bool(found) == bool(oracle.clashes)
        for rules in oracle.clashes:
            assert rules & found
        assert found <= {rule for rules in oracle.clashes for rule in rules}
        assert closure.problems == ()

    compare()
    assert_varied(seen)


@fixed
@given(ontologies())
def test_every_conclusion_has_a_proof_that_holds(triples: Triples) -> None:
    stated = {statement(triple) for triple in triples}
    closure = close(triples)
    for conclusion in closure.entailed():
        proof = closure.prove(conclusion)
        assert proof is not None
        assert proof.goal == conclusion
        check(proof, stated)
    for clash in closure.clashes:
        assert clash.goal is None
        check(clash, stated)
