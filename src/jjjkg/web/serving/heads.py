"""The head of a request: bounds on its headers, its host, and the head without an upgrade."""

import re
from typing import Final

from jjjkg.web.serving.bridge import Headers

#: Bytes of a request's headers, and of those together that are parsed.
MOST_HEADERS: Final = 1 << 16
MOST_PARSED: Final = 1 << 12
#: How many there may be, and the bytes of each besides its name and its value.
MOST_COUNT: Final = 1_000
_ENDS: Final = len(b": \r\n")
_PARSED: Final = frozenset(
    b"accept accept-encoding accept-language access-control-request-headers content-encoding "
    b"content-type if-match if-modified-since if-none-match if-range if-unmodified-since range "
    b"x-forwarded-for x-forwarded-proto".split()
)
#: https://www.rfc-editor.org/rfc/rfc9110#name-host-and-authority
_HOST: Final = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|([\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(:\d*)?")
_MOST_HOST: Final = 300
#: What asks for another protocol.
_WISHES: Final = (b"upgrade", b"http2-settings")


_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")


class Head:
    """The headers of one request, counted as they come."""

    __slots__ = ("_count", "_parsed", "_size", "hosts")

    def __init__(self) -> None:
        self._count = self._size = self._parsed = self.hosts = 0

    def add(self, name: bytes, value: bytes) -> tuple[int, str] | None:
        """Counts a header; gives the status and the words if the request is to be refused."""
        self._size += len(name) + len(value) + _ENDS
        self._count += 1
        if self._size > MOST_HEADERS:
            return 431, f"the headers have more than {MOST_HEADERS:,} bytes"
        if self._count > MOST_COUNT:
            return 431, f"the request has more than {MOST_COUNT:,} headers"
        if name == b"host":
            self.hosts += 1
            if len(value) > _MOST_HOST or not _HOST.fullmatch(value):
                return 400, "the Host header is no name or address of a host"
        elif name in _PARSED:
            self._parsed += len(value)
            if self._parsed > MOST_PARSED:
                words = "Accept and the like have more than"
                return 431, f"the headers {words} {MOST_PARSED:,} bytes"
        return None


def escape(line: bytes) -> bytes:
    """A request line whose bytes beyond ASCII are percent-encoded."""
    return _BEYOND_ASCII.sub(lambda match: b"%%%02X" % match[0][0], line)


def drop_upgrade(method: bytes, target: bytes, version: str, headers: Headers) -> bytes:
    """The head of a request, without the wish for another protocol."""
    lines = [b"%b %b HTTP/%b" % (method, target, version.encode())]
    for name, value in headers:
        if name == b"connection":
            tokens = (token.strip() for token in value.split(b","))
            value = b", ".join(token for token in tokens if token.lower() not in _WISHES)
        if name not in _WISHES:
            lines.append(b"%b: %b" % (name, value))
    return b"\r\n".join([*lines, b"", b""])
