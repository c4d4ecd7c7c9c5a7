"""An answer on its way out of a worker: counted, held to its limits, compressed, put in frames."""

import io
import json
import socket
import zlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from jjjkg.evaluation.outcomes import LimitExceeded, Limits
from jjjkg.evaluation.protocol import BODY, HEAD, LAST, OUTCOME, Head, pack_frame
from jjjkg.evaluation.rows import Rows
from jjjkg.mediatypes import RESULTS
from jjjkg.rdfxml import ResultsFilter

#: So much is held back before anything leaves: what goes wrong till then gets its status.
PIECE: Final = 1 << 16
#: Answers below so many bytes are as quick to send as they are.
_SMALL: Final = 1_000
_RESULTS: Final = frozenset(format.name for format in RESULTS)


class Output(io.RawIOBase):
    """What an answer is written to. Raises LimitExceeded and NotXML while it is.

    ``rows`` are those of a table; whoever writes triples counts them itself.
    """

    def __init__(
        self, connection: socket.socket, limits: Limits, gzip: bool, resident: Callable[[], int]
    ) -> None:
        """``resident`` tells how many bytes of memory this process has."""
        self._connection, self._limits = connection, limits
        self._gzip, self._resident = gzip, resident
        self._head: Head | None = None
        self._packer: Any = None
        self._counter: Rows | None = None
        self._filter: ResultsFilter | None = None
        self._held = bytearray()
        self._started = False
        self.rows, self.bytes = 0, 0

    def begin(self, form: str, format: str, volatile: bool) -> None:
        """Says what is written, before it is."""
        self._head = Head(form, format, None, volatile)
        self._counter = Rows(format) if format in _RESULTS else None
        self._filter = ResultsFilter() if format == "xml" else None

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Takes the next bytes of the answer."""
        self._held += data
        if len(self._held) >= PIECE:
            self._send(BODY)
        return len(data)

    def count(self, rows: int) -> None:
        """Notes how many triples were written. Raises LimitExceeded."""
        self.rows = rows
        if rows > self._limits.rows:
            raise LimitExceeded(
                "rows",
                f"the answer has more than {self._limits.rows:,} rows; add a LIMIT or ask for less",
                self._limits.rows,
            )

    def finish(self) -> None:
        """Sends what is left, and the outcome with it."""
        self._send(LAST)

    def _send(self, kind: bytes) -> None:
        assert self._head
        data = bytes(self._held)
        self._held.clear()
        if self._filter:
            data = self._filter.feed(data)
        self._check(data)
        sent = b""
        if not self._started:
            self._started = True
            if self._gzip and not (kind == LAST and len(data) < _SMALL):
                self._packer = zlib.compressobj(5, wbits=31)
            coding = "gzip" if self._packer else None
            sent = pack_frame(HEAD, json.dumps(asdict(self._head) | {"coding": coding}).encode())
        if self._packer:
            # Whoever waits for the first rows is not to wait for the compressor's buffer.
            flush = zlib.Z_FINISH if kind == LAST else zlib.Z_SYNC_FLUSH
            data = self._packer.compress(data) + self._packer.flush(flush)
        sent += pack_frame(kind, data)
        if kind == LAST:
            outcome = {"rows": self.rows, "resident": self._resident()}
            sent += pack_frame(OUTCOME, json.dumps(outcome).encode())
        self._connection.sendall(sent)

    def _check(self, data: bytes) -> None:
        self.bytes += len(data)
        if self._counter:
            self.count(self._counter.feed(data))
        if self.bytes > self._limits.bytes:
            raise LimitExceeded(
                "bytes",
                f"the answer is larger than {self._limits.bytes:,} bytes; "
                "add a LIMIT or ask for less",
                self._limits.bytes,
            )
