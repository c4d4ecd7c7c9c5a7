"""The questions as queries that can be run. https://www.w3.org/TR/shacl-af/#SPARQLConstructExecutables"""

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset.questions import Question
from jjjkg.evaluation.sparql.lexer import find_form, tokenize
from jjjkg.metadata.statements import Triples, name, state, term

_FORMS: Final = {"SELECT": "Select", "ASK": "Ask", "CONSTRUCT": "Construct", "DESCRIBE": "Describe"}


def list_examples(root: str, questions: Iterable[Question]) -> Triples:
    """Each question as the endpoint at an address runs it, as other endpoints list theirs.

    https://github.com/sib-swiss/sparql-examples has the form.
    """
    for question in questions:
        form = find_form(tokenize(question.text))
        word = form.word if form else "SELECT"
        texts = (*question.summary.items(), *question.description.items())
        types = [term("sh:SPARQLExecutable"), term(f"sh:SPARQL{_FORMS[word]}Executable")]
        yield from state(
            name(root, f"questions/{question.name}"),
            ("rdf:type", types),
            ("rdfs:comment", dict.fromkeys(ox.Literal(t, language=lang) for lang, t in texts)),
            (f"sh:{word.lower()}", [ox.Literal(question.text)]),
            ("schema:keywords", [ox.Literal(tag) for tag in question.tags]),
            ("schema:target", [name(root, "sparql")]),
        )
