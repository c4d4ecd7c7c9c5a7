"""What passes between the process that asks and the workers that answer.

A request is one JSON object. What comes back is a run of frames, each a kind, a length and that
many bytes: "B" is a piece of the answer, "O" the outcome as a JSON object, which comes last.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jjjkg.evaluation.outcomes import (
    LimitExceeded,
    MalformedQuery,
    QueryError,
    RefusedQuery,
    UnavailableFormat,
    UnsupportedQuery,
)


@dataclass(frozen=True)
class Request:
    """A query, the names of the formats that the client takes, and the protocol's dataset."""

    query: str
    results: str | None
    triples: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


BODY: Final = b"B"
OUTCOME: Final = b"O"
#: What the nursery says when its store is loaded; anything else is why it could not be.
READY: Final = b"ready"

_HEAD: Final = struct.Struct(">cI")
_STATUS: Final = struct.Struct(">i")


def pack_frame(kind: bytes, content: bytes | memoryview) -> bytes:
    """One frame of an answer."""
    return _HEAD.pack(kind, len(content)) + content


def read_frames(data: bytearray) -> Iterator[tuple[bytes, memoryview]]:
    """The whole frames in what came from a worker; one that broke off is left out."""
    view, start = memoryview(data), 0
    while start + _HEAD.size <= len(view):
        kind, length = _HEAD.unpack_from(view, start)
        start += _HEAD.size + length
        if start <= len(view):
            yield kind, view[start - length : start]


def pack_status(status: int) -> bytes:
    """A wait status, as os.waitpid gives it."""
    return _STATUS.pack(status)


def read_status(data: bytes) -> int | None:
    """A wait status, or None where none was sent."""
    return int(_STATUS.unpack(data)[0]) if len(data) == _STATUS.size else None


def encode_error(error: QueryError) -> dict[str, Any]:
    """The JSON object in which a worker reports an error to the process that asked."""
    match error:
        case MalformedQuery():
            return {
                "error": "malformed",
                "reason": error.reason,
                "line": error.line,
                "column": error.column,
                "excerpt": error.excerpt,
            }
        case RefusedQuery():
            return {"error": "refused", "message": str(error)}
        case UnavailableFormat():
            return {"error": "unavailable", "form": error.form}
        case LimitExceeded():
            return {"error": error.limit}
        case _:
            return {"error": "unsupported", "message": str(error)}


def decode_error(error: Mapping[str, Any]) -> QueryError:
    """The error that a worker's JSON object reports."""
    match error["error"]:
        case "malformed":
            place = (error["line"], error["column"], error["excerpt"])
            return MalformedQuery(error["reason"], *place)
        case "refused":
            return RefusedQuery(error["message"])
        case "unavailable":
            return UnavailableFormat(error["form"])
        case "memory":
            return LimitExceeded("memory", "the query needs more memory than it may use")
        case _:
            return UnsupportedQuery(error["message"])
