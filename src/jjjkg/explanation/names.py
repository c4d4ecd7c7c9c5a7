"""The names of things: their labels, and the things that have a label."""

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from jjjkg.messages import LANGUAGES
from jjjkg.rdf.namespaces import expand, shorten
from jjjkg.rdf.terms import Term

#: What gives a thing its name; the first that it has counts.
_NAMING: Final = tuple(map(expand, ("rdfs:label", "skos:prefLabel", "dcterms:title")))
_TYPE: Final = expand("rdf:type")


class Names:
    """The labels of the things that some triples are about."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._labels: dict[Term, dict[str, str]] = {}
        self._ranks: dict[tuple[Term, str], int] = {}
        self._by_label: dict[str, dict[ox.NamedNode, None]] = {}
        self._properties: set[Term] = set()
        #: Every term that a triple has.
        self.terms: dict[Term, None] = {}
        for triple in triples:
            subject, predicate, value = triple.subject, triple.predicate, triple.object
            self.terms |= {subject: None, predicate: None, value: None}  # type: ignore[dict-item]
            self._properties.add(predicate)
            if predicate.value in _NAMING and isinstance(value, ox.Literal):
                self._add(subject, value, _NAMING.index(predicate.value))
            elif predicate.value == _TYPE and str(value)[1:-1].endswith("Property"):
                self._properties.add(subject)  # type: ignore[arg-type]

    def _add(self, thing: object, label: ox.Literal, rank: int) -> None:
        if not isinstance(thing, ox.NamedNode):
            return
        language = (label.language or "").partition("-")[0]
        if rank <= self._ranks.get((thing, language), rank):
            self._ranks[thing, language] = rank
            self._labels.setdefault(thing, {}).setdefault(language, label.value)
        self._by_label.setdefault(label.value.casefold(), {})[thing] = None

    def label(self, thing: Term, language: str) -> str:
        """A thing's label in one language alone, or without a language; "" if it has none."""
        labels = self._labels.get(thing, {})
        return labels.get(language) or labels.get("", "")

    def name(self, thing: ox.NamedNode, language: str) -> str:
        """A thing's label in a language, or in another, or its prefixed name."""
        labels = self._labels.get(thing, {})
        best = (labels[key] for key in (language, "", *LANGUAGES, *labels) if key in labels)
        return next(best, "") or shorten(thing.value)

    def find(self, label: str, *, property: bool = False) -> tuple[ox.NamedNode, ...]:
        """The things that have a label, in whatever case, or the properties alone."""
        found = self._by_label.get(label.casefold(), {})
        return tuple(thing for thing in found if not property or thing in self._properties)

    def is_property_label(self, label: str) -> bool:
        """Whether a property is called so in English."""
        return any(self.label(thing, "en") == label for thing in self.find(label, property=True))

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, without regard to case."""
        return tuple(self._by_label)
