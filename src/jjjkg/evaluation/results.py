"""An answer on its way out of a worker: counted, held to its limits, compressed, put in frames.

The engine writes results itself and does not say how many rows there were, so they are counted
while it does, piece by piece.
"""

import io
import json
import socket
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from itertools import chain, islice
from typing import IO, Any, Final, NamedTuple, cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, Triple, serialize

from jjjkg.evaluation.errors import LimitExceeded, Limits, UnsupportedQuery
from jjjkg.evaluation.workers.protocol import BODY, HEAD, LAST, OUTCOME, Head, pack_frame
from jjjkg.messages import Message
from jjjkg.rdf.formats import GRAPHS, RESULTS
from jjjkg.rdf.rdfxml import ResultsFilter, write_rdfxml
from jjjkg.rdf.serialization import RDF_FORMATS, used_prefixes, write_rdf
from jjjkg.rdf.terms import TYPE

#: So much is held back before anything leaves: what goes wrong till then gets its status.
PIECE: Final = 1 << 16
#: Answers below so many bytes are as quick to send as they are.
_SMALL: Final = 1_000
#: Up to so many triples a graph is sorted; a larger one leaves before all of it is known.
SORTED: Final = 10_000
#: The engine's formats of results, by the names of ours.
_ENGINES: Final = {
    format.name: engines
    for format in RESULTS
    if (engines := QueryResultsFormat.from_media_type(format.media_type))
}
#: Formats that have no triples as terms, with their titles; RDF/XML has a module of its own.
_NO_TRIPLE_TERMS: Final = {f.name: f.title for f in GRAPHS if f.name in ("jsonld", "n3")}
#: Those that have them.
_OTHERS: Final = ", ".join(f.name for f in GRAPHS if f.name not in (*_NO_TRIPLE_TERMS, "rdfxml"))


class Enough(Exception):
    """Raised while a table is written, once it has all the rows that were asked for."""


