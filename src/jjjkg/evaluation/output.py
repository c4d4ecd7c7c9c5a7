"""An answer on its way out of a worker: counted, held to its limits, compressed, put in frames."""

import io
import json
import socket
import zlib
from collections.abc import Callable
from copy import copy
from typing import Any, Final

from jjjkg.evaluation.errors import LimitExceeded, Limits
from jjjkg.evaluation.protocol import BODY, HEAD, LAST, OUTCOME, Head, pack_frame
from jjjkg.evaluation.rows import CLOSING, Rows
from jjjkg.messages import Message
from jjjkg.rdf.formats import RESULTS
from jjjkg.rdf.rdfxml import ResultsFilter

#: So much is held back before anything leaves: what goes wrong till then gets its status.
PIECE: Final = 1 << 16
#: Answers below so many bytes are as quick to send as they are.
_SMALL: Final = 1_000
_RESULTS: Final = frozenset(format.name for format in RESULTS)


class Enough(Exception):
    """Raised while a table is written, once it has all the rows that were asked for."""


class Output(io.RawIOBase):
    """A file that an answer is written to. Raises Enough, LimitExceeded and NotXML while it is.

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
        """``most`` is how many rows or triples are asked for, 0 for all; ``resident`` tells how
        many bytes of memory this process has."""
        self._connection, self._limits = connection, limits
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
        """Says what is written, before it is; what is no `table` has no rows to count."""
        self._head = Head(form, format, None, volatile)
        self._counter = Rows(format) if table and format in _RESULTS else None
        self._filter = ResultsFilter() if format == "xml" else None

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Takes the next bytes of the answer."""
        if self._cut:  # the engine's writer gives what it had left, once more
            return len(data)
        self._held += data
        if self._counter:
            self._count_rows(self._counter)
        if len(self._held) >= PIECE:
            self._send(BODY)
        return len(data)

    def _count_rows(self, counter: Rows) -> None:
        """Counts what has come, and cuts off the rows that were not asked for."""
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
            self._held += CLOSING[before.format]
            raise Enough
        self.count(rows)
        self._counted = end

    def count(self, rows: int) -> None:
        """Notes how many triples were written. Raises LimitExceeded."""
        self.rows = rows
        if rows > self._limits.rows:
            raise LimitExceeded("queries.limits.rows", limit="rows", value=self._limits.rows)

    def is_full(self, rows: int) -> bool:
        """Tell whether so many triples are all that are asked for; then there was one more."""
        self.more = 0 < self._most <= rows
        return self.more

    def finish(self, note: Message | None = None) -> None:
        """Sends what is left, and the outcome with it."""
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
            outcome = {
                "rows": self.rows,
                "more": self.more,
                "note": note.encode() if note else None,
                "resident": self._resident(),
            }
            sent += pack_frame(OUTCOME, json.dumps(outcome).encode())
        self._connection.sendall(sent)

    def _check(self, data: bytes) -> None:
        self.bytes += len(data)
        if self.bytes > self._limits.bytes:
            raise LimitExceeded("queries.limits.bytes", limit="bytes", value=self._limits.bytes)
