"""The rules made ready for joins: over terms as numbers, and one for each length of list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import pyoxigraph as ox

from jjjkg.entailment.relations.joins import PLACES, Pattern, Slot
from jjjkg.entailment.relations.tables import RULE_BITS, Mask
from jjjkg.entailment.relations.terms import Terms
from jjjkg.entailment.rules import CONDITIONS, ITEM, LIST, Atom, Rule, load_rules
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Term

#: What rewriting does instead of joins.
REWRITING: Final = ("eq-ref", "eq-sym", "eq-trans", "eq-rep-s", "eq-rep-p", "eq-rep-o")
#: What the transitive closure does instead, and of which property; None for any transitive one.
TRANSITIVE: Final[Mapping[str, str | None]] = {
    "scm-sco": "rdfs:subClassOf",
    "scm-spo": "rdfs:subPropertyOf",
    "prp-trp": None,
}
#: What a rule need not look at, since it follows all the same: premises by these other rules.
#: The hierarchies are closed, so a type goes up to each class above it in one step; and a domain
#: that was itself inferred types nothing that its own domain, or property, does not type.
IMPLIED: Final[Mapping[tuple[str, int], frozenset[str]]] = {
    ("cax-sco", 1): frozenset({"cax-sco"}),
    ("prp-spo1", 1): frozenset({"prp-spo1"}),
    ("prp-symp", 1): frozenset({"prp-symp"}),
    ("prp-dom", 0): frozenset({"scm-dom1", "scm-dom2"}),
    ("prp-rng", 0): frozenset({"scm-rng1", "scm-rng2"}),
}
#: What is decided by the values of literals.
CONDITIONAL: Final = tuple(
    rule.name for rule in load_rules() if any(atom.predicate in CONDITIONS for atom in rule.body)
)
#: The number that given facts have where others have their rule's.
GIVEN: Final = 0
SAME_AS: Final = ox.NamedNode(expand("owl:sameAs"))


@dataclass(frozen=True)
class Links:
    """Patterns of which the terms are made the same, for equal values of the shared variables."""

    half: tuple[tuple[int, Pattern], ...]
    shared: frozenset[str]
    linked: str
    same_as: int


@dataclass(frozen=True)
class Prepared:
    """A rule over numbers; ``implied`` are, by pattern, the rules whose facts it passes over."""

    name: str
    number: int
    body: tuple[Pattern, ...]
    head: tuple[Pattern, ...]
    implied: tuple[frozenset[int], ...]
    #: Variables that stand for others, since terms that are the same have become one.
    alias: Mapping[str, str]
    #: Tells if the rule, as it is written, concludes that two of its variables are the same.
    equates: bool

    @cached_property
    def uses_lists(self) -> bool:
        return any(pattern.predicate in (LIST, ITEM) for pattern in self.body)

    @cached_property
    def variables(self) -> frozenset[str]:
        return frozenset().union(*(pattern.variables for pattern in self.body))

    @cached_property
    def kept(self) -> frozenset[str]:
        """The variables that matter in the end; all of them for a contradiction."""
        return frozenset().union(*(p.variables for p in self.head)) or self.variables

    @cached_property
    def unlike(self) -> tuple[str, str] | None:
        """Two variables of which the rule says nothing new where they are the same."""
        if len(self.head) != 1:
            return None
        head = self.head[0]
        for atom in self.body:
            pairs = {
                (a, b)
                for a, b in zip(
                    (atom.subject, atom.predicate, atom.object),
                    (head.subject, head.predicate, head.object),
                    strict=True,
                )
                if a != b
            }
            if len(pairs) == 1:
                ((one, two),) = pairs
                if {one, two} <= self.variables:
                    return str(one), str(two)
        return None

    @property
    def numbered(self) -> tuple[tuple[int, Pattern], ...]:
        return tuple(enumerate(self.body))

    def links(self, same_as: int) -> "Links | None":
        """For a rule that makes two terms the same: patterns of one of them, and what groups it.

        The patterns of the two are copies. So it is enough to find the terms that fit those of
        one, and to link neighbours among those with equal values of the other variables.
        """
        if not self.equates:
            return None
        one, two = str(self.head[0].subject), str(self.head[0].object)
        other = [pattern for pattern in self.body if two in pattern.variables]
        if not other or one in frozenset().union(*(p.variables for p in other)):
            return None
        half = tuple((n, pattern) for n, pattern in self.numbered if pattern not in other)
        shared = frozenset().union(*(p.variables for p in other)) - {two}
        return Links(half, shared, one, same_as)


class Programme:
    """The rules to apply to a graph's terms."""

    def __init__(self, terms: Terms, names: Collection[str] | None = None) -> None:
        self._terms = terms
        self.names = [rule.name for rule in load_rules()]
        self.active = frozenset(self.names if names is None else names)
        #: Tells if premises may be passed over that follow from others (IMPLIED).
        self.passes_over = names is None
        #: Whether terms that are the same are made one.
        self.rewrites = not self.active.isdisjoint(REWRITING)
        self._sources = [rule for rule in load_rules() if rule.name in self.active]

        #: The properties whose values are lists, as some rule reads them.
        self.list_properties = sorted(
            {
                terms.numbers[atom.predicate]
                for rule in self._sources
                for read in rule.body
                if read.predicate in (LIST, ITEM)
                for atom in rule.body
                if atom.object == read.subject and isinstance(atom.predicate, ox.NamedNode)
            }
        )

    @cached_property
    def is_implied(self) -> Mask:
        """By a rule's number whether some rule passes over facts that came by it."""
        names = frozenset(TRANSITIVE).union(*IMPLIED.values())
        numbers = np.array([self.number(name) for name in names])
        return np.isin(np.arange(1 << RULE_BITS), numbers)

    @property
    def concluding(self) -> list[str]:
        """The rules that conclude something, but for those of equality."""
        return [r.name for r in self._sources if r.head and r.name not in REWRITING]

    def number(self, name: str) -> int:
        """The number that facts have which came by a rule; 0 is for those given."""
        return self.names.index(name) + 1

    def name(self, number: int) -> str:
        """The name of a rule by its number."""
        return self.names[number - 1]

    def prepare(
        self, lengths: Collection[int], representative: Mapping[int, int]
    ) -> tuple[Prepared, ...]:
        """The rules that are joined, for the lengths of the lists that there are."""
        prepared: list[Prepared] = []
        for rule in self._sources:
            if rule.name in (*REWRITING, *TRANSITIVE, *CONDITIONAL):
                continue
            rules = [rule.unroll(length) for length in lengths] if rule.varies else [rule]
            prepared += (self._prepare(r, representative) for r in rules)
        return tuple(prepared)

    def _prepare(self, rule: Rule, representative: Mapping[int, int]) -> Prepared:
        alias: dict[str, str] = {}
        body: list[Pattern] = []
        implied: list[frozenset[int]] = []
        for number, atom in enumerate(rule.body):
            if self.rewrites and atom.predicate == SAME_AS:
                alias[str(atom.object)] = str(atom.subject)
                continue
            body.append(self._pattern(atom, representative))
            passed = (
                IMPLIED.get((rule.name, number), frozenset()) if self.passes_over else frozenset()
            )
            implied.append(frozenset(map(self.number, passed)))
        if alias:
            body = [_rename(pattern, alias) for pattern in body]
        places = iter(PLACES)
        body = [
            Pattern(p.subject, p.predicate, p.object, (next(places),)) if p.predicate == ITEM else p
            for p in body
        ]
        head = tuple(self._pattern(atom, representative) for atom in rule.head)
        number = self.number(rule.name)
        equates = len(rule.head) == 1 and rule.head[0].predicate == SAME_AS
        return Prepared(rule.name, number, tuple(body), head, tuple(implied), alias, equates)

    def _pattern(self, atom: Atom, representative: Mapping[int, int]) -> Pattern:
        if atom.predicate == LIST:
            members = tuple(str(atom.object).split())
            return Pattern(self._slot(atom.subject, representative), LIST, "", members)
        subject, predicate, value = (
            self._slot(part, representative) for part in (atom.subject, atom.predicate, atom.object)
        )
        return Pattern(subject, predicate, value)

    def _slot(self, part: str | Term, representative: Mapping[int, int]) -> Slot:
        if isinstance(part, str):
            return part
        number = self._terms.numbers[part]
        return representative.get(number, number)


def _rename(pattern: Pattern, alias: Mapping[str, str]) -> Pattern:
    subject, value = (
        alias.get(slot, slot) if isinstance(slot, str) else slot
        for slot in (pattern.subject, pattern.object)
    )
    return replace(pattern, subject=subject, object=value)
