"""What a given statement rests on: the claims that make it, or that it is an axiom."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from jjjkg.dataset.loading import Dataset
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import Statement, Term, statement_of


@dataclass(frozen=True)
class Passage:
    """Where a claim was read: a sentence of a document, or the document as a whole.

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


@dataclass(frozen=True)
class Claim:
    """A claim's record: IRIs of its kind, its speaker and role, and through whom; "" for none."""

    iri: str
    kind: str
    notations: tuple[str, ...]
    speaker: str
    role: str
    through: str
    paraphrase: Mapping[str, str]
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Evidence:
    """What a given statement rests on: the part of the dataset that has it, and its claims.

    ``part`` is "ontology", "asserted" or "provenance", or "" where the rules themselves give it.
    """

    part: str
    claims: tuple[Claim, ...] = ()


class Records:
    """The claims of a dataset, and which of them make a statement."""

    def __init__(self, dataset: Dataset) -> None:
        self._parts: dict[Statement, str] = {}
        for part in ("provenance", "asserted", "ontology"):
            for triple in getattr(dataset, part):
                self._parts[statement_of(triple)] = part
        self._claims: dict[Statement, list[str]] = {}
        for iri, triples in dataset.claims.items():
            for triple in triples:
                self._claims.setdefault(statement_of(triple), []).append(iri)
        self._values: dict[Term, dict[str, list[Term]]] = {}
        for triple in (*dataset.provenance, *dataset.asserted):
            subject, predicate, value = statement_of(triple)
            assert isinstance(predicate, ox.NamedNode)
            self._values.setdefault(subject, {}).setdefault(predicate.value, []).append(value)

    def find(self, statement: Statement) -> Evidence:
        """What a given statement rests on."""
        claims = tuple(map(self._claim, self._claims.get(statement, ())))
        return Evidence(self._parts.get(statement, ""), claims)

    def _claim(self, iri: str) -> Claim:
        texts = self._all(iri, "jjj:paraphrase")
        return Claim(
            iri,
            self._one(iri, "rdf:type"),
            tuple(term.value for term in self._all(iri, "skos:notation")),
            self._one(iri, "prov:wasAttributedTo"),
            self._one(iri, "jjj:spokenAs"),
            self._one(iri, "prov:hadPrimarySource"),
            {t.language or "": t.value for t in texts if isinstance(t, ox.Literal)},
            tuple(
                self._passage(term.value)
                for term in self._all(iri, "prov:wasQuotedFrom")
                if _is_named(term)
            ),
        )

    def _passage(self, iri: str) -> Passage:
        paragraph = self._one(iri, "jjj:paragraphNumber")
        sentence = self._one(iri, "jjj:sentenceNumber")
        document = next((t.value for t in self._all(iri, "oa:hasSource") if _is_named(t)), iri)
        return Passage(
            iri,
            self._one(iri, "skos:notation"),
            int(paragraph) if paragraph.isdecimal() else None,
            int(sentence) if sentence.isdecimal() else None,
            document,
            self._one(document, "schema:copyrightHolder"),
            self._one(iri, "jjj:textFragment") or self._one(document, "schema:url"),
        )

    def _all(self, iri: str, property: str) -> list[Term]:
        return self._values.get(ox.NamedNode(iri), {}).get(expand(property), [])

    def _one(self, iri: str, property: str) -> str:
        return next((term.value for term in self._all(iri, property)), "")


def _is_named(term: Term) -> bool:
    return isinstance(term, ox.NamedNode)
