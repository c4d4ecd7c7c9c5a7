"""The retraction of claims: what falls with them is found by closing the rest again."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from jjjkg.dataset.claims import Claims
from jjjkg.entailment.closure import Closure, close
from jjjkg.entailment.proof import Proof
from jjjkg.rdf.terms import Statement, statement_of


@dataclass(frozen=True)
class Standing:
    """A triple that stands without the withdrawn claims.

    ``claims`` are the IRIs of those that state it or, where it is inferred, that state what the
    ``proof`` rests on; empty where it follows from the ontology alone.
    """

    triple: ox.Triple
    claims: tuple[str, ...]
    proof: Proof | None = None


@dataclass(frozen=True)
class Retraction:
    """The effect of withdrawing some claims.

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


def retract(claims: Claims, withdrawn: Iterable[str], closure: Closure | None = None) -> Retraction:
    """Return what falls and what stands when claims, given by their IRIs, are withdrawn.

    The result is exact: the rest is closed again. ``closure`` is that of the dataset's ontology
    and asserted triples, if it is there already. What is asserted without any claim stays.
    """
    dataset, left_out = claims.dataset, dict.fromkeys(withdrawn)

    def find_others(statement: Statement) -> list[str]:
        return [iri for iri in claims.stating(statement) if iri not in left_out]

    stated = dict.fromkeys(t for iri in left_out for t in dataset.claims.get(iri, ()))
    kept = {t: tuple(others) for t in stated if (others := find_others(statement_of(t)))}
    gone = {triple: statement_of(triple) for triple in stated if triple not in kept}
    left = [triple for triple in dataset.asserted if triple not in gone]
    before = closure or close((*dataset.ontology, *dataset.asserted))
    after = close((*dataset.ontology, *left)) if gone else before

    def stand(triple: ox.Triple) -> Standing | None:
        proof = after.prove(statement_of(triple))
        if proof is None:
            return None
        rests_on = (claim for given in proof.given for claim in find_others(given))
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
    return Retraction(
        tuple(left_out),
        claims.derived_from(left_out),
        tuple(triple for triple in gone if triple not in saved),
        tuple(fallen),
        tuple(Standing(triple, others) for triple, others in kept.items()),
        now_inferred,
        tuple(filter(None, map(stand, rested))),
    )
