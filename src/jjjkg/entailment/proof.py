"""A proof: steps by rules of OWL 2 RL from what is given to what follows from it."""

from dataclasses import dataclass

from jjjkg.rdf.terms import Statement


@dataclass(frozen=True)
class Step:
    """One use of a rule.

    ``rule`` is its W3C name, such as "prp-dom". ``conclusion`` is None for false. ``premises``
    are in the order of the rule's atoms. The first atom about a list (``list`` or ``item``)
    stands for all the list's cells, from head to end: (head rdf:first e1) (head rdf:rest cell2)
    (cell2 rdf:first e2) ... (cellk rdf:rest rdf:nil); a second atom about the same list adds
    none. Conditions on values (``same-value`` and the like) have no premise.

    https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
    """

    rule: str
    conclusion: Statement | None
    premises: tuple[Statement, ...]


@dataclass(frozen=True)
class Proof:
    """Why a statement holds, or, where the goal is None, a contradiction.

    ``steps`` has premises before what follows from them, and the step to the goal last; it is
    empty where the goal is given. ``given`` are the statements that the proof rests on: the
    premises that no step concludes, or for a given goal the goal.
    """

    goal: Statement | None
    steps: tuple[Step, ...]
    given: tuple[Statement, ...]


@dataclass(frozen=True)
class Proofs:
    """Several proofs of one statement, the shortest first, and whether these are all."""

    proofs: tuple[Proof, ...]
    complete: bool
