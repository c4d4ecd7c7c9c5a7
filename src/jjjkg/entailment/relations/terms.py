"""The terms of a graph as integers."""

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
    """A number for each term, given when it is first asked for."""

    def __missing__(self, term: Term) -> int:
        self[term] = number = len(self)
        return number


class Terms:
    """A graph's terms, numbered from 0; what the rules themselves name comes first."""

    def __init__(self) -> None:
        self.numbers: dict[Term, int] = _Numbers()
        for rule in load_rules():
            for atom in (*rule.body, *rule.head):
                for part in (atom.subject, atom.predicate, atom.object):
                    if not isinstance(part, str):
                        self.numbers[part]
        for name in ("rdf:first", "rdf:rest", "rdf:nil"):
            self.numbers[ox.NamedNode(expand(name))]
        #: How many terms the rules name, those that lists are made of among them.
        self.vocabulary = len(self.numbers)
        self._listed: list[Term] = []

    def __len__(self) -> int:
        return len(self.numbers)

    def number_triples(self, triples: Iterable[ox.Triple | Statement | ox.Quad]) -> Ints:
        """The triples as rows of three numbers. Raises InputError for more than 2**27 terms."""
        numbers = self.numbers
        flat = array("q")
        add = flat.append
        for triple in triples:
            if isinstance(triple, tuple):
                subject, predicate, value = triple
            else:
                # No triple term gets so far: the readers of files refuse them.
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
        """The number of a term; None if the graph does not have it."""
        return self.numbers.get(term)

    def kinds(self) -> tuple[Mask, Mask, Mask]:
        """For each term whether it is a literal, a blank node, one of the language's own IRIs."""
        types = [type(term) for term in self.listed]
        language = [
            isinstance(t, ox.NamedNode) and t.value.startswith(_LANGUAGE) for t in self.listed
        ]
        literal = np.array([t is ox.Literal for t in types], np.bool_)
        blank = np.array([t is ox.BlankNode for t in types], np.bool_)
        return literal, blank, np.array(language, np.bool_)
