"""A doubt told: as text in either language, and as JSON."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.dataset.loading import Dataset
from jjjkg.entailment.proof import Proof
from jjjkg.explanation.doubt.withdrawal import Doubt, Standing
from jjjkg.explanation.names import Names
from jjjkg.explanation.narrator import Narrator
from jjjkg.explanation.phrases import Phrases
from jjjkg.messages import LANGUAGES
from jjjkg.rdf.namespaces import expand, shorten
from jjjkg.rdf.terms import encode_term

#: The sections, by the fields of Doubt: their headings in each language.
_HEADINGS: Final = {
    "fallen_asserted": ("Falls, as these claims alone state it", "不再成立：仅由上述陈述断言"),
    "fallen_inferred": ("Falls, as it no longer follows", "不再成立：无法再推出"),
    "still_asserted": ("Stands, as other claims state it too", "仍成立：其他陈述亦有断言"),
    "now_inferred": ("Stands, as it follows from other claims", "仍成立：可由其他陈述推出"),
    "reproved": ("Stands, as it follows in another way", "仍成立：可由其他途径推出"),
}
_WORDS: Final = {
    "withdrawn": ("Withdrawn", "撤回的陈述"),
    "derived": ("Not withdrawn, though derived from these", "未撤回，但由上述陈述推导而来"),
    "ontology": ("the ontology", "本体"),
}


@dataclass(frozen=True)
class Section:
    """Triples of one kind: the name of Doubt's field, its heading, and how each triple stands.

    What falls stands on nothing: it has neither claims nor a proof.
    """

    name: str
    heading: str
    rows: tuple[Standing, ...]


def divide(doubt: Doubt, language: str) -> tuple[Section, ...]:
    """The sections of a doubt in their order, empty ones included."""
    place = LANGUAGES.index(language)
    sections = []
    for name, headings in _HEADINGS.items():
        found = getattr(doubt, name)
        rows = (row if isinstance(row, Standing) else Standing(row, ()) for row in found)
        sections.append(Section(name, headings[place], tuple(rows)))
    return tuple(sections)


def say(key: str, language: str) -> str:
    """The words for what a doubt has besides its sections: "withdrawn", "derived", "ontology"."""
    return _WORDS[key][LANGUAGES.index(language)]


class Reporter:
    """Tells of doubts about one dataset."""

    def __init__(self, dataset: Dataset) -> None:
        triples = (*dataset.ontology, *dataset.asserted, *dataset.provenance, *dataset.dataset)
        self._narrator = Narrator(Phrases(Names(triples), triples))
        self._notations: dict[str, list[str]] = {}
        self._paraphrases: dict[str, dict[str, str]] = {}
        for triple in dataset.provenance:
            subject, value = triple.subject, triple.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.Literal):
                continue
            if triple.predicate.value == expand("skos:notation"):
                self._notations.setdefault(subject.value, []).append(value.value)
            elif triple.predicate.value == expand("jjj:paraphrase"):
                self._paraphrases.setdefault(subject.value, {})[value.language or ""] = value.value
        self._uses = Counter(n for notations in self._notations.values() for n in notations)

    def draw_text(self, doubt: Doubt, language: str) -> str:
        """A doubt for a terminal: what is withdrawn, what falls, what stands on which claims."""
        lines = [*self._list(say("withdrawn", language), doubt.claims, language)]
        for section in divide(doubt, language):
            lines.append(_head(section.heading, len(section.rows)))
            for row in section.rows:
                statement = row.triple.subject, row.triple.predicate, row.triple.object
                words = self._narrator.state(statement, language)  # type: ignore[arg-type]
                claims = ", ".join(map(self.call, row.claims))
                grounds = claims or (say("ontology", language) if row.proof else "")
                lines.append(f"  {words}" + (f" [{grounds}]" if grounds else ""))
        if doubt.derived:
            lines += self._list(say("derived", language), doubt.derived, language)
        return "\n".join(lines) + "\n"

    def encode(self, doubt: Doubt) -> dict[str, Any]:
        """A doubt as a JSON object: `claims`, `derived`, and a member for each section.

        A term is written as in https://www.w3.org/TR/sparql11-results-json/#select-encode-terms.
        """
        return {
            "claims": [*map(self._encode_claim, doubt.claims)],
            "derived": [*map(self._encode_claim, doubt.derived)],
            **{
                section.name: [*map(_encode_standing, section.rows)]
                for section in divide(doubt, LANGUAGES[0])
            },
        }

    def encode_page(self, doubt: Doubt, language: str) -> dict[str, Any]:
        """The content of the page of a doubt in a language, as a JSON object.

        `withdrawn` and `derived` have a `heading` and `claims`; each of `sections` has a `name`
        (Doubt's field), a `heading` and `rows`: three terms, as in `encode`, and the `grounds`
        that a row stands on. A claim has its `iri` and `name`, and in a list its `paraphrase`.
        """

        def tell(key: str, claims: tuple[str, ...]) -> dict[str, Any]:
            told = [
                {**self._name(claim), "paraphrase": self.paraphrase(claim, language)}
                for claim in claims
            ]
            return {"heading": say(key, language), "claims": told}

        return {
            "withdrawn": tell("withdrawn", doubt.claims),
            "derived": tell("derived", doubt.derived),
            "sections": [
                {
                    "name": section.name,
                    "heading": section.heading,
                    "rows": [
                        {**_encode_terms(row.triple), "grounds": [*map(self._name, row.claims)]}
                        for row in section.rows
                    ],
                }
                for section in divide(doubt, language)
            ],
            "ontology": say("ontology", language),
        }

    def call(self, claim: str) -> str:
        """The notation of a claim that no other has, or else its prefixed name."""
        own = (n for n in self._notations.get(claim, ()) if self._uses[n] == 1)
        return next(own, shorten(claim))

    def paraphrase(self, claim: str, language: str) -> str:
        """What a claim says, in a language or else in any other; "" where nothing is recorded."""
        said = self._paraphrases.get(claim, {})
        return said.get(language) or next(iter(said.values()), "")

    def _list(self, heading: str, claims: tuple[str, ...], language: str) -> Iterator[str]:
        yield _head(heading, len(claims))
        for claim in claims:
            words = self.paraphrase(claim, language)
            yield f"  {self.call(claim)}: {words}" if words else f"  {self.call(claim)}"

    def _name(self, claim: str) -> dict[str, str]:
        return {"iri": claim, "name": self.call(claim)}

    def _encode_claim(self, claim: str) -> dict[str, Any]:
        return {
            "claim": claim,
            "notations": self._notations.get(claim, []),
            "paraphrase": self._paraphrases.get(claim, {}),
        }


def _head(heading: str, count: int) -> str:
    return f"{heading} ({count})" + (":" if count else "")


def _encode_terms(triple: ox.Triple) -> dict[str, Any]:
    return {
        "subject": encode_term(triple.subject),
        "predicate": encode_term(triple.predicate),
        "object": encode_term(triple.object),
    }


def _encode_standing(row: Standing) -> dict[str, Any]:
    encoded = _encode_terms(row.triple)
    if row.claims or row.proof:
        encoded["claims"] = list(row.claims)
    if row.proof:
        encoded["proof"] = _encode_proof(row.proof)
    return encoded


def _encode_proof(proof: Proof) -> list[dict[str, Any]]:
    """The steps: rule, conclusion and premises, each statement a list of three terms."""
    return [
        {
            "rule": step.rule,
            "conclusion": [*map(encode_term, step.conclusion or ())],
            "premises": [[*map(encode_term, premise)] for premise in step.premises],
        }
        for step in proof.steps
    ]
