"""Describing things by queries: what is said of them, what follows, and the claims behind it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from jjjkg.dataset.questions import bind_thing
from jjjkg.description.records import Description, Record, Statement, Term
from jjjkg.evaluation import Answer, Evaluator, MalformedQuery
from jjjkg.rdf.iris import is_absolute
from jjjkg.rdf.namespaces import BASE, GRAPH, expand, shorten

_QUOTED: Final = expand("prov:wasQuotedFrom")
#: What ties a claim to a thing besides the triples of its graph.
_TIES: Final = (
    expand("jjj:isAbout"),
    expand("prov:wasAttributedTo"),
    expand("prov:hadPrimarySource"),
    expand("prov:wasDerivedFrom"),
    _QUOTED,
)


class Describer:
    """Describes things by evaluating the queries in a folder (queries/pages).

    `labels` are those of every thing, by language; `notations` those of the source's segments.
    What is served never changes, so that both are read once.
    """

    def __init__(self, evaluator: Evaluator, folder: Path) -> None:
        self._evaluator = evaluator
        self._queries = {file.stem: file.read_text("utf-8") for file in folder.glob("*.rq")}
        self.labels: dict[str, dict[str, str]] = {}
        for row in self._rows("labels"):
            label = row["label"]
            self.labels.setdefault(row["thing"].value, {})[label.language] = label.value
        self.notations = {
            row["segment"].value: row["notation"].value for row in self._rows("segments")
        }

    def name(self, iri: str, language: str) -> str:
        """The label of an IRI in a language, or in another, or its prefixed name."""
        labels = self.labels.get(iri, {})
        return labels.get(language) or next(iter(labels.values()), "") or shorten(iri)

    def introduce(self) -> Record:
        """The record of the dataset itself: its title, description and licence, if it has them."""
        rows = self._rows("introduction")
        records = _make_records(
            (row["dataset"].value, row["property"].value, row["value"]) for row in rows
        )
        return next(iter(records.values()), Record(BASE + "dataset", {}))

    def exists(self, iri: str) -> bool:
        """Whether any triple has this subject; what is no IRI does not exist."""
        if not is_absolute(iri):
            return False
        query = bind_thing(self._queries["exists"], "thing", [iri])
        try:
            answer = self._evaluator.evaluate(query)
        except MalformedQuery:  # for all else in it is ours
            return False
        return bool(json.loads(answer.body)["boolean"])

    def serialize(self, iri: str, triples: str) -> Answer:
        """A thing's statements with their claims and sentences, in a format for triples.

        Of one of the dataset's parts, and of the ontology: all triples in it.
        """
        part = GRAPH + "ontology" if iri == BASE + "ontology" else iri
        name = "part" if part.startswith(GRAPH) else "describe"
        return self._evaluator.evaluate(
            bind_thing(self._queries[name], "thing", [part]), triples=triples, forms=True
        )

    def describe(self, iri: str) -> Description:
        """All that a thing's page shows."""
        thing = Term("uri", iri)
        out = [(thing, row) for row in self._rows("statements", "thing", [iri])]
        back = self._rows("incoming", "thing", [iri])
        statements = _group(out)
        incoming = _group((row["subject"], {**row, "value": thing}) for row in back)
        stated = _group(
            (row["subject"], row) for row in self._rows("claim_triples", "thing", [iri])
        )
        tied = [
            s.subject.value for s in incoming if s.property in _TIES and s.subject.kind == "uri"
        ]
        used = [claim for s in (*statements, *incoming) for claim in s.claims]
        claims = tuple(sorted({*tied, *used}))
        records = self._records([iri, *claims])
        quoted = (t for record in records.values() for t in record.all(shorten(_QUOTED)))
        sentences = {term.value for term in quoted if term.kind == "uri"}
        records |= self._records(sorted(sentences - set(records)))
        return Description(iri, statements, incoming, stated, claims, records)

    def describe_terms(self) -> Description:
        """The ontology's terms as records."""
        records = _make_records(
            (row["term"].value, row["property"].value, row["value"]) for row in self._rows("terms")
        )
        return Description(BASE + "ontology", records=records)

    def _rows(
        self, name: str, variable: str = "", iris: Iterable[str] = ()
    ) -> list[dict[str, Term]]:
        query = self._queries[name]
        bound = bind_thing(query, variable, iris) if variable else query
        return read_rows(self._evaluator.evaluate(bound, forms=True))

    def _records(self, iris: list[str]) -> dict[str, Record]:
        if not iris:
            return {}
        return _make_records(
            (row["node"].value, row["property"].value, row["value"])
            for row in self._rows("records", "node", iris)
        )


def read_rows(answer: Answer) -> list[dict[str, Term]]:
    """The rows of a SELECT that was answered in JSON.

    https://www.w3.org/TR/sparql11-results-json/
    """
    bindings = json.loads(answer.body)["results"]["bindings"]
    return [{name: read_term(term) for name, term in row.items()} for row in bindings]


def read_term(term: Mapping[str, Any]) -> Term:
    """A term of a result in JSON."""
    return Term(
        term["type"], str(term["value"]), term.get("xml:lang", ""), term.get("datatype", "")
    )


def _group(rows: Iterable[tuple[Term, Mapping[str, Term]]]) -> tuple[Statement, ...]:
    """One statement for each triple, with all of its claims."""
    claims: dict[tuple[Term, str, Term, str], list[str]] = {}
    for subject, row in rows:
        part = row["part"].value.removeprefix(GRAPH) if "part" in row else ""
        found = claims.setdefault((subject, row["property"].value, row["value"], part), [])
        if "claim" in row:
            found.append(row["claim"].value)
    return tuple(Statement(*key, tuple(found)) for key, found in claims.items())


def _make_records(rows: Iterable[tuple[str, str, Term]]) -> dict[str, Record]:
    records: dict[str, dict[str, list[Term]]] = {}
    for iri, property, value in rows:
        records.setdefault(iri, {}).setdefault(shorten(property), []).append(value)
    return {
        iri: Record(iri, {name: tuple(terms) for name, terms in values.items()})
        for iri, values in records.items()
    }
