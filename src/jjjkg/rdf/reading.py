"""Reading of files that anybody may have written: they are parsed in a limited process.

The quads come back as N-Quads, in which nothing nests, piece by piece. Before each stands a line
in JSON: the number of the file, the prefixes that it declares, and the bytes that follow. An empty
piece begins a file, so that errors name it.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.rdf.parsing import check_terms, format_of, open_parser, scan, telling_of
from jjjkg.system.confinement import confine

#: Quads in a piece.
_BATCH: Final = 4096
#: Bytes of N-Quads that a file may become, and more for each byte of its own: a long prefix that is
#: used often makes a small file large.
_MOST_QUADS: Final = 64 << 20
_MOST_QUADS_A_BYTE: Final = 200


@dataclass(frozen=True)
class Piece:
    """Some quads of one of the files, by its ``number``, in their order.

    The ``prefixes`` that a file declares come with its last piece.
    """

    number: int
    quads: Iterable[ox.Quad]
    prefixes: Mapping[str, str]


def read_pieces(files: Sequence[Path], *, apart: bool = False) -> Iterator[Piece]:
    """Yield the quads of files, piece by piece, with the blank nodes' names that the files have.

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
    with confine(_write_pieces, apart, names, subject=names[0], size=size) as process:
        while (head := process.output.readline()).endswith(b"\n"):
            number, prefixes, length = json.loads(head)
            process.subject = names[number]
            if len(content := process.output.read(length)) == length:
                yield Piece(number, _read_quads(files[number], content), prefixes)


def read(files: Sequence[Path], *, trusted: bool = False) -> Iterator[tuple[int, ox.Quad]]:
    """Yield the quads of files, each with the number of its file from 0 on.

    Blank nodes are renamed after their order in the file, under a scope that keeps files apart:
    the same files give the same names, unlike the random ones of the parser. Files that are
    `trusted`, because they are ours, are parsed in this process.

    Raises InputError for a file that can't be read or parsed, with line and column.
    """
    if trusted:
        quads = ((number, quad) for number, file in enumerate(files) for quad in scan(file))
    else:
        quads = ((piece.number, quad) for piece in read_pieces(files) for quad in piece.quads)
    names: dict[ox.BlankNode, ox.BlankNode] = {}
    current = -1

    def rename(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"f{current + 1}b{len(names) + 1}"))
        return term

    # An iterator of the engine that is drained at once could not be interrupted.
    for number, quad in quads:
        if number != current:
            names.clear()
            current = number
        subject, value, graph = quad.subject, quad.object, quad.graph_name
        yield number, ox.Quad(rename(subject), quad.predicate, rename(value), rename(graph))


def parse(file: Path) -> list[ox.Quad]:
    """Return the quads of one file, as `read` gives them."""
    return [quad for _, quad in read([file])]


def _is_flat(file: Path) -> bool:
    """Tell if a file is N-Triples or N-Quads without triple terms, in which nothing nests or grows.

    Such a file can do no harm. It is parsed in this process, which is faster for a large one.
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
        raise InputError("rdf.not_in_quads", file=file, problem=error.msg) from error


def _write_pieces(apart: bool, names: Sequence[str]) -> None:
    """Parse files and write pieces: the task of the limited process."""
    for number, file in enumerate(map(Path, names)):
        _write_piece(number)
        with telling_of(file):
            parser = open_parser(file, rename=apart)
            quads, written = check_terms(file, parser), 0
            most = _MOST_QUADS + _MOST_QUADS_A_BYTE * file.stat().st_size
            while batch := list(islice(quads, _BATCH)):
                content = ox.serialize(batch, format=ox.RdfFormat.N_QUADS) or b""
                written += len(content)
                if written > most:
                    raise InputError("rdf.many_quads", file=file, most=most)
                _write_piece(number, content)
        _write_piece(number, prefixes=parser.prefixes)


def _write_piece(
    number: int, content: bytes = b"", prefixes: Mapping[str, str] = MappingProxyType({})
) -> None:
    head = json.dumps([number, {**prefixes}, len(content)])
    sys.stdout.buffer.write(head.encode() + b"\n" + content)
    sys.stdout.buffer.flush()
