"""Literals that the store holds in another form than their source: "007"^^xsd:int as 7, say.

The store keeps the value of a number, a date or a duration, and writes it in a form of its own, or
in that of a wider datatype (measured; docs/literals.md tells it). What is lost is read from the
file that the store is loaded from, which has the forms of the sources.
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
from jjjkg.rdf.namespaces import INTEGERS, PREFIXES, shorten

_XSD: Final = PREFIXES["xsd"].encode()
_ZONE: Final = rb"(?:Z|[+-](?!00:00)\d\d:\d\d)?"
_NUMBER: Final = rb"0|-?[1-9]\d{0,5}|-?(?:0|[1-9]\d{0,2})\.\d{0,2}[1-9]"
#: Forms that the store surely does not change, by the local name of their datatype.
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
#: All datatypes whose literals it may change.
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
#: Of so many statements the source's forms are kept, in some two kilobytes each.
MOST: Final = 200_000
#: How much of a file is looked at in one go, in bytes.
_PIECE: Final = 1 << 20
#: The columns of a row that has a literal back in its source's form: a subject, the property, and
#: the value; the first of the graphs that a row names says where it stands so.
SUBJECTS: Final = ("subject", "thing", "node", "term", "dataset")
PROPERTY: Final = "property"
VALUE: Final = "value"
GRAPHS: Final = ("claim", "graph", "part")

#: How much of a literal is shown, in characters.
_SHOWN: Final = 60
#: The graph and the literal of each time that a statement stands in the source.
_Sources = tuple[tuple[str, ox.Literal], ...]


@dataclass(frozen=True)
class Forms:
    """The literals that a store holds in another form than their source, by the held statement.

    ``count`` is how many statements have one, ``example`` a literal and what is held for it.
    Of more than MOST there are no ``sources``.
    """

    count: int = 0
    example: tuple[ox.Literal, ox.Literal] | None = None
    sources: Mapping[ox.Triple, _Sources] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        return self.count

    def describe(self) -> str:
        """The number of them, an example, and where the source's form is shown; in a line."""
        assert self.example
        source, held = map(_show, self.example)
        are = "literals are" if self.count > 1 else "literal is"
        where = (
            "pages, tables and dumps show the source's form, answers to SPARQL queries the store's"
            if self.sources
            else "too many for pages to show the source's form, which releases and /data have"
        )
        return f"{self.count:,} {are} held in another form, such as {source} as {held}: {where}"

    def restore(
        self, triples: Iterable[ox.Triple], graphs: Collection[str] = ()
    ) -> Iterable[ox.Triple]:
        """The statements as the source has them, in some graphs or else in any."""
        return self._restore(triples, graphs) if self.sources else triples

    def _restore(
        self, triples: Iterable[ox.Triple], graphs: Collection[str]
    ) -> Iterator[ox.Triple]:
        for triple in triples:
            for literal in self._find(triple, graphs) or (triple.object,):
                yield ox.Triple(triple.subject, triple.predicate, literal)

    def restore_rows(self, text: bytes) -> bytes:
        """Rows in SPARQL's JSON with the literals as the source has them.

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
        node = ox.NamedNode if subject["type"] == "uri" else ox.BlankNode
        datatype = ox.NamedNode(value["datatype"])
        held = ox.Triple(
            node(subject["value"]),
            ox.NamedNode(row[PROPERTY]["value"]),
            ox.Literal(value["value"], datatype=datatype),
        )
        graphs = [row[name]["value"] for name in GRAPHS if name in row][:1]
        for literal in self._find(held, graphs) or (held.object,):
            assert isinstance(literal, ox.Literal)
            form = {"value": literal.value, "datatype": literal.datatype.value}
            yield {**row, VALUE: {**value, **form}}

    def _find(self, held: ox.Triple, graphs: Collection[str]) -> Collection[ox.Literal]:
        """The literals of the source that are held so, each once; none where nothing is known."""
        sources = self.sources.get(held, ())
        return dict.fromkeys(
            literal for graph, literal in sources if not graphs or graph in graphs
        ).keys()


#: Those of a store that changes nothing, or of which nothing is known.
NONE: Final = Forms()


def find_forms(quads: Path) -> Forms:
    """The literals of an N-Quads file that a store holds in another form. Raises InputError."""
    try:
        with quads.open("rb") as file:
            return read_forms(file)
    except (OSError, SyntaxError) as error:
        raise InputError(f"{quads}: can't be loaded: {error}; make or fetch it anew") from error


def read_forms(quads: BinaryIO) -> Forms:
    """The same of an open file. Raises OSError, and SyntaxError for what is no N-Quads."""
    doubtful = list(_find_doubtful(quads))
    changed = _find_changed(_parse(doubtful)) if doubtful else {}
    if not changed:
        return NONE
    count = len({hash(quad.triple) for quad in _parse(doubtful) if quad.object in changed})
    example = next(iter(changed.items()))
    if count > MOST:
        return Forms(count, example)
    # What is held as others are may itself be written so.
    stated = {_find_start(line) for line in doubtful}
    quads.seek(0)
    beside = list(_parse(line for line in quads if _find_start(line) in stated))
    sources: dict[ox.Triple, list[tuple[str, ox.Literal]]] = {}
    lossy: set[ox.Triple] = set()
    for quad in beside:
        if not isinstance(quad.object, ox.Literal):
            continue
        held = ox.Triple(quad.subject, quad.predicate, changed.get(quad.object, quad.object))
        graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        sources.setdefault(held, []).append((graph, quad.object))
        if quad.object in changed:
            lossy.add(held)
    return Forms(
        count,
        example,
        MappingProxyType({held: tuple(sources[held]) for held in sources if held in lossy}),
    )


def _find_doubtful(quads: BinaryIO) -> Iterator[bytes]:
    """The lines of a file whose literals may be held in another form."""
    quads.seek(0)
    while piece := b"".join(quads.readlines(_PIECE)):
        seen = -1
        for found in _DOUBTFUL.finditer(piece):
            start = piece.rfind(b"\n", 0, found.start()) + 1
            if start > seen:
                seen = start
                yield piece[start : piece.find(b"\n", start) + 1 or len(piece)]


def _find_start(line: bytes) -> tuple[bytes, ...]:
    """The subject and the property of a line."""
    return tuple(line.split(b" ", 2)[:2])


def _parse(lines: Iterable[bytes]) -> Iterator[ox.Quad]:
    return iter(ox.parse(b"".join(lines), ox.RdfFormat.N_QUADS))


def _find_changed(quads: Iterable[ox.Quad]) -> dict[ox.Literal, ox.Literal]:
    """The literal that a store holds for each one that it changes: it is asked."""
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
