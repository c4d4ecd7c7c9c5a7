"""Steps, statements and claims as sentences, each with where it was read."""

import re
from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.proof import Step
from jjjkg.explanation.atoms import group_premises
from jjjkg.explanation.evidence import Claim, Evidence, Passage
from jjjkg.explanation.phrases import DEFINING, SPELLING, Phrases
from jjjkg.explanation.words import join, look_up, say
from jjjkg.rdf.namespaces import shorten
from jjjkg.rdf.terms import Statement

#: How a prefixed name or an IRI begins.
_NAME: Final = re.compile(r"[A-Za-z][\w.-]*:\S")
#: A place in the words of a rule, for its conclusion or for what one of its atoms stands for.
_PLACE: Final = re.compile(r"\{(c|\d)\}")


class Narrator:
    """Tells what steps of proofs do, in either language."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases

    def state(self, statement: Statement | None, language: str) -> str:
        """A statement as a sentence; None is a contradiction."""
        words = self._words(statement, language)
        return _finish(words, language)

    def tell(self, step: Step, evidence: Mapping[Statement, Evidence], language: str) -> str:
        """A step as a sentence, with the documents of its given premises in brackets."""
        groups = group_premises(step)
        told: dict[str, str] = {"c": self._words(step.conclusion, language)}
        for number, group in enumerate(groups, 1):
            words = []
            for premise in group:
                cited = self.cite(evidence.get(premise), language)
                words.append(self._words(premise, language) + (f" [{cited}]" if cited else ""))
            told[str(number)] = join(words, "and", language)
        template = look_up("rules", step.rule, language)
        return _finish(_PLACE.sub(lambda place: told[place[1]], template), language)

    def cite(self, evidence: Evidence | None, language: str) -> str:
        """The documents of the claims that a statement rests on, in short; "" for none."""
        if evidence is None:
            return ""
        places = (
            self._place(passage, language, sentence=False)
            for claim in evidence.claims
            for passage in claim.passages
        )
        return say("notes", "semicolon", language).join(dict.fromkeys(places))

    def locate(self, passage: Passage, language: str) -> str:
        """Where in which document a passage stands."""
        return self._place(passage, language, sentence=True)

    def attribute(self, claim: Claim, language: str) -> str:
        """Who makes a claim, in which role and through whom; "" if nobody is recorded."""
        if not claim.speaker:
            return ""
        speaker, role = self.name(claim.speaker, language), self.name(claim.role, language)
        # A role that is called after who has it needs no other name.
        key = "says_as" if role and speaker not in role else "says"
        named = role if role and key == "says" else speaker
        words = [say("notes", key, language, speaker=named, role=role)]
        if claim.through:
            through = self.name(claim.through, language)
            words.append(say("notes", "through", language, through=through))
        return say("notes", "pause", language).join(words)

    def recount(self, claim: Claim, language: str) -> str:
        """A claim in a line: its name, what it says, where it stands and who says it."""
        name, said = ", ".join(claim.notations), self.paraphrase(claim, language)
        name = name or shorten(claim.iri)
        words = say("notes", "claim", language, name=name, paraphrase=said) if said else name
        places = dict.fromkeys(self.locate(passage, language) for passage in claim.passages)
        pause = say("notes", "pause", language)
        about = pause.join(filter(None, (*places, self.attribute(claim, language))))
        return words + (say("notes", "about", language, about=about) if about else "")

    def paraphrase(self, claim: Claim, language: str) -> str:
        """What a claim says, in our own words."""
        return claim.paraphrase.get(language) or next(iter(claim.paraphrase.values()), "")

    def origin(self, evidence: Evidence, language: str) -> str:
        """What a given statement without a claim is."""
        return say("notes", evidence.part or "rules", language)

    def name(self, iri: str, language: str) -> str:
        """The label of an IRI, or its prefixed name; "" for ""."""
        try:
            return self.phrases.names.name(ox.NamedNode(iri), language) if iri else ""
        except ValueError:
            return iri

    def _words(self, statement: Statement | None, language: str) -> str:
        if statement is None:
            return say("notes", "contradiction", language)
        return self.phrases.state(statement, language)

    def _place(self, passage: Passage, language: str, sentence: bool) -> str:
        document = self.name(passage.publisher or passage.document, language)
        if passage.paragraph is not None:
            key = "sentence" if sentence and passage.sentence is not None else "paragraph"
            places = {"paragraph": passage.paragraph, "sentence": passage.sentence}
            return say("notes", key, language, document=document, **places)
        if passage.notation:
            return say("notes", "place", language, document=document, place=passage.notation)
        return document


def is_structure(statement: Statement, evidence: Mapping[Statement, Evidence]) -> bool:
    """Whether a given statement only spells out an expression, which its words do already."""
    found = evidence.get(statement)
    if found is None or found.claims:
        return False
    subject, predicate, _ = statement
    unnamed = isinstance(subject, ox.BlankNode)
    return predicate.value in SPELLING or (unnamed and predicate.value in DEFINING)


def _finish(words: str, language: str) -> str:
    # An IRI or a prefixed name begins as it does.
    first = words if _NAME.match(words) else words[:1].upper() + words[1:]
    return first + say("notes", "stop", language)
