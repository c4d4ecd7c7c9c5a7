"""Which claims are meant by the name of one, of a sentence, of a speaker or of a source."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset.loading import Dataset
from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import PREFIXES, expand, shorten

_QUOTED: Final = expand("prov:wasQuotedFrom")
#: What ties a claim to where it is read, and to who says it.
_TIES: Final = {
    _QUOTED,
    *map(expand, ("prov:wasAttributedTo", "jjj:spokenAs", "prov:hadPrimarySource")),
}
_WITHIN: Final = expand("oa:hasSource")
_NAMING: Final = {expand("rdfs:label"), expand("skos:notation")}

#: Things by the order in which they were found, each once.
Found = dict[str, None]


class Selection:
    """The claims of a dataset by all that they can be called by."""

    def __init__(self, dataset: Dataset) -> None:
        quoted = (t.subject for t in dataset.provenance if t.predicate.value == _QUOTED)
        named = [claim.value for claim in quoted if isinstance(claim, ox.NamedNode)]
        #: The claims, by IRI of what they are selected by.
        self._claims: dict[str, Found] = {
            claim: {claim: None} for claim in dict.fromkeys((*dataset.claims, *named))
        }
        self._add_ties(dataset, set(self._claims))
        #: What is selected by, by name without regard to case; and the names as they are.
        self._named: dict[str, Found] = {}
        self._names: dict[str, str] = {}
        for triple in (*dataset.provenance, *dataset.asserted, *dataset.ontology):
            subject, name = triple.subject, triple.object
            if triple.predicate.value in _NAMING and isinstance(name, ox.Literal):
                thing = subject.value if isinstance(subject, ox.NamedNode) else ""
                if thing in self._claims:
                    self._named.setdefault(name.value.casefold(), {})[thing] = None
                    self._names[name.value.casefold()] = name.value

    def _add_ties(self, dataset: Dataset, claims: set[str]) -> None:
        within: list[tuple[str, str]] = []
        for triple in dataset.provenance:
            subject, value = triple.subject, triple.object
            if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode):
                continue
            if subject.value in claims and triple.predicate.value in _TIES:
                self._claims.setdefault(value.value, {})[subject.value] = None
            elif triple.predicate.value == _WITHIN:
                within.append((subject.value, value.value))
        for sentence, document in within:
            self._claims.setdefault(document, {}).update(self._claims.get(sentence, {}))

    def find(self, names: Iterable[str]) -> tuple[str, ...]:
        """The IRIs of the claims that are meant, each once.

        A name is an IRI or a prefixed name, a notation such as P19.S1.d, or a label, whatever
        its case. Raises InputError for what is unknown, and for what may mean several things.
        """
        return tuple(dict.fromkeys(claim for name in names for claim in self._find(name)))

    def _find(self, name: str) -> Found:
        iri = name.strip().removeprefix("<").removesuffix(">")
        if iri.partition(":")[0] in PREFIXES:
            iri = expand(iri)
        if self._claims.get(iri):
            return self._claims[iri]
        things = self._named.get(name.strip().casefold(), {})
        found = [self._claims[thing] for thing in things if self._claims[thing]]
        if not found:
            raise InputError(self._refuse(name))
        # The checklist has one notation for claims that only together say what it asks for.
        if all(thing in self._claims[thing] for thing in things):
            return {claim: None for claims in found for claim in claims}
        if any(claims != found[0] for claims in found):
            candidates = ", ".join(map(shorten, things))
            raise InputError(f"{name!r} may mean each of {candidates}; name one of them")
        return found[0]

    def _refuse(self, name: str) -> str:
        known = {shorten(iri).casefold(): shorten(iri) for iri, of in self._claims.items() if of}
        known |= self._names
        near = [known[text] for text in get_close_matches(name.casefold(), known, 3, 0.7)]
        like = (
            f"there are {', '.join(near)}"
            if near
            else "give one by its prefixed name, its IRI, its notation such as P19.S1.d, its label"
        )
        return f"{name!r} is no claim here, nor a sentence, speaker or source of one; {like}"
