"""The inferences of a closure as RDF can write them: as N-Triples, or as triples."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, takewhile
from typing import Final

import numpy as np
import pyoxigraph as ox

from jjjkg.entailment.closure import Closure
from jjjkg.entailment.relations.tables import BITS, LOW, Ints
from jjjkg.rdf.formats import TRIPLES
from jjjkg.rdf.parsing import FORMATS
from jjjkg.rdf.rdfxml import NotXML, write_rdfxml

#: Lines of N-Triples made at a time; more take more memory.
_AT_ONCE: Final = 100_000


class Inferences:
    """The inferred statements that are not given, as a file or a store can hold them.

    Trivial statements are left out, and counted in ``left_out`` by the name of the rule of
    trimming.py. With ``everything`` they are included, and so is the owl:sameAs of each term with
    itself (eq-ref). Generalised triples (a literal as subject or property, or a blank node as
    property), which no syntax of RDF can write, are then still left out, and counted as
    ``unwritable``.
    """

    def __init__(self, closure: Closure, *, everything: bool = False) -> None:
        derived = closure.derived
        self._listed = derived.terms.listed
        self.unwritable = 0
        self.left_out: Counter[str] = Counter()
        self._blocks: list[tuple[int, Ints, Ints]] = []
        if everything:
            literal, blank, _ = derived.terms.kinds()
            for predicate, keys in chain(derived.pairs(), [derived.reflexive()]):
                can = ~(literal[keys >> BITS] | literal[predicate] | blank[predicate])
                self.unwritable += len(keys) - int(can.sum())
                self._add(predicate, keys[can])
        else:
            trimming = derived.trimming()
            for predicate, keys in derived.pairs():
                self._add(predicate, keys[trimming.keeps(predicate, keys, self.left_out)])

    def _add(self, predicate: int, keys: Ints) -> None:
        if len(keys):
            self._blocks.append((predicate, keys >> BITS, keys & LOW))

    def __len__(self) -> int:
        return sum(len(subjects) for _, subjects, _ in self._blocks)

    def lines(self) -> Iterator[bytes]:
        """Yield the statements in N-Triples, in pieces of up to 100,000 lines.

        https://www.w3.org/TR/n-triples/
        """
        # Joining arrays of pieces is five times as fast as formatting line by line.
        written = np.array([str(term).encode() for term in self._listed], np.object_)
        for predicate, subjects, objects in self._blocks:
            for start in range(0, len(subjects), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                pieces = np.empty((len(subjects[part]), 4), np.object_)
                pieces[:, 0], pieces[:, 1] = written[subjects[part]], b" %b " % written[predicate]
                pieces[:, 2], pieces[:, 3] = written[objects[part]], b" .\n"
                yield b"".join(pieces.ravel().tolist())

    def triples(self) -> Iterator[ox.Triple]:
        """Yield the statements as triples, grouped by subject."""
        if not self._blocks:
            return
        subjects = np.concatenate([block[1] for block in self._blocks])
        objects = np.concatenate([block[2] for block in self._blocks])
        predicates = np.repeat(
            [block[0] for block in self._blocks], [len(block[1]) for block in self._blocks]
        )
        listed = self._listed
        for place in np.lexsort((objects, predicates, subjects)).tolist():
            yield ox.Triple(
                listed[subjects[place]],
                listed[predicates[place]],
                listed[objects[place]],
            )

    def serialize(self, name: str, prefixes: Mapping[str, str]) -> bytes:
        """Return the statements in a format of rdf.formats.TRIPLES, by its name.

        Raises NotXML for a statement that RDF/XML can't write.
        """
        if name == "rdfxml":
            try:
                return b"".join(write_rdfxml(self.triples(), prefixes))
            except NotXML as error:
                raise NotXML("rdf.xml.take_nt", fault=error) from None
        suffix = next(known.suffix for known in TRIPLES if known.name == name)
        text = ox.serialize(self.triples(), format=FORMATS[suffix], prefixes=dict(prefixes)) or b""
        lines = text.splitlines(keepends=True)
        head = [*takewhile(lambda line: line.startswith(b"@prefix "), lines)]
        # pyoxigraph writes prefixes in a random order.
        return b"".join([*sorted(head), *lines[len(head) :]])
