"""The proof checker: each step must be an instance of its rule, and the steps must fit together.

The checker shares no code with the engine, so that they do not share errors. It has its own parser
of owl2rl.rules, and matches the premises of a step with the atoms of its rule, in order.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from collections.abc import Callable, Container, Mapping
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.checking.datatypes import are_other, are_same, is_in
from jjjkg.entailment.checking.patterns import CONDITIONS, LISTS, Atom, Pattern, read_rules
from jjjkg.entailment.proof import Proof, Step
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement, Term

_FIRST: Final = ox.NamedNode(expand("rdf:first"))
_REST: Final = ox.NamedNode(expand("rdf:rest"))
_NIL: Final = ox.NamedNode(expand("rdf:nil"))
_HOLDS: Final[Mapping[str, Callable[[ox.Literal, Term], bool]]] = {
    "in-value-space": lambda one, other: isinstance(other, ox.NamedNode) and is_in(one, other),
    "not-in-value-space": lambda one, other: (
        isinstance(other, ox.NamedNode) and not is_in(one, other)
    ),
    "same-value": lambda one, other: isinstance(other, ox.Literal) and are_same(one, other),
    "other-value": lambda one, other: isinstance(other, ox.Literal) and are_other(one, other),
}


class ProofError(ValueError):
    """A proof that is wrong; the message names the step and the fault."""


def check(proof: Proof, given: Container[Statement]) -> None:
    """Check a proof whose leaves must be among the given statements.

    Raises ProofError for the first fault.
    """
    if not proof.steps:
        if proof.goal is None or proof.given != (proof.goal,):
            raise ProofError(f"no steps, though {_show(proof.goal)} is not all that is given")
    elif proof.steps[-1].conclusion != proof.goal:
        raise ProofError(f"the last step does not conclude the goal: {_show(proof.goal)}")
    known = set(proof.given)
    used = {premise for step in proof.steps for premise in step.premises}
    concluded: dict[Statement | None, int] = {}
    for number, step in enumerate(proof.steps, start=1):
        try:
            for premise in step.premises:
                if premise not in known:
                    raise ProofError(f"neither given nor concluded before: {_show(premise)}")
            if step.conclusion in concluded:
                earlier = concluded[step.conclusion]
                raise ProofError(f"step {earlier} has the same conclusion")
            if number < len(proof.steps) and step.conclusion not in used:
                raise ProofError("useless: no other step needs its conclusion")
            _check_step(step)
        except ProofError as error:
            conclusion = _show(step.conclusion)
            message = f"step {number} ({step.rule}, concludes {conclusion}): {error}"
            raise ProofError(message) from None
        concluded[step.conclusion] = number
        if step.conclusion is not None:
            known.add(step.conclusion)
    if len(set(proof.given)) < len(proof.given):
        raise ProofError("a statement is twice among what the proof rests on")
    for statement in proof.given:
        if statement not in given:
            raise ProofError(f"not given: {_show(statement)}")
        if statement in concluded:
            raise ProofError(f"named as given, but a step concludes it: {_show(statement)}")
        if proof.steps and statement not in used:
            raise ProofError(f"named as given, but no step needs it: {_show(statement)}")


def _check_step(step: Step) -> None:
    """Check that one substitution maps a rule's atoms to the premises and conclusion of a step."""
    rule = read_rules().get(step.rule)
    if rule is None:
        raise ProofError("no rule of OWL 2 RL has this name")
    match = _Match(step.premises)
    for atom in rule.premises:
        match.take(atom)
    match.end()
    if not rule.conclusions:
        if step.conclusion is not None:
            raise ProofError("only false follows by this rule")
    elif step.conclusion is None:
        raise ProofError("false does not follow by this rule")
    elif not any(match.fit(atom.terms, step.conclusion) for atom in rule.conclusions):
        expected = " or ".join(match.fill(atom.terms) for atom in rule.conclusions)
        raise ProofError(f"the conclusion does not fit {expected}")
    match.check_conditions()


