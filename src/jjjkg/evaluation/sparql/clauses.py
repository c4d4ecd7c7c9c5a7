"""The dataset of a query: the graphs that the protocol or else the query itself names.

https://www.w3.org/TR/sparql11-protocol/#dataset
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, Store

from jjjkg.evaluation.ordering.rewriting import escape_name
from jjjkg.evaluation.protocol import Request
from jjjkg.evaluation.sparql.lexer import QUERY_FORMS, Token

#: A text without it has no such clause.
_FROM: Final = re.compile("FROM", re.IGNORECASE)
_NOTHING: Final = Store()


class Dataset(NamedTuple):
    """The graphs that make the default graph, and those that GRAPH finds.

    Without either it is the store's own.
    """

    defaults: list[NamedNode]
    named: list[NamedNode]


def read_protocol(request: Request) -> Dataset:
    """Return the dataset that a request names beside its query."""
    defaults = [NamedNode(iri) for iri in request.default_graphs]
    return Dataset(defaults, [NamedNode(iri) for iri in request.named_graphs])


def read_clauses(text: str, tokens: Sequence[Token], base: str) -> Dataset:
    """Return the dataset of a query's FROM and FROM NAMED clauses. Raises SyntaxError.

    The engine itself resolves their prefixes, base and escapes, in a query that only lists them.
    """
    if not _FROM.search(text):
        return Dataset([], [])
    names: tuple[list[str], list[str]] = ([], [])
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "operator":
            depth += (token.text == "{") - (token.text == "}")
        elif depth == 0 and token.word == "FROM":
            named = tokens[index + 1 : index + 2] and tokens[index + 1].word == "NAMED"
            listed = tokens[index + 1 + bool(named) :][:1]
            names[bool(named)].extend(escape_name(token.kind, token.text) for token in listed)
    form = next((token for token in tokens if token.word in QUERY_FORMS), None)
    if form is None or not any(names):
        return Dataset([], [])
    prologue = text[: form.start]
    return Dataset(_resolve(prologue, names[0], base), _resolve(prologue, names[1], base))


def _resolve(prologue: str, names: Iterable[str], base: str) -> list[NamedNode]:
    query = f"{prologue} SELECT ?graph {{ VALUES ?graph {{ {' '.join(names)} }} }}"
    found = _NOTHING.query(query, base_iri=base or None)
    assert isinstance(found, QuerySolutions)
    graphs = (solution["graph"] for solution in found)
    return [graph for graph in graphs if isinstance(graph, NamedNode)]


def merge_defaults(store: Store, dataset: Dataset) -> Store:
    """Return a store whose own default graph is the union of the dataset's, with its named graphs.

    Oxigraph returns a triple that two default graphs hold twice (measured).
    """
    merged = Store()
    for graph in dataset.defaults:
        quads = store.quads_for_pattern(None, None, None, graph)
        merged.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for graph in dataset.named:
        merged.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return merged


OWN_DEFAULT: Final = [DefaultGraph()]
