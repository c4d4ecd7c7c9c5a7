"""Dialects: how stores differ from the standards and from each other, and what is made of that.

A store may take a dataset in one of two standard ways only: with the request
(https://www.w3.org/TR/sparql11-protocol/#dataset), or in the query
(https://www.w3.org/TR/sparql11-query/#specifyingDataset). Some pass over the other in silence, so
each store is asked which it takes. All else was measured on the stores that docs/stores.md names.
"""

import http.client
import re
from collections.abc import Callable, Iterable
from email.message import Message as Headers
from enum import Enum
from typing import Any, Final

from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat

from jjjkg.evaluation.errors import StoreFailed, UnsupportedQuery
from jjjkg.evaluation.sparql.dataset_clauses import Dataset, state_dataset
from jjjkg.rdf.namespaces import PREFIXES

#: The formats that are asked for, and those that are read, by media type.
ACCEPT_RESULTS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
ACCEPT_TRIPLES: Final = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"
RESULTS: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/xml": QueryResultsFormat.XML,
    "text/xml": QueryResultsFormat.XML,
}
TRIPLES: Final = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/rdf+xml": RdfFormat.RDF_XML,
}

#: Answers an ASK on a dataset that goes with the request.
Ask = Callable[[str, Dataset], bool]
#: A graph that no store holds, nor can fetch from anywhere.
_NOWHERE: Final = Dataset(["urn:uuid:3e1b2a55-8f0b-4c0e-9d53-6a1c5a0f7a11"])
_OWN: Final = Dataset()
_ANYTHING: Final = "ASK { ?s ?p ?o }"

_BOOLEAN: Final = PREFIXES["xsd"] + "boolean"
#: The types of the one value in a table that stands for a boolean: Virtuoso has it as an integer.
_TRUTHS: Final = frozenset({_BOOLEAN, PREFIXES["xsd"] + "integer"})
_FORMS: Final = {"true": "true", "1": "true", "false": "false", "0": "false"}
#: A blank node's label that every reader takes.
_LABEL: Final = re.compile(r"[A-Za-z0-9]+")


class Way(Enum):
    """The way in which a store takes a dataset."""

    REQUEST = "with the request"
    QUERY = "in the query"
    NONE = "not at all"


def find_way(ask: Ask, graphs: Iterable[str]) -> Way:
    """Return the way in which a store takes a dataset, if it holds some of these graphs.

    Raises StoreFailed for a store that holds none of them, and what `ask` raises.
    """
    given = Dataset([*graphs])
    if ask(_ANYTHING, given) and not ask(_ANYTHING, _NOWHERE):
        return Way.REQUEST
    if _reads_clauses(ask) and ask(state_dataset(_ANYTHING, given), _OWN):
        return Way.QUERY
    listed = _write(given.defaults)
    if not ask(f"ASK {{ VALUES ?g {{ {listed} }} GRAPH ?g {{ ?s ?p ?o }} }}", _OWN):
        raise StoreFailed("queries.store.no_graphs")
    return Way.NONE


def _reads_clauses(ask: Ask) -> bool:
    """Try a graph that is nowhere: rdflib would load another one from the web, into the store."""
    try:
        return not ask(state_dataset(_ANYTHING, _NOWHERE), _OWN)
    except (StoreFailed, UnsupportedQuery):
        return False


def holds_just(ask: Ask, dataset: Dataset) -> bool:
    """Tell if a store's own dataset is this one, so that it need not be told.

    It has no other named graphs, and its default graph as many triples as the default graphs have
    together, each counted once a graph. Raises what `ask` raises.
    """
    others = f"FILTER(?g NOT IN ({_write(dataset.named, ', ')}))"
    counts = (
        "ASK { { SELECT (COUNT(*) AS ?own) { ?s ?p ?o } } "
        "{ SELECT (COUNT(*) AS ?told) { "
        f"VALUES ?g {{ {_write(dataset.defaults)} }} GRAPH ?g {{ ?s ?p ?o }} }} }} "
        "FILTER(?own = ?told && ?own > 0) }"
    )
    return ask(counts, _OWN) and not ask(f"ASK {{ GRAPH ?g {{ ?s ?p ?o }} {others} }}", _OWN)


def _write(graphs: Iterable[str], comma: str = " ") -> str:
    return comma.join(str(NamedNode(iri)) for iri in graphs)


def allow_headers() -> None:
    """Let answers have more than a hundred headers, in this process.

    A store may name each graph of the dataset in one (Virtuoso), and the limit is a constant of
    http.client's: a process that only imports this module is left as it is.
    """
    http.client._MAXHEADERS = 10_000  # type: ignore[attr-defined]


def is_partial(status: int, headers: Headers) -> bool:
    """Tell if an answer is only a part, by which a store says that it ran out of time.

    https://docs.openlinksw.com/virtuoso/anytimequeries/
    """
    return status == 206 or (status == 200 and bool(headers.get("X-SQL-State")))


def find_most_rows(headers: Headers) -> int:
    """Return the number of rows after which a store cuts a table; 0 for none (Virtuoso)."""
    most = headers.get("X-SPARQL-MaxRows", "")
    return int(most) if most.isdecimal() else 0


def mend_term(kind: Any, value: Any, datatype: Any) -> dict[str, str] | None:
    """Return the term by the book that a term in JSON stands for, if it is one that needs that.

    Blank nodes may have labels of any characters (those of Virtuoso are nodeID://b1), and booleans
    may be written 1 or 0.
    """
    if kind == "bnode" and value and isinstance(value, str) and not _LABEL.fullmatch(value):
        letters = (c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in value)
        return {"type": kind, "value": "x" + "".join(letters)}
    if datatype == _BOOLEAN and value in ("0", "1"):
        return {"type": "literal", "value": _FORMS[value], "datatype": _BOOLEAN}
    return None


def read_truth(value: Any, datatype: Any) -> bool | None:
    """Return the boolean that the one value of a table stands for; None where it is not one."""
    if datatype not in _TRUTHS or value not in _FORMS:
        return None
    return _FORMS[value] == "true"
