"""The firing of rules on facts: one round of semi-naive evaluation."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from jjjkg.entailment.chaining.programme import GIVEN, Links, Prepared
from jjjkg.entailment.relations.joins import Lists, Pattern, Source, solve
from jjjkg.entailment.relations.rows import Rows
from jjjkg.entailment.relations.tables import BITS, RULE_BITS, Ints, Relation, Table, gather
from jjjkg.entailment.rules import ITEM, LIST

#: By property: arrays of gathered pairs (key << RULE_BITS | rule; see relations/tables.py).
Gathered = dict[int, list[Ints]]
#: The facts by property.
Tables = dict[int, Table]


@dataclass(frozen=True)
class Firing:
    """The facts and lists that rules are fired on.

    ``same_as`` is the number of owl:sameAs if equal terms are rewritten, else None.
    """

    tables: Tables
    lists: Lists
    same_as: int | None

    def fire(self, rules: Iterable[Prepared], fresh: Tables | None = None) -> Gathered:
        """Return the conclusions of rules from all facts, or from joins with fresh ones only.

        ``fresh`` are the facts of the last round (the delta). Each premise in turn is matched with
        them, the others with all facts; None stands for all facts in every premise.
        """
        gathered: Gathered = defaultdict(list)
        for rule in rules:
            if not rule.head or not all(map(self._some, rule.body)):
                continue
            if fresh is None:
                self._fire_with(rule, None, None, gathered)
                continue
            for number, pattern in enumerate(rule.body):
                if pattern.predicate not in (LIST, ITEM) and self._some(pattern, fresh):
                    self._fire_with(rule, number, fresh, gathered)
        return gathered

    def _some(self, pattern: Pattern, tables: Tables | None = None) -> bool:
        """Tell if a pattern may match a fact; a quick test that skips most rules."""
        tables = self.tables if tables is None else tables
        if not isinstance(pattern.predicate, int):
            return bool(tables)
        table = tables.get(pattern.predicate)
        if not table:
            return False
        return isinstance(pattern.object, str) or bool(
            len(table.one(pattern.object, backward=True))
        )

    def _fire_with(
        self, rule: Prepared, number: int | None, fresh: Tables | None, gathered: Gathered
    ) -> None:
        """Fire a rule, with the premise of a number matched with fresh facts only."""

        def source(place: int, predicate: int) -> Relation | None:
            tables = fresh if place == number and fresh is not None else self.tables
            table = tables.get(predicate)
            return table.without(rule.implied[place]) if table else None

        links = None if self.same_as is None else rule.links(self.same_as)
        if links:
            if number is None or number in dict(links.half):
                self._link(rule, links, number, source, gathered)
            return
        for rows in solve(rule.numbered, source, self.lists, rule.kept, unlike=rule.unlike):
            for atom in rule.head:
                self._emit(rule, atom, rows, gathered)

    def _emit(self, rule: Prepared, atom: Pattern, rows: Rows, gathered: Gathered) -> None:
        """Gather the facts that a head atom stands for under the bindings of rows."""
        if isinstance(atom.predicate, int):
            groups: Iterable[tuple[int, Rows]] = [(atom.predicate, rows)]
        else:
            groups = rows.groups(atom.predicate)
        for predicate, group in groups:
            subject, value = (
                group.columns[slot] if isinstance(slot, str) else slot
                for slot in (atom.subject, atom.object)
            )
            gathered[predicate].append(gather(subject, value, rule.number))

    def _link(
        self, rule: Prepared, links: Links, number: int | None, source: Source, gathered: Gathered
    ) -> None:
        """Gather the owl:sameAs that a rule concludes, only between neighbours of sorted groups.

        Of n values of a functional property these are n - 1 pairs, and not n * n; the others follow
        by equality.
        """
        shared, kept = tuple(sorted(links.shared)), links.shared | {links.linked}
        if number is None:
            found = solve(links.half, source, self.lists, kept)
        else:
            # In each group that has a fresh fact, all members are linked.
            found = (
                rows
                for touched in solve(links.half, source, self.lists, links.shared)
                for rows in solve(
                    [(n, p) for n, p in links.half if links.linked in p.variables],
                    lambda _, predicate: self.tables.get(predicate),
                    self.lists,
                    kept,
                    touched.ordered(*shared),
                )
            )
        for rows in found:
            rows = rows.ordered(*shared, links.linked)
            alike = np.ones(max(len(rows) - 1, 0), np.bool_)
            for name in shared:
                column = rows.column(name)
                alike &= column[1:] == column[:-1]
            linked = rows.column(links.linked)
            pairs = gather(linked[:-1][alike], linked[1:][alike], rule.number)
            gathered[links.same_as].append(pairs)


def gather_given(triples: Ints) -> Gathered:
    """Return given triples, an int64 array of shape (n, 3), as gathered pairs by property.

    The pairs of a property may repeat.
    """
    if not len(triples):
        return {}
    subjects, predicates, objects = triples.T
    counts = np.bincount(predicates)
    named = np.flatnonzero(counts)
    if len(named) < 1 << 63 - 2 * BITS:
        # With few properties a whole triple fits an int64, so one sort does.
        rank = np.searchsorted(named, predicates)
        pairs = np.sort(rank << 2 * BITS | subjects << BITS | objects) & (1 << 2 * BITS) - 1
    else:
        order = np.argsort(predicates, kind="stable")
        pairs = subjects[order] << BITS | objects[order]
    parts = np.split(pairs, np.cumsum(counts[named])[:-1])
    return {p: [part << RULE_BITS | GIVEN] for p, part in zip(named.tolist(), parts, strict=True)}
