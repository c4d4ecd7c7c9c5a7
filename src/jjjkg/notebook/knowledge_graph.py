"""A graph that is open: questions, descriptions, and the claims behind a statement."""

import json
import os
import weakref
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING, Final, Self

import pyoxigraph as ox

from jjjkg.dataset.claims import Claim
from jjjkg.dataset.loading import own_folder
from jjjkg.dataset.questions import Question, find_query, find_question, is_query, load_questions
from jjjkg.description import Describer, Description
from jjjkg.errors import InputError
from jjjkg.evaluation import Answer, Evaluator
from jjjkg.explanation.explainer import LazyExplainer
from jjjkg.explanation.names import read_term
from jjjkg.messages import LANGUAGES
from jjjkg.notebook.rows import Rows
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.table import make_table

if TYPE_CHECKING:
    import rdflib

#: The methods that answer a query of a form; those of any other form are for `graph()`.
_METHODS: Final = {"SELECT": "ask()", "ASK": "holds()"}
#: A question, its name, its words, a query or a file with one (see KnowledgeGraph).
Asked = str | os.PathLike[str] | Question


class KnowledgeGraph:
    """A graph that `jjjkg.open` has opened; leaving its context ends the processes it started.

    A question is one of ours (see `questions`), itself or by its name or in its words, the path of
    a file with a query, or a query itself. Every method raises InputError for arguments that can't
    be used, and QueryError for a query without an answer, such as one that is not SPARQL.
    """

    def __init__(self, evaluator: Evaluator, explainer: LazyExplainer, source: str) -> None:
        """Take the `explainer` of the same data, and `source`, the name that the graph has."""
        self._evaluator, self._explainer, self._source = evaluator, explainer, source
        self._closed, self._process = False, os.getpid()
        # For callers who open another graph under the same name. The thread is not waited for:
        # garbage may be collected in the very thread that closing would wait for.
        weakref.finalize(self, lambda: Thread(target=evaluator.close).start()).atexit = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that answer; after that every question is refused."""
        self._evaluator.close()
        self._closed = True

    def __repr__(self) -> str:
        state = "closed" if self._closed else f"{len(self.questions)} questions"
        return f"<KnowledgeGraph of {self._source}: {state}>"

    @cached_property
    def questions(self) -> "Questions":
        """Return our questions by name, each with its words by language and its query."""
        return Questions(load_questions(own_folder() / "queries" / "questions"))

    def ask(self, question: Asked) -> Rows:
        """Return the rows of a SELECT."""
        return Rows(self._evaluate(question, "SELECT").body)

    def holds(self, question: Asked) -> bool:
        """Return the truth of an ASK."""
        return bool(json.loads(self._evaluate(question, "ASK").body)["boolean"])

    def graph(self, question: Asked) -> "rdflib.Graph":
        """Return the triples of a CONSTRUCT or DESCRIBE, with our prefixes."""
        import rdflib

        body = self._evaluate(question, "CONSTRUCT", "DESCRIBE").body
        triples = rdflib.Graph().parse(data=body, format="nt")
        for prefix, namespace in PREFIXES.items():
            triples.bind(prefix, namespace, replace=True)
        return triples

    def describe(self, thing: str) -> Description:
        """Return the statements about a thing, inferred ones too, and the claims behind them.

        `thing` is a label in any language, a prefixed name such as kg:hebei, or an IRI.
        """
        self._require_open()
        term = read_term(thing, self._explainer.names)
        if not isinstance(term, ox.NamedNode) or not self._describer.exists(term.value):
            raise InputError("notebook.not_described", thing=thing)
        return self._describer.describe(term.value)

    def claims(self, subject: str, property: str, value: str) -> tuple[Claim, ...]:
        """Return the claims behind a statement, by IRI.

        They are those that state it or, where it is inferred, those that a proof of it rests on;
        there are none where it does not hold, or is an axiom of the ontology. Subject and property
        are labels, prefixed names or IRIs; so is the value, or else it is a literal as in Turtle.
        A subject or property that is not in the data is refused.
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
            raise InputError("notebook.closed", source=self._source)
        if self._process != os.getpid():
            raise InputError("notebook.forked", source=self._source)

    @cached_property
    def _describer(self) -> Describer:
        return Describer(self._evaluator, own_folder() / "queries" / "pages")

    def _evaluate(self, question: Asked, *forms: str) -> Answer:
        """Return the answer to a question of one of the forms. Raises InputError for any other."""
        self._require_open()
        answer = self._evaluator.evaluate(self._find_query(question), triples="nt")
        if answer.form not in forms:
            method = _METHODS.get(answer.form, "graph()")
            raise InputError("notebook.other_method", form=answer.form, method=method)
        return answer

    def _find_query(self, question: Asked) -> str:
        if isinstance(question, Question):
            return question.text
        ours = tuple(self.questions.values())
        if isinstance(question, str) and is_query(question):
            found = find_question(question, ours)
            return found.text if found else question
        return find_query(os.fspath(question), ours)


class Questions(Mapping[str, Question]):
    """Questions by name, which a notebook shows with their words in each language."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = {question.name: question for question in questions}

    def __getitem__(self, name: str) -> Question:
        return self._questions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    def __repr__(self) -> str:
        lines = ("\n    ".join(row) for row in self._tabulate())
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return make_table(("name", *LANGUAGES), self._tabulate()).get_html_string()

    def _tabulate(self) -> list[tuple[str, ...]]:
        return [
            (name, *(question.summary[language] for language in LANGUAGES))
            for name, question in self._questions.items()
        ]
