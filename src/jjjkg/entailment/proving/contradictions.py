"""Contradictions in a materialisation: the instances of the rules whose head is *false*.

https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
"""

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.chaining.materialisation import Materialisation
from jjjkg.entailment.chaining.programme import Prepared
from jjjkg.entailment.datatypes.values import DATATYPES, is_ill_typed, value_of
from jjjkg.entailment.proving.facts import ALWAYS, Inference
from jjjkg.entailment.proving.prover import Prover
from jjjkg.entailment.relations.joins import PLACES, solve
from jjjkg.entailment.relations.tables import Relation
from jjjkg.rdf.namespaces import expand

#: Most contradictions reported by one rule; a single error often causes thousands.
MOST: Final = 25


def find_contradictions(
    all_: Materialisation, prover: Prover, most: int = MOST
) -> Iterator[list[Inference]]:
    """Yield the steps of each contradiction, the one to *false* last; at most ``most`` by rule."""
    active = all_.programme.active
    prove = prover.search if all_.is_bent else prover.prove
    for rule in all_.rules:
        if not rule.head:
            for binding in _bindings(rule, all_, most):
                yield _prove(rule, binding, all_, prover)
    if "dt-not-type" in active:
        type_ = all_.terms.numbers[ox.NamedNode(expand("rdf:type"))]
        for literal, datatype in _ill_typed(all_, most):
            premise = literal, type_, datatype
            last = Inference("dt-not-type", None, (premise,))
            yield [*prove(premise), last]
    if {"dt-diff", "eq-diff1"} <= active:
        for one, two in _same_literals(all_):
            different = one, all_.terms.numbers[ox.NamedNode(expand("owl:differentFrom"))], two
            same = one, all_.same_as, two
            yield [
                *prove(same),
                Inference("dt-diff", different, ()),
                Inference("eq-diff1", None, (same, different)),
            ]


def _bindings(rule: Prepared, all_: Materialisation, most: int) -> Iterator[dict[str, int]]:
    def source(_: int, predicate: int) -> Relation | None:
        return all_.tables.get(predicate)

    seen: set[frozenset[int]] = set()
    for rows in solve(rule.numbered, source, all_.lists, rule.kept):
        for row in range(min(len(rows), 4 * most)):
            binding = {name: int(rows.column(name)[row]) for name in rows.columns}
            # Symmetric rules (such as cax-dw) match both ways round: one is enough.
            key = frozenset(binding.values())
            if key not in seen:
                seen.add(key)
                yield binding
            if len(seen) == most:
                return


def _prove(
    rule: Prepared, binding: dict[str, int], all_: Materialisation, prover: Prover
) -> list[Inference]:
    if all_.is_bent:
        premises = prover.ground.instance(rule.name, {**binding, **_aliases(rule, binding)})
        return [*prover.search(*premises), Inference(rule.name, None, premises)]
    binding, before = {**_aliases(rule, binding), **binding}, ALWAYS
    if rule.alias:
        # Bindings have one representative for both terms: find the two terms as they were given,
        # since "a differs from a" explains nothing.
        if rule.name == "eq-diff1":
            binding = _before_rewriting(binding, all_, prover)
        elif members := prover.matcher.members(binding["?y"], 1):
            ends = {name: members[binding[PLACES[name == "?z[j]"]]] for name in ("?z[i]", "?z[j]")}
            binding, before = {**binding, **ends}, 1
    premises = prover.matcher.instance(rule.name, binding, before).premises
    return [*prover.prove(*premises), Inference(rule.name, None, premises)]


def _aliases(rule: Prepared, binding: dict[str, int]) -> dict[str, int]:
    """Return the variables that rewriting has replaced by another, with that one's value."""
    return {name: binding[of] for name, of in rule.alias.items() if name not in binding}


def _before_rewriting(
    binding: dict[str, int], all_: Materialisation, prover: Prover
) -> dict[str, int]:
    """Return the binding with the two terms of a given owl:differentFrom, not one for both."""
    different = all_.terms.numbers[ox.NamedNode(expand("owl:differentFrom"))]
    one = binding["?x"]
    for member in all_.equality.members(one):
        for _, other in prover.facts.match(different, member, None, 1):
            if all_.equality.of(other) == one:
                return {"?x": member, "?y": other}
    return binding


def _ill_typed(all_: Materialisation, most: int) -> Iterator[tuple[int, int]]:
    """Yield literals with a datatype that they have as rdf:type but not by value (dt-not-type)."""
    types = all_.tables.get(all_.id("rdf:type"))
    if types is None:
        return
    listed, count = all_.terms.listed, 0
    for number in range(all_.terms.vocabulary):
        datatype = listed[number]
        if not isinstance(datatype, ox.NamedNode) or datatype.value not in DATATYPES:
            continue
        typed = types.without(frozenset({all_.programme.number("dt-type2")}))
        classes = all_.equality.classes
        # dt-type2 gives no literal a wrong datatype, but may give one to a term it is merged with.
        named = all_.equality.of(number)
        subjects = {*typed.one(named, backward=True).tolist()}
        subjects.update(s for s in types.one(named, backward=True).tolist() if s in classes)
        for subject in sorted(m for s in subjects for m in all_.equality.members(s)):
            literal = listed[subject]
            if isinstance(literal, ox.Literal):
                value = value_of(literal)
                if is_ill_typed(literal) or (value and not DATATYPES[datatype.value](value)):
                    yield subject, number
                    count += 1
                    if count == most:
                        return


def _same_literals(all_: Materialisation) -> Iterator[tuple[int, int]]:
    """Yield, for each class of equal terms, two literals in it whose values differ, if any."""
    for members in all_.equality.classes.values():
        first: tuple[int, object] | None = None
        for number in members:
            term = all_.terms.listed[number]
            value = value_of(term) if isinstance(term, ox.Literal) else None
            if value is None:
                continue
            if first is None:
                first = number, value
            elif value != first[1]:
                yield first[0], number
                break
