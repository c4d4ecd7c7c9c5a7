"""The part of a request by which its answer is found again."""

import hashlib
from typing import Final, NamedTuple

from jjjkg.web.serving.bridge import Scope
from jjjkg.web.serving.cache import Key

#: The headers that an answer may differ by.
_COMPARED: Final = frozenset(
    (b"accept", b"accept-encoding", b"accept-language", b"host", b"content-type", b"range")
)
#: Headers that only a view can judge.
_JUDGED: Final = frozenset((b"if-match", b"if-range", b"if-modified-since"))
#: Longer requests are not looked up; of those longer than that only a hash is kept.
_MOST_KEY: Final = 1 << 14
_MOST_PLAIN: Final = 1 << 10
READING: Final = ("GET", "HEAD")
#: The methods of the endpoint whose body is read.
ASKING: Final = ("POST", "QUERY")


class Sought(NamedTuple):
    """A request as it is looked up: its key, if it has one, and its If-None-Match.

    `compared` are the headers that an answer may differ by, `size` the bytes that a view reads.
    """

    key: Key | None
    matched: bytes
    compared: tuple[tuple[bytes, bytes], ...] = ()
    size: int = 0


def seek(scope: Scope, body: bytes) -> Sought:
    """The parts of a request by which it is known."""
    matched, compared, size = b"", [], len(body) + len(scope["query_string"])
    keyed, method = True, scope["method"]
    for header in scope["headers"]:
        if header[0] in _COMPARED:
            compared.append(header)
            size += len(header[1])
        elif header[0] == b"if-none-match":
            matched += header[1]
        elif header[0] in _JUDGED:
            keyed = False
    told = tuple(compared)
    # A condition on a POST is for the view to judge.
    if (
        not keyed
        or size > _MOST_KEY
        or not (method in READING or (method in ASKING and not matched))
    ):
        return Sought(None, matched, told, size)
    key: Key = (
        "GET" if method == "HEAD" else method,
        scope["scheme"],
        scope["path"],
        scope["query_string"],
        told,
        body,
    )
    if size + len(scope["path"]) > _MOST_PLAIN:
        key = (hashlib.blake2b(repr(key).encode(), digest_size=32).digest(),)
    return Sought(key, matched, told, size)