class _Match:
    """The substitution under which premises are instances of the atoms of a rule.

    It is deterministic: each atom takes the next premises. The variables of list items and of
    conditions may be bound later, even by the conclusion; these atoms are checked at the end.
    """

    def __init__(self, premises: tuple[Statement, ...]) -> None:
        self._left = iter(premises)
        self._bound: dict[str, Term] = {}
        self._length = 0
        self._members: dict[str, list[Term]] = {}
        self._items: dict[str, list[str]] = {}
        self._conditions: list[Atom] = []

    def take(self, atom: Atom) -> None:
        """Match the next premises with an atom. Raises ProofError if they do not fit."""
        if atom.kind in CONDITIONS:
            self._conditions.append(atom)
        elif atom.kind in LISTS:
            head, member = map(str, atom.terms)
            if head not in self._members:
                self._members[head] = self._take_cells(self._bound[head])
            if atom.kind == "item":
                self._items.setdefault(head, []).append(member)
                return
            self._length = len(self._members[head])
            for number, value in enumerate(self._members[head], start=1):
                self._bound[member.replace("[1..n]", f"[{number}]")] = value
        elif atom.kind == "each":
            for number in range(1, self._length + 1):
                self._take_triple(tuple(_index(term, number) for term in atom.terms))
        else:
            self._take_triple(atom.terms)

    def end(self) -> None:
        """Raise ProofError if a premise is left."""
        for premise in self._left:
            raise ProofError(f"a premise too many: {_show(premise)}")

    def fit(self, terms: Pattern, statement: Statement) -> bool:
        """Tell if a statement is an instance of a pattern, and bind the variables if so."""
        bound = dict(self._bound)
        for pattern, term in zip(terms, statement, strict=True):
            wanted = self._name(pattern)
            if (bound.setdefault(wanted, term) if isinstance(wanted, str) else wanted) != term:
                return False
        self._bound = bound
        return True

    def check_conditions(self) -> None:
        """Check that items are in their lists, in order, and that conditions on values hold."""
        for head, items in self._items.items():
            # ``in`` consumes the iterator up to the item found, so each is after the one before.
            members = iter(self._members[head])
            if not all(self._bound[item] in members for item in items):
                what = " and then ".join(f"{item} = {self._bound[item]}" for item in items)
                raise ProofError(f"{what} must be in the list {self._bound[head]}")
        for atom in self._conditions:
            one, other = (self._bound[str(term)] for term in atom.terms)
            try:
                if isinstance(one, ox.Literal) and _HOLDS[atom.kind](one, other):
                    continue
                why = "it is not so"
            except LookupError as error:
                why = str(error.args[0])
            raise ProofError(f"must be: {one} {atom.kind} {other}; {why}")

    def fill(self, terms: Pattern) -> str:
        """Return a pattern as text, with the values of its bound variables."""
        names = map(self._name, terms)
        return " ".join(
            str(self._bound.get(name, name) if isinstance(name, str) else name) for name in names
        )

    def _take(self, wanted: str) -> Statement:
        premise = next(self._left, None)
        if premise is None:
            raise ProofError(f"a premise is missing: {wanted}")
        return premise

    def _take_triple(self, terms: Pattern) -> None:
        wanted = self.fill(terms)
        premise = self._take(wanted)
        if not self.fit(terms, premise):
            raise ProofError(f"the premise {_show(premise)} does not fit {wanted}")

    def _take_cells(self, head: Term) -> list[Term]:
        """Return the members of the list at a head, which has at least one."""
        members: list[Term] = []
        cell = head
        while cell != _NIL or not members:
            members.append(self._take_value(cell, _FIRST))
            cell = self._take_value(cell, _REST)
        return members

    def _take_value(self, subject: Term, name: Term) -> Term:
        wanted = self.fill((subject, name, "?"))
        premise = self._take(wanted)
        if premise[:2] != (subject, name):
            raise ProofError(f"the premise {_show(premise)} does not fit {wanted}")
        return premise[2]

    def _name(self, term: str | Term) -> str | Term:
        return term.replace("[n]", f"[{self._length}]") if isinstance(term, str) else term


def _index(term: str | Term, number: int) -> str | Term:
    """Return a term of an ``each`` atom with i replaced by a number."""
    if not isinstance(term, str):
        return term
    return term.replace("[i-1]", f"[{number - 1}]").replace("[i]", f"[{number}]")


def _show(statement: Statement | None) -> str:
    return "false" if statement is None else " ".join(map(str, statement))
