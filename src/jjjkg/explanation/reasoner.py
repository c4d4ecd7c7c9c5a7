"""Work for workers (jjjkg.evaluation): explanations of statements, and retractions of claims.

The query of a request is a JSON object. ``kind`` is "why" or "doubt", ``form`` a format (of
jjjkg.explanation.formats for "why", "json" or "page" for "doubt"), and ``language`` the page's.
"why" has ``terms``, the subject, predicate and object as people write them, and ``most``, the
number of proofs to look for. "doubt" has ``claims``, the names of those that are withdrawn.
"""

import json
import os
from collections.abc import Sequence
from typing import BinaryIO, Final

import pyoxigraph as ox

from jjjkg.dataset.loading import Dataset, load_dump
from jjjkg.entailment.closure import Closure, close
from jjjkg.entailment.datatypes.values import value_of
from jjjkg.errors import InputError
from jjjkg.evaluation import NothingFound, Request, UnsupportedQuery
from jjjkg.evaluation.results import Output
from jjjkg.explanation.explainer import Explainer
from jjjkg.explanation.formats import NAMES, PAGE, load_writer
from jjjkg.explanation.names import read_term
from jjjkg.explanation.retraction.report import Reporter
from jjjkg.explanation.retraction.retraction import retract
from jjjkg.explanation.retraction.selection import Selection
from jjjkg.messages import LANGUAGES, load_messages
from jjjkg.rdf.terms import named, statement_of

#: The niceness of workers that prove: queries and pages have the processor first.
_NICE: Final = 5


class Reasoner:
    """Answers from a dataset and its closure."""

    files = 0

    def __init__(self, dataset: Dataset, closure: Closure) -> None:
        self._closure = closure
        self._explainer = Explainer(dataset, closure)
        self._claims = self._explainer.claims
        self._selection = Selection(self._claims)
        self._reporter = Reporter(self._claims, self._explainer.verbaliser)

    def answer(self, request: Request, output: Output) -> None:
        """Write the answer to a request.

        Raises NothingFound for a statement that does not hold and for an unknown claim,
        UnsupportedQuery for a text that is not a term, and MemoryError.
        """
        asked = json.loads(request.query)
        kind = asked.pop("kind")
        try:
            body = self.explain(**asked) if kind == "why" else self.retract(**asked)
        except SystemError as error:  # raised by the interpreter if it can't even call (measured)
            raise MemoryError from error
        output.begin(kind, "ttl" if asked["form"] == "ttl" else "json", False)
        output.write(body)
        output.finish()

    def explain(self, terms: Sequence[str], most: int, form: str, language: str) -> bytes:
        """Return an explanation of a statement."""
        explainer, verbaliser = self._explainer, self._explainer.verbaliser
        try:
            subject, predicate, value = (
                read_term(term, explainer.names, property=place == 1)
                for place, term in enumerate(terms)
            )
        except InputError as error:
            raise UnsupportedQuery(error.message.key, **error.message.values) from None
        statement = subject, predicate, value
        found = explainer.explain(statement, most)
        if found is None:
            words = verbaliser.state(statement, language)
            raise NothingFound("explanation.fails", statement=words)
        return load_writer(form)((found,), verbaliser, language).encode()

    def retract(self, claims: Sequence[str], form: str, language: str) -> bytes:
        """Return what falls with claims, and what stands."""
        try:
            found = self._selection.find(claims)
        except InputError as error:
            raise NothingFound(error.message.key, **error.message.values) from None
        retraction = retract(self._claims, found, self._closure)
        if form == PAGE:
            return self._reporter.write_page(retraction, language).encode()
        return self._reporter.write_json(retraction).encode()

    def prepare(self) -> None:
        """Do once what each worker would do again, or can't do, as it opens no files."""
        for triple in self._closure.inferred[:1]:  # sorts the tables for proofs
            self._closure.proofs(statement_of(triple), 1)
        for language in LANGUAGES:
            load_messages(language)
        for name in NAMES:
            load_writer(name)
        value_of(ox.Literal("", datatype=named("rdf:XMLLiteral")))  # imports a parser


def load(quads: BinaryIO) -> Reasoner:
    """Return a reasoner for a snapshot's N-Quads, which are closed. Raises InputError."""
    os.nice(_NICE)
    dataset = load_dump(quads)
    reasoner = Reasoner(dataset, close((*dataset.ontology, *dataset.asserted)))
    reasoner.prepare()
    return reasoner
