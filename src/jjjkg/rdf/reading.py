"""Reading files that anybody may have written: they are parsed in a limited process.

What is parsed comes back as N-Quads, which hold nothing that nests. The process says in frames
which file it begins, some quads at a time, and which prefixes a file declares.
"""

import json
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.rdf.parsing import check_terms, format_of, open_parser, scan, telling_of
from jjjkg.system.confinement import Confined

Term = TypeVar("Term")

_HEAD: Final = struct.Struct(">cI")
_BEGIN, _QUADS, _END = b"b", b"q", b"e"
#: Quads in a frame.
_BATCH: Final = 4096
#: A file may say so much in N-Quads, in bytes, and so much more a byte of its own: a prefix that
#: is long and used often makes much of little.
_MOST_SAID: Final = 64 << 20
_MOST_SAID_A_BYTE: Final = 200


@dataclass(frozen=True)
class Piece:
    """Some quads of one of the files, by its ``number``, in their order.

    The ``prefixes`` that a file declares come with its last piece.
    """

    number: int
    quads: Iterable[ox.Quad]
    prefixes: Mapping[str, str]


def read_pieces(files: Sequence[Path], *, apart: bool = False) -> Iterator[Piece]:
    """Files piece by piece, one after another, with the blank nodes' names that they have.

    `apart` gives blank nodes names that no other file has. Raises InputError for a file that
    can't be read, does not parse, or takes too much time or memory.
    """
    for file in files:
        format_of(file)
    if all(map(_is_flat, files)):
        for number, file in enumerate(files):
            yield Piece(number, scan(file, rename=apart), {})
        return
    names = [str(file) for file in files]
    size = sum(file.stat().st_size for file in files if file.is_file())
    with Confined(_write_pieces, apart, names, subject=names[0], size=size) as process:
        number = -1
        while len(head := process.output.read(_HEAD.size)) == _HEAD.size:
            kind, length = _HEAD.unpack(head)
            content = process.output.read(length)
            if len(content) < length:
                break
            if kind == _BEGIN:
                number += 1
                process.subject = names[number]
            elif kind == _QUADS:
                yield Piece(number, _read_quads(files[number], content), {})
            else:
                yield Piece(number, (), json.loads(content))


def read(files: Sequence[Path], *, trusted: bool = False) -> Iterator[tuple[int, ox.Quad]]:
    """The quads of files, each with the number of its file from 0 on.

    Blank nodes are renamed after their order in the file, under a scope that keeps files apart:
    the same files give the same names, which the parser's own random ones would not. Files that
    are `trusted`, because they are ours, are parsed in this process.

    Raises InputError for a file that can't be read or parsed, with line and column.
    """
    if trusted:
        quads = ((number, quad) for number, file in enumerate(files) for quad in scan(file))
    else:
        quads = ((piece.number, quad) for piece in read_pieces(files) for quad in piece.quads)
    names: dict[ox.BlankNode, ox.BlankNode] = {}
    current = -1

    def renamed(term: Term) -> Term | ox.BlankNode:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"f{current + 1}b{len(names) + 1}"))
        return term

    # An iterator of the engine that is drained at once could not be interrupted.
    for number, quad in quads:
        if number != current:
            names.clear()
            current = number
        subject, value, graph = quad.subject, quad.object, quad.graph_name
        yield number, ox.Quad(renamed(subject), quad.predicate, renamed(value), renamed(graph))


def parse(file: Path) -> list[ox.Quad]:
    """The quads of one file, as `read` gives them."""
    return [quad for _, quad in read([file])]


def _is_flat(file: Path) -> bool:
    """Tell whether a file is in lines that hold no triple terms: nothing in it nests, or grows.

    Such a file can harm nobody, and is parsed here: it may be large, and then it is faster.
    """
    if file.suffix.lower() not in (".nt", ".nq") or not file.is_file():
        return False
    last = b""
    try:
        with file.open("rb") as stream:
            while part := stream.read(1 << 20):
                if b"<<" in last + part:
                    return False
                last = part[-1:]
    except OSError:
        return False
    return True


def _read_quads(file: Path, text: bytes) -> Iterator[ox.Quad]:
    try:
        yield from ox.parse(text, ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise InputError(f"{file}: has terms that N-Quads can't hold: {error.msg}") from error


def _write_pieces(apart: bool, names: Sequence[str]) -> None:
    """The task of the limited process: parses files, and writes frames."""
    for name in names:
        file = Path(name)
        _write_frame(_BEGIN)
        with telling_of(file):
            parser = open_parser(file, rename=apart)
            quads, said = check_terms(file, parser), 0
            most = _MOST_SAID + _MOST_SAID_A_BYTE * file.stat().st_size
            while batch := list(islice(quads, _BATCH)):
                content = ox.serialize(batch, format=ox.RdfFormat.N_QUADS) or b""
                said += len(content)
                if said > most:
                    raise InputError(f"{file}: says more than {most:,} bytes of N-Quads; split it")
                _write_frame(_QUADS, content)
        _write_frame(_END, json.dumps(parser.prefixes).encode())


def _write_frame(kind: bytes, content: bytes = b"") -> None:
    sys.stdout.buffer.write(_HEAD.pack(kind, len(content)) + content)
    sys.stdout.buffer.flush()
