"""The ground instances of all rules that conclude a fact, and the hypergraph that they form.

The materialisation stores facts of one representative of each class of equal terms. Here they are
expanded to all members, and the rules of equality are rules like the others: the instances are
exactly those of the W3C's rules. A hyperedge leads from the premises of an instance to its
conclusion.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from heapq import heapify, heappop, heappush
from itertools import chain, islice
from typing import Final

import numpy as np
import pyoxigraph as ox

from jjjkg.entailment.chaining.materialisation import Materialisation
from jjjkg.entailment.chaining.programme import CONDITIONAL
from jjjkg.entailment.datatypes.values import DATATYPES, value_of
from jjjkg.entailment.proving.facts import ALWAYS, Fact, Facts, Inference, order
from jjjkg.entailment.proving.matching import Matcher
from jjjkg.entailment.relations.tables import BITS, LOW, Relation
from jjjkg.entailment.rules import load_rules
from jjjkg.rdf.namespaces import expand

#: Instances ranked for each one that is taken, if there are more than are wanted.
_LOOKED_AT: Final = 4
#: The rules that replace a term by an equal one, each with the place of the term in the fact;
#: they are skipped for a term that equals no other.
_REPLACING = {"eq-rep-s": 0, "eq-rep-p": 1, "eq-rep-o": 2, "eq-sym": 0, "eq-trans": 0}


class Ground:
    """The facts of a materialisation, expanded to all equal terms, and the instances of rules.

    It is the View that the matcher matches premises with.
    """

    def __init__(self, materialisation: Materialisation, facts: Facts) -> None:
        self._all, self._facts = materialisation, facts
        self._equality = materialisation.equality
        self._numbers = materialisation.terms.numbers
        self._matcher = Matcher(self._numbers, self)
        self._first, self._rest, self._nil, self._type, self._different = (
            self._numbers[ox.NamedNode(expand(name))]
            for name in ("rdf:first", "rdf:rest", "rdf:nil", "rdf:type", "owl:differentFrom")
        )
        self._same = materialisation.same_as
        #: The rules that conclude facts of a property, by its number; those of any property.
        self._by_property: dict[int, list[str]] = {}
        self._of_any: list[str] = []
        for rule in load_rules():
            if rule.name in CONDITIONAL or rule.name not in materialisation.programme.active:
                continue
            for predicate in dict.fromkeys(atom.predicate for atom in rule.head):
                if isinstance(predicate, str):
                    self._of_any.append(rule.name)
                else:
                    named = self._by_property.setdefault(self._numbers[predicate], [])
                    named.append(rule.name)

    def is_given(self, fact: Fact) -> bool:
        """Tell if a fact is given."""
        return self._facts.is_given(fact)

    def instances(self, fact: Fact) -> Iterator[Inference]:
        """Yield every rule instance that concludes a fact from facts of the closure."""
        yield from self._by_value(fact)
        yield from self._along_path(fact)
        classes = self._equality.classes
        for name in chain(self._by_property.get(fact[1], ()), self._of_any):
            place = _REPLACING.get(name)
            if place is not None and self._equality.of(fact[place]) not in classes:
                continue
            for instance in self._matcher.concluding(name, fact):
                yield Inference(name, fact, instance.premises)

    def _along_path(self, fact: Fact) -> Iterator[Inference]:
        """Yield the last step to owl:sameAs of two terms along the statements that merged them."""
        one, predicate, other = fact
        if self._equality.of(predicate) != self._equality.of(self._same):
            return
        if predicate != self._same:
            alias = self._same, self._same, predicate
            yield Inference("eq-rep-p", fact, (alias, (one, self._same, other)))
            return
        path = self._equality.path(one, other, ALWAYS) if one != other else None
        if path and len(path) > 1:
            link = path[0][0] if path[0][2] else path[0][1]
            middle = (one, predicate, link), (link, predicate, other)
            yield Inference("eq-trans", fact, middle)
        elif path and path[0][2]:
            yield Inference("eq-sym", fact, ((other, predicate, one),))
        for name in self._equality.members(self._equality.of(self._same)):
            if name != self._same and self.is_stated((one, name, other)):
                premises = (name, self._same, self._same), (one, name, other)
                yield Inference("eq-rep-p", fact, premises)

    def is_stated(self, fact: Fact) -> bool:
        """Tell if a fact was given or derived as it is, not only by expanding equal terms."""
        return self._facts.find(fact) is not None

    def instance(self, name: str, binding: dict[str, int]) -> tuple[Fact, ...]:
        """Return the premises of an instance of a rule for a binding of all or some variables."""
        rule = next(rule for rule in load_rules() if rule.name == name)
        return next(self._matcher.instances(rule, binding, 0)).premises

    def _by_value(self, fact: Fact) -> Iterator[Inference]:
        """Yield the instances of dt-type2, dt-eq and dt-diff, which depend on literals' values."""
        one, other = self._all.terms.listed[fact[0]], self._all.terms.listed[fact[2]]
        active = self._all.programme.active
        value = value_of(one) if isinstance(one, ox.Literal) else None
        if isinstance(one, ox.Literal) and fact[1] == self._type and "dt-type2" in active:
            found = self._facts.find(fact)
            holds = DATATYPES.get(other.value) if isinstance(other, ox.NamedNode) else None
            by_name = found is not None and self._all.programme.name(found[1]) == "dt-type2"
            if (value and holds and holds(value)) or by_name:
                yield Inference("dt-type2", fact, ())
        if value and isinstance(other, ox.Literal) and (second := value_of(other)):
            if fact[1] == self._same and value == second and "dt-eq" in active:
                yield Inference("dt-eq", fact, ())
            if fact[1] == self._different and value != second and "dt-diff" in active:
                yield Inference("dt-diff", fact, ())

    # The methods of matching.View.

    def stands_for(self, term: int) -> int:
        """Return the term itself."""
        return term

    def predicates(self) -> Iterable[int]:
        """Return all properties that have facts."""
        present = {*self._all.tables, self._equality.of(self._same)}
        return [member for one in present for member in self._equality.members(one)]

    def count(self, predicate: int, subject: int | None, value: int | None) -> int:
        """Return an estimate of the number of matching facts."""
        of = self._equality.of
        if of(predicate) == of(self._same):
            known = subject if value is None else value
            return 1 << 40 if known is None else len(self._equality.members(of(known)))
        table = self._all.tables.get(of(predicate))
        if table is None:
            return 0
        if subject is not None and value is not None:
            return 1
        if subject is not None:
            return len(table.one(of(subject)))
        return len(table) if value is None else len(table.one(of(value), backward=True))

    def match(
        self, predicate: int, subject: int | None, value: int | None, before: int = 0
    ) -> Iterator[tuple[int, int]]:
        """Yield the subjects and objects of a property's facts, regardless of their round."""
        of, members = self._equality.of, self._equality.members
        if of(predicate) == of(self._same):
            yield from self._match_same(subject, value)
            return
        table = self._all.tables.get(of(predicate))
        if table is not None:
            for one, two in self._match_representatives(table, subject, value):
                for each in members(one) if subject is None else (subject,):
                    for other in members(two) if value is None else (value,):
                        yield each, other
        if subject is not None and value is not None and of(predicate) == of(self._different):
            yield from ((subject, value) for _ in self._by_value((subject, predicate, value)))

    def _match_representatives(
        self, table: Relation, subject: int | None, value: int | None
    ) -> Iterator[tuple[int, int]]:
        of = self._equality.of
        if subject is not None and value is not None:
            key = of(subject) << BITS | of(value)
            place = int(np.searchsorted(table.keys, key))
            if place < len(table.keys) and table.keys[place] == key:
                yield of(subject), of(value)
        elif subject is not None:
            yield from ((of(subject), two) for two in table.one(of(subject)).tolist())
        elif value is not None:
            found = table.one(of(value), backward=True).tolist()
            yield from ((one, of(value)) for one in found)
        else:
            yield from ((key >> BITS, key & LOW) for key in table.keys.tolist())

    def _match_same(self, subject: int | None, value: int | None) -> Iterator[tuple[int, int]]:
        of, members = self._equality.of, self._equality.members
        if subject is not None and value is not None:
            if of(subject) == of(value):
                yield subject, value
        elif subject is not None:
            yield from ((subject, other) for other in members(of(subject)))
        elif value is not None:
            yield from ((one, value) for one in members(of(value)))
        else:
            for one in self._mentioned:
                yield from ((one, other) for other in members(of(one)))

    @cached_property
    def _mentioned(self) -> list[int]:
        """The terms that are the subject or object of a fact, with all equal terms."""
        found: set[int] = set(self._equality.classes)
        for table in self._all.tables.values():
            found.update((table.keys >> BITS).tolist(), (table.keys & LOW).tolist())
        return [member for one in found for member in self._equality.members(one)]

    def read_lists(self, head: int, before: int = 0) -> Iterator[tuple[Fact, ...]]:
        """Yield the cells of a list, once for each choice of equal terms as cells and members."""
        if head == self._nil or self._equality.of(head) not in self._well_formed:
            return
        yield from self._read_cells(head, frozenset())

    @cached_property
    def _well_formed(self) -> set[int]:
        return set(self._all.lists.lists.tolist())

    def _read_cells(self, cell: int, seen: frozenset[int]) -> Iterator[tuple[Fact, ...]]:
        for _, member in self.match(self._first, cell, None):
            for _, following in self.match(self._rest, cell, None):
                pair = (cell, self._first, member), (cell, self._rest, following)
                if following == self._nil:
                    yield pair
                elif following not in seen and following != cell:
                    for others in self._read_cells(following, seen | {cell}):
                        yield (*pair, *others)


