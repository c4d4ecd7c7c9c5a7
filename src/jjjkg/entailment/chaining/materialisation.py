"""Materialisation by semi-naive evaluation: rules fired in rounds to a fixpoint.

In each round, a rule is fired only on joins that involve a fact of the round before (Abiteboul,
Hull and Vianu 1995, chapter 13, http://webdam.inria.fr/Alice/). Equality (eq-*) is done by
rewriting, transitivity (prp-trp, scm-sco, scm-spo) by an operator of its own.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Final

import numpy as np
import pyoxigraph as ox

from jjjkg.entailment.chaining.equality import Equality, Rewriting
from jjjkg.entailment.chaining.firing import Firing, Gathered, Tables, gather_given
from jjjkg.entailment.chaining.programme import SAME_AS, TRANSITIVE, Prepared, Programme
from jjjkg.entailment.chaining.transitivity import extend_closure
from jjjkg.entailment.relations.joins import Lists
from jjjkg.entailment.relations.lists import read_lists
from jjjkg.entailment.relations.literals import Literals
from jjjkg.entailment.relations.tables import (
    BITS,
    LOW,
    RULE_BITS,
    Ints,
    Mask,
    Relation,
    Table,
    distinct,
    find,
    gather,
    join_chunks,
)
from jjjkg.entailment.relations.terms import Terms
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement

_NAMES: Final = (
    *("rdf:type", "rdf:first", "rdf:rest", "rdf:nil"),
    *("owl:TransitiveProperty", "rdfs:subClassOf", "rdfs:subPropertyOf"),
)


class Materialisation:
    """The facts that follow from given triples, each with the round and rule that derived it.

    ``tables`` has the facts of representatives by property; ``equality`` the classes of equal
    terms; ``lists`` the well-formed lists, ``broken`` the faults of others by head. ``names``
    restricts the rules to those with these ids; ``values`` are literals that need not occur in the
    triples and take part in dt-eq and dt-type2. ``stamp`` is the number of the present round.
    """

    def __init__(
        self,
        triples: Iterable[ox.Triple | ox.Quad | Statement],
        names: Collection[str] | None = None,
        values: Iterable[ox.Literal] = (),
    ) -> None:
        self.terms = Terms()
        given = self.terms.number_triples(triples)
        spoken_of = {self.terms.numbers[literal] for literal in values}
        #: Bool array by term number: true for subjects and objects of given triples.
        self.used = np.bincount(given[:, [0, 2]].ravel(), minlength=len(self.terms)) > 0
        #: Bool array by term number: true for literals that occur only in ``values``.
        self.is_foreign = np.zeros(len(self.terms), np.bool_)
        self.is_foreign[list(spoken_of)] = True
        self.is_foreign &= ~self.used
        #: The literals that the rules name (0 and 1) and the graph does not have.
        self.phantoms = [
            number
            for number, term in enumerate(self.terms.listed[: self.terms.vocabulary])
            if isinstance(term, ox.Literal) and not self.used[number] and number not in spoken_of
        ]
        self.literals = Literals(self.terms)
        self.programme = Programme(self.terms, names)
        self.equality = Equality(len(self.terms))
        self.tables: dict[int, Table] = {}
        #: The facts that rewriting has replaced: as tables by their property, and for look-up by
        #: the facts that replaced them, by these facts' property.
        self.history: defaultdict[int, Table] = defaultdict(Table)
        self.rewritings: defaultdict[int, list[Rewriting]] = defaultdict(list)
        self.stamp = 0
        self.lists = Lists()
        self.broken: dict[int, str] = {}
        self._closed: set[int] = set()
        self.rules: tuple[Prepared, ...] = ()
        self._by_name = {name: self.terms.numbers[ox.NamedNode(expand(name))] for name in _NAMES}
        self.same_as = self.terms.numbers[SAME_AS]
        #: True if owl:sameAs is itself a subject or object of a given triple: axioms about it then
        #: need the reflexive facts of eq-ref as premises.
        self._reflects = self.programme.rewrites and bool(self.used[self.same_as])
        #: Bool array by term number: true for terms that occur in a fact; kept if _reflects.
        self._mentioned = np.zeros(len(self.terms), np.bool_)
        self._is_bent_anew = False
        self._run(given)

    def id(self, name: str) -> int:
        """Return the representative of a term that the rules name, by its prefixed name."""
        return self.equality.of(self._by_name[name])

    def _run(self, given: Ints) -> None:
        fresh: Tables = {}
        self._add_all(gather_given(given), fresh)
        self.stamp += 1
        self._add_all(self._axioms(), fresh)
        self.rules = self._prepare()
        # Close the schema first, so that data is joined once with the closed schema. Fire scm-cls,
        # which puts each class under owl:Thing, before the first transitive closure of the
        # hierarchy, so that this need not be extended at once.
        schema = tuple(r for r in self.rules if r.name.startswith("scm-") or not r.body)
        self._add_all(self._firing().fire(schema, None), fresh)
        self._settle(fresh)
        self.rules = self._prepare()
        self._repeat("scm-")
        self._repeat()

    def _axioms(self) -> Gathered:
        """Return the conclusions of dt-type2 and dt-eq for the graph's literals."""
        gathered: Gathered = defaultdict(list)
        active, number = self.programme.active, self.programme.number
        if "dt-type2" in active:
            typed = self.literals.find_datatypes(self.used, self.phantoms)
            gathered[self.id("rdf:type")] += [gather(*typed, number("dt-type2"))]
        if "dt-eq" in active:
            gathered[self.same_as] += [gather(*self.literals.find_equal(), number("dt-eq"))]
        return gathered

    def _prepare(self) -> tuple[Prepared, ...]:
        vocabulary = {n: self.equality.of(n) for n in range(self.terms.vocabulary)}
        return self.programme.prepare(tuple(self.lists.by_length), vocabulary)

    def _repeat(self, prefix: str = "") -> None:
        """Fire the rules whose ids have a prefix until nothing is new (semi-naive evaluation)."""
        fresh: Tables | None = None
        while fresh is None or fresh:
            before = self.lists
            rules = [rule for rule in self.rules if rule.name.startswith(prefix)]
            gathered = self._firing().fire(rules, fresh)
            self.stamp += 1
            fresh = {}
            self._add_all(gathered, fresh)
            self._settle(fresh)
            while self.lists is not before or self._is_bent_anew:
                # Lists, or merged terms of the vocabulary, have changed: rules that read them must
                # be fired on all facts, not only on fresh ones.
                anew = [rule for rule in self._prepare() if rule.uses_lists or self._is_bent_anew]
                before, self._is_bent_anew = self.lists, False
                self.rules = self._prepare()
                gathered = self._firing().fire(anew, None)
                self.stamp += 1
                self._add_all(gathered, fresh)
                self._settle(fresh)

    def _firing(self) -> Firing:
        same_as = self.equality.of(self.same_as) if self.programme.rewrites else None
        return Firing(self.tables, self.lists, same_as)

    def _add_all(self, gathered: Gathered, fresh: Tables) -> None:
        """Add gathered pairs to the tables, and those that are new to ``fresh`` as well."""
        for predicate, chunks in gathered.items():
            pairs, predicate = join_chunks(chunks), self.equality.of(predicate)
            if not len(pairs):
                continue
            if predicate == self.equality.of(self.same_as) and self.programme.rewrites:
                self.equality.add(pairs, self.stamp)
                self._mention(pairs >> RULE_BITS)
                continue
            table = self.tables.setdefault(predicate, Table())
            self._note(predicate, table.add(pairs, self.stamp), fresh)

    def _note(self, predicate: int, added: Table, fresh: Tables) -> None:
        if not len(added):
            return
        if predicate in fresh:
            fresh[predicate].merge(added)
        else:
            fresh[predicate] = added

    def _settle(self, fresh: Tables) -> None:
        """Rewrite merged terms, close transitive properties, and read the lists anew."""
        has_moved = False
        # Rewriting may give new owl:sameAs, of a property that was merged with it: so repeat.
        while self.programme.rewrites and (moved := self.equality.merge()) is not None:
            has_moved = True
            self.stamp += 1
            self._rewrite(moved, fresh)
            if moved[: self.terms.vocabulary].any():
                self.programme.passes_over = False
                self.rules = self._prepare()
                self._is_bent_anew = True
        self.stamp += 1
        if self._reflects:
            self._reflect(fresh)
        for predicate, rule in self._transitive():
            self._close(predicate, rule, fresh)
        if has_moved or not fresh.keys().isdisjoint((*self._cells(), *self._heads())):
            heads = {
                value
                for predicate in self._heads()
                for value in (self.tables.get(predicate, Table()).keys & LOW).tolist()
            }
            first, rest = (self.tables.get(cell, Table()) for cell in self._cells())
            lists, self.broken = read_lists(first, rest, self.id("rdf:nil"), sorted(heads))
            if not lists.equals(self.lists):
                self.lists = lists

    def _mention(self, keys: Ints) -> None:
        """Record that the terms of some keys occur in facts."""
        if self._reflects:
            self._mentioned[keys >> BITS] = True
            self._mentioned[keys & LOW] = True

    def _reflect(self, fresh: Tables) -> None:
        """Add the owl:sameAs of each term that occurs in a fact with itself (eq-ref)."""
        for predicate, table in fresh.items():
            self._mentioned[predicate] = True
            self._mention(table.keys)
        terms = distinct(self.equality.representative[np.flatnonzero(self._mentioned)])
        pairs = gather(terms, terms, self.programme.number("eq-ref"))
        predicate = self.equality.of(self.same_as)
        table = self.tables.setdefault(predicate, Table())
        self._note(predicate, table.add(pairs, self.stamp), fresh)

    @cached_property
    def is_bent(self) -> bool:
        """True if facts are about owl:sameAs itself, or equate an IRI that the rules name.

        Rounds and rules then do not suffice to guide a proof (Prover.search).
        """
        sizes = np.bincount(self.equality.representative, minlength=len(self.terms))
        merged = sizes[self.equality.representative[: self.terms.vocabulary]] > 1
        names = [isinstance(t, ox.NamedNode) for t in self.terms.listed[: self.terms.vocabulary]]
        return self._reflects or bool((merged & np.array(names)).any())

    def _cells(self) -> tuple[int, int]:
        return self.id("rdf:first"), self.id("rdf:rest")

    def _heads(self) -> list[int]:
        """Return the representatives of the properties whose values are lists for some rule."""
        return [self.equality.of(number) for number in self.programme.list_properties]

    def _transitive(self) -> Iterable[tuple[int, int]]:
        """Yield the properties to close transitively, each with the number of the rule."""
        for name, predicate in TRANSITIVE.items():
            if name not in self.programme.active:
                continue
            number = self.programme.number(name)
            if predicate is not None:
                yield self.id(predicate), number
            elif types := self.tables.get(self.id("rdf:type")):
                for found in types.one(self.id("owl:TransitiveProperty"), backward=True).tolist():
                    yield found, number

    def _close(self, predicate: int, rule: int, fresh: Tables) -> None:
        table = self.tables.get(predicate)
        known = predicate in self._closed
        new = fresh.get(predicate) if known else table
        if not table or not new:
            return
        self._closed.add(predicate)
        closed = table if known and len(new) < len(table) else Relation()
        keys = extend_closure(closed, new.without(frozenset({rule})).keys)
        self._note(predicate, table.add(keys << RULE_BITS | rule, self.stamp), fresh)

    def _rewrite(self, moved: Mask, fresh: Tables) -> None:
        """Replace each fact of moved terms by one of their representatives.

        ``moved`` is a bool array by term number, as `Equality.merge` returns it.
        """
        representative = self.equality.representative
        rule = self.programme.number("eq-rep-s")
        became: Gathered = defaultdict(list)
        for predicate, table in tuple(self.tables.items()):
            target = int(representative[predicate])
            gone = moved[table.keys >> BITS] | moved[table.keys & LOW]
            if target != predicate:
                gone[:] = True
                self._closed.discard(target)
            if not gone.any():
                continue
            if predicate in fresh:
                part = fresh[predicate]
                part.remove(
                    moved[part.keys >> BITS] | moved[part.keys & LOW] | (target != predicate)
                )
            removed = table.remove(gone)
            self.history[predicate].keep(removed)
            subjects, objects = (
                representative[removed.keys >> BITS],
                representative[removed.keys & LOW],
            )
            pairs = subjects << BITS | objects
            order = np.argsort(pairs, kind="stable")
            self.rewritings[target].append(Rewriting(pairs[order], predicate, removed.keys[order]))
            became[target].append(gather(subjects, objects, rule))
        for target, chunks in became.items():
            self._uncover(target, join_chunks(chunks) >> RULE_BITS)
        self._add_all(became, fresh)

    def _uncover(self, predicate: int, keys: Ints) -> None:
        """Remove facts that rules pass over and that rewritten facts have become, to be added anew.

        ``keys`` are the rewritten facts of a property. Rules pass over facts that were derived by
        certain rules (programme.IMPLIED), since the facts that these were derived from suffice. If
        such a premise is rewritten to the very fact, nothing else stands for it: so the fact is
        added again as a rewritten one, which rules do not pass over.
        """
        table = self.tables.get(predicate)
        if table:
            landed = find(np.sort(keys), table.keys) & self.programme.is_implied[table.rules]
            self.history[predicate].keep(table.remove(landed))
