"""The rules compiled for joins: over term numbers, unrolled for each length of list."""

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

#: The rules that rewriting implements instead of joins (equality.py).
REWRITING: Final = ("eq-ref", "eq-sym", "eq-trans", "eq-rep-s", "eq-rep-p", "eq-rep-o")
#: The rules that transitive closure implements instead of joins (transitivity.py), each with its
#: property; None for every owl:TransitiveProperty.
TRANSITIVE: Final[Mapping[str, str | None]] = {
    "scm-sco": "rdfs:subClassOf",
    "scm-spo": "rdfs:subPropertyOf",
    "prp-trp": None,
}
#: Redundant joins: by rule and index of a premise, the rules whose conclusions this premise need
#: not match, since the rule's conclusion then follows from other facts too. The hierarchies are
#: transitively closed, so cax-sco and prp-spo1 reach everything above in one step; prp-symp applied
#: twice gives the fact that it began with; and the types by an inferred domain or range follow
#: from the stated one with cax-sco (scm-dom1, scm-rng1) or prp-spo1 (scm-dom2, scm-rng2).
IMPLIED: Final[Mapping[tuple[str, int], frozenset[str]]] = {
    ("cax-sco", 1): frozenset({"cax-sco"}),
    ("prp-spo1", 1): frozenset({"prp-spo1"}),
    ("prp-symp", 1): frozenset({"prp-symp"}),
    ("prp-dom", 0): frozenset({"scm-dom1", "scm-dom2"}),
    ("prp-rng", 0): frozenset({"scm-rng1", "scm-rng2"}),
}
#: The rules whose premises depend on the values of literals; relations/literals.py applies them.
CONDITIONAL: Final = tuple(
    rule.name for rule in load_rules() if any(atom.predicate in CONDITIONS for atom in rule.body)
)
#: The number of a rule that marks given facts in tables.
GIVEN: Final = 0
SAME_AS: Final = ox.NamedNode(expand("owl:sameAs"))


@dataclass(frozen=True)
class Links:
    """Half the body of a rule that equates two terms, for linking terms in groups.

    ``half`` are the patterns of one of the terms with their numbers. Terms bound to ``linked`` are
    equal if they have equal values of the ``shared`` variables. ``same_as`` is owl:sameAs.
    """

    half: tuple[tuple[int, Pattern], ...]
    shared: frozenset[str]
    linked: str
    same_as: int


@dataclass(frozen=True)
class Prepared:
    """A rule over term numbers.

    ``number`` is its own (Programme.number). ``implied`` has, parallel to ``body``, the numbers of
    the rules whose facts a premise passes over (IMPLIED).
    """

    name: str
    number: int
    body: tuple[Pattern, ...]
    head: tuple[Pattern, ...]
    implied: tuple[frozenset[int], ...]
    #: Variables replaced by another, because an owl:sameAs premise equated them.
    alias: Mapping[str, str]
    #: True if the rule, as written, concludes owl:sameAs of two variables.
    equates: bool

    @cached_property
    def uses_lists(self) -> bool:
        """True if an atom of the body is about a list."""
        return any(pattern.predicate in (LIST, ITEM) for pattern in self.body)

    @cached_property
    def variables(self) -> frozenset[str]:
        """The variables of the body."""
        return frozenset().union(*(pattern.variables for pattern in self.body))

    @cached_property
    def kept(self) -> frozenset[str]:
        """The variables that the conclusion needs; all of them for a contradiction."""
        return frozenset().union(*(p.variables for p in self.head)) or self.variables

    @cached_property
    def unlike(self) -> tuple[str, str] | None:
        """Two variables that, if equal, make the conclusion one of the premises; else None."""
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
        """The patterns of the body with their indices, as joins.solve takes them."""
        return tuple(enumerate(self.body))

    def links(self, same_as: int) -> "Links | None":
        """Return the half body of a rule that equates two terms; None for other rules.

        Such a body has the same patterns for both terms (prp-fp, prp-key, ...). So it is enough to
        match those of one, and to link neighbours among terms with equal shared variables.
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
    """The rules to apply, compiled for a graph's terms; ``names`` are their ids, None for all."""

    def __init__(self, terms: Terms, names: Collection[str] | None = None) -> None:
        self._terms = terms
        self.names = [rule.name for rule in load_rules()]
        self.active = frozenset(self.names if names is None else names)
        #: True if redundant joins may be left out (IMPLIED).
        self.passes_over = names is None
        #: True if equal terms are rewritten to one representative.
        self.rewrites = not self.active.isdisjoint(REWRITING)
        self._sources = [rule for rule in load_rules() if rule.name in self.active]

        #: The numbers of the properties whose values some rule reads as lists, sorted.
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
        """Bool array by rule number: true if some rule passes over facts derived by it."""
        names = frozenset(TRANSITIVE).union(*IMPLIED.values())
        numbers = np.array([self.number(name) for name in names])
        return np.isin(np.arange(1 << RULE_BITS), numbers)

    @property
    def concluding(self) -> list[str]:
        """The ids of the active rules that have a conclusion, except those of equality."""
        return [r.name for r in self._sources if r.head and r.name not in REWRITING]

    def number(self, name: str) -> int:
        """Return the number of a rule by its id; 0 (GIVEN) is for given facts."""
        return self.names.index(name) + 1

    def name(self, number: int) -> str:
        """Return the id of a rule by its number."""
        return self.names[number - 1]

    def prepare(
        self, lengths: Collection[int], representative: Mapping[int, int]
    ) -> tuple[Prepared, ...]:
        """Return the rules that joins evaluate, unrolled for each of the lengths of lists.

        ``representative`` maps the numbers of terms that rules name to their representatives.
        """
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
