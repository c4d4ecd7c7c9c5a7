"""Results of queries, as the W3C's tests write them and as they are compared.

Rows are compared as bags, or in order where the test numbers them; blank nodes by their places;
numbers and times by value within their datatype.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
FORMATS: Final = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}

#: What gives literals their normal form.
_STORE: Final = ox.Store()

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = Mapping[str, Term]


@dataclass(frozen=True)
class Table:
    """Rows with their values by variable; `ordered` where their order is part of the result."""

    rows: Sequence[Row]
    ordered: bool = False


Result = bool | Table | frozenset[ox.Triple]


def read_result(file: Path) -> Result:
    """The result in a file of any of the formats that the tests use."""
    if format := FORMATS.get(file.suffix):
        return take(ox.parse_query_results(file.read_bytes(), format=format))
    triples = [quad.triple for quad in ox.parse(path=file, base_iri=file.as_uri())]
    written = _read_result_set(triples)
    return canonical(triples) if written is None else written


def take(found: ox.QueryBoolean | ox.QuerySolutions | ox.QueryTriples) -> Result:
    """The result that pyoxigraph gives."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        return canonical(list(found))
    names = [variable.value for variable in found.variables]
    return Table([{name: row[name] for name in names if row[name] is not None} for row in found])


def canonical(triples: Sequence[ox.Triple]) -> frozenset[ox.Triple]:
    """A graph whose blank nodes have names that depend on their places only."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, normal(t.object)) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(quad.triple for quad in dataset)


def _read_result_set(triples: Sequence[ox.Triple]) -> Result | None:
    """The result in the test suite's own vocabulary, if a graph is written in that."""
    objects: dict[tuple[Term, str], list[Term]] = {}
    for triple in triples:
        key = triple.subject, triple.predicate.value
        objects.setdefault(key, []).append(triple.object)
    booleans = [found for (_, name), found in objects.items() if name == RS + "boolean"]
    if booleans:
        return booleans[0][0].value == "true"
    if not any(triple.object == ox.NamedNode(RS + "ResultSet") for triple in triples):
        return None
    rows = []
    for (_, name), solutions in objects.items():
        for solution in solutions if name == RS + "solution" else ():
            bindings = objects.get((solution, RS + "binding"), [])
            row = {
                objects[binding, RS + "variable"][0].value: objects[binding, RS + "value"][0]
                for binding in bindings
            }
            (index,) = objects.get((solution, RS + "index"), [None])
            rows.append((int(index.value) if index else 0, row))
    ordered = any(index for index, _ in rows)
    return Table([row for _, row in sorted(rows, key=lambda pair: pair[0])], ordered)


def normal(term: Term) -> Term:
    """A literal in the store's own form of its value, so that equal ones are equal terms."""
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        return term
    _STORE.clear()
    _STORE.add(ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:a"), term))
    (quad,) = _STORE
    return quad.object


def agree(found: Result, expected: Result, lax: bool = False) -> bool:
    """Tell if a result is the expected one."""
    if not isinstance(found, Table) or not isinstance(expected, Table):
        return found == expected
    rows = [{name: normal(term) for name, term in row.items()} for row in found.rows]
    wanted = [{name: normal(term) for name, term in row.items()} for row in expected.rows]
    if lax:
        rows, wanted = _once(rows), _once(wanted)
    if len(rows) != len(wanted):
        return False
    if expected.ordered:
        return _match(list(zip(rows, wanted, strict=True)))
    return _match_bags(rows, wanted)


def _once(rows: Sequence[Row]) -> list[Row]:
    return [dict(items) for items in {frozenset(row.items()) for row in rows}]


def _match_bags(rows: Sequence[Row], wanted: Sequence[Row]) -> bool:
    """Tell if two bags of rows are equal under some naming of their blank nodes."""
    if Counter(map(_shape, rows)) != Counter(map(_shape, wanted)):
        return False
    blank = [row for row in rows if _has_blank(row)]
    plain = Counter(frozenset(row.items()) for row in rows if not _has_blank(row))
    if plain != Counter(frozenset(row.items()) for row in wanted if not _has_blank(row)):
        return False
    return any(True for _ in _pair(blank, [row for row in wanted if _has_blank(row)], {}))


def _pair(rows: Sequence[Row], wanted: Sequence[Row], names: dict[str, str]) -> Iterator[None]:
    if not rows:
        yield None
        return
    for index, other in enumerate(wanted):
        if (extended := _unify(rows[0], other, names)) is not None:
            yield from _pair(rows[1:], [*wanted[:index], *wanted[index + 1 :]], extended)


def _match(pairs: Sequence[tuple[Row, Row]]) -> bool:
    names: dict[str, str] | None = {}
    for row, other in pairs:
        if names is None:
            return False
        names = _unify(row, other, names)
    return names is not None


def _unify(row: Row, other: Row, names: dict[str, str]) -> dict[str, str] | None:
    if row.keys() != other.keys():
        return None
    names = dict(names)
    for name, term in row.items():
        if not _same(term, other[name], names):
            return None
    return names


def _same(term: Term, other: Term, names: dict[str, str]) -> bool:
    if isinstance(term, ox.BlankNode) and isinstance(other, ox.BlankNode):
        if term.value not in names and other.value in names.values():
            return False
        return names.setdefault(term.value, other.value) == other.value
    if isinstance(term, ox.Triple) and isinstance(other, ox.Triple):
        pairs = zip(term, other, strict=True)
        return all(_same(one, two, names) for one, two in pairs)
    return term == other


def _shape(row: Row) -> frozenset[tuple[str, str]]:
    return frozenset((name, _hide(term)) for name, term in row.items())


def _hide(term: Term) -> str:
    if isinstance(term, ox.BlankNode):
        return "_:"
    if isinstance(term, ox.Triple):
        return " ".join(_hide(part) for part in term)
    return str(term)


def _has_blank(row: Row) -> bool:
    return any("_:" in _hide(term) for term in row.values())
