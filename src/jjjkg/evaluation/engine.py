"""One query against one store: read its terminals, evaluate it, serialise the result.

Runs only in a worker process: what it is given may crash it, fill it or keep it busy for ever.
"""

import re
from collections.abc import Iterable, Sequence
from typing import IO, Final, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from jjjkg.evaluation.outcomes import RefusedQuery, UnavailableFormat, UnsupportedQuery
from jjjkg.evaluation.protocol import Request
from jjjkg.evaluation.syntax import explain, point_at
from jjjkg.lexer import (
    QUERY_FORMS,
    UPDATE_FORMS,
    QueryTooDeep,
    Token,
    find_form,
    find_service,
    locate,
    tokenize,
)
from jjjkg.namespaces import PREFIXES
from jjjkg.turtle import used_prefixes, write_turtle

_RESULTS: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_TRIPLES: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
_RDF_TYPE: Final = PREFIXES["rdf"] + "type"
#: Control characters, which XML 1.0 can't hold (the engine writes them all the same).
_NOT_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: A predicate that RDF/XML can write: its IRI ends in an XML name.
_QNAME: Final = re.compile(r"[^\W\d][\w.-]*$")


Graphs = list[NamedNode | BlankNode]


class _Xml:
    """Passes what is written on to a file, but refuses what would be no XML."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        if found := _NOT_XML.search(data):
            raise UnsupportedQuery(
                f"the result holds the control character U+{found[0][0]:04X}, "
                "which XML can't; ask for another format"
            )
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def answer(store: Store, request: Request, output: IO[bytes]) -> tuple[str, str]:
    """Evaluate a query and write its serialised result; returns the query form and the format.

    Raises the errors of jjjkg.evaluation.outcomes that a query can be guilty of, and MemoryError.
    """
    text = request.query.removeprefix("\ufeff")  # the byte order mark of an editor's file
    try:
        tokens = tokenize(text)
    except QueryTooDeep as error:
        raise point_at(text, error.start, str(error)) from None
    form = find_form(tokens)
    _refuse(text, tokens, form)
    try:
        result = _query(store, request, _escape_dots(text, tokens))
        name = request.triples if isinstance(result, QueryTriples) else request.results
        # Oxigraph reads SELECTDISTINCT, in which no terminal is a form.
        said = form.word if form else "SELECT"
        if name is None:
            raise UnavailableFormat(said)
        _write(result, name, output)
    except SyntaxError as error:
        raise explain(text, tokens, str(error)) from None
    except ConnectionError:
        raise  # of the output, not of the query
    except (RuntimeError, ValueError, OSError) as error:
        raise UnsupportedQuery(f"the engine can't evaluate this query: {error}") from None
    return said, name


def _refuse(text: str, tokens: Sequence[Token], form: Token | None) -> None:
    if form and form.word in UPDATE_FORMS:
        raise RefusedQuery(f"{form.word} is an update; this dataset can only be queried")
    if service := find_service(tokens):
        line, column = locate(text, service.start)
        raise RefusedQuery(
            f"SERVICE (line {line}, column {column}) is refused: other endpoints are not queried "
            "from here; query them yourself and join the answers"
        )


def _escape_dots(text: str, tokens: Sequence[Token]) -> str:
    r"""The same query with ``claim:P1.S1.a`` as ``claim:P1\.S1\.a``.

    Oxigraph 0.5's parser refuses a local name with two dots, unless they are escaped (measured).
    """
    pieces, end = [], 0
    for token in tokens:
        if token.kind == "name" and token.text.count(".") > 1:
            prefix, _, local = token.text.partition(":")
            escaped = re.sub(r"(?<!\\)\.", r"\\.", local)
            pieces += [text[end : token.start], prefix, ":", escaped]
            end = token.start + len(token.text)
    return "".join([*pieces, text[end:]])


def _query(
    store: Store, request: Request, text: str
) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Evaluate on the dataset that the protocol or else the query names.

    https://www.w3.org/TR/sparql11-protocol/#dataset; without either, the store's own. Several
    default graphs are merged in a store of their own, because Oxigraph returns a triple that two
    of them hold twice (measured).
    """
    defaults: Graphs = [NamedNode(iri) for iri in request.default_graphs]
    named: Graphs = [NamedNode(iri) for iri in request.named_graphs]
    if not defaults and not named:
        defaults, named = _find_dataset(text, tokenize(text))
    if not defaults and not named:
        return store.query(text)
    if len(defaults) < 2:
        return store.query(text, default_graph=[*defaults], named_graphs=named)
    merged = Store()
    for graph in defaults:
        quads = store.quads_for_pattern(None, None, None, graph)
        merged.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for graph in named:
        merged.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return merged.query(text, default_graph=[DefaultGraph()], named_graphs=named)


def _find_dataset(text: str, tokens: Sequence[Token]) -> tuple[Graphs, Graphs]:
    """The graphs of the query's FROM and FROM NAMED clauses.

    The engine itself resolves their prefixes, base and escapes, in a query that only lists them.
    """
    names: tuple[list[str], list[str]] = ([], [])
    depth = 0
    for index, token in enumerate(tokens):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if token.word == "FROM" and depth == 0:
            named = tokens[index + 1 : index + 2] and tokens[index + 1].word == "NAMED"
            names[bool(named)].extend(t.text for t in tokens[index + 1 + bool(named) :][:1])
    form = next((token for token in tokens if token.word in QUERY_FORMS), None)
    if form is None or not any(names):
        return [], []
    prologue = text[: form.start]
    return _resolve(prologue, names[0]), _resolve(prologue, names[1])


def _resolve(prologue: str, names: Iterable[str]) -> Graphs:
    query = f"{prologue} SELECT ?graph {{ VALUES ?graph {{ {' '.join(names)} }} }}"
    found = Store().query(query)
    assert isinstance(found, QuerySolutions)
    graphs = (solution["graph"] for solution in found)
    return [graph for graph in graphs if isinstance(graph, NamedNode)]


def _write(
    result: QuerySolutions | QueryBoolean | QueryTriples, name: str, output: IO[bytes]
) -> None:
    if name in ("xml", "rdfxml"):
        output = cast(IO[bytes], _Xml(output))
    if not isinstance(result, QueryTriples):
        result.serialize(output, format=_RESULTS[name])
        return
    triples = sorted(set(result), key=_order)
    if name == "rdfxml" and (odd := next(filter(_lacks_name, triples), None)):
        raise UnsupportedQuery(f"RDF/XML can't write {odd.predicate}; ask for another format")
    if name == "ttl":
        output.write(write_turtle(triples, RdfFormat.TURTLE))
    else:
        prefixes = used_prefixes(triples)
        serialize(triples, output, format=_TRIPLES[name], prefixes=prefixes)


def _order(triple: Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate.value
    return str(triple.subject), predicate != _RDF_TYPE, predicate, str(triple.object)


def _lacks_name(triple: Triple) -> bool:
    return not _QNAME.search(triple.predicate.value)
