"""The claims of a dataset, and what is recorded of them.

A claim is a named graph. Its record is in graph:provenance: the sentence and its place, the
speaker, the kind of claim, a paraphrase, and how an ambiguous sentence was understood.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Self

import pyoxigraph as ox

from jjjkg.dataset.loading import Dataset
from jjjkg.messages import LANGUAGES
from jjjkg.rdf.namespaces import shorten
from jjjkg.rdf.terms import Statement, statement_of

_QUOTED: Final = "prov:wasQuotedFrom"
_DERIVED: Final = "prov:wasDerivedFrom"


@dataclass(frozen=True)
class Record:
    """The values that are recorded of a thing, by the prefixed names of the properties.

    The values are terms: pyoxigraph's where triples were read, a ResultTerm (jjjkg.description)
    where a query was answered.
    """

    iri: str
    values: Mapping[str, tuple[Any, ...]]

    def all(self, property: str) -> tuple[Any, ...]:
        """Return the values of a property given by its prefixed name."""
        return self.values.get(property, ())

    def one(self, property: str) -> str:
        """Return the first value of a property as text, or the empty string."""
        return next((term.value for term in self.all(property)), "")

    def iris(self, property: str) -> tuple[str, ...]:
        """Return the values of a property that are IRIs."""
        return tuple(
            term.value
            for term in self.all(property)
            if isinstance(term, ox.NamedNode) or getattr(term, "kind", "") == "uri"
        )

    def texts(self, property: str) -> dict[str, str]:
        """Return the texts of a property by their language tags, "" for a text without one."""
        return {getattr(t, "language", "") or "": t.value for t in self.all(property)}

    def say(self, property: str, language: str) -> str:
        """Return the text of a property in a language, or else in any other."""
        return choose_text(self.texts(property), language)


def choose_text(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, in none, or in another (ours first); "" if there is none."""
    tags = (language, "", *LANGUAGES, *texts)
    return next((text for tag in tags if (text := texts.get(tag))), "")


def make_records(rows: Iterable[tuple[str, str, Any]]) -> dict[str, Record]:
    """Return the records of things by IRI, from rows of thing, property (both IRIs) and value."""
    known = cache(shorten)
    records: dict[str, dict[str, list[Any]]] = {}
    for iri, property, value in rows:
        records.setdefault(iri, {}).setdefault(known(property), []).append(value)
    return {
        iri: Record(iri, {name: tuple(terms) for name, terms in values.items()})
        for iri, values in records.items()
    }


@dataclass(frozen=True)
class Passage:
    """A place where a claim was read: a sentence of a document, or the document as a whole.

    Paragraph and sentence count from 1; both are None where the passage has no such place.
    ``url`` leads to the sentence on the publisher's page, or else to the document; "" for neither.
    """

    iri: str
    notation: str
    paragraph: int | None
    sentence: int | None
    document: str
    publisher: str
    url: str

    @classmethod
    def of(cls, iri: str, records: Mapping[str, Record]) -> Self:
        """Return the passage that has an IRI, by the records of it and of its document."""
        record = records.get(iri) or Record(iri, {})
        document = next(iter(record.iris("oa:hasSource")), iri)
        source = records.get(document) or Record(document, {})
        paragraph, sentence = record.one("jjj:paragraphNumber"), record.one("jjj:sentenceNumber")
        return cls(
            iri,
            record.one("skos:notation"),
            int(paragraph) if paragraph.isdecimal() else None,
            int(sentence) if sentence.isdecimal() else None,
            document,
            source.one("schema:copyrightHolder"),
            record.one("jjj:textFragment") or source.one("schema:url"),
        )


@dataclass(frozen=True)
class Claim:
    """A claim by its record.

    ``kind``, ``speaker``, ``role`` and ``through`` (the primary source) are IRIs, or "" where
    nothing is recorded. ``notations`` are its identifiers in the checklist, such as P19.S1.c.
    ``paraphrase`` and ``reading`` (how an ambiguous sentence was understood) are texts by
    language. ``silent`` are the IRIs of properties whose values the sentence does not state, and
    ``derived`` those of the claims and documents that the claim was derived from.
    """

    iri: str
    kind: str
    notations: tuple[str, ...]
    speaker: str
    role: str
    through: str
    paraphrase: Mapping[str, str]
    passages: tuple[Passage, ...]
    reading: Mapping[str, str]
    silent: tuple[str, ...]
    derived: tuple[str, ...]

    @classmethod
    def of(cls, iri: str, records: Mapping[str, Record]) -> Self:
        """Return the claim that has an IRI, by the records of it and of its sentences."""
        record = records.get(iri) or Record(iri, {})
        return cls(
            iri,
            record.one("rdf:type"),
            tuple(term.value for term in record.all("skos:notation")),
            record.one("prov:wasAttributedTo"),
            record.one("jjj:spokenAs"),
            record.one("prov:hadPrimarySource"),
            record.texts("jjj:paraphrase"),
            tuple(Passage.of(sentence, records) for sentence in record.iris(_QUOTED)),
            record.texts("jjj:reading"),
            record.iris("jjj:doesNotState"),
            record.iris(_DERIVED),
        )

    def paraphrase_in(self, language: str) -> str:
        """Return what the claim says, in a language or else in any other."""
        return choose_text(self.paraphrase, language)


class Claims(Mapping[str, Claim]):
    """The claims of a dataset by IRI: those with a graph, and those that only have a record.

    ``records`` are those of all claims, sentences and documents, by IRI.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.records = make_records(
            (triple.subject.value, triple.predicate.value, triple.object)
            for triple in (*dataset.provenance, *dataset.asserted)
            if isinstance(triple.subject, ox.NamedNode)
        )
        quoted = (iri for iri, record in self.records.items() if record.all(_QUOTED))
        self._claims: dict[str, Claim | None] = dict.fromkeys((*dataset.claims, *quoted))
        self._stating: dict[Statement, list[str]] = {}
        for iri, triples in dataset.claims.items():
            for triple in triples:
                self._stating.setdefault(statement_of(triple), []).append(iri)

    def __getitem__(self, iri: str) -> Claim:
        claim = self._claims[iri]
        if claim is None:
            claim = self._claims[iri] = Claim.of(iri, self.records)
        return claim

    def __iter__(self) -> Iterator[str]:
        return iter(self._claims)

    def __len__(self) -> int:
        return len(self._claims)

    def stating(self, statement: Statement) -> tuple[str, ...]:
        """Return the IRIs of the claims that state a statement."""
        return tuple(self._stating.get(statement, ()))

    def derived_from(self, claims: Collection[str]) -> tuple[str, ...]:
        """Return the other claims that are derived from some, at first or second hand."""
        found = dict.fromkeys(claims)
        while more := [
            iri
            for iri, record in self.records.items()
            if iri not in found and not found.keys().isdisjoint(record.iris(_DERIVED))
        ]:
            found |= dict.fromkeys(more)
        return tuple(claim for claim in found if claim not in set(claims))
