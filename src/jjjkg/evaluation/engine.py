"""One query: read its terminals, evaluate it (or have it evaluated), serialise the result.

Runs only in a worker process: what it is given may crash it, fill it or keep it busy for ever.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
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
    Store,
)

from jjjkg.evaluation.graphs import write_graph
from jjjkg.evaluation.outcomes import RefusedQuery, UnavailableFormat, UnsupportedQuery
from jjjkg.evaluation.output import Output
from jjjkg.evaluation.protocol import Request
from jjjkg.evaluation.remote import Endpoint, fetch
from jjjkg.evaluation.syntax import explain, point_at
from jjjkg.forms import Forms
from jjjkg.lexer import (
    QUERY_FORMS,
    UPDATE_FORMS,
    QueryTooDeep,
    Token,
    decode_code_points,
    find_form,
    find_service,
    is_volatile,
    locate,
    tokenize,
)

_RESULTS: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}


Graphs = list[NamedNode | BlankNode]


def answer(source: Store | Endpoint, request: Request, output: Output, forms: Forms) -> None:
    """Evaluate a query in a store, here or elsewhere, and write its serialised result.

    `forms` are those of the literals that the store holds otherwise, if they are asked for.

    Raises the errors of jjjkg.evaluation.outcomes that a query can be guilty of, NotXML for what
    its format can't write, and MemoryError.
    """
    text = request.query.removeprefix("\ufeff")  # the byte order mark of an editor's file
    try:
        tokens = tokenize(text)
    except QueryTooDeep as error:
        raise point_at(text, error.start, str(error)) from None
    form = find_form(tokens)
    _refuse(text, tokens, form)
    # Oxigraph reads SELECTDISTINCT, in which no terminal is a form.
    said = form.word if form else "SELECT"
    try:
        escaped = _escape_dots(text, tokens)
        seen = tokens if escaped == text else tokenize(escaped)
        if isinstance(source, Endpoint):
            _forward(source, request, escaped, seen, said, output)
            return
        result = _query(source, request, escaped, seen)
        name = request.triples if isinstance(result, QueryTriples) else request.results
        if name is None:
            raise UnavailableFormat(said)
        output.begin(said, name, is_volatile(tokens))
        restoring = request.forms and len(forms) > 0
        if isinstance(result, QueryTriples):
            triples = forms.restore(result, request.default_graphs) if restoring else result
            write_graph(triples, name, output)
        elif restoring and name == "json" and isinstance(result, QuerySolutions):
            output.write(forms.restore_rows(result.serialize(format=_RESULTS[name]) or b""))
        else:
            result.serialize(cast(IO[bytes], output), format=_RESULTS[name])
    except SyntaxError as error:
        raise explain(text, tokens, str(error)) from None
    except ConnectionError:
        raise  # of the output, not of the query
    except (RuntimeError, ValueError, OSError) as error:
        raise UnsupportedQuery(f"the engine can't evaluate this query: {error}") from None
    output.finish()


def _forward(
    endpoint: Endpoint,
    request: Request,
    text: str,
    tokens: Sequence[Token],
    form: str,
    output: Output,
) -> None:
    """Has a store elsewhere answer. Raises SyntaxError for what no store need be asked.

    The answer is told to be volatile: who else writes to that store is not known here.
    """
    _refuse_there(text)
    columns = None if form == "ASK" else _find_columns(text)
    graph = form in ("CONSTRUCT", "DESCRIBE")
    name = request.triples if graph else request.results
    if name is None:
        raise UnavailableFormat(form)
    dataset = (request.default_graphs, request.named_graphs)
    if not any(dataset):
        # The protocol's dataset would win over the one of the query itself.
        named = any(_find_dataset(text, tokens))
        dataset = ((), ()) if named else (endpoint.defaults, endpoint.named)
    fetched = fetch(endpoint, text, dataset, graph)
    output.begin(form, name, volatile=True)
    if graph:
        write_graph(fetched.triples(), name, output)
    else:
        fetched.write_results(cast(IO[bytes], output), _RESULTS[name], columns)
    output.finish()


def _find_columns(text: str) -> Sequence[str]:
    """The columns of a query's table; none where this engine can't answer what another may.

    Raises SyntaxError.
    """
    with suppress(RuntimeError, ValueError, OSError):
        found = Store().query(text)
        if isinstance(found, QuerySolutions):
            return [variable.value for variable in found.variables]
    return []


def _refuse_there(text: str) -> None:
    """Refuses what another engine would read as an update or SERVICE, though ours does not."""
    decoded = decode_code_points(text)
    if decoded == text:
        return
    try:
        tokens = tokenize(decoded)
    except QueryTooDeep as error:
        raise RefusedQuery(f"read with its escapes taken, {error}") from None
    _refuse(decoded, tokens, find_form(tokens))


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
    store: Store, request: Request, text: str, tokens: Sequence[Token]
) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Evaluate on the dataset that the protocol or else the query names.

    https://www.w3.org/TR/sparql11-protocol/#dataset; without either, the store's own. Several
    default graphs are merged in a store of their own, because Oxigraph returns a triple that two
    of them hold twice (measured).
    """
    defaults: Graphs = [NamedNode(iri) for iri in request.default_graphs]
    named: Graphs = [NamedNode(iri) for iri in request.named_graphs]
    if not defaults and not named:
        defaults, named = _find_dataset(text, tokens)
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
