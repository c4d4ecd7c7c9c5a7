"""Dictionary encoding: the terms of a graph as integers."""

from array import array
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pyoxigraph as ox

from jjjkg.entailment.relations.tables import MOST_TERMS, Ints, Mask
from jjjkg.entailment.rules import load_rules
from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import PREFIXES, expand
from jjjkg.rdf.terms import Statement, Term

_LANGUAGE: Final = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))


class _Numbers(dict[Term, int]):
    """A map from terms to numbers that gives an unknown term the next number."""

    def __missing__(self, term: Term) -> int:
        self[term] = number = len(self)
        return number


class Terms:
    """A graph's terms, numbered from 0; the terms that the rules name come first.

    ``numbers`` maps terms to numbers, in the order of the numbers.
    """

    def __init__(self) -> None:
        self.numbers: dict[Term, int] = _Numbers()
        for rule in load_rules():
            for atom in (*rule.body, *rule.head):
                for part in (atom.subject, atom.predicate, atom.object):
                    if not isinstance(part, str):
                        self.numbers[part]
        for name in ("rdf:first", "rdf:rest", "rdf:nil"):
            self.numbers[ox.NamedNode(expand(name))]
        #: The number of terms that the rules name, including rdf:first, rdf:rest and rdf:nil.
        self.vocabulary = len(self.numbers)
        self._listed: list[Term] = []

    def __len__(self) -> int:
        return len(self.numbers)

    def number_triples(self, triples: Iterable[ox.Triple | Statement | ox.Quad]) -> Ints:
        """Return triples as an int64 array of shape (n, 3): subject, predicate, object.

        New terms get numbers. Raises InputError for more than MOST_TERMS terms.
        """
        numbers = self.numbers
        flat = array("q")
        add = flat.append
        for triple in triples:
            if isinstance(triple, tuple):
                subject, predicate, value = triple
            else:
                # The readers of files refuse triple terms, so none is among them.
                subject, predicate = triple.subject, triple.predicate  # type: ignore[assignment]
                value = triple.object  # type: ignore[assignment]
            add(numbers[subject])
            add(numbers[predicate])
            add(numbers[value])
        if len(numbers) > MOST_TERMS:
            raise InputError("entailment.many_terms", count=len(numbers), most=MOST_TERMS)
        return np.frombuffer(flat, np.int64).reshape(-1, 3)

    @property
    def listed(self) -> Sequence[Term]:
        """The terms in the order of their numbers."""
        if len(self._listed) != len(self.numbers):
            self._listed = list(self.numbers)
        return self._listed

    def number(self, term: Term) -> int | None:
        """Return the number of a term; None if it has none."""
        return self.numbers.get(term)

    def kinds(self) -> tuple[Mask, Mask, Mask]:
        """Return three bool arrays by term number: literals, blank nodes, IRIs of the vocabulary.

        The vocabulary is the namespaces of RDF, RDFS, OWL and XML Schema.
        """
        types = [type(term) for term in self.listed]
        language = [
            isinstance(t, ox.NamedNode) and t.value.startswith(_LANGUAGE) for t in self.listed
        ]
        literal = np.array([t is ox.Literal for t in types], np.bool_)
        blank = np.array([t is ox.BlankNode for t in types], np.bool_)
        return literal, blank, np.array(language, np.bool_)
