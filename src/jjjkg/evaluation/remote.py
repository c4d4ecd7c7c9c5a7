"""A store elsewhere as the engine: a query goes to its endpoint, the answer is read and rewritten.

https://www.w3.org/TR/sparql11-protocol/#query-operation. What comes is read by `fetched`.
"""

import http.client
import resource
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from urllib.parse import urlencode

import encodings.idna  # noqa: F401  # isort: skip  # a worker can't load it when it needs it
from pyoxigraph import NamedNode, RdfFormat, parse

from jjjkg.credentials import find_credentials, split_address
from jjjkg.errors import InputError
from jjjkg.evaluation.fetched import (
    RESULTS,
    TRIPLES,
    Fetched,
    Reading,
    allow_headers,
    shorten_words,
)
from jjjkg.evaluation.outcomes import StoreFailed, StoreTooSlow, UnsupportedQuery
from jjjkg.namespaces import GRAPH, PARTS

#: The files that a worker may have open, while it connects: its own, and those of a look-up.
FILES: Final = 24
#: Seconds in which a store must take a connection; the answer has all of the query's time.
_CONNECTING: Final = 5.0
_ACCEPT_RESULTS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_ACCEPT_TRIPLES: Final = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"
#: How much of what a store says of a query is looked at.
_MOST_READ: Final = 1 << 14


@dataclass(frozen=True)
class Endpoint:
    """Where a store is asked, and the dataset that a query which names none is meant for.

    Without ``defaults`` and ``named`` that is the store's own.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    defaults: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    context: ssl.SSLContext | None = None


def open_endpoint(url: str, quads: BinaryIO, default: str) -> Endpoint:
    """The endpoint at an address; nothing is sent yet.

    With "parts" as the `default` (jjjkg.store.DEFAULTS), a query sees the union of the five parts
    and the named graphs of `quads`, whatever else is in the store. Raises InputError.
    """
    headers = find_credentials(url)
    context = ssl.create_default_context() if split_address(url).scheme == "https" else None
    if default != "parts":
        return Endpoint(url, headers, context=context)
    try:
        graphs = {quad.graph_name for quad in parse(quads, format=RdfFormat.N_QUADS)}
    except (OSError, SyntaxError) as error:
        raise InputError(
            f"{quads.name}: can't be loaded: {error}; make or fetch it anew"
        ) from error
    named = sorted(graph.value for graph in graphs if isinstance(graph, NamedNode))
    return Endpoint(url, headers, tuple(GRAPH + part for part in PARTS), tuple(named), context)


def fetch(
    endpoint: Endpoint,
    text: str,
    dataset: tuple[Sequence[str], Sequence[str]],
    graph: bool,
) -> Fetched:
    """Has the store answer a query on a dataset (default and named graphs; none: its own).

    `graph` says that triples are asked for. Raises StoreFailed, StoreTooSlow, UnsupportedQuery.
    """
    defaults, named = dataset
    sent = [("query", text)]
    sent += [("default-graph-uri", iri) for iri in defaults]
    sent += [("named-graph-uri", iri) for iri in named]
    headers = {
        **endpoint.headers,
        "Accept": _ACCEPT_TRIPLES if graph else _ACCEPT_RESULTS,
        "Content-Type": "application/x-www-form-urlencoded",
        "Connection": "close",
        "User-Agent": "jjjkg",
    }
    response = _send(endpoint, urlencode(sent).encode("ascii"), headers)
    _check_status(response)
    media_type = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if media_type not in (TRIPLES if graph else RESULTS):
        shown = repr(media_type[:80]) if media_type else "no media type"
        raise StoreFailed(f"the store answers with {shown}, which is no format that was asked for")
    if coding := response.getheader("Content-Encoding"):
        raise StoreFailed(
            f"the store answers in the coding {coding[:80]!r}, which nobody asked for"
        )
    return Fetched(Reading(response), media_type)


def _send(endpoint: Endpoint, body: bytes, headers: Mapping[str, str]) -> http.client.HTTPResponse:
    parts = split_address(endpoint.url)
    assert parts.hostname
    connection = (
        http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=_CONNECTING, context=endpoint.context
        )
        if endpoint.context
        else http.client.HTTPConnection(parts.hostname, parts.port, timeout=_CONNECTING)
    )
    allow_headers()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _allowing_files():
            connection.connect()
        connection.sock.settimeout(None)  # whoever waits for the answer ends this process
        connection.request("POST", target, body, dict(headers))
        return connection.getresponse()
    except TimeoutError:
        raise StoreTooSlow(f"the store takes no connection in {_CONNECTING:g} seconds") from None
    except ssl.SSLError as error:
        raise StoreFailed(f"the store can't be trusted: {error.reason}") from None
    except OSError as error:
        raise StoreFailed(f"the store can't be reached: {error.strerror or error}") from None
    except http.client.HTTPException as error:
        raise StoreFailed(f"the store does not speak HTTP: {type(error).__name__}") from None


@contextmanager
def _allowing_files() -> Iterator[None]:
    """Lets this process open what it needs to connect; it may open nothing at any other time."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _check_status(response: http.client.HTTPResponse) -> None:
    status = response.status
    if status == 200:
        return
    if status == 400:
        said = shorten_words(Reading(response).read(_MOST_READ).decode("utf-8", "replace"))
        raise UnsupportedQuery(f"the store refuses this query: {said or 'it does not say why'}")
    if status in (401, 403):
        raise StoreFailed(f"the store does not let this server in (status {status})")
    if status in (408, 504):
        raise StoreTooSlow(f"the store takes too long (status {status})")
    if 300 <= status < 400:
        raise StoreFailed(f"the store is not there: it leads elsewhere (status {status})")
    raise StoreFailed(f"the store fails on this query (status {status})")
