"""Literals that the store holds in another form than their source, such as "007"^^xsd:int as 7.

The store keeps the value of a number, a date or a duration, and writes it in a form of its own, or
in that of a wider datatype (measured; see docs/literals.md). The lost forms are read from the file
that the store is loaded from.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.messages import Message, say
from jjjkg.rdf.namespaces import INTEGERS, PREFIXES, shorten
from jjjkg.rdf.quads import name_graph
from jjjkg.rdf.terms import decode_term, encode_term

_XSD: Final = PREFIXES["xsd"].encode()
_ZONE: Final = rb"(?:Z|[+-](?!00:00)\d\d:\d\d)?"
_NUMBER: Final = rb"0|-?[1-9]\d{0,5}|-?(?:0|[1-9]\d{0,2})\.\d{0,2}[1-9]"
#: Forms that the store certainly keeps, by the local name of their datatype.
_KEPT: Final[Mapping[bytes, bytes]] = {
    b"boolean": rb"true|false",
    b"integer": rb"0|-?[1-9]\d{0,17}",
    b"decimal": rb"0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,14})\.\d{0,14}[1-9]",
    b"double": _NUMBER,
    b"float": _NUMBER,
    b"dateTime": rb"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{0,8}[1-9])?" + _ZONE,
    b"date": rb"\d{4}-\d\d-\d\d" + _ZONE,
    b"gYear": rb"\d{4}Z?",
}
#: The datatypes whose literals it may change.
_CHANGED: Final = (
    *_KEPT,
    *(b"time", b"dateTimeStamp", b"gYearMonth", b"gMonth", b"gMonthDay", b"gDay"),
    *(b"duration", b"yearMonthDuration", b"dayTimeDuration"),
    *(iri.encode().removeprefix(_XSD) for iri in sorted(INTEGERS)),
)
#: A literal, as N-Quads write it, that the store may hold in another form.
_DOUBTFUL: Final = re.compile(
    rb'"(?!%b)[^"\\\n]*"\^\^<%b(?:%b)>'
    % (
        b"|".join(rb'(?:%b)"\^\^<%b%b>' % (form, _XSD, name) for name, form in _KEPT.items()),
        re.escape(_XSD),
        b"|".join(_CHANGED),
    )
)
#: The most statements whose forms in the source are kept; each takes about two kilobytes.
MOST: Final = 200_000
#: Bytes of a file that are searched at a time.
_PIECE: Final = 1 << 20
#: The columns by which a row gets its literal back in the source's form: a subject (the first that
#: the row has), the property, the value, and the graph (the first that the row names).
SUBJECTS: Final = ("subject", "thing", "node", "term", "dataset")
PROPERTY: Final = "property"
VALUE: Final = "value"
GRAPHS: Final = ("claim", "graph", "part")

#: Characters of a literal that are shown.
_SHOWN: Final = 60
#: The graph and the literal of each time that a statement stands in the source.
_Sources = tuple[tuple[str, ox.Literal], ...]


@dataclass(frozen=True)
class Forms:
    """The literals that a store holds in another form than their source, by the held statement.

    ``count`` is the number of such statements, ``example`` a literal and the one held for it. If
    there are more than MOST, ``sources`` is empty.
    """

    count: int = 0
    example: tuple[ox.Literal, ox.Literal] | None = None
    sources: Mapping[ox.Triple, _Sources] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        return self.count

    def describe(self) -> str:
        """Return their number, an example, and where the source's form is shown, in a line."""
        assert self.example
        source, held = map(_show, self.example)
        key = "rdf.forms.one" if self.count == 1 else "rdf.forms.several"
        where = Message.of("rdf.forms.shown" if self.sources else "rdf.forms.too_many")
        return say(key, count=self.count, source=source, held=held, where=where)

    def restore(
        self, triples: Iterable[ox.Triple], graphs: Collection[str] = ()
    ) -> Iterable[ox.Triple]:
        """Return the statements as the source has them, in some graphs or else in any."""
        if not self.sources:
            return triples
        return (
            ox.Triple(triple.subject, triple.predicate, literal)
            for triple in triples
            for literal in self._find(triple, graphs) or (triple.object,)
        )

    def restore_rows(self, text: bytes) -> bytes:
        """Return rows in SPARQL's JSON with the literals as the source has them.

        They are looked up by the columns of a row (see SUBJECTS); a row stands as often as its
        value has forms.
        """
        answer = json.loads(text)
        answer["results"]["bindings"] = [
            restored for row in answer["results"]["bindings"] for restored in self._restore_row(row)
        ]
        return json.dumps(answer, ensure_ascii=False).encode()

    def _restore_row(self, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        subject = next((row[name] for name in SUBJECTS if name in row), None)
        value = row.get(VALUE)
        if subject is None or PROPERTY not in row or value is None or "datatype" not in value:
            yield row
            return
        property = ox.NamedNode(row[PROPERTY]["value"])
        held = ox.Triple(decode_term(subject), property, decode_term(value))  # type: ignore[arg-type]
        graphs = [row[name]["value"] for name in GRAPHS if name in row][:1]
        for literal in self._find(held, graphs) or (held.object,):
            yield {**row, VALUE: encode_term(literal)}

    def _find(self, held: ox.Triple, graphs: Collection[str]) -> Collection[ox.Literal]:
        """Return the literals of the source that are held so, each once; none if none is known."""
        sources = self.sources.get(held, ())
        return dict.fromkeys(form for graph, form in sources if not graphs or graph in graphs)


#: The forms of a store that changes nothing, or that is not known.
NONE: Final = Forms()


def find_forms(quads: Path) -> Forms:
    """Return the literals of an N-Quads file that a store changes. Raises InputError."""
    try:
        with quads.open("rb") as file:
            return read_forms(file)
    except (OSError, SyntaxError) as error:
        raise InputError("queries.nothing_loaded", name=quads, why=error) from error


def read_forms(quads: BinaryIO) -> Forms:
    """Return the same for an open file. Raises OSError, and SyntaxError if it isn't N-Quads."""
    doubtful = list(_find_doubtful(quads))
    changed = _find_changed(_parse(doubtful)) if doubtful else {}
    if not changed:
        return NONE
    count = len({hash(quad.triple) for quad in _parse(doubtful) if quad.object in changed})
    example = next(iter(changed.items()))
    if count > MOST:
        return Forms(count, example)
    # A literal that keeps its form may be the one that another is changed to.
    stated = {_find_start(line) for line in doubtful}
    quads.seek(0)
    sources: dict[ox.Triple, list[tuple[str, ox.Literal]]] = {}
    for quad in _parse(line for line in quads if _find_start(line) in stated):
        if isinstance(quad.object, ox.Literal):
            held = ox.Triple(quad.subject, quad.predicate, changed.get(quad.object, quad.object))
            sources.setdefault(held, []).append((name_graph(quad.graph_name), quad.object))
    lossy = {
        held: tuple(forms)
        for held, forms in sources.items()
        if any(literal in changed for _, literal in forms)
    }
    return Forms(count, example, MappingProxyType(lossy))


def _find_doubtful(quads: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file whose literals may be held in another form."""
    quads.seek(0)
    while piece := b"".join(quads.readlines(_PIECE)):
        seen = -1
        for found in _DOUBTFUL.finditer(piece):
            start = piece.rfind(b"\n", 0, found.start()) + 1
            if start > seen:
                seen = start
                yield piece[start : piece.find(b"\n", start) + 1 or len(piece)]


def _find_start(line: bytes) -> tuple[bytes, ...]:
    """Return the subject and the property of a line."""
    return tuple(line.split(b" ", 2)[:2])


def _parse(lines: Iterable[bytes]) -> Iterator[ox.Quad]:
    return iter(ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS))


def _find_changed(quads: Iterable[ox.Quad]) -> dict[ox.Literal, ox.Literal]:
    """Return the literal that a store holds for each one that it changes, by asking one."""
    literals = list(
        dict.fromkeys(quad.object for quad in quads if isinstance(quad.object, ox.Literal))
    )
    property_ = ox.NamedNode("x:p")
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"x:{number}"), property_, literal)
        for number, literal in enumerate(literals)
    )
    held = {quad.subject.value: quad.object for quad in store}
    pairs = ((literal, held[f"x:{number}"]) for number, literal in enumerate(literals))
    return {literal: kept for literal, kept in pairs if literal != kept}


def _show(term: object) -> str:
    assert isinstance(term, ox.Literal)
    value = term.value if len(term.value) <= _SHOWN else f"{term.value[:_SHOWN]}..."
    return f'"{value}"^^{shorten(term.datatype.value)}'
