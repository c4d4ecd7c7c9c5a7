"""A store's answer on its way: read as it comes, and written anew in the format that is wanted.

What comes is parsed, whatever format is wanted, so that an answer that is cut or is none breaks
ours, and never passes for a whole one.
"""

import http.client
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from jjjkg.evaluation.errors import LimitExceeded, StoreFailed
from jjjkg.evaluation.remote.bindings import check_boolean, rewrite_json, rewrite_solutions
from jjjkg.evaluation.remote.jsontext import JsonText

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
#: Bytes of an answer in which a row, or a triple, has to come: none is so large, and a text without
#: end is not to fill this process. Half of what the engine's own parsers hold.
MOST_AT_ONCE: Final = 1 << 23
_PIECE: Final = 1 << 16
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
        columns: Sequence[str] | None,
    ) -> None:
        """Writes a table of these columns, or without any a boolean.

        Raises StoreFailed, and what the output raises.
        """
        with self._judging():
            self._read_results(columns).serialize(output, format=format)

    def is_true(self) -> bool:
        """The boolean that was asked for. Raises StoreFailed."""
        with self._judging():
            return bool(self._read_results(None))

    def _read_results(self, columns: Sequence[str] | None) -> QuerySolutions | QueryBoolean:
        reading, advance = cast(IO[bytes], self._reading), self._reading.advance
        kind = RESULTS[self._media_type]
        if kind == QueryResultsFormat.JSON:
            rewritten = rewrite_json(JsonText(reading), advance, columns)
        else:
            found = parse_query_results(reading, format=kind)
            if isinstance(found, QueryBoolean):
                check_boolean(columns)
                return found
            rewritten = rewrite_solutions(found, advance, columns)
            kind = QueryResultsFormat.JSON if columns is None else QueryResultsFormat.TSV
        return parse_query_results(cast(IO[bytes], Pieces(rewritten)), format=kind)

    def triples(self) -> Iterator[Triple]:
        """The triples of a graph. Raises StoreFailed."""
        with self._judging():
            reading = cast(IO[bytes], self._reading)
            quads = iter(parse(reading, format=TRIPLES[self._media_type]))
        while True:
            with self._judging():
                quad = next(quads, None)
            if quad is None:
                return
            self._reading.advance()
            yield quad.triple

    @contextmanager
    def _judging(self) -> Iterator[None]:
        """Tells what is the store's fault."""
        try:
            yield
        except (SyntaxError, ValueError, OSError, RecursionError) as error:
            if self._reading.failed:
                raise self._reading.failed from error
            if isinstance(error, ConnectionError):
                raise  # of the output: nobody listens any more
            why = shorten_words(error)
            raise StoreFailed("queries.store.unreadable", why=why) from error


class Pieces:
    """A file that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""

    def read(self, size: int = -1) -> bytes:
        """The rest of a piece, or as much of it as is wanted."""
        if not self._held:
            self._held = next(self._pieces, b"")
        end = len(self._held) if size < 0 else size
        data, self._held = self._held[:end], self._held[end:]
        return data


class Reading:
    """The body of a store's answer, as the parser reads it.

    Raises StoreFailed for a length that is none.
    """

    def __init__(self, response: http.client.HTTPResponse) -> None:
        for length in response.headers.get_all("Content-Length", ()):
            if not (length.isascii() and length.isdecimal()):
                raise StoreFailed("queries.store.bad_length", length=length[:40])
        self._response, self._left, self._since = response, response.length, 0
        # Virtuoso says so of a table that it cuts if it has to (measured).
        most = response.headers.get("X-SPARQL-MaxRows", "")
        self._rows, self._most = 0, int(most) if most.isdecimal() else 0
        self.failed: StoreFailed | None = None

    def read(self, size: int = -1) -> bytes:
        """Some bytes, as soon as there are any; none at the end. Raises StoreFailed."""
        most = min(size, _PIECE) if size > 0 else _PIECE
        if self._left is not None:
            most = min(most, self._left)
        try:
            data = self._response.read1(most) if most else b""
        except (OSError, http.client.HTTPException) as error:
            raise self._fail("queries.store.broken_off") from error
        self._since += len(data)
        if self._since > MOST_AT_ONCE:
            raise self._fail("queries.store.no_row", most=MOST_AT_ONCE)
        if self._left is not None:
            self._left -= len(data)
            if not data and self._left:
                raise self._fail("queries.store.broken_off")
        return data

    def advance(self) -> None:
        """Notes that a whole row or triple has come. Raises LimitExceeded for what may be cut."""
        self._since = 0
        self._rows += 1
        if self._rows == self._most:
            raise LimitExceeded("queries.limits.rows_of_store", limit="rows", value=self._most)

    def _fail(self, key: str, **values: Any) -> StoreFailed:
        self.failed = StoreFailed(key, **values)
        return self.failed


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
