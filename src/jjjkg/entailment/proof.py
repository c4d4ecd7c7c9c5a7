"""Proofs: sequences of rule applications (steps) from given statements to a conclusion."""

from dataclasses import dataclass

from jjjkg.rdf.terms import Statement


@dataclass(frozen=True)
class Step:
    """One application of a rule: its premises and its conclusion.

    ``rule`` is the W3C's id, such as "prp-dom". ``conclusion`` is None for a rule whose head is
    *false*. ``premises`` are in the order of the rule's atoms in owl2rl.rules. The first atom
    about a list (``list`` or ``item``) contributes all cells of the list, from head to end:
    (head rdf:first e1) (head rdf:rest cell2) (cell2 rdf:first e2) ... (cellk rdf:rest rdf:nil);
    a second atom about the same list contributes none. Conditions on values (``same-value`` and
    the like) contribute none.

    https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
    """

    rule: str
    conclusion: Statement | None
    premises: tuple[Statement, ...]


@dataclass(frozen=True)
class Proof:
    """A derivation of a statement, or of a contradiction if ``goal`` is None.

    ``steps`` are in topological order: each after the steps that conclude its premises, the step
    that concludes the goal last; there are none if the goal is given. ``given`` are the leaves of
    the derivation: the premises that no step concludes, or the goal itself if it is given.
    """

    goal: Statement | None
    steps: tuple[Step, ...]
    given: tuple[Statement, ...]


@dataclass(frozen=True)
class Proofs:
    """Several proofs of one statement, from fewest given statements to most.

    ``complete`` is true if there are no others.
    """

    proofs: tuple[Proof, ...]
    complete: bool
