"""Evidence for given statements: the claims that make them, or the part that they stand in."""

from dataclasses import dataclass

from jjjkg.dataset.claims import Claim, Claims
from jjjkg.rdf.terms import Statement, statement_of


@dataclass(frozen=True)
class Evidence:
    """The part of the dataset that a given statement stands in, and the claims that state it.

    ``part`` is "ontology", "asserted" or "provenance", or "" where the rules themselves give it.
    """

    part: str
    claims: tuple[Claim, ...] = ()


class EvidenceFinder:
    """Finds the evidence for the given statements of a dataset."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._parts: dict[Statement, str] = {}
        for part in ("provenance", "asserted", "ontology"):
            for triple in getattr(claims.dataset, part):
                self._parts[statement_of(triple)] = part

    def find(self, statement: Statement) -> Evidence:
        """Return the evidence for a given statement."""
        claims = tuple(self._claims[iri] for iri in self._claims.stating(statement))
        return Evidence(self._parts.get(statement, ""), claims)
