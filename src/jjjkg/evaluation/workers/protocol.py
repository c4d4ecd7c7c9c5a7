"""The protocol between the process that asks and the workers that answer.

Both ways run frames: a kind, a length and that many bytes. A request is one frame of JSON. For it
come back "H", how the answer is written, then "B", pieces of it, the last of them "L", then "O",
the outcome; or only "O", with an error. A worker that is born says "R" first.
"""

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

#: A text that may be an IRI without a scheme (it may as well be a comparison).
_RELATIVE: Final = re.compile(r"""<(?![A-Za-z][A-Za-z0-9+.-]*+:)[^\x00-\x20<>"{}|^`]*+>""")


@dataclass(frozen=True)
class Request:
    """A query, the names of the formats that the client takes, and the protocol's dataset.

    The query is in SPARQL, or in what the pool's loader reads instead (jjjkg.explanation.reasoner:
    JSON). ``results`` is a format's name (jjjkg.rdf.formats) for SELECT and ASK, ``triples`` one
    for CONSTRUCT and DESCRIBE; None accepts none. The graphs are those of the protocol and win over
    FROM (https://www.w3.org/TR/sparql11-protocol/#dataset). With ``gzip`` the answer may be
    compressed. ``base`` resolves the query's relative IRIs; empty, they are an error.
    ``most_rows`` bounds the rows or triples that are written; 0 writes all. With ``forms``,
    literals come back as their source has them (jjjkg.rdf.lexical_forms): in triples, and in the
    rows of our own queries in JSON.
    """

    query: str
    results: str | None = "json"
    triples: str | None = "ttl"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    gzip: bool = False
    base: str = ""
    most_rows: int = 0
    forms: bool = False

    @property
    def needed_base(self) -> str:
        """The base where the query may have a relative IRI; elsewhere it changes nothing: ""."""
        return self.base if self.base and _RELATIVE.search(self.query) else ""


@dataclass(frozen=True)
class Head:
    """The head of an answer: how it is written.

    ``format`` is the name of a format (jjjkg.rdf.formats), ``coding`` "gzip" or None; a
    ``volatile`` answer would be another one the next time.
    """

    form: str
    format: str
    coding: str | None
    volatile: bool


ASK: Final = b"A"
HEAD: Final = b"H"
BODY: Final = b"B"
LAST: Final = b"L"
OUTCOME: Final = b"O"
HELLO: Final = b"R"
#: Sent by the fork server when its data are loaded; anything else is why they could not be.
READY: Final = b"ready"

#: Bytes of what a worker says on its standard error that are kept.
MOST_SAID: Final = 1 << 13

_FRAME: Final = struct.Struct(">cI")
Frame = tuple[bytes, bytes]


def pack_frame(kind: bytes, content: bytes) -> bytes:
    """Return one frame."""
    return _FRAME.pack(kind, len(content)) + content


def pack_request(request: Request) -> bytes:
    """Return the frame of a request."""
    return pack_frame(ASK, json.dumps(vars(request)).encode())


def read_request(content: bytes) -> Request:
    """Return the request in a frame."""
    return Request(**json.loads(content))


def take_frames(data: bytearray) -> Iterator[Frame]:
    """Take the whole frames out of what came; what is left is the beginning of the next."""
    start = 0
    try:
        while start + _FRAME.size <= len(data):
            kind, length = _FRAME.unpack_from(data, start)
            end = start + _FRAME.size + length
            if end > len(data):
                return
            yield kind, bytes(data[start + _FRAME.size : end])
            start = end
    finally:
        del data[:start]


class End(NamedTuple):
    """The end of a worker: its wait status, as os.waitpid gives it, and its last words."""

    status: int
    said: str


def pack_end(status: int, said: bytes) -> bytes:
    """Return the bytes that tell how a worker ended."""
    return b"%d %s" % (status, said)


def read_end(data: bytes) -> End | None:
    """Return the end of a worker; None where nothing was sent."""
    status, _, said = data.decode(errors="replace").partition(" ")
    return End(int(status), said) if status else None
