"""The ways to tell a store which graphs a query is about.

There are two standard ways: with the request (https://www.w3.org/TR/sparql11-protocol/#dataset), or
in the query (https://www.w3.org/TR/sparql11-query/#specifyingDataset). Some stores take only one
of them and pass over the other in silence, so each store is asked which it takes.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Final

from pyoxigraph import NamedNode

from jjjkg.evaluation.errors import StoreFailed, UnsupportedQuery
from jjjkg.evaluation.sparql.lexer import QUERY_FORMS, Token, decode_code_points, tokenize

#: The IRIs of the default graphs and of the named graphs; neither means the store's own dataset.
Dataset = tuple[Sequence[str], Sequence[str]]
#: Answers an ASK on a dataset that goes with the request.
Ask = Callable[[str, Dataset], bool]

#: A graph that no store holds, nor can fetch from anywhere.
_NOWHERE: Final = "urn:uuid:3e1b2a55-8f0b-4c0e-9d53-6a1c5a0f7a11"
_OWN: Final[Dataset] = ((), ())
_ANYTHING: Final = "ASK { ?s ?p ?o }"
#: What may follow the place of a dataset's clauses.
_AFTER: Final = frozenset({"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})


class Way(Enum):
    """The way in which a store takes a dataset."""

    REQUEST = "with the request"
    QUERY = "in the query"
    NONE = "not at all"


def find_way(ask: Ask, graphs: Sequence[str]) -> Way:
    """The way that a store takes which holds some of these graphs.

    Raises StoreFailed for a store that holds none of them, and what `ask` raises.
    """
    given: Dataset = (graphs, ())
    if ask(_ANYTHING, given) and not ask(_ANYTHING, ([_NOWHERE], ())):
        return Way.REQUEST
    if _reads_clauses(ask) and ask(state_dataset(_ANYTHING, given), _OWN):
        return Way.QUERY
    if not ask(f"ASK {{ VALUES ?g {{ {_write(graphs)} }} GRAPH ?g {{ ?s ?p ?o }} }}", _OWN):
        raise StoreFailed("queries.store.no_graphs")
    return Way.NONE


def holds_just(ask: Ask, dataset: Dataset) -> bool:
    """Tell whether a store's own dataset is this one, so that it need not be told.

    It has no other named graphs, and its default graph as many triples as the default graphs have
    together, each counted once a graph. Raises what `ask` raises.
    """
    defaults, named = dataset
    others = f"ASK {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g NOT IN ({_write(named, ', ')})) }}"
    counts = (
        "ASK { { SELECT (COUNT(*) AS ?own) { ?s ?p ?o } } "
        "{ SELECT (COUNT(*) AS ?told) { "
        f"VALUES ?g {{ {_write(defaults)} }} GRAPH ?g {{ ?s ?p ?o }} }} }} "
        "FILTER(?own = ?told && ?own > 0) }"
    )
    return ask(counts, _OWN) and not ask(others, _OWN)


def _reads_clauses(ask: Ask) -> bool:
    """Tries a graph that is nowhere: rdflib would load another one from the web, into the store."""
    try:
        return not ask(state_dataset(_ANYTHING, ([_NOWHERE], ())), _OWN)
    except (StoreFailed, UnsupportedQuery):
        return False


def state_dataset(text: str, dataset: Dataset) -> str:
    """A query with a dataset in its clauses, instead of those that it has.

    Raises ValueError for a name that is no IRI.
    """
    tokens = tokenize(text)
    clauses = find_clauses(tokens)
    place = clauses[0][0] if clauses else _find_place(text, tokens)
    defaults, named = dataset
    stated = [f"FROM {NamedNode(iri)}" for iri in defaults]
    stated += [f"FROM NAMED {NamedNode(iri)}" for iri in named]
    pieces, end = [text[:place], "\n", *(f"{clause}\n" for clause in stated)], place
    for start, after in clauses:
        pieces.append(text[end:start])
        end = after
    return "".join([*pieces, text[end:]])


def find_clauses(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """The places where a query's FROM clauses begin and end."""
    found, depth = [], 0
    for index, token in enumerate(tokens):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if token.word == "FROM" and depth == 0:
            named = index + 1 < len(tokens) and tokens[index + 1].word == "NAMED"
            last = tokens[min(index + 1 + named, len(tokens) - 1)]
            found.append((token.start, last.start + len(last.text)))
    return found


def _find_place(text: str, tokens: Sequence[Token]) -> int:
    """The place where the clauses of a query without any belong."""
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
    last = tokens[-1]
    return last.start + len(last.text)


def uses_graphs(text: str) -> bool:
    """Tell whether a query may look into named graphs: its named graphs else need not be told."""
    return "GRAPH" in decode_code_points(text).upper()


def _write(graphs: Iterable[str], comma: str = " ") -> str:
    return comma.join(str(NamedNode(iri)) for iri in graphs)
