"""A store elsewhere as the engine: a query goes to its endpoint, the answer is read and rewritten.

https://www.w3.org/TR/sparql11-protocol/#query-operation. The answer is read by `fetched`.
"""

import http.client
import resource
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Final
from urllib.parse import urlencode

import encodings.idna  # isort: skip  # a worker can't load it when it needs it
import encodings.utf_8_sig  # noqa: F401  # isort: skip  # nor this one
from pyoxigraph import NamedNode, RdfFormat, parse

from jjjkg.errors import InputError
from jjjkg.evaluation.errors import QueryError, StoreFailed, StoreTooSlow, UnsupportedQuery
from jjjkg.evaluation.remote.dialects import (
    ACCEPT_RESULTS,
    ACCEPT_TRIPLES,
    RESULTS,
    TRIPLES,
    Way,
    allow_headers,
    find_way,
    holds_just,
    is_partial,
)
from jjjkg.evaluation.remote.fetched import Fetched, Reading, shorten_words
from jjjkg.evaluation.sparql.dataset_clauses import (
    Dataset,
    find_clauses,
    state_dataset,
    uses_graphs,
)
from jjjkg.evaluation.sparql.lexer import tokenize
from jjjkg.rdf.namespaces import GRAPH, PARTS
from jjjkg.system.credentials import find_credentials, split_address

#: The files that a worker may have open, while it connects: its own, and those of a look-up.
FILES: Final = 24
#: Seconds in which a store must take a connection; the answer has all of the query's time.
_CONNECTING: Final = 5.0
#: Seconds for each answer of a store that is asked how it takes a dataset, and how many of the
#: graphs are tried.
_PROBING: Final = 30.0
_TRIED: Final = 50
#: Bytes of what a store says of a query that are looked at.
_MOST_READ: Final = 1 << 14


