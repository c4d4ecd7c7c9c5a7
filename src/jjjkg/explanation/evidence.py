"""Evidence for given statements: the claims that make them, or the part that they stand in."""

from dataclasses import dataclass

from jjjkg.dataset.claims import Claim


@dataclass(frozen=True)
class Evidence:
    """The part of the dataset that a given statement stands in, and the claims that state it.

    ``part`` is "ontology", "asserted" or "provenance", or "" where the rules themselves give it.
    """

    part: str
    claims: tuple[Claim, ...] = ()
