"""Work for workers (jjjkg.evaluation): why statements hold, and what falls with claims.

The query of a request is a JSON object: ``kind`` is "why" or "doubt", ``form`` is "json", "page"
(a JSON object with all that the page says) or, of why, "ttl"; ``language`` is the page's.
"why" has ``terms``, the subject, predicate and object as people write them, and ``most``, how many
proofs are looked for. "doubt" has ``claims``, the names of those that are withdrawn.
"""

import json
import os
from collections.abc import Sequence
from typing import BinaryIO, Final

from jjjkg.dataset.loading import Dataset, load_dump
from jjjkg.entailment.closure import Closure, close
from jjjkg.errors import InputError
from jjjkg.evaluation import NothingFound, Request, UnsupportedQuery
from jjjkg.evaluation.results import Output
from jjjkg.explanation.document import write_json
from jjjkg.explanation.doubt.report import Reporter
from jjjkg.explanation.doubt.selection import Selection
from jjjkg.explanation.doubt.withdrawal import withdraw
from jjjkg.explanation.explainer import Explainer
from jjjkg.explanation.page import encode_page
from jjjkg.explanation.terms import read_term
from jjjkg.explanation.trace import write_turtle
from jjjkg.explanation.words import load_words, say

#: How far proofs stand back behind queries and pages, for the processor (nice).
_NICE: Final = 5


class Reasoner:
    """Answers from a dataset and its closure."""

    files = 0

    def __init__(self, dataset: Dataset, closure: Closure) -> None:
        self._dataset, self._closure = dataset, closure
        self._explainer = Explainer(dataset, closure)
        self._selection, self._reporter = Selection(dataset), Reporter(dataset)

    def answer(self, request: Request, output: Output) -> None:
        """Writes the answer to a request.

        Raises NothingFound for what does not hold or is no claim, UnsupportedQuery for what is no
        term, and MemoryError.
        """
        asked = json.loads(request.query)
        kind = asked.pop("kind")
        try:
            body = self.explain(**asked) if kind == "why" else self.doubt(**asked)
        except SystemError as error:  # the interpreter says so when it can't even call (measured)
            raise MemoryError from error
        output.begin(kind, "ttl" if asked["form"] == "ttl" else "json", False, table=False)
        output.write(body)
        output.finish()

    def explain(self, terms: Sequence[str], most: int, form: str, language: str) -> bytes:
        """Why a statement holds."""
        explainer, narrator = self._explainer, self._explainer.narrator
        try:
            subject, predicate, value = (
                read_term(term, explainer.names, property=place == 1)
                for place, term in enumerate(terms)
            )
        except InputError as error:
            raise UnsupportedQuery(str(error)) from None
        statement = subject, predicate, value
        found = explainer.explain(statement, most)
        if found is None:
            words = narrator.state(statement, language)
            raise NothingFound(say("notes", "fails", language, statement=words))
        if form == "ttl":
            return write_turtle((found,), narrator)
        if form == "json":
            return write_json((found,), narrator).encode()
        return json.dumps(encode_page(found, narrator, language)).encode()

    def doubt(self, claims: Sequence[str], form: str, language: str) -> bytes:
        """Tell what falls with claims, and what stands."""
        try:
            found = self._selection.find(claims)
        except InputError as error:
            raise NothingFound(str(error)) from None
        doubt = withdraw(self._dataset, found, self._closure)
        if form == "json":
            body = json.dumps(self._reporter.encode(doubt), indent=2, ensure_ascii=False)
            return f"{body}\n".encode()
        return json.dumps(self._reporter.encode_page(doubt, language)).encode()

    def prepare(self) -> None:
        """Does once what each worker would do again, such as sorting tables for proofs."""
        for triple in self._closure.inferred[:1]:
            self._closure.proofs((triple.subject, triple.predicate, triple.object), 1)  # type: ignore[arg-type]


def load(quads: BinaryIO) -> Reasoner:
    """Loads a snapshot's N-Quads and closes what is asserted. Raises InputError."""
    os.nice(_NICE)
    dataset = load_dump(quads)
    reasoner = Reasoner(dataset, close((*dataset.ontology, *dataset.asserted)))
    reasoner.prepare()
    load_words()  # a worker can't open their file
    return reasoner
