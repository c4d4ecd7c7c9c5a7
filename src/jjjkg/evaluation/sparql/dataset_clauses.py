"""The clauses of a query that name its dataset, FROM and FROM NAMED, and how they are replaced.

https://www.w3.org/TR/sparql11-query/#specifyingDataset
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from pyoxigraph import NamedNode, QuerySolutions, Store

from jjjkg.evaluation.sparql.lexer import QUERY_FORMS, Token, decode_code_points, tokenize
from jjjkg.evaluation.sparql.rewriting import spell

#: A text without it has no such clause.
_FROM: Final = re.compile("FROM", re.IGNORECASE)
_NOTHING: Final = Store()
#: The words that may follow the place of the clauses.
_AFTER: Final = frozenset({"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})


class Dataset(NamedTuple):
    """The IRIs of the graphs that make the default graph, and of those that GRAPH finds.

    Without either it is the store's own.
    """

    defaults: Sequence[str] = ()
    named: Sequence[str] = ()


class Clause(NamedTuple):
    """A clause: the word FROM, NAMED or not, and the last token, which is the graph's name."""

    first: Token
    named: bool
    name: Token


def find_clauses(tokens: Sequence[Token]) -> Iterator[Clause]:
    """Find the clauses of a query, without those that a pattern could not have either."""
    depth = 0
    for index, token in enumerate(tokens):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if token.word == "FROM" and depth == 0:
            named = index + 1 < len(tokens) and tokens[index + 1].word == "NAMED"
            yield Clause(token, named, tokens[min(index + 1 + named, len(tokens) - 1)])


def read_clauses(text: str, tokens: Sequence[Token], base: str) -> Dataset:
    """Return the dataset of a query's clauses. Raises SyntaxError.

    The engine itself resolves their prefixes, base and escapes, in a query that only lists them.
    """
    form = next((token for token in tokens if token.word in QUERY_FORMS), None)
    clauses = [*find_clauses(tokens)] if form and _FROM.search(text) else []
    if form is None or not clauses:
        return Dataset()

    def resolve(named: bool) -> list[str]:
        names = (clause.name for clause in clauses if clause.named is named)
        listed = " ".join(spell(name) for name in names)
        query = f"{text[: form.start]} SELECT ?graph {{ VALUES ?graph {{ {listed} }} }}"
        found = _NOTHING.query(query, base_iri=base or None)
        assert isinstance(found, QuerySolutions)
        graphs = (solution["graph"] for solution in found)
        return [graph.value for graph in graphs if isinstance(graph, NamedNode)]

    return Dataset(resolve(False), resolve(True))


def state_dataset(text: str, dataset: Dataset) -> str:
    """Return a query with a dataset in its clauses, instead of those that it has.

    Raises ValueError for a name that is not an IRI.
    """
    tokens = tokenize(text)
    clauses = [*find_clauses(tokens)]
    place = clauses[0].first.start if clauses else _find_place(tokens)
    stated = [f"FROM {NamedNode(iri)}\n" for iri in dataset.defaults]
    stated += [f"FROM NAMED {NamedNode(iri)}\n" for iri in dataset.named]
    pieces, end = [text[:place], "\n", *stated], place
    for clause in clauses:
        pieces.append(text[end : clause.first.start])
        end = clause.name.end
    return "".join([*pieces, text[end:]])


def _find_place(tokens: Sequence[Token]) -> int:
    """Return the offset where the clauses of a query without any belong."""
    form = next(index for index, token in enumerate(tokens) if token.word in QUERY_FORMS)
    after, depth = form + 1, 0
    if tokens[form].word == "CONSTRUCT" and tokens[after : after + 1] and tokens[after].text == "{":
        for token in tokens[after:]:
            after += 1
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            if depth == 0:
                break
    for token in tokens[after:]:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and (token.text == "{" or token.word in _AFTER):
            return token.start
    return tokens[-1].end


def uses_graphs(text: str) -> bool:
    """Tell if a query may look into named graphs, which else need not be told."""
    return "GRAPH" in decode_code_points(text).upper()
