"""An answer on its way out of a worker: counted, held to its limits, compressed, put in frames.

The engine writes results itself and does not say how many rows there were, so they are counted
while it does, piece by piece.
"""

import io
import json
import socket
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import IO, Any, Final, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    Triple,
    parse_query_results,
    serialize,
)

from jjjkg.evaluation.errors import LimitExceeded, Limits, UnsupportedQuery
from jjjkg.evaluation.workers.protocol import BODY, HEAD, LAST, OUTCOME, pack_frame
from jjjkg.messages import Message
from jjjkg.rdf.formats import GRAPHS, RESULTS
from jjjkg.rdf.rdfxml import ResultsFilter, write_rdfxml
from jjjkg.rdf.serialization import RDF_FORMATS, used_prefixes, write_rdf
from jjjkg.rdf.terms import TYPE, encode_term

#: So much is held back before anything leaves: what goes wrong till then gets its status.
PIECE: Final = 1 << 16
_ENCODE: Final = json.JSONEncoder(separators=(",", ":")).encode
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


class Rows:
    """The rows of a result in one of the formats of SELECT, counted as they pass."""

    def __init__(self, format: str) -> None:
        heads, self._count_rows = _COUNTERS[format]
        # Lines above the rows, such as that with the variables' names, are not counted.
        self._count = -heads
        self._kept = b""
        self._quoted = False

    def feed(self, data: bytes) -> int:
        """Take in the next piece; return the number of rows so far."""
        self._count += self._count_rows(self, data)
        return max(self._count, 0)

    def count_tsv(self, data: bytes) -> int:
        """Count the line ends."""
        return data.count(b"\n")

    def count_xml(self, data: bytes) -> int:
        """Count the elements of rows; in text a "<" is written as an entity."""
        data = self._kept + data
        self._kept = data[1 - len(_ROW) :]
        return data.count(_ROW)

    def count_csv(self, data: bytes) -> int:
        """Count the line ends outside of quotes; a quote inside of them is written as two."""
        return self._outside(data).count(b"\n")

    def count_json(self, data: bytes) -> int:
        """Count the braces after a comma or a bracket, outside of strings."""
        data = self._kept + data
        plain = data.rstrip(b"\\[,")  # the next piece decides what those are
        self._kept = data[len(plain) :]
        if b"\\" in plain:
            plain = plain.replace(b"\\\\", b"").replace(b'\\"', b"")
        outside = self._outside(plain)
        return outside.count(b",{") + outside.count(b"[{")

    def _outside(self, data: bytes) -> bytes:
        """Return the text that is not between quotes, its parts kept apart by a quote."""
        parts = data.split(b'"')
        outside = b'"'.join(parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return outside


_ROW: Final = b"<result>"
#: By format the lines above the rows that it counts too, and the counting.
_COUNTERS: Final = {
    "json": (0, Rows.count_json),
    "xml": (0, Rows.count_xml),
    "csv": (1, Rows.count_csv),
    "tsv": (1, Rows.count_tsv),
}


class Output(io.RawIOBase):
    """A file that an answer is written to; writing raises LimitExceeded and NotXML.

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
        self._head: dict[str, Any] = {}
        self._packer: Any = None
        self._counter: Rows | None = None
        self._filter: ResultsFilter | None = None
        self._held = bytearray()
        self._started = self.more = False
        self.rows, self.bytes = 0, 0

    def begin(self, form: str, format: str, volatile: bool) -> None:
        """Say what will be written; the rows of a SELECT are counted."""
        self._head = {"form": form, "format": format, "volatile": volatile}
        self._counter = Rows(format) if form == "SELECT" and format in _COUNTERS else None
        self._filter = ResultsFilter() if format == "xml" else None

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Take the next bytes of the answer."""
        self._held += data
        if self._counter:
            self.count(self._counter.feed(data))
        if len(self._held) >= PIECE:
            self._send(BODY)
        return len(data)

    def cut(self, table: QuerySolutions) -> QuerySolutions:
        """Return a table without the rows that are not asked for."""
        if not self._most:
            return table
        columns = [variable.value for variable in table.variables]
        first = [*islice(table, self._most)]
        self.more = next(table, None) is not None
        rows = encode_rows(columns, first)
        written = b"".join(write_table(rows, columns))
        return cast(QuerySolutions, parse_query_results(written, format=QueryResultsFormat.JSON))

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
        self._send(LAST, note)

    def _send(self, kind: bytes, note: Message | None = None) -> None:
        data = bytes(self._held)
        self._held.clear()
        if self._filter:
            data = self._filter.feed(data)
        self.bytes += len(data)
        if self.bytes > self.limits.bytes:
            raise LimitExceeded("queries.limits.bytes", limit="bytes", value=self.limits.bytes)
        sent = b""
        if not self._started:
            self._started = True
            if self._gzip and not (kind == LAST and len(data) < _SMALL):
                self._packer = zlib.compressobj(5, wbits=31)
            coding = "gzip" if self._packer else None
            sent = pack_frame(HEAD, json.dumps(self._head | {"coding": coding}).encode())
        if self._packer:
            # Whoever waits for the first rows is not to wait for the compressor's buffer.
            flush = zlib.Z_FINISH if kind == LAST else zlib.Z_SYNC_FLUSH
            data = self._packer.compress(data) + self._packer.flush(flush)
        sent += pack_frame(kind, data)
        if kind == LAST:
            outcome = {
                "rows": self.rows,
                "more": self.more,
                "resident": self._resident(),
                "note": note.encode() if note else None,
            }
            sent += pack_frame(OUTCOME, json.dumps(outcome).encode())
        self._connection.sendall(sent)


def write_results(
    results: QuerySolutions | QueryBoolean, name: str, output: io.IOBase | None = None
) -> bytes | None:
    """Write a table or a boolean in one of formats.RESULTS by its name; without output, return it.

    Raises what the output does.
    """
    if isinstance(output, Output) and isinstance(results, QuerySolutions):
        results = output.cut(results)
    return results.serialize(cast(IO[bytes] | None, output), format=_ENGINES[name])


def encode_rows(columns: Sequence[str], rows: Iterable[QuerySolution]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as they are in SPARQL's JSON."""
    for row in rows:
        cells = zip(columns, row, strict=True)
        yield {name: encode_term(cell) for name, cell in cells if cell is not None}


def write_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    """Yield a table in SPARQL's JSON (https://www.w3.org/TR/sparql11-results-json/)."""
    yield f'{{"head":{{"vars":{_ENCODE(columns)}}},"results":{{"bindings":['.encode()
    comma = ""
    for row in rows:
        yield f"{comma}{_ENCODE(row)}".encode()
        comma = ","
    yield b"]}}"


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
