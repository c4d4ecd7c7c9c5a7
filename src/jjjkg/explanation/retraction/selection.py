"""Selection of claims by a name of theirs, or of their sentence, speaker or source."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from jjjkg.dataset.claims import Claims, Record
from jjjkg.errors import InputError
from jjjkg.messages import Message
from jjjkg.rdf.namespaces import PREFIXES, expand, shorten

#: The properties that lead from a claim to what selects it, beside the document of its sentence.
_TIES: Final = (
    "prov:wasQuotedFrom",
    "prov:wasAttributedTo",
    "jjj:spokenAs",
    "prov:hadPrimarySource",
)
_NAMING: Final = ("rdfs:label", "skos:notation")

#: Things in the order in which they were found, each once.
Found = dict[str, None]


class Selection:
    """The claims of a dataset by everything that selects them."""

    def __init__(self, claims: Claims) -> None:
        #: The claims, by the IRI of each thing that selects them.
        self._claims: dict[str, Found] = {iri: {iri: None} for iri in claims}
        for iri in claims:
            record = claims.records.get(iri, Record(iri, {}))
            for thing in (thing for property in _TIES for thing in record.iris(property)):
                self._claims.setdefault(thing, {})[iri] = None
        for record in claims.records.values():
            for document in record.iris("oa:hasSource"):
                self._claims.setdefault(document, {}).update(self._claims.get(record.iri, {}))
        #: The things that select, by name in lower case; and the names as they are written.
        self._named: dict[str, Found] = {}
        self._names: dict[str, str] = {}
        for record in claims.records.values():
            if record.iri in self._claims:
                for name in (term.value for property in _NAMING for term in record.all(property)):
                    self._named.setdefault(name.casefold(), {})[record.iri] = None
                    self._names[name.casefold()] = name

    def find(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the IRIs of the claims that are meant, each once.

        A name is an IRI or a prefixed name, a notation such as P19.S1.d, or a label, in any case.
        Raises InputError for an unknown name, and for one that may mean several things.
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
            raise self._refuse(name)
        # The checklist has one notation for claims that only together say what it asks for.
        if all(thing in self._claims[thing] for thing in things):
            return {claim: None for claims in found for claim in claims}
        if any(claims != found[0] for claims in found):
            candidates = [*map(shorten, things)]
            raise InputError("explanation.names.several_of_that_name", text=name, things=candidates)
        return found[0]

    def _refuse(self, name: str) -> InputError:
        known = {shorten(iri).casefold(): shorten(iri) for iri, of in self._claims.items() if of}
        known |= self._names
        similar = [known[text] for text in get_close_matches(name.casefold(), known, 3, 0.7)]
        hint = (
            "explanation.names.similar_names" if similar else "explanation.names.how_to_name_claims"
        )
        told = Message(hint, {"names": similar})
        return InputError("explanation.names.no_such_claim", text=name, hint=told)
