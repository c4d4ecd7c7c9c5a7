"""A store's answer on its way: read as it comes, and written anew in the format that is wanted.

What comes is parsed, whatever format is wanted, so that an answer that is cut or is none breaks
ours, and never passes for a whole one.
"""

import http.client
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import IO, Final, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from jjjkg.evaluation.outcomes import StoreFailed

#: The formats that are read, by media type.
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
#: How much of what a store says of a query is passed on.
_MOST_SAID: Final = 300
_TAG: Final = re.compile(r"<[^>]*>")


class Fetched:
    """A store's answer on its way."""

    def __init__(self, reading: "Reading", media_type: str) -> None:
        self._reading, self._media_type = reading, media_type

    def write_results(
        self,
        output: IO[bytes],
        format: QueryResultsFormat,
        columns: Collection[str] | None,
    ) -> None:
        """Writes a table that has these columns, or without any a boolean.

        Raises StoreFailed, and what the output raises.
        """
        found: QuerySolutions | QueryBoolean
        with self._judging():
            found = parse_query_results(
                cast(IO[bytes], self._reading), format=RESULTS[self._media_type]
            )
            _compare(found, columns)
            found.serialize(output, format=format)

    def triples(self) -> Iterator[Triple]:
        """The triples of a graph. Raises StoreFailed."""
        with self._judging():
            quads = iter(parse(cast(IO[bytes], self._reading), format=TRIPLES[self._media_type]))
        while True:
            with self._judging():
                quad = next(quads, None)
            if quad is None:
                return
            yield quad.triple

    @contextmanager
    def _judging(self) -> Iterator[None]:
        """Tells what is the store's fault."""
        try:
            yield
        except (SyntaxError, ValueError, OSError) as error:
            if self._reading.failed:
                raise self._reading.failed from error
            if isinstance(error, ConnectionError):
                raise  # of the output: nobody listens any more
            raise StoreFailed(
                f"the store's answer can't be read: {shorten_words(error)}"
            ) from error


def _compare(found: QuerySolutions | QueryBoolean, columns: Collection[str] | None) -> None:
    if isinstance(found, QueryBoolean):
        if columns is not None:
            raise StoreFailed("the store answers with a boolean where a table was asked for")
        return
    if columns is None:
        raise StoreFailed("the store answers with a table where a boolean was asked for")
    given = {variable.value for variable in found.variables}
    if missing := sorted(set(columns) - given):
        raise StoreFailed(f"the store answers without the column ?{missing[0]}")


class Reading:
    """The body of a store's answer, as the parser reads it."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self._response, self._left = response, response.length
        self.failed: StoreFailed | None = None

    def read(self, size: int = -1) -> bytes:
        """Some bytes, as soon as there are any; none at the end. Raises StoreFailed."""
        most = size if size > 0 else 1 << 16
        if self._left is not None:
            most = min(most, self._left)
        try:
            data = self._response.read1(most) if most else b""
        except (OSError, http.client.HTTPException) as error:
            self.failed = StoreFailed("the store broke its answer off")
            raise self.failed from error
        if self._left is not None:
            self._left -= len(data)
            if not data and self._left:
                self.failed = StoreFailed("the store broke its answer off")
                raise self.failed
        return data


def allow_headers() -> None:
    """Lets answers have more than a hundred headers, in this process.

    A store may name each graph of the dataset in one (Virtuoso, measured), and the limit is a
    constant of http.client's: what only imports this module is left as it is.
    """
    http.client._MAXHEADERS = 10_000  # type: ignore[attr-defined]


def shorten_words(said: object) -> str:
    """The first line of what a store said, without markup."""
    lines = (" ".join(line.split()) for line in _TAG.sub(" ", str(said)).splitlines())
    line = next(filter(None, lines), "")
    return "".join(c for c in line if c.isprintable())[:_MOST_SAID]