class Hypergraph:
    """The rule instances behind some facts, explored breadth first.

    ``behind`` maps a fact to the instances that conclude it, ``ahead`` to those that have it as a
    premise. ``given`` are the explored facts that are given.
    """

    def __init__(self, ground: Ground, *goals: Fact) -> None:
        self._ground = ground
        self.behind: dict[Fact, list[Inference]] = {}
        self.ahead: dict[Fact, list[Inference]] = {}
        self.given: set[Fact] = set()
        #: The instances without premises.
        self.axioms: list[Inference] = []
        self._waiting = list(dict.fromkeys(goals))
        self._seen = set(self._waiting)
        #: True if instances were left out because a fact has too many.
        self.is_cut = False

    @property
    def is_whole(self) -> bool:
        """True if every instance behind the goals has been explored."""
        return not self._waiting and not self.is_cut

    def explore(self, most_facts: int, most_instances: int) -> None:
        """Explore up to ``most_facts`` facts in all, and ``most_instances`` instances of each."""
        ground = self._ground
        while self._waiting and len(self.behind) < most_facts:
            front, self._waiting = self._waiting, []
            for place, fact in enumerate(front):
                if len(self.behind) >= most_facts:
                    self._waiting += front[place:]
                    return
                if ground.is_given(fact):
                    self.given.add(fact)
                found = self.behind[fact] = []
                looked_at = islice(ground.instances(fact), _LOOKED_AT * most_instances)
                instances = list(dict.fromkeys(looked_at))
                if len(instances) > most_instances:
                    self.is_cut = True
                    instances.sort(key=self._rank)
                for inference in instances[:most_instances]:
                    if fact in inference.premises:
                        continue
                    found.append(inference)
                    if not inference.premises:
                        self.axioms.append(inference)
                    for premise in dict.fromkeys(inference.premises):
                        self.ahead.setdefault(premise, []).append(inference)
                        if premise not in self._seen:
                            self._seen.add(premise)
                            self._waiting.append(premise)

    def _rank(self, inference: Inference) -> tuple[bool, int]:
        """Return a sort key: instances with fewer premises implied only by equality come first."""
        stated = map(self._ground.is_stated, inference.premises)
        return inference.conclusion in inference.premises, sum(not each for each in stated)

    def derive(self, given: Iterable[Fact], *goals: Fact) -> list[Inference] | None:
        """Return the steps of a small proof of goals from given facts; None if there is none.

        Knuth's generalisation of Dijkstra's algorithm (https://doi.org/10.1016/0020-0190(77)90002-3):
        facts are reached in the order of the sizes of their smallest derivation trees. Only
        explored instances are used.
        """
        costs: dict[Fact, int] = {}
        steps: dict[Fact, Inference] = {}
        left: dict[Inference, int] = {}
        heap: list[tuple[int, int, Fact, Inference | None]] = []
        count = 0
        for fact in given:
            heap.append((0, count, fact, None))
            count += 1
        for inference in self.axioms:
            assert inference.conclusion is not None
            heap.append((1, count, inference.conclusion, inference))
            count += 1
        heapify(heap)
        missing = set(goals)
        while heap and missing:
            cost, _, fact, by = heappop(heap)
            if fact in costs:
                continue
            costs[fact] = cost
            if by is not None:
                steps[fact] = by
            missing.discard(fact)
            for inference in self.ahead.get(fact, ()):
                distinct = set(inference.premises)
                left[inference] = left.get(inference, len(distinct)) - 1
                concluded = inference.conclusion
                if not left[inference] and concluded is not None and concluded not in costs:
                    total = 1 + sum(costs[premise] for premise in distinct)
                    heappush(heap, (total, count, concluded, inference))
                    count += 1
        return None if missing else order(goals, steps)
