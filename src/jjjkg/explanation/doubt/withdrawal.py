"""The withdrawal of claims: what falls with them, by closing what is left again."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset.loading import Dataset
from jjjkg.entailment.closure import Closure, close
from jjjkg.entailment.proof import Proof
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement, statement_of

_DERIVED: Final = expand("prov:wasDerivedFrom")


@dataclass(frozen=True)
class Standing:
    """A triple that stands without the withdrawn claims.

    ``claims`` are the IRIs of those that state it or, where it is inferred, that state what the
    ``proof`` rests on; none where it follows from the ontology alone.
    """

    triple: ox.Triple
    claims: tuple[str, ...]
    proof: Proof | None = None


@dataclass(frozen=True)
class Doubt:
    """What it would mean if some claims were not so.

    ``claims`` are the IRIs of the claims withdrawn, ``derived`` those of others that say they are
    derived from them and were not withdrawn.

    Of what the withdrawn claims state, ``fallen_asserted`` is gone, ``still_asserted`` is stated
    by other claims too, and ``now_inferred`` follows from others. Of what was inferred,
    ``fallen_inferred`` no longer follows, and ``reproved`` was proved from what is no longer
    stated, but follows in another way. All else is as it was.
    """

    claims: tuple[str, ...]
    derived: tuple[str, ...]
    fallen_asserted: tuple[ox.Triple, ...]
    fallen_inferred: tuple[ox.Triple, ...]
    still_asserted: tuple[Standing, ...]
    now_inferred: tuple[Standing, ...]
    reproved: tuple[Standing, ...]


def withdraw(dataset: Dataset, claims: Collection[str], closure: Closure | None = None) -> Doubt:
    """What falls and what stands when claims, given by their IRIs, are withdrawn.

    Exact: what is left is closed again. ``closure`` is that of the dataset's ontology and
    asserted triples, if it is there already. What is asserted without any claim stays.
    """
    withdrawn = tuple(dict.fromkeys(claims))
    stated = tuple(dict.fromkeys(t for iri in withdrawn for t in dataset.claims.get(iri, ())))
    others: dict[Statement, list[str]] = {}
    for claim, triples in dataset.claims.items():
        if claim not in set(withdrawn):
            for triple in triples:
                others.setdefault(statement_of(triple), []).append(claim)
    kept = [triple for triple in stated if statement_of(triple) in others]
    gone = {triple: statement_of(triple) for triple in stated if statement_of(triple) not in others}
    left = [triple for triple in dataset.asserted if triple not in gone]
    before = closure or close((*dataset.ontology, *dataset.asserted))
    after = close((*dataset.ontology, *left)) if gone else before

    def stand(triple: ox.Triple) -> Standing | None:
        proof = after.prove(statement_of(triple))
        if proof is None:
            return None
        rests_on = (claim for given in proof.given for claim in others.get(given, ()))
        return Standing(triple, tuple(dict.fromkeys(rests_on)), proof)

    fallen, rested = [], []
    removed = set(gone.values())
    for triple in before.inferred if gone else ():
        if not after.holds(statement_of(triple)):
            fallen.append(triple)
        elif (proof := before.prove(statement_of(triple))) and removed.intersection(proof.given):
            rested.append(triple)
    now_inferred = tuple(filter(None, map(stand, gone)))
    saved = {standing.triple for standing in now_inferred}
    return Doubt(
        withdrawn,
        _find_derived(dataset, withdrawn),
        tuple(triple for triple in gone if triple not in saved),
        tuple(fallen),
        tuple(Standing(triple, tuple(others[statement_of(triple)])) for triple in kept),
        now_inferred,
        tuple(filter(None, map(stand, rested))),
    )


def _find_derived(dataset: Dataset, claims: Collection[str]) -> tuple[str, ...]:
    """Other claims whose records say that they are derived from some, at first or second hand."""
    found = dict.fromkeys(claims)
    derived = [
        (triple.subject.value, triple.object.value)
        for triple in dataset.provenance
        if triple.predicate.value == _DERIVED
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
    ]
    while more := [claim for claim, source in derived if source in found and claim not in found]:
        found |= dict.fromkeys(more)
    return tuple(claim for claim in found if claim not in set(claims))