@dataclass(frozen=True)
class Endpoint:
    """The address where a store is asked, and the dataset of a query which names none.

    An empty ``dataset`` is the store's own; with ``fits`` the two are the same. ``way`` is how the
    store takes any other.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    dataset: Dataset = field(default_factory=Dataset)
    context: ssl.SSLContext | None = None
    way: Way = Way.REQUEST
    fits: bool = False


def open_endpoint(url: str, quads: BinaryIO, default: str) -> Endpoint:
    """Return the endpoint at an address, which is asked how it takes a dataset.

    With "parts" as the `default` (jjjkg.evaluation.store.DEFAULTS), a query sees the union of the
    five parts and the named graphs of `quads`, whatever else is in the store. Nothing is sent where
    the quads name no graph. Raises InputError.
    """
    headers = find_credentials(url)
    context = ssl.create_default_context() if split_address(url).scheme == "https" else None
    try:
        graphs = {quad.graph_name for quad in parse(quads, format=RdfFormat.N_QUADS)}
    except (OSError, SyntaxError) as error:
        raise InputError("queries.nothing_loaded", name=quads.name, why=error) from error
    known = sorted(graph.value for graph in graphs if isinstance(graph, NamedNode))
    endpoint = Endpoint(url, headers, context=context)
    if default == "parts":
        parts = tuple(GRAPH + part for part in PARTS)
        endpoint = replace(endpoint, dataset=Dataset(parts, known))
    if not known:
        return endpoint

    def ask(text: str, dataset: Dataset) -> bool:
        fetched = fetch(endpoint, text, dataset, graph=False, seconds=_PROBING)
        return fetched.is_true()

    try:
        way = find_way(ask, (*endpoint.dataset.defaults, *known)[:_TRIED])
        # What is told with a request is kept to, whatever the store holds later.
        fits = way != Way.REQUEST and holds_just(ask, endpoint.dataset)
        if way == Way.NONE and endpoint.dataset.defaults and not fits:
            raise StoreFailed("queries.store.no_dataset")
    except QueryError as error:
        raise InputError("queries.store.at", url=url, why=error) from error
    return replace(endpoint, way=way, fits=fits)


def fetch(
    endpoint: Endpoint,
    text: str,
    dataset: Dataset,
    graph: bool,
    seconds: float | None = None,
) -> Fetched:
    """Have the store answer a query on a dataset; an empty one is its own.

    `graph` says that triples are asked for; `seconds` bounds each wait for the store, for who is
    not stopped by others. Raises StoreFailed, StoreTooSlow, UnsupportedQuery.
    """
    body, content_type = _write_request(endpoint, text, dataset)
    headers = {
        **endpoint.headers,
        "Accept": ACCEPT_TRIPLES if graph else ACCEPT_RESULTS,
        "Content-Type": content_type,
        "Connection": "close",
        "User-Agent": "jjjkg",
    }
    response = _send(endpoint, body, headers, seconds)
    _check_status(response)
    media_type = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if media_type not in (TRIPLES if graph else RESULTS):
        key = "queries.store.wrong_type" if media_type else "queries.store.no_type"
        raise StoreFailed(key, type=media_type[:80])
    if coding := response.getheader("Content-Encoding"):
        raise StoreFailed("queries.store.coded", coding=coding[:80])
    return Fetched(Reading(response), media_type)


def _write_request(endpoint: Endpoint, text: str, dataset: Dataset) -> tuple[bytes, str]:
    """Return the body and its media type.

    Raises UnsupportedQuery for a dataset that the store can't be told of.
    """
    if endpoint.fits and dataset == endpoint.dataset:
        dataset = Dataset()
    if dataset.defaults and not uses_graphs(text):
        dataset = Dataset(dataset.defaults)
    if endpoint.way == Way.REQUEST:
        sent = [("query", text)]
        sent += [("default-graph-uri", iri) for iri in dataset.defaults]
        sent += [("named-graph-uri", iri) for iri in dataset.named]
        return urlencode(sent).encode("ascii"), "application/x-www-form-urlencoded"
    if endpoint.way == Way.QUERY and any(dataset):
        text = state_dataset(text, dataset)
    elif endpoint.way == Way.NONE and (any(dataset) or any(find_clauses(tokenize(text)))):
        raise UnsupportedQuery("queries.store.no_clauses")
    # rdflib-endpoint takes escapes with % in a form twice (measured).
    return text.encode(), "application/sparql-query"


def _send(
    endpoint: Endpoint, body: bytes, headers: Mapping[str, str], seconds: float | None
) -> http.client.HTTPResponse:
    parts = split_address(endpoint.url)
    assert parts.hostname
    address = (parts.hostname, parts.port)
    connection = http.client.HTTPConnection(*address, timeout=_CONNECTING)
    if context := endpoint.context:
        connection = http.client.HTTPSConnection(*address, timeout=_CONNECTING, context=context)
    allow_headers()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        # This process may open what it needs to connect; it may open nothing at any other time.
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        try:
            connection.connect()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        # Without a bound, whoever waits for the answer ends this process.
        connection.sock.settimeout(seconds)
        connection.request("POST", target, body, dict(headers))
        return connection.getresponse()
    except TimeoutError:
        if connection.sock:
            connection.close()
            key = "queries.store.no_answer_in" if seconds else "queries.store.no_answer"
            raise StoreTooSlow(key, seconds=seconds) from None
        raise StoreTooSlow("queries.store.no_connection", seconds=_CONNECTING) from None
    except ssl.SSLError as error:
        raise StoreFailed("queries.store.untrusted", why=error.reason) from None
    except OSError as error:
        raise StoreFailed("queries.store.unreachable", why=error.strerror or error) from None
    except http.client.HTTPException as error:
        raise StoreFailed("queries.store.no_http", why=type(error).__name__) from None


def _check_status(response: http.client.HTTPResponse) -> None:
    status = response.status
    if is_partial(status, response.headers):
        raise StoreTooSlow("queries.store.partial")
    if status == 200:
        return
    if status == 400:
        said = shorten_words(Reading(response).read(_MOST_READ).decode("utf-8", "replace"))
        key = "queries.store.refuses" if said else "queries.store.refuses_silently"
        raise UnsupportedQuery(key, words=said)
    if status in (401, 403):
        raise StoreFailed("queries.store.unauthorised", status=status)
    if status in (408, 504):
        raise StoreTooSlow("queries.store.slow", status=status)
    elsewhere = 300 <= status < 400
    key = "queries.store.elsewhere" if elsewhere else "queries.store.fails"
    raise StoreFailed(key, status=status)
