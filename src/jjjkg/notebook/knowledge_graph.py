"""A graph that is open: questions, descriptions, and the claims behind a statement."""

import json
import os
import re
import weakref
from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING, Final, Self

import pyoxigraph as ox

from jjjkg.dataset.claims import Claim
from jjjkg.dataset.loading import own_folder
from jjjkg.dataset.questions import Question, find_query, find_question, load_questions
from jjjkg.description import Describer, Description
from jjjkg.errors import InputError
from jjjkg.evaluation import Answer, Evaluator
from jjjkg.explanation.explainer import LazyExplainer
from jjjkg.explanation.names import read_term
from jjjkg.notebook.questions import Questions
from jjjkg.notebook.rows import Rows
from jjjkg.rdf.namespaces import PREFIXES

if TYPE_CHECKING:
    import rdflib

#: What a query has and a question in words has not: a group, an IRI, or a variable.
_OF_QUERIES: Final = re.compile(r"[{<]|[?$]\w")
#: What answers a query of each form.
_METHODS: Final = {
    "SELECT": "ask()",
    "ASK": "holds()",
    "CONSTRUCT": "graph()",
    "DESCRIBE": "graph()",
}


#: What is asked: see KnowledgeGraph.
Asked = str | os.PathLike[str] | Question


class KnowledgeGraph:
    """What `jjjkg.open` gives. It is a context manager: leaving it ends the processes it started.

    A question is one of ours (see `questions`), itself or by its name or in its words, the path of
    a file with a query, or a query itself. Every method raises InputError for what can't be
    used, and QueryError for a query without an answer, such as one that is no SPARQL.
    """

    def __init__(self, evaluator: Evaluator, explainer: LazyExplainer, source: str) -> None:
        """`explainer` is that of the same data; `source` is the name of the graph."""
        self._evaluator, self._explainer, self._source = evaluator, explainer, source
        self._closed, self._process = False, os.getpid()
        # For who opens another under the same name. Not waited for: whoever collects garbage may
        # be the thread that would be waited for.
        weakref.finalize(self, lambda: Thread(target=evaluator.close).start()).atexit = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes that answer; after that nothing is."""
        self._evaluator.close()
        self._closed = True

    def __repr__(self) -> str:
        state = "closed" if self._closed else f"{len(self.questions)} questions"
        return f"<KnowledgeGraph of {self._source}: {state}>"

    @cached_property
    def questions(self) -> Questions:
        """Our questions by name; each has its words, by language, and the text of its query."""
        return Questions(load_questions(own_folder() / "queries" / "questions"))

    def ask(self, question: Asked) -> Rows:
        """The rows of a SELECT."""
        return Rows(self._evaluate(question, "SELECT").body)

    def holds(self, question: Asked) -> bool:
        """Whether what an ASK says is so."""
        return bool(json.loads(self._evaluate(question, "ASK").body)["boolean"])

    def graph(self, question: Asked) -> "rdflib.Graph":
        """The triples of a CONSTRUCT or DESCRIBE, with our prefixes."""
        import rdflib

        body = self._evaluate(question, "CONSTRUCT", "DESCRIBE").body
        triples = rdflib.Graph().parse(data=body, format="nt")
        for prefix, namespace in PREFIXES.items():
            triples.bind(prefix, namespace, replace=True)
        return triples

    def describe(self, thing: str) -> Description:
        """What is said of a thing, what follows, and the records of the claims behind it.

        `thing` is a label in any language, a prefixed name such as kg:hebei, or an IRI.
        """
        self._require_open()
        term = read_term(thing, self._explainer.names)
        if not isinstance(term, ox.NamedNode) or not self._describer.exists(term.value):
            raise InputError(f"{thing!r} is nothing that is described here")
        return self._describer.describe(term.value)

    def claims(self, subject: str, property: str, value: str) -> tuple[Claim, ...]:
        """The claims behind a statement: those that state it or, where it is inferred, those that
        a proof of it rests on. None for what is not so, or is an axiom of the ontology.

        Subject and property are labels, prefixed names or IRIs; so is the value, or else it is a
        literal as in Turtle. A subject or property that is not in the data is refused.
        """
        self._require_open()
        explainer = self._explainer.get()
        found = explainer.explain(explainer.read(subject, property, value))
        if found is None:
            return ()
        claims = (c for evidence in found.evidence.values() for c in evidence.claims)
        return tuple(sorted({claim.iri: claim for claim in claims}.values(), key=lambda c: c.iri))

    def _require_open(self) -> None:
        if self._closed:
            raise InputError(f"the graph of {self._source} is closed; open it again")
        if self._process != os.getpid():
            raise InputError(f"the graph of {self._source} is another process's; open it in this")

    @cached_property
    def _describer(self) -> Describer:
        return Describer(self._evaluator, own_folder() / "queries" / "pages")

    def _evaluate(self, question: Asked, *forms: str) -> Answer:
        """The answer to a question of one of some forms; raises InputError for any other."""
        self._require_open()
        answer = self._evaluator.evaluate(self._find_query(question), triples="nt")
        if answer.form not in forms:
            raise InputError(f"{answer.form} is answered by {_METHODS[answer.form]}")
        return answer

    def _find_query(self, question: Asked) -> str:
        if isinstance(question, Question):
            return question.text
        ours = tuple(self.questions.values())
        if isinstance(question, str) and _OF_QUERIES.search(question):
            found = find_question(question, ours)
            return found.text if found else question
        return find_query(os.fspath(question), ours)
