"""The protocol between the process that asks and the workers that answer.

Both ways run frames: a kind, a length and that many bytes. A request is one frame of JSON. For it
come back "H", how the answer is written, then "B", pieces of it, the last of them "L", then "O",
the outcome; or only "O", with an error. A worker that is born says "R" first.
"""

import asyncio
import re
import struct
from dataclasses import dataclass
from typing import BinaryIO, Final, NamedTuple

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


ASK: Final = b"A"
#: A JSON object: the query's ``form``, the name of the answer's ``format`` (jjjkg.rdf.formats), its
#: ``coding`` ("gzip" or null), and if it is ``volatile``: another one the next time.
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


async def receive_frame(reader: asyncio.StreamReader) -> Frame | None:
    """Return the next frame; None where no whole one comes any more."""
    try:
        kind, length = _FRAME.unpack(await reader.readexactly(_FRAME.size))
        return kind, await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        return None


def read_frame(file: BinaryIO) -> Frame | None:
    """Return the next frame, once it has come; None where no whole one comes any more."""
    head = file.read(_FRAME.size)
    if len(head) < _FRAME.size:
        return None
    kind, length = _FRAME.unpack(head)
    content = file.read(length)
    return (kind, content) if len(content) == length else None


class End(NamedTuple):
    """The end of a worker: its wait status, as os.waitpid gives it, and its last words.

    The fork server sends them with a blank between.
    """

    status: int
    said: str


def read_end(data: bytes) -> End | None:
    """Return the end of a worker; None where nothing was sent."""
    status, _, said = data.decode(errors="replace").partition(" ")
    return End(int(status), said) if status else None
