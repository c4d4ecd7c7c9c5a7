"""How many rows a serialised result has, counted exactly while it is written, piece by piece.

The engine writes results itself and does not say how many rows there were.
"""

from bisect import bisect_left
from copy import copy
from typing import Final

#: How a table ends in each format.
CLOSING: Final = {
    "json": b"]}}",
    "xml": b"</results></sparql>",
    "csv": b"",
    "tsv": b"",
}
#: A piece that ends with it does not end within what begins or ends a row.
_MARKS: Final = {"json": b"}", "xml": b">", "csv": b"\n", "tsv": b"\n"}
#: How a row begins that is not the first; elsewhere rows are known by their ends.
_BEGINNINGS: Final = {"json": b",{", "xml": b"<result>"}


class Rows:
    """Counts the rows of a result in one of the formats of SELECT and ASK, by its name."""

    def __init__(self, format: str) -> None:
        self.count = 0
        self.format = format
        # The line with the variables' names is no row.
        self._heads = 1 if format in ("csv", "tsv") else 0
        self._kept = b""
        self._quoted = False

    def feed(self, data: bytes) -> int:
        """Takes in the next piece; gives the rows so far."""
        found = _FEEDS[self.format](self, data)
        head = min(self._heads, found)
        self._heads -= head
        self.count += found - head
        return self.count

    def find_end(self, data: bytes | bytearray, start: int) -> int:
        """Return where a piece from `start` on can end: not within what tells rows apart."""
        return data.rfind(_MARKS[self.format], start) + 1 or start

    def find_cut(self, data: bytes, most: int) -> int:
        """The place in the next piece, with a row too many, where the rows after `most` begin.

        It is not taken in.
        """
        beginning = _BEGINNINGS.get(self.format, b"")
        wanted = most + 1 if beginning else most

        def count(end: int) -> int:
            return copy(self).feed(data[:end])

        return bisect_left(range(len(data)), wanted, key=count) - len(beginning)

    def _tsv(self, data: bytes) -> int:
        return data.count(b"\n")

    def _xml(self, data: bytes) -> int:
        # In text a "<" is written as an entity.
        data = self._kept + data
        self._kept = data[1 - len(_RESULT) :]
        return data.count(_RESULT)

    def _csv(self, data: bytes) -> int:
        """Line ends outside of quotes; a quote inside of them is written as two."""
        data = self._hold(data, b"\r")
        return self._outside(data).count(b"\r\n")

    def _json(self, data: bytes) -> int:
        """Objects that are members of an array, of which results have but the one of rows."""
        plain = self._hold(data, b"\\[,")
        if b"\\" in plain:
            plain = plain.replace(b"\\\\", b"").replace(b'\\"', b"")
        outside = self._outside(plain)
        return outside.count(b",{") + outside.count(b"[{")

    def _hold(self, data: bytes, last: bytes) -> bytes:
        """The piece with what the last one left, without what must be seen with what follows."""
        data = self._kept + data
        end = len(data.rstrip(last))
        self._kept = data[end:]
        return data[:end]

    def _outside(self, data: bytes) -> bytes:
        """The text that is not between quotes, its parts kept apart by a quote."""
        parts = data.split(b'"')
        outside = b'"'.join(parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        return outside


_RESULT: Final = _BEGINNINGS["xml"]
_FEEDS: Final = {"json": Rows._json, "xml": Rows._xml, "csv": Rows._csv, "tsv": Rows._tsv}
