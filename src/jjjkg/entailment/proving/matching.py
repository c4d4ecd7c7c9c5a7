"""Backward matching of rules: from a conclusion to the premises among facts that give it.

The head is unified with the goal, and the body solved as a conjunctive query by backtracking, the
most selective atom first.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from jjjkg.entailment.proving.facts import ALWAYS, Fact
from jjjkg.entailment.relations.joins import PLACES, Slot
from jjjkg.entailment.rules import CONDITIONS, ITEM, LIST, Atom, Rule, load_rules
from jjjkg.rdf.terms import Term

#: A substitution: term numbers by variable.
Binding = dict[str, int]
_LAST: Final = 1 << 60


@dataclass(frozen=True)
class Instance:
    """An instance of a rule: its id, and the facts that are its premises, in the order of atoms."""

    rule: str
    premises: tuple[Fact, ...]


class View(Protocol):
    """The facts that premises are matched with; they must be older than the round ``before``."""

    def stands_for(self, term: int) -> int:
        """Return the number that facts have for a term that a rule names."""

    def match(
        self, predicate: int, subject: int | None, value: int | None, before: int
    ) -> Iterable[tuple[int, int]]:
        """Return the subjects and objects of facts of a property; None stands for any term."""

    def count(self, predicate: int, subject: int | None, value: int | None) -> int:
        """Return an estimate of the number of matching facts."""

    def predicates(self) -> Iterable[int]:
        """Return all properties that have facts."""

    def read_lists(self, head: int, before: int) -> Iterable[tuple[Fact, ...]]:
        """Return the cells of the lists at a head as facts: first, rest, first, rest, ..."""


class Matcher:
    """Finds the instances of rules among the facts of a view."""

    def __init__(self, numbers: Mapping[Term, int], view: View) -> None:
        self._numbers, self._view = numbers, view
        self._rules = {rule.name: rule for rule in load_rules()}

    def concluding(self, name: str, goal: Fact, before: int = ALWAYS) -> Iterator[Instance]:
        """Yield the instances of a rule that conclude a fact from facts older than a round."""
        rule = self._rules[name]
        for head in rule.head:
            binding = self._unify(head, goal)
            if binding is not None:
                yield from self.instances(rule, binding, before)

    def instance(self, name: str, binding: Binding, before: int = ALWAYS) -> Instance:
        """Return the instance of a rule for a binding of all its variables."""
        rule = self._rules[name]
        cells: dict[str, tuple[Fact, ...]] = {}
        for atom in rule.body:
            if atom.predicate in (LIST, ITEM) and str(atom.subject) not in cells:
                head = binding[str(atom.subject)]
                cells[str(atom.subject)] = next(iter(self._view.read_lists(head, before)), ())
        return Instance(name, tuple(self._premises(rule.body, binding, cells)))

    def members(self, head: int, before: int) -> list[int]:
        """Return the members of a list as it was before a round; none if it was malformed."""
        return [cell[2] for cell in next(iter(self._view.read_lists(head, before)), ())[::2]]

    def instances(self, rule: Rule, binding: Binding, before: int) -> Iterator[Instance]:
        """Yield the instances of a rule that extend a binding, each once."""
        seen: set[tuple[Fact, ...]] = set()
        for body, bound, cells in self._read(rule, binding, before):
            for solution in self._solve(body, bound, cells, before):
                premises = tuple(self._premises(body, solution, cells))
                if premises not in seen:
                    seen.add(premises)
                    yield Instance(rule.name, premises)

    def _read(
        self, rule: Rule, binding: Binding, before: int
    ) -> Iterator[tuple[tuple[Atom, ...], Binding, dict[str, tuple[Fact, ...]]]]:
        """Yield the body, binding and list cells for each list that a rule may be about.

        The body is unrolled to the list's length where it varies. A rule without lists is yielded
        as it is. No rule is about more than one list.
        """
        reads = next((a for a in rule.body if a.predicate in (LIST, ITEM)), None)
        if reads is None:
            yield rule.body, binding, {}
            return
        name = str(reads.subject)
        ahead = tuple(a for a in rule.body if a.object == name)
        for bound in self._solve(ahead, binding, {}, before):
            for cells in self._view.read_lists(bound[name], before):
                if not rule.varies:
                    yield rule.body, bound, {name: cells}
                    continue
                length = len(cells) // 2
                ends = {f"?u[{length}]": bound["?u[n]"]} if "?u[n]" in bound else {}
                yield rule.unroll(length).body, {**bound, **ends}, {name: cells}

    def _unify(self, head: Atom, goal: Fact) -> Binding | None:
        binding: Binding = {}
        for part, term in zip((head.subject, head.predicate, head.object), goal, strict=True):
            slot = self._slot(part)
            if isinstance(slot, int):
                if slot != term:
                    return None
            elif binding.setdefault(slot, term) != term:
                return None
        return binding

    def _slot(self, part: str | Term) -> Slot:
        return part if isinstance(part, str) else self._view.stands_for(self._numbers[part])

    def _solve(
        self,
        atoms: tuple[Atom, ...],
        binding: Binding,
        cells: dict[str, tuple[Fact, ...]],
        before: int,
    ) -> Iterator[Binding]:
        """Yield the bindings under which all atoms hold among facts older than a round."""
        atoms = tuple(atom for atom in atoms if atom.predicate not in CONDITIONS)
        if not atoms:
            yield binding
            return
        atom = min(atoms, key=lambda a: self._cost(a, binding))
        rest = tuple(a for a in atoms if a is not atom)
        if atom.predicate in (LIST, ITEM):
            members = [cell[2] for cell in cells[str(atom.subject)][::2]]
            for bound in self._bind_members(atom, members, binding):
                yield from self._solve(rest, bound, cells, before)
            return
        slots = tuple(map(self._slot, (atom.subject, atom.predicate, atom.object)))
        terms = tuple(binding.get(s) if isinstance(s, str) else s for s in slots)
        subject, predicate, value = terms
        for each in self._view.predicates() if predicate is None else (predicate,):
            chosen = _bind(binding, (slots[1],), (each,))
            assert chosen is not None
            for found in self._view.match(each, subject, value, before):
                further = _bind(chosen, (slots[0], slots[2]), found)
                if further is not None:
                    yield from self._solve(rest, further, cells, before)

    def _cost(self, atom: Atom, binding: Binding) -> int:
        """Return an estimate of the number of facts that match an atom."""
        if atom.predicate in (LIST, ITEM):
            return 1 if str(atom.subject) in binding else _LAST
        slots = map(self._slot, (atom.subject, atom.predicate, atom.object))
        subject, predicate, value = (
            binding.get(slot) if isinstance(slot, str) else slot for slot in slots
        )
        if predicate is None:
            return _LAST
        return self._view.count(predicate, subject, value)

    def _bind_members(self, atom: Atom, members: list[int], binding: Binding) -> Iterator[Binding]:
        if atom.predicate == LIST:
            names = str(atom.object).split()
            bound = _bind(binding, names, members) if len(names) == len(members) else None
            if bound is not None:
                yield bound
            return
        place = PLACES[str(atom.object).endswith("[j]")]
        for number, member in enumerate(members):
            bound = _bind(binding, (str(atom.object), place), (member, number))
            if bound is not None and bound.get(PLACES[0], -1) < bound.get(PLACES[1], _LAST):
                yield bound

    def _premises(
        self, body: tuple[Atom, ...], binding: Binding, cells: dict[str, tuple[Fact, ...]]
    ) -> Iterator[Fact]:
        """Yield the facts of a rule's atoms in order; a list's cells at the first atom about it."""
        read: set[str] = set()
        for atom in body:
            if atom.predicate in CONDITIONS:
                continue
            if atom.predicate not in (LIST, ITEM):
                subject, predicate, value = (
                    binding[slot] if isinstance(slot, str) else slot
                    for slot in map(self._slot, (atom.subject, atom.predicate, atom.object))
                )
                yield subject, predicate, value
            elif str(atom.subject) not in read:
                read.add(str(atom.subject))
                yield from cells[str(atom.subject)]


def _bind(binding: Binding, slots: Iterable[Slot], terms: Iterable[int]) -> Binding | None:
    """Return the binding extended by variables; None if one is bound to another term."""
    bound = dict(binding)
    for slot, term in zip(slots, terms, strict=True):
        if isinstance(slot, str) and bound.setdefault(slot, term) != term:
            return None
    return bound
