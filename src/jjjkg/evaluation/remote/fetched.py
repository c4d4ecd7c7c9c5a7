"""The answer of a store on its way: read as it comes, and written anew in the wanted format.

It is parsed, whatever format is wanted, so that a truncated or malformed answer breaks ours, and
never passes for a whole one.
"""

import http.client
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse,
    parse_query_results,
)

from jjjkg.evaluation.errors import LimitExceeded, StoreFailed
from jjjkg.evaluation.remote.bindings import check_boolean, rewrite_json, rewrite_solutions
from jjjkg.evaluation.remote.dialects import RESULTS, TRIPLES, find_most_rows
from jjjkg.evaluation.remote.jsontext import JsonText
from jjjkg.evaluation.results import write_results

#: Bytes of an answer in which a row, or a triple, has to come: none is so large, and a text without
#: end is not to fill this process. Half of what the engine's own parsers hold.
MOST_AT_ONCE: Final = 1 << 23
_PIECE: Final = 1 << 16
#: Characters of what a store says of a query that are passed on.
_MOST_SAID: Final = 300
_TAG: Final = re.compile(r"<[^>]*>")


class Fetched:
    """A store's answer on its way."""

    def __init__(self, reading: "Reading", media_type: str) -> None:
        self._reading, self._media_type = reading, media_type

    def write_results(self, name: str, output: io.IOBase, columns: Sequence[str] | None) -> None:
        """Write a table of these columns, or for None a boolean, in a format by its name.

        Raises StoreFailed, and what the output raises.
        """
        with self._judging():
            write_results(self._read_results(columns), name, output)

    def is_true(self) -> bool:
        """Return the boolean that was asked for. Raises StoreFailed."""
        with self._judging():
            return bool(self._read_results(None))

    def _read_results(self, columns: Sequence[str] | None) -> QuerySolutions | QueryBoolean:
        reading, advance = cast(IO[bytes], self._reading), self._reading.advance
        if RESULTS[self._media_type] == QueryResultsFormat.JSON:
            rewritten = rewrite_json(JsonText(reading), advance, columns)
        else:
            found = parse_query_results(reading, format=QueryResultsFormat.XML)
            if isinstance(found, QueryBoolean):
                check_boolean(columns)
                return found
            rewritten = rewrite_solutions(found, advance, columns)
        pieces = cast(IO[bytes], Pieces(rewritten))
        return parse_query_results(pieces, format=QueryResultsFormat.JSON)

    def triples(self) -> Iterator[Triple]:
        """Yield the triples of a graph. Raises StoreFailed."""
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
        """Turn what the store is guilty of into StoreFailed."""
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
        """Return the rest of a piece, or as much of it as is wanted."""
        if not self._held:
            self._held = next(self._pieces, b"")
        end = len(self._held) if size < 0 else size
        data, self._held = self._held[:end], self._held[end:]
        return data


class Reading:
    """The body of a store's answer, as the parser reads it.

    Raises StoreFailed for a length that is not a number.
    """

    def __init__(self, response: http.client.HTTPResponse) -> None:
        for length in response.headers.get_all("Content-Length", ()):
            if not (length.isascii() and length.isdecimal()):
                raise StoreFailed("queries.store.bad_length", length=length[:40])
        self._response, self._left, self._since = response, response.length, 0
        self._rows, self._most = 0, find_most_rows(response.headers)
        self.failed: StoreFailed | None = None

    def read(self, size: int = -1) -> bytes:
        """Return some bytes, as soon as there are any; none at the end. Raises StoreFailed."""
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
        """Note that a whole row or triple has come. Raises LimitExceeded for what may be cut."""
        self._since = 0
        self._rows += 1
        if self._rows == self._most:
            raise LimitExceeded("queries.limits.rows_of_store", limit="rows", value=self._most)

    def _fail(self, key: str, **values: Any) -> StoreFailed:
        self.failed = StoreFailed(key, **values)
        return self.failed


def shorten_words(said: object) -> str:
    """Return the first line of what a store said, without markup."""
    lines = (" ".join(line.split()) for line in _TAG.sub(" ", str(said)).splitlines())
    line = next(filter(None, lines), "")
    return "".join(c for c in line if c.isprintable())[:_MOST_SAID]
