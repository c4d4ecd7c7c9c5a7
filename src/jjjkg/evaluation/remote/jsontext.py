"""JSON that is read value by value as it comes, each only up to its end.

https://www.rfc-editor.org/rfc/rfc8259
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any, Final

from jjjkg.evaluation.errors import StoreFailed
from jjjkg.messages import Message

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()
#: Looked up here: a worker can't load it when it needs it.
_Decoder: Final = codecs.getincrementaldecoder("utf-8-sig")
_PIECE: Final = 1 << 16


def find_unreadable(key: str, **values: Any) -> StoreFailed:
    """Return the error of an answer that can't be read, told by a message."""
    return StoreFailed("queries.store.unreadable", why=Message.of(key, **values))


class JsonText:
    """A text in JSON. All of its methods raise StoreFailed or ValueError for a text that is not."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._decoder = _Decoder()
        self._text, self._at, self._ended = "", 0, False

    def members(self) -> Iterator[str]:
        """Yield the names of an object's members; the value of each is to be read."""
        for _ in self._each("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise find_unreadable("queries.store.bad_member", name=repr(name))
            self._take(":")
            yield name

    def items(self) -> Iterator[None]:
        """Yield for each item of an array, which is to be read."""
        return self._each("[", "]")

    def value(self) -> Any:
        """Return the next value, with all that is in it."""
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise find_unreadable("queries.store.deep") from None
            except json.JSONDecodeError:
                if not self._read_more():
                    raise
                continue
            # A number that ends where the text does so far may go on.
            if isinstance(value, dict | list | str) or end < len(self._text) or self._ended:
                self._at = end
                return value
            self._read_more()

    def end(self) -> None:
        """Raise StoreFailed for anything but space that follows."""
        if self._peek():
            raise find_unreadable("queries.store.goes_on")

    def _each(self, start: str, end: str) -> Iterator[None]:
        self._take(start)
        if self._peek() == end:
            self._take(end)
            return
        while True:
            yield
            if self._take(f",{end}") == end:
                return

    def _take(self, expected: str) -> str:
        found = self._peek()
        if not found or found not in expected:
            raise find_unreadable("queries.store.misplaced", found=repr(found), wanted=[*expected])
        self._at += 1
        return found

    def _peek(self) -> str:
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_more():
                return ""

    def _read_more(self) -> bool:
        """Read on; twice as far in a long value, so that it is not tried for each piece of it."""
        pieces = [self._text[self._at :]]
        wanted = len(pieces[0]) if len(pieces[0]) > _PIECE else 1
        while wanted > 0 and not self._ended:
            data = self._source.read(_PIECE)
            pieces.append(self._decoder.decode(data, final=not data))
            self._ended = not data
            wanted -= len(data)
        self._text, self._at = "".join(pieces), 0
        return wanted <= 0 or len(pieces) > 2
