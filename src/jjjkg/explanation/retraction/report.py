"""Reports on retractions: as text in any language, and as JSON."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.dataset.claims import Claim, Claims
from jjjkg.entailment.proof import Proof
from jjjkg.explanation.retraction.retraction import Retraction, Standing
from jjjkg.explanation.verbalisation.verbaliser import Verbaliser
from jjjkg.messages import say
from jjjkg.rdf.namespaces import shorten
from jjjkg.rdf.terms import encode_term, statement_of

#: The sections of a report: fields of Retraction.
SECTIONS: Final = tuple(
    field.name for field in fields(Retraction) if field.name not in ("claims", "derived")
)


def divide(retraction: Retraction) -> dict[str, tuple[Standing, ...]]:
    """Return the rows of each section, in order. A fallen triple has no claims and no proof."""
    return {
        name: tuple(
            row if isinstance(row, Standing) else Standing(row, ())
            for row in getattr(retraction, name)
        )
        for name in SECTIONS
    }


class Reporter:
    """Reports on retractions of the claims of one dataset."""

    def __init__(self, claims: Claims, verbaliser: Verbaliser) -> None:
        self._claims, self._verbaliser = claims, verbaliser
        notations = (record.all("skos:notation") for record in claims.records.values())
        self._uses = Counter(term.value for terms in notations for term in terms)

    def write_text(self, retraction: Retraction, language: str) -> str:
        """Return the report as text: withdrawn claims, the sections, and derived claims."""
        lines = [*self._list("withdrawn", retraction.claims, language)]
        for name, rows in divide(retraction).items():
            lines.append(_head(name, len(rows), language))
            for row in rows:
                words = self._verbaliser.state(statement_of(row.triple), language)
                claims = ", ".join(map(self._call, row.claims))
                grounds = claims or (_say("ontology", language) if row.proof else "")
                lines.append(f"  {words}" + (f" [{grounds}]" if grounds else ""))
        if retraction.derived:
            lines += self._list("derived", retraction.derived, language)
        return "\n".join(lines) + "\n"

    def write_json(self, retraction: Retraction) -> str:
        """Return the report as a JSON object: `claims`, `derived`, and a member for each section.

        A term is written as in https://www.w3.org/TR/sparql11-results-json/#select-encode-terms.
        """
        encoded = {
            "claims": [*map(self._encode_claim, retraction.claims)],
            "derived": [*map(self._encode_claim, retraction.derived)],
            **{name: [*map(_encode_row, rows)] for name, rows in divide(retraction).items()},
        }
        return json.dumps(encoded, ensure_ascii=False, indent=2) + "\n"

    def write_page(self, retraction: Retraction, language: str) -> str:
        """Return the content of the report's page in a language, as a JSON object.

        `withdrawn` and `derived` have a `heading` and `claims`; each of `sections` has a `name`
        (of SECTIONS), a `heading` and `rows`: three terms, as in `write_json`, and the `grounds` of
        the row. A claim has its `iri` and `name`, and in a list its `paraphrase`.
        """

        def list_claims(key: str, iris: tuple[str, ...]) -> dict[str, Any]:
            claims = [
                self._name(iri) | {"paraphrase": self._find(iri).paraphrase_in(language)}
                for iri in iris
            ]
            return {"heading": _say(key, language), "claims": claims}

        sections = []
        for name, rows in divide(retraction).items():
            shown = [
                _encode_terms(row.triple) | {"grounds": [*map(self._name, row.claims)]}
                for row in rows
            ]
            sections.append({"name": name, "heading": _say(name, language), "rows": shown})
        content = {
            "withdrawn": list_claims("withdrawn", retraction.claims),
            "derived": list_claims("derived", retraction.derived),
            "sections": sections,
            "ontology": _say("ontology", language),
        }
        return json.dumps(content)

    def _find(self, iri: str) -> Claim:
        return self._claims.get(iri) or Claim.of(iri, self._claims.records)

    def _call(self, iri: str) -> str:
        """Return the notation of a claim that no other has, or else its prefixed name."""
        own = (n for n in self._find(iri).notations if self._uses[n] == 1)
        return next(own, shorten(iri))

    def _name(self, iri: str) -> dict[str, str]:
        return {"iri": iri, "name": self._call(iri)}

    def _list(self, heading: str, claims: tuple[str, ...], language: str) -> Iterator[str]:
        yield _head(heading, len(claims), language)
        for iri in claims:
            words = self._find(iri).paraphrase_in(language)
            yield f"  {self._call(iri)}: {words}" if words else f"  {self._call(iri)}"

    def _encode_claim(self, iri: str) -> dict[str, Any]:
        claim = self._find(iri)
        return {"claim": iri, "notations": claim.notations, "paraphrase": claim.paraphrase}


def _head(heading: str, count: int, language: str) -> str:
    return f"{_say(heading, language)} ({count})" + (":" if count else "")


def _say(key: str, language: str) -> str:
    return say(f"explanation.retraction.{key}", language)


def _encode_terms(triple: ox.Triple) -> dict[str, Any]:
    names = ("subject", "predicate", "object")
    return dict(zip(names, map(encode_term, statement_of(triple)), strict=True))


def _encode_row(row: Standing) -> dict[str, Any]:
    encoded = _encode_terms(row.triple)
    if row.claims or row.proof:
        encoded["claims"] = list(row.claims)
    if row.proof:
        encoded["proof"] = _encode_proof(row.proof)
    return encoded


def _encode_proof(proof: Proof) -> list[dict[str, Any]]:
    """Return the steps: rule, conclusion and premises, each statement a list of three terms."""
    return [
        {
            "rule": step.rule,
            "conclusion": [*map(encode_term, step.conclusion or ())],
            "premises": [[*map(encode_term, premise)] for premise in step.premises],
        }
        for step in proof.steps
    ]
