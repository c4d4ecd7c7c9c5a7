"""What of a closure is left out because it says nothing: one rule a line, each counted.

The OWL 2 RL/RDF rules give much that is true of any data
(https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
import pyoxigraph as ox

from jjjkg.entailment.relations.tables import BITS, LOW, Ints, Mask
from jjjkg.entailment.relations.terms import Terms
from jjjkg.rdf.namespaces import expand


class Trimming:
    """Sorts statements over a graph's terms by the rule that leaves them out."""

    def __init__(self, terms: Terms) -> None:
        self._literal, self._blank, self._language = terms.kinds()
        self._listed, self._numbers = terms.listed, terms.numbers
        self._everything = self._number("owl:Thing"), self._number("rdfs:Resource")
        self._domains = self._number("rdfs:domain"), self._number("rdfs:range")

    def _number(self, name: str) -> int:
        return self._numbers.get(ox.NamedNode(expand(name)), -1)

    def trim(
        self, pairs: Iterable[tuple[int, Ints]]
    ) -> tuple[tuple[ox.Triple, ...], Mapping[str, int]]:
        """The statements that say something, sorted, and how many each rule leaves out.

        ``pairs`` has properties, each with the keys of its pairs.
        """
        listed = self._listed
        kept: list[ox.Triple] = []
        counted: Counter[str] = Counter({name: 0 for name, _ in RULES})
        for predicate, keys in pairs:
            kinds = self._sort(predicate, keys)
            for kind, count in enumerate(np.bincount(kinds, minlength=len(RULES) + 1)[:-1]):
                counted[RULES[kind][0]] += int(count)
            for key in keys[kinds == len(RULES)].tolist():
                kept.append(ox.Triple(listed[key >> BITS], listed[predicate], listed[key & LOW]))  # type: ignore[arg-type]
        return tuple(sorted(kept, key=str)), counted

    def keeps(self, predicate: int, keys: Ints) -> Mask:
        """Which pairs of a property say something."""
        mask: Mask = self._sort(predicate, keys) == len(RULES)
        return mask

    def _sort(self, predicate: int, keys: Ints) -> Ints:
        """For each pair the place in RULES of the first that holds, or their number."""
        subjects, objects = keys >> BITS, keys & LOW
        kinds = np.full(len(keys), len(RULES), np.int64)
        for place in reversed(range(len(RULES))):
            _, holds = RULES[place]
            kinds[holds(self, subjects, predicate, objects)] = place
        return kinds


def _is_no_triple(t: Trimming, s: Ints, p: int, _: Ints) -> Mask:
    mask: Mask = t._literal[s] | bool(t._literal[p])
    return mask


def _is_blank(t: Trimming, s: Ints, p: int, o: Ints) -> Mask:
    mask: Mask = t._blank[s] | t._blank[o] | bool(t._blank[p])
    return mask


def _is_reflexive(_: Trimming, s: Ints, __: int, o: Ints) -> Mask:
    mask: Mask = s == o
    return mask


def _is_of_language(t: Trimming, s: Ints, _: int, __: Ints) -> Mask:
    mask: Mask = t._language[s]
    return mask


def _is_of_everything(t: Trimming, _: Ints, __: int, o: Ints) -> Mask:
    mask: Mask = (o == t._everything[0]) | (o == t._everything[1])
    return mask


def _is_domain(t: Trimming, s: Ints, p: int, _: Ints) -> Mask:
    return np.full(len(s), p in t._domains)


#: The first rule that holds of a statement is the one that it is counted under.
RULES: Final[tuple[tuple[str, Callable[[Trimming, Ints, int, Ints], Mask]], ...]] = (
    ("a literal as subject or property", _is_no_triple),
    ("about a blank class expression or list", _is_blank),
    ("reflexive", _is_reflexive),
    ("about the language's own terms", _is_of_language),
    ("of or under the class of everything", _is_of_everything),
    # The types that it gives are kept; the domain itself restates the ontology, more weakly.
    ("a domain or range of a property", _is_domain),
)
