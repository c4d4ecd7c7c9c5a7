"""How many rows a serialised result has, counted exactly while it is written, piece by piece.

The engine writes results itself and does not say how many rows there were.
"""

from collections.abc import Callable
from typing import Final


class Rows:
    """Counts the rows of a result in one of the formats of SELECT and ASK, by its name."""

    def __init__(self, format: str) -> None:
        self.count = 0
        self._feed: Callable[[bytes], int] = {
            "json": self._json,
            "xml": self._xml,
            "csv": self._csv,
            "tsv": lambda data: data.count(b"\n"),
        }[format]
        # The line with the variables' names is no row.
        self._heads = 1 if format in ("csv", "tsv") else 0
        self._kept = b""
        self._quoted = False

    def feed(self, data: bytes) -> int:
        """Takes in the next piece; gives the rows so far."""
        found = self._feed(data)
        head = min(self._heads, found)
        self._heads -= head
        self.count += found - head
        return self.count

    def _xml(self, data: bytes) -> int:
        # In text a "<" is written as an entity.
        data = self._kept + data
        self._kept = data[1 - len(_RESULT) :]
        return data.count(_RESULT)

    def _csv(self, data: bytes) -> int:
        """Line ends outside of quotes; a quote inside of them is written as two."""
        data = self._hold(data, b"\r")
        return sum(part.count(b"\r\n") for part in self._outside(data))

    def _json(self, data: bytes) -> int:
        """Objects that are members of an array, of which results have but the one of rows."""
        data = self._hold(data, b"\\[,")
        plain = data.replace(b"\\\\", b"").replace(b'\\"', b"")
        return sum(part.count(b",{") + part.count(b"[{") for part in self._outside(plain))

    def _hold(self, data: bytes, last: bytes) -> bytes:
        """The piece with what the last one left, without what must be seen with what follows."""
        data = self._kept + data
        end = len(data.rstrip(last))
        self._kept = data[end:]
        return data[:end]

    def _outside(self, data: bytes) -> list[bytes]:
        """What is not between quotes."""
        parts = data.split(b'"')
        outside = parts[self._quoted :: 2]
        self._quoted ^= len(parts) % 2 == 0
        return outside


_RESULT: Final = b"<result>"
