"""Descriptions of things, found by queries: their triples, and the records of the claims behind.

What is described may be in a store elsewhere, so that terms are taken as its answers have them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Final, Self

from prettytable import PrettyTable

from jjjkg.dataset.claims import Record, choose_text, make_records
from jjjkg.dataset.questions import bind_thing
from jjjkg.evaluation import Answer, Evaluator, MalformedQuery
from jjjkg.rdf.namespaces import BASE, GRAPH, expand, shorten
from jjjkg.table import make_table

#: The properties that a page begins with.
_FIRST: Final = (expand("rdf:type"), expand("rdfs:label"))
_QUOTED: Final = "prov:wasQuotedFrom"
#: The properties that tie a claim to a thing besides the triples of its graph.
_TIES: Final = (
    expand("jjj:isAbout"),
    expand("prov:wasAttributedTo"),
    expand("prov:hadPrimarySource"),
    expand("prov:wasDerivedFrom"),
    expand(_QUOTED),
)


@dataclass(frozen=True)
class ResultTerm:
    """A term of an answer: `kind` is "uri", "literal" or "bnode".

    It is not checked as pyoxigraph's terms are: a store elsewhere may answer with a name that RDF
    does not allow.
    """

    kind: str
    value: str
    language: str = ""
    datatype: str = ""

    @classmethod
    def of(cls, encoded: Mapping[str, Any]) -> Self:
        """Return a term of a result in JSON.

        https://www.w3.org/TR/sparql11-results-json/#select-encode-terms
        """
        language, datatype = encoded.get("xml:lang", ""), encoded.get("datatype", "")
        return cls(encoded["type"], str(encoded["value"]), language, datatype)

    def __str__(self) -> str:
        return shorten(self.value) if self.kind == "uri" else self.value


@dataclass(frozen=True)
class SourcedTriple:
    """A triple with the part of the dataset that it is in, and the IRIs of its claims."""

    subject: ResultTerm
    property: str
    value: ResultTerm
    part: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Description:
    """The content of a thing's page; by itself it is shown as a table of its statements.

    `records` holds those of its claims, of the sentences that they are quoted from, and of itself.
    """

    iri: str
    statements: tuple[SourcedTriple, ...] = ()
    incoming: tuple[SourcedTriple, ...] = ()
    stated: tuple[SourcedTriple, ...] = ()  #: the triples that it states, if it is a claim
    claims: tuple[str, ...] = ()
    records: Mapping[str, Record] = field(default_factory=dict)

    def group(self, statements: Iterable[SourcedTriple]) -> list[tuple[str, list[SourcedTriple]]]:
        """Return statements by property: type and label first, then our properties, then others.

        Inferred statements come after asserted ones.
        """
        groups: dict[str, list[SourcedTriple]] = {}
        for statement in sorted(statements, key=lambda s: s.part == "inferred"):
            groups.setdefault(statement.property, []).append(statement)

        def rank(property: str) -> tuple[int, str]:
            first = _FIRST.index(property) if property in _FIRST else len(_FIRST)
            return first + (first == len(_FIRST) and not property.startswith(BASE)), property

        return sorted(groups.items(), key=lambda pair: rank(pair[0]))

    def __repr__(self) -> str:
        return f"{self._count()}\n{self._tabulate().get_string()}"

    def _repr_html_(self) -> str:
        return f"{escape(self._count())}\n{self._tabulate().get_html_string()}"

    def _count(self) -> str:
        sizes = (len(self.statements), len(self.incoming), len(self.claims))
        said = "statements: {:,}; leading to it: {:,}; claims: {:,}".format(*sizes)
        return f"{shorten(self.iri)} ({said})"

    def _tabulate(self) -> PrettyTable:
        rows = (
            (shorten(property), str(s.value), s.part, ", ".join(map(shorten, s.claims)))
            for property, statements in self.group(self.statements)
            for s in statements
        )
        return make_table(("property", "value", "part", "claims"), rows)


class Describer:
    """Describes things by evaluating the queries in a folder (queries/pages).

    `labels` are those of every thing, by language; `notations` those of the source's segments.
    The served data never change, so that both are read once.
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
        """Return the label of an IRI in a language, or in another, or its prefixed name."""
        return choose_text(self.labels.get(iri, {}), language) or shorten(iri)

    def introduce(self) -> Record:
        """Return the record of the dataset itself: title, description, licence, if it has them."""
        records = self._records("introduction", "dataset")
        return next(iter(records.values()), Record(BASE + "dataset", {}))

    def exists(self, iri: str) -> bool:
        """Tell if any triple has this subject; a text that is not an IRI does not exist."""
        try:
            answer = self._evaluator.evaluate(bind_thing(self._queries["exists"], "thing", [iri]))
        except (ValueError, MalformedQuery):  # because of the IRI: the rest of the query is ours
            return False
        return bool(json.loads(answer.body)["boolean"])

    def serialize(self, iri: str, triples: str) -> Answer:
        """Return a thing's statements with their claims and sentences, in a format for triples.

        For a part of the dataset, and for the ontology, these are all triples in it.
        """
        part = GRAPH + "ontology" if iri == BASE + "ontology" else iri
        name = "part" if part.startswith(GRAPH) else "describe"
        return self._evaluator.evaluate(
            bind_thing(self._queries[name], "thing", [part]), triples=triples, forms=True
        )

    def describe(self, iri: str) -> Description:
        """Return the description of a thing."""
        thing = ResultTerm("uri", iri)
        statements = _group((thing, row) for row in self._rows("statements", [iri]))
        back = self._rows("incoming", [iri])
        incoming = _group((row["subject"], {**row, "value": thing}) for row in back)
        stated = _group((row["subject"], row) for row in self._rows("claim_triples", [iri]))
        tied = {
            s.subject.value for s in incoming if s.property in _TIES and s.subject.kind == "uri"
        }
        used = {claim for s in (*statements, *incoming) for claim in s.claims}
        claims = tuple(sorted(tied | used))
        records = self._records("records", "node", [iri, *claims])
        quoted = {sentence for record in records.values() for sentence in record.iris(_QUOTED)}
        if sentences := sorted(quoted - set(records)):
            records |= self._records("records", "node", sentences)
        return Description(iri, statements, incoming, stated, claims, records)

    def describe_terms(self) -> Description:
        """Return the ontology's terms as records."""
        return Description(BASE + "ontology", records=self._records("terms", "term"))

    def _rows(
        self, name: str, iris: Iterable[str] = (), variable: str = "thing"
    ) -> list[dict[str, ResultTerm]]:
        query = self._queries[name]
        bound = bind_thing(query, variable, iris) if iris else query
        return read_rows(self._evaluator.evaluate(bound, forms=True))

    def _records(self, name: str, variable: str, iris: Iterable[str] = ()) -> dict[str, Record]:
        """Return the records that a query answers with, by the things in a variable of it."""
        rows = self._rows(name, iris, variable)
        return make_records((r[variable].value, r["property"].value, r["value"]) for r in rows)


def read_rows(answer: Answer) -> list[dict[str, ResultTerm]]:
    """Return the rows of a SELECT that was answered in JSON.

    https://www.w3.org/TR/sparql11-results-json/
    """
    bindings = json.loads(answer.body)["results"]["bindings"]
    return [{name: ResultTerm.of(term) for name, term in row.items()} for row in bindings]


def _group(
    rows: Iterable[tuple[ResultTerm, Mapping[str, ResultTerm]]],
) -> tuple[SourcedTriple, ...]:
    """Return one statement for each triple, with all of its claims."""
    claims: dict[tuple[ResultTerm, str, ResultTerm, str], list[str]] = {}
    for subject, row in rows:
        part = row["part"].value.removeprefix(GRAPH) if "part" in row else ""
        found = claims.setdefault((subject, row["property"].value, row["value"], part), [])
        if "claim" in row:
            found.append(row["claim"].value)
    return tuple(SourcedTriple(*key, tuple(found)) for key, found in claims.items())
