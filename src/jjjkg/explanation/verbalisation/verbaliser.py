"""Steps of proofs, statements and claims as sentences, each with the place where it was read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset.claims import Claim, Passage
from jjjkg.dataset.loading import Dataset
from jjjkg.entailment.proof import Step
from jjjkg.entailment.rules import CONDITIONS, ITEM, LIST, load_rules
from jjjkg.explanation.names import Names
from jjjkg.explanation.verbalisation.phrases import DEFINING, SPELLING, Phrases
from jjjkg.messages import join, look_up, say
from jjjkg.rdf.namespaces import shorten
from jjjkg.rdf.terms import NIL, REST, Statement

#: The beginning of a prefixed name or an IRI.
_NAME: Final = re.compile(r"[A-Za-z][\w.-]*:\S")
#: A place in the words of a rule: for its conclusion, or for the premises of one of its atoms.
_PLACE: Final = re.compile(r"\{(c|\d)\}")


@dataclass(frozen=True)
class Evidence:
    """The part of the dataset that a given statement stands in, and the claims that state it.

    ``part`` is "ontology", "asserted" or "provenance", or "" where the rules themselves give it.
    """

    part: str
    claims: tuple[Claim, ...] = ()


class Verbaliser:
    """Puts steps of proofs, statements and claims in words, in any language."""

    def __init__(self, names: Names, dataset: Dataset) -> None:
        self._names = names
        self._phrases = Phrases(names, dataset)

    def state(self, statement: Statement | None, language: str) -> str:
        """Return a statement as a sentence; None is a contradiction."""
        return _finish(self._phrase(statement, language), language)

    def tell(self, step: Step, evidence: Mapping[Statement, Evidence], language: str) -> str:
        """Return a step as a sentence, with the documents of its given premises in brackets."""
        told: dict[str, str] = {"c": self._phrase(step.conclusion, language)}
        for number, group in enumerate(group_premises(step), 1):
            words = []
            for premise in group:
                cited = self.cite(evidence.get(premise), language)
                words.append(self._phrase(premise, language) + (f" [{cited}]" if cited else ""))
            told[str(number)] = join(words, language, "clauses")
        template = look_up(f"rules.{step.rule}", language)
        return _finish(_PLACE.sub(lambda place: told[place[1]], template), language)

    def cite(self, evidence: Evidence | None, language: str) -> str:
        """Return the documents of the claims that a statement rests on, in short; "" for none."""
        if evidence is None:
            return ""
        places = (
            self.locate(passage, language, sentence=False)
            for claim in evidence.claims
            for passage in claim.passages
        )
        return say("explanation.semicolon", language).join(dict.fromkeys(places))

    def locate(self, passage: Passage, language: str, sentence: bool = True) -> str:
        """Return the place of a passage in its document; its paragraph without `sentence`."""
        document = self._name(passage.publisher or passage.document, language)
        if passage.paragraph is not None:
            within = sentence and passage.sentence is not None
            return say(
                "explanation.sentence" if within else "explanation.paragraph",
                language,
                document=document,
                paragraph=passage.paragraph,
                sentence=passage.sentence,
            )
        if passage.notation:
            return say("explanation.place", language, document=document, place=passage.notation)
        return document

    def attribute(self, claim: Claim, language: str) -> str:
        """Return the speaker of a claim, the role and the primary source; "" for no speaker."""
        if not claim.speaker:
            return ""
        speaker, role = self._name(claim.speaker, language), self._name(claim.role, language)
        # A role with the speaker's name in its own says who it is.
        if role and speaker not in role:
            words = [say("explanation.says_as", language, speaker=speaker, role=role)]
        else:
            words = [say("explanation.says", language, speaker=role or speaker)]
        if claim.through:
            words.append(
                say("explanation.through", language, through=self._name(claim.through, language))
            )
        return say("explanation.pause", language).join(words)

    def recount(self, claim: Claim, language: str) -> str:
        """Return a claim in a line: its name, a paraphrase, the place and the speaker."""
        words, said = call_claim(claim), claim.paraphrase_in(language)
        if said:
            words = say("explanation.claim", language, name=words, paraphrase=said)
        places = dict.fromkeys(self.locate(passage, language) for passage in claim.passages)
        pause = say("explanation.pause", language)
        about = pause.join(filter(None, (*places, self.attribute(claim, language))))
        return words + (say("explanation.about", language, about=about) if about else "")

    def find_origin(self, evidence: Evidence, language: str) -> str:
        """Return the origin of a given statement without a claim."""
        return say(f"explanation.origins.{evidence.part or 'rules'}", language)

    def _name(self, iri: str, language: str) -> str:
        """Return the label of an IRI, or its prefixed name; "" for ""."""
        try:
            return self._names.name(ox.NamedNode(iri), language) if iri else ""
        except ValueError:
            return iri

    def _phrase(self, statement: Statement | None, language: str) -> str:
        if statement is None:
            return say("explanation.contradiction", language)
        return self._phrases.state(statement, language)


def call_claim(claim: Claim) -> str:
    """Return the notations of a claim, or its prefixed name."""
    return ", ".join(claim.notations) or shorten(claim.iri)


def group_premises(step: Step) -> list[tuple[Statement, ...]]:
    """Return for each atom of a step's rule its premises: all the cells of a list, or of an "each".

    A condition has none, nor has a list that was met before. Raises ValueError for an unknown rule.
    """
    rule = next((rule for rule in load_rules() if rule.name == step.rule), None)
    if rule is None:
        raise ValueError(f"{step.rule!r} is not a rule of OWL 2 RL")
    groups: list[tuple[Statement, ...]] = []
    lists: dict[object, int] = {}
    place = 0
    for atom in rule.body:
        count = 1
        if atom.predicate in CONDITIONS:
            count = 0
        elif atom.predicate in (LIST, ITEM):
            known = atom.subject in lists
            count = 0 if known else _count_cells(step.premises[place:])
            lists.setdefault(atom.subject, count // 2)
        elif atom.each:
            count = next(iter(lists.values()), 0)
        groups.append(step.premises[place : place + count])
        place += count
    return groups


def is_structure(statement: Statement, evidence: Mapping[Statement, Evidence]) -> bool:
    """Tell if a given statement only spells out an expression, as another's words do already."""
    found = evidence.get(statement)
    if found is None or found.claims:
        return False
    subject, predicate, _ = statement
    unnamed = isinstance(subject, ox.BlankNode)
    return predicate.value in SPELLING or (unnamed and predicate.value in DEFINING)


def _count_cells(premises: tuple[Statement, ...]) -> int:
    """Return the number of premises at the start that are the cells of one list."""
    for place, (_, predicate, value) in enumerate(premises):
        if place % 2 and (predicate != REST or value == NIL):
            return place + 1 if predicate == REST else 0
    return 0


def _finish(words: str, language: str) -> str:
    # An IRI or a prefixed name begins as it does.
    first = words if _NAME.match(words) else words[:1].upper() + words[1:]
    return first + say("explanation.stop", language)
