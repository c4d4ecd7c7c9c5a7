"""Contradictions in a dataset: the clashing statements, and the claims that they rest on.

The rules whose head is *false*:
https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset.loading import Dataset
from jjjkg.entailment.closure import Closure, close
from jjjkg.entailment.datatypes.datatyping import find_ill_typed
from jjjkg.entailment.proof import Proof
from jjjkg.rdf.namespaces import KG, PREFIXES, expand, shorten
from jjjkg.rdf.terms import Statement, statement_of

_CARDINALITY: Final = "more values than a cardinality allows"
#: By rule id, for each rule whose head is *false*: the constraint that it states, in words.
WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "eq-diff1": "same and different",
        "eq-diff2": "same and different",
        "eq-diff3": "same and different",
        "prp-irp": "irreflexive property",
        "prp-asyp": "asymmetric property",
        "prp-pdw": "disjoint properties",
        "prp-adp": "disjoint properties",
        "prp-npa1": "negative assertion",
        "prp-npa2": "negative assertion",
        "cls-nothing2": "nothing",
        "cls-com": "complement",
        "cls-maxc1": _CARDINALITY,
        "cls-maxqc1": _CARDINALITY,
        "cls-maxqc2": _CARDINALITY,
        "cax-dw": "disjoint classes",
        "cax-adc": "disjoint classes",
        "dt-not-type": "not a value of its data type",
    }
)
_MERGED: Final = "two things of ours inferred to be the same"
#: Most contradictions reported by one rule: a large class of equal things has very many.
MOST: Final = 1_000
#: Most claims named in the text of a clash, for each of its statements.
NAMED: Final = 3

_TYPE: Final = ox.NamedNode(expand("rdf:type"))
_SAME_AS: Final = ox.NamedNode(expand("owl:sameAs"))
#: Properties of OWL's vocabulary that are about individuals, not about the schema.
_OF_THINGS: Final = {_SAME_AS, ox.NamedNode(expand("owl:differentFrom"))}
_CLASSES: Final = {ox.NamedNode(expand(f"owl:{name}")) for name in ("Thing", "Nothing")}
_LANGUAGE: Final = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl"))

#: The IRIs of the claims that state a statement.
StatedIn = Mapping[Statement, list[str]]


@dataclass(frozen=True)
class Clash:
    """Statements that contradict each other, and the claims that they rest on.

    ``rule`` names in words the constraint that is broken. ``statements`` maps each statement, as
    text, to the IRIs of the claims that it rests on. ``proof`` derives the contradiction or, for
    a single statement that must not hold, this statement.
    """

    rule: str
    statements: Mapping[str, tuple[str, ...]]
    proof: Proof

    def __str__(self) -> str:
        parts = (f"{said} [{_name(claims)}]" for said, claims in self.statements.items())
        return f"{self.rule}: " + " and ".join(parts)


def _name(claims: tuple[str, ...]) -> str:
    named = ", ".join(map(shorten, claims[:NAMED])) or "no claim"
    more = len(claims) - NAMED
    return f"{named} and {more} more" if more > 0 else named


def find_clashes(dataset: Dataset) -> tuple[Clash, ...]:
    """Return the contradictions in the closure of the ontology and the asserted triples, sorted.

    The closure takes the ontology, the asserted and the provenance triples. Contradictions are
    the instances of the rules whose head is *false*; further, literals that are ill-typed (not in
    the lexical space of their datatype), and inferred owl:sameAs between two resources of this
    knowledge graph, whose data is not meant to give one thing two names. Those owl:sameAs come
    first.
    """
    given = (*dataset.ontology, *dataset.asserted, *dataset.provenance)
    closure = close(given)
    stated_in: dict[Statement, list[str]] = {}
    for claim, stated in dataset.claims.items():
        for triple in stated:
            stated_in.setdefault(statement_of(triple), []).append(claim)
    found = [
        _clash(WORDS[proof.steps[-1].rule], proof, stated_in, _find_clashing(proof))
        for proof in closure.find_clashes(MOST)
    ]
    for rule, proofs in (
        (_MERGED, islice(_prove_merged(closure), MOST)),
        (WORDS["dt-not-type"], map(_take, find_ill_typed(given))),
    ):
        found += [_clash(rule, proof, stated_in, (proof.goal,)) for proof in proofs if proof.goal]
    # A disjointness may be stated twice, by owl:disjointWith and by owl:AllDisjointClasses.
    unlike = {str(clash): clash for clash in found}.values()
    # A wrong owl:sameAs is the cause of many other clashes, so it comes first.
    return tuple(sorted(unlike, key=lambda clash: (clash.rule != _MERGED, str(clash))))


def _clash(rule: str, proof: Proof, stated_in: StatedIn, clashing: tuple[Statement, ...]) -> Clash:
    support = {_text(said): _find_claims(said, proof, stated_in) for said in clashing}
    return Clash(rule, MappingProxyType(support), proof)


def _find_clashing(proof: Proof) -> tuple[Statement, ...]:
    """Return the premises of a proof's last step without schema axioms; all if none is left."""
    premises = proof.steps[-1].premises
    return tuple(premise for premise in premises if not _is_axiom(premise)) or premises


def _is_axiom(statement: Statement) -> bool:
    """Tell if a statement is an axiom or syntax of OWL (such as a list cell), not about things."""
    _, predicate, value = statement
    if predicate == _TYPE:
        return value not in _CLASSES and str(value).startswith("<" + PREFIXES["owl"])
    return predicate not in _OF_THINGS and str(predicate)[1:].startswith(_LANGUAGE)


def _find_claims(statement: Statement, proof: Proof, stated_in: StatedIn) -> tuple[str, ...]:
    """Return the sorted IRIs of the claims that a statement of a proof rests on."""
    premises = {step.conclusion: step.premises for step in proof.steps}
    claims: set[str] = set()
    waiting, seen = [statement], {statement}
    while waiting:
        said = waiting.pop()
        if said not in premises:
            claims.update(stated_in.get(said, ()))
        further = [premise for premise in premises.get(said, ()) if premise not in seen]
        seen.update(further)
        waiting += further
    return tuple(sorted(claims))


def _prove_merged(closure: Closure) -> Iterator[Proof]:
    """Yield a proof of each inferred owl:sameAs between two resources of this graph."""
    for triple in closure.inferred:
        if triple.predicate == _SAME_AS and _ours(triple.subject) and _ours(triple.object):
            proof = closure.prove(statement_of(triple))
            assert proof, f"{triple} is inferred and has no proof"
            yield proof


def _take(triple: ox.Triple) -> Proof:
    """Return the proof of a given triple, which has no steps."""
    said = statement_of(triple)
    return Proof(said, (), (said,))


def _ours(term: object) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(KG)


def _text(statement: Statement) -> str:
    return " ".join(
        shorten(term.value) if isinstance(term, ox.NamedNode) else str(term) for term in statement
    )