class Rows:
    """The rows of a result in one of the formats of SELECT and ASK, counted as they pass."""

    def __init__(self, format: str) -> None:
        self.count = 0
        self.layout = _LAYOUTS[format]
        # Lines above the rows, such as that with the variables' names, are not counted.
        self._heads = self.layout.heads
        self._kept = b""
        self._quoted = False

    def feed(self, data: bytes) -> int:
        """Take in the next piece; return the number of rows so far."""
        found = self.layout.count_rows(self, data)
        head = min(self._heads, found)
        self._heads -= head
        self.count += found - head
        return self.count

    def find_end(self, data: bytes | bytearray, start: int) -> int:
        """Return where a piece from `start` on can end: not within what tells rows apart."""
        return data.rfind(self.layout.mark, start) + 1 or start

    def find_cut(self, data: bytes, most: int) -> int:
        """Return where the rows after `most` begin in the next piece, which has one too many.

        The piece is not taken in.
        """
        beginning = self.layout.beginning
        wanted = most + 1 if beginning else most

        def count(end: int) -> int:
            return copy(self).feed(data[:end])

        return bisect_left(range(len(data)), wanted, key=count) - len(beginning)

    def count_tsv(self, data: bytes) -> int:
        """Count the line ends."""
        return data.count(b"\n")

    def count_xml(self, data: bytes) -> int:
        """Count the elements of rows; in text a "<" is written as an entity."""
        beginning = self.layout.beginning
        data = self._kept + data
        self._kept = data[1 - len(beginning) :]
        return data.count(beginning)

    def count_csv(self, data: bytes) -> int:
        """Count the line ends outside of quotes; a quote inside of them is written as two."""
        return self._outside(self._hold(data, b"\r")).count(b"\r\n")

    def count_json(self, data: bytes) -> int:
        """Count the objects in arrays, of which results have but the one of rows."""
        plain = self._hold(data, b"\\[,")
        if b"\\" in plain:
            plain = plain.replace(b"\\\\", b"").replace(b'\\"', b"")
        outside = self._outside(plain)
        return outside.count(b",{") + outside.count(b"[{")

    def _hold(self, data: bytes, last: bytes) -> bytes:
        """Return the piece after what the last one left, without what the next one decides."""
        data = self._kept + data
        end = len(data.rstrip(last))
        self._kept = data[end:]
        return data[:end]

    def _outside(self, data: bytes) -> bytes:
        """Return the text that is not between quotes, its parts kept apart by a quote."""
        parts = data.split(b'"')
        outside = b'"'.join(parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return outside


class _Layout(NamedTuple):
    """The layout of a table in a format.

    `closing` ends the table. A piece that ends with `mark` does not end within what begins or ends
    a row. `beginning` begins each row (in JSON each but the first), where rows are not known by
    their ends. `count_rows` counts them, and the `heads` above them.
    """

    closing: bytes
    mark: bytes
    beginning: bytes
    count_rows: Callable[[Rows, bytes], int]
    heads: int = 0


_LAYOUTS: Final = {
    "json": _Layout(b"]}}", b"}", b",{", Rows.count_json),
    "xml": _Layout(b"</results></sparql>", b">", b"<result>", Rows.count_xml),
    "csv": _Layout(b"", b"\n", b"", Rows.count_csv, heads=1),
    "tsv": _Layout(b"", b"\n", b"", Rows.count_tsv, heads=1),
}


class Output(io.RawIOBase):
    """A file that an answer is written to; writing raises Enough, LimitExceeded and NotXML.

    ``limits`` are those of the query, for whoever evaluates it to enforce what is not seen here.
    ``rows`` are those of a table; whoever writes triples counts them itself. ``more`` says that
    there were more than were asked for.
    """

    def __init__(
        self,
        connection: socket.socket,
        limits: Limits,
        gzip: bool,
        most: int,
        resident: Callable[[], int],
    ) -> None:
        """Begin an answer of `most` rows or triples, or of all for 0.

        `resident` returns the bytes of memory that this process has.
        """
        self._connection, self.limits = connection, limits
        self._gzip, self._most, self._resident = gzip, most, resident
        self._head: Head | None = None
        self._packer: Any = None
        self._counter: Rows | None = None
        self._filter: ResultsFilter | None = None
        self._held = bytearray()
        #: How many of the held bytes are counted: after those, a row too many may begin.
        self._counted = 0
        self._started = self._cut = self.more = False
        self.rows, self.bytes = 0, 0

    def begin(self, form: str, format: str, volatile: bool, table: bool = True) -> None:
        """Say what will be written; without a `table` there are no rows to count."""
        self._head = Head(form, format, None, volatile)
        self._counter = Rows(format) if table and format in _LAYOUTS else None
        self._filter = ResultsFilter() if format == "xml" else None

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Take the next bytes of the answer."""
        if self._cut:  # the engine's writer gives what it had left, once more
            return len(data)
        self._held += data
        if self._counter:
            self._count_rows(self._counter)
        if len(self._held) >= PIECE:
            self._send(BODY)
        return len(data)

    def _count_rows(self, counter: Rows) -> None:
        """Count what has come, and cut off the rows that were not asked for."""
        if self._most:
            # What may be cut off is held back until it is known to be asked for.
            end = counter.find_end(self._held, self._counted)
            before = copy(counter)
        else:
            end, before = len(self._held), counter
        came = bytes(self._held[self._counted : end])
        rows = counter.feed(came)
        if 0 < self._most < rows:
            self._counter = None
            self.count(self._most)
            self._cut = self.more = True
            del self._held[self._counted + before.find_cut(came, self._most) :]
            self._held += before.layout.closing
            raise Enough
        self.count(rows)
        self._counted = end

    def count(self, rows: int) -> None:
        """Note how many rows or triples were written. Raises LimitExceeded."""
        self.rows = rows
        if rows > self.limits.rows:
            raise LimitExceeded("queries.limits.rows", limit="rows", value=self.limits.rows)

    def is_full(self, rows: int) -> bool:
        """Tell if so many triples are all that are asked for; then there was one more."""
        self.more = 0 < self._most <= rows
        return self.more

    def finish(self, note: Message | None = None) -> None:
        """Send what is left, and the outcome with it."""
        if self._counter:
            self.count(self._counter.feed(bytes(self._held[self._counted :])))
            self._counter = None
        self._send(LAST, note)

    def _send(self, kind: bytes, note: Message | None = None) -> None:
        assert self._head
        end = self._counted if self._counter else len(self._held)
        data = bytes(self._held[:end])
        del self._held[:end]
        self._counted = 0
        if self._filter:
            data = self._filter.feed(data)
        self._check(data)
        sent = b""
        if not self._started:
            self._started = True
            if self._gzip and not (kind == LAST and len(data) < _SMALL):
                self._packer = zlib.compressobj(5, wbits=31)
            coding = "gzip" if self._packer else None
            sent = pack_frame(HEAD, json.dumps(vars(self._head) | {"coding": coding}).encode())
        if self._packer:
            # Whoever waits for the first rows is not to wait for the compressor's buffer.
            flush = zlib.Z_FINISH if kind == LAST else zlib.Z_SYNC_FLUSH
            data = self._packer.compress(data) + self._packer.flush(flush)
        sent += pack_frame(kind, data)
        if kind == LAST:
            outcome: dict[str, Any] = {
                "rows": self.rows,
                "more": self.more,
                "resident": self._resident(),
            }
            outcome["note"] = note.encode() if note else None
            sent += pack_frame(OUTCOME, json.dumps(outcome).encode())
        self._connection.sendall(sent)

    def _check(self, data: bytes) -> None:
        self.bytes += len(data)
        if self.bytes > self.limits.bytes:
            raise LimitExceeded("queries.limits.bytes", limit="bytes", value=self.limits.bytes)


def write_results(
    results: QuerySolutions | QueryBoolean, name: str, output: io.IOBase | None = None
) -> bytes | None:
    """Write a table or a boolean in one of formats.RESULTS by its name; without output, return it.

    Raises what the output does.
    """
    return results.serialize(cast(IO[bytes] | None, output), format=_ENGINES[name])


def write_graph(triples: Iterable[Triple], name: str, output: Output) -> None:
    """Write the triples that a query constructs, each once, in one of formats.GRAPHS by its name.

    A small graph is sorted and in blocks, a large one leaves as it comes. Raises NotXML and
    UnsupportedQuery for what the format can't write.
    """
    found = _each_once(triples, name, output)
    first = list(islice(found, SORTED + 1))
    if len(first) <= SORTED:
        first.sort(key=_order)
        output.write(write_rdf(first, name))
        return
    prefixes, every = used_prefixes(first), chain(first, found)
    if name == "rdfxml":
        for piece in write_rdfxml(every, prefixes):
            output.write(piece)
    else:
        serialize(every, cast(IO[bytes], output), format=RDF_FORMATS[name], prefixes=prefixes)


def _each_once(triples: Iterable[Triple], name: str, output: Output) -> Iterator[Triple]:
    """Yield the triples as the set that an answer is: the engine gives one for each solution."""
    seen: set[Triple] = set()
    for triple in triples:
        if triple in seen:
            continue
        if output.is_full(len(seen)):
            return
        if name in _NO_TRIPLE_TERMS and isinstance(triple.object, Triple):
            values = {"format": _NO_TRIPLE_TERMS[name], "triple": str(triple.object)}
            raise UnsupportedQuery("queries.engine.no_triple_terms", **values, formats=_OTHERS)
        seen.add(triple)
        output.count(len(seen))
        yield triple


def _order(triple: Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate
    return str(triple.subject), predicate != TYPE, predicate.value, str(triple.object)
