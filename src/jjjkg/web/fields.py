"""The fields of a form or a query string, read under bounds.

https://url.spec.whatwg.org/#application/x-www-form-urlencoded
"""

import re
from collections.abc import Iterator
from typing import Final

#: Fields of one request; more are refused before any is read.
MOST_FIELDS: Final = 1_000
Fields = list[tuple[str, str]]
_ESCAPES: Final = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
#: Bytes that are decoded at a time, so that what it takes stays small beside the text.
_PIECE: Final = 1 << 16
#: Bytes that only go on with a character, as they are and as their escapes begin.
_RAW: Final = bytes(range(0x80, 0xC0))
_CONTINUING: Final = (b"%8", b"%9", b"%A", b"%B", b"%a", b"%b")


class TooMuch(ValueError):
    """There are more fields than are read, or more characters."""


def read_fields(encoded: bytes, longest: int | None = None) -> Fields:
    """Names and values, decoded. Raises TooMuch, and UnicodeDecodeError for what is not UTF-8.

    `longest` is how many characters all of it may have; that is found without decoding it.
    """
    if encoded.count(b"&") >= MOST_FIELDS:
        raise TooMuch
    if longest is not None and _count_characters(encoded) > longest:
        raise TooMuch
    split = (field.partition(b"=") for field in encoded.split(b"&") if field)
    return [(_decode(name), _decode(value)) for name, _, value in split]


def _count_characters(encoded: bytes) -> int:
    count = len(encoded)
    for start in range(0, len(encoded), _PIECE):  # so that other threads have their turn
        piece = encoded[start : start + _PIECE]
        continuing = sum(map(piece.count, _CONTINUING))
        count -= 2 * piece.count(b"%") + continuing + len(piece) - len(piece.translate(None, _RAW))
    return count


def _decode(encoded: bytes) -> str:
    if b"%" not in encoded and b"+" not in encoded:
        return encoded.decode()
    return b"".join(_unquote(encoded)).decode()


def _unquote(encoded: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(encoded):
        end = start + _PIECE
        if end < len(encoded):  # not within an escape
            cut = encoded.rfind(b"%", end - 2, end)
            end = cut if cut >= 0 else end
        piece = encoded[start:end].replace(b"+", b" ")
        yield _ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode()), piece)
        start = end
