"""Instances of rules, found backwards: from what a rule concludes to premises that hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from jjjkg.entailment.chaining.materialisation import Materialisation
from jjjkg.entailment.proving.facts import ALWAYS, Fact, Facts
from jjjkg.entailment.relations.joins import PLACES, Slot
from jjjkg.entailment.rules import CONDITIONS, ITEM, LIST, Atom, Rule, load_rules

Binding = dict[str, int]
_LAST: Final = 1 << 60


@dataclass(frozen=True)
class Instance:
    """A rule with the facts that are its premises, in the order of its atoms."""

    rule: str
    premises: tuple[Fact, ...]


class Matcher:
    """Finds the instances of rules among the facts of a materialisation."""

    def __init__(self, materialisation: Materialisation, facts: Facts) -> None:
        self._all, self._facts = materialisation, facts
        self._rules = {rule.name: rule for rule in load_rules()}
        self._first, self._rest = materialisation.id("rdf:first"), materialisation.id("rdf:rest")
        self._nil = materialisation.id("rdf:nil")

    def concluding(self, name: str, goal: Fact, before: int = ALWAYS) -> Iterator[Instance]:
        """The instances of a rule that conclude a fact from facts older than a round."""
        rule = self._rules[name]
        for head in rule.head:
            binding = self._unify(head, goal)
            if binding is not None:
                yield from self.instances(rule, binding, before)

    def instance(self, name: str, binding: Binding, before: int = ALWAYS) -> Instance:
        """The instance of a rule for all of its variables."""
        return Instance(name, tuple(self._premises(self._rules[name].body, binding, before)))

    def members(self, head: int, before: int) -> list[int]:
        """The members of a list as it was before a round; none where it was no list."""
        return [cell[2] for cell in (self._read(head, before) or ())[::2]]

    def instances(self, rule: Rule, binding: Binding, before: int) -> Iterator[Instance]:
        """The instances of a rule for some of its variables."""
        for length, bound in self._lengths(rule, binding, before):
            body = rule.unroll(length).body if length is not None else rule.body
            seen: set[tuple[Fact, ...]] = set()
            for solution in self._solve(body, bound, before):
                premises = tuple(self._premises(body, solution, before))
                if premises not in seen:
                    seen.add(premises)
                    yield Instance(rule.name, premises)

    def _lengths(
        self, rule: Rule, binding: Binding, before: int
    ) -> Iterator[tuple[int | None, Binding]]:
        """For a rule over whole lists: the length, after the list itself was bound."""
        if not rule.varies:
            yield None, binding
            return
        (reads,) = (atom for atom in rule.body if atom.predicate == LIST)
        ahead = tuple(a for a in rule.body if a.object == reads.subject)
        for bound in self._solve(ahead, binding, before):
            cells = self._read(bound[str(reads.subject)], before)
            if cells is not None:
                length = len(cells) // 2
                ends = {f"?u[{length}]": bound["?u[n]"]} if "?u[n]" in bound else {}
                yield length, {**bound, **ends}

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

    def _slot(self, part: object) -> Slot:
        if isinstance(part, str):
            return part
        return self._all.equality.of(self._all.terms.numbers[part])  # type: ignore[index]

    def _solve(self, atoms: tuple[Atom, ...], binding: Binding, before: int) -> Iterator[Binding]:
        """Bindings under which all atoms hold for facts older than a round."""
        atoms = tuple(atom for atom in atoms if atom.predicate not in CONDITIONS)
        if not atoms:
            yield binding
            return
        atom = min(atoms, key=lambda a: self._cost(a, binding))
        rest = tuple(a for a in atoms if a is not atom)
        if atom.predicate in (LIST, ITEM):
            head = binding[str(atom.subject)]
            cells = self._read(head, before)
            if cells is None:
                return
            for bound in self._bind_members(atom, [cell[2] for cell in cells[::2]], binding):
                yield from self._solve(rest, bound, before)
            return
        slots = tuple(map(self._slot, (atom.subject, atom.predicate, atom.object)))
        terms = tuple(binding.get(s) if isinstance(s, str) else s for s in slots)
        subject, predicate, value = terms
        if predicate is None:
            return
        for found in self._facts.match(predicate, subject, value, before):
            further = _bind(binding, (slots[0], slots[2]), found)
            if further is not None:
                yield from self._solve(rest, further, before)

    def _cost(self, atom: Atom, binding: Binding) -> int:
        """About how many facts there are for an atom."""
        if atom.predicate in (LIST, ITEM):
            return 1 if str(atom.subject) in binding else _LAST
        slots = map(self._slot, (atom.subject, atom.predicate, atom.object))
        subject, predicate, value = (
            binding.get(slot) if isinstance(slot, str) else slot for slot in slots
        )
        if predicate is None:
            return _LAST
        return self._facts.count(predicate, subject, value)

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

    def _read(self, head: int, before: int) -> tuple[Fact, ...] | None:
        """The cells of a list as facts older than a round: first, rest, first, rest..."""
        cells: list[Fact] = []
        seen: set[int] = set()
        cell = head
        while cell != self._nil:
            first = self._facts.latest(self._first, cell, before)
            rest = self._facts.latest(self._rest, cell, before)
            if first is None or rest is None or cell in seen:
                return None
            seen.add(cell)
            cells += ((cell, self._first, first), (cell, self._rest, rest))
            cell = rest
        return tuple(cells)

    def _premises(self, body: tuple[Atom, ...], binding: Binding, before: int) -> Iterator[Fact]:
        """The facts of a rule's atoms, in their order; a list's cells where it is first met."""
        read: set[int] = set()
        for atom in body:
            if atom.predicate in CONDITIONS:
                continue
            terms = tuple(
                binding[slot] if isinstance(slot, str) else slot
                for slot in map(self._slot, (atom.subject, atom.predicate, atom.object))
                if slot not in (LIST, ITEM) and atom.predicate != LIST
            )
            if atom.predicate not in (LIST, ITEM):
                yield terms[0], terms[1], terms[2]
                continue
            head = binding[str(atom.subject)]
            if head not in read:
                read.add(head)
                yield from self._read(head, before) or ()


def _bind(binding: Binding, slots: Iterable[Slot], terms: Iterable[int]) -> Binding | None:
    """The binding with further variables, unless one of them has another value."""
    bound = dict(binding)
    for slot, term in zip(slots, terms, strict=True):
        if isinstance(slot, str) and bound.setdefault(slot, term) != term:
            return None
    return bound
