"""One query: read its terminals, evaluate it (or have it evaluated), serialise the result.

Runs only in a worker process: what it is given may crash it, fill it or keep it busy for ever.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final, cast

from pyoxigraph import QueryResultsFormat, QueryTriples, Store

from jjjkg.evaluation.clauses import read_clauses, read_protocol
from jjjkg.evaluation.graphs import write_graph
from jjjkg.evaluation.local import Question
from jjjkg.evaluation.notes import find_note
from jjjkg.evaluation.outcomes import RefusedQuery, UnavailableFormat, UnsupportedQuery
from jjjkg.evaluation.output import Enough, Output
from jjjkg.evaluation.protocol import Request
from jjjkg.evaluation.remote import Endpoint, fetch
from jjjkg.evaluation.syntax import explain, point_at
from jjjkg.lexer import (
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
from jjjkg.mediatypes import RESULTS

#: The engine's formats, by the names of ours.
_RESULTS: Final = {
    format.name: results_format
    for format in RESULTS
    if (results_format := QueryResultsFormat.from_media_type(format.media_type))
}


def answer(source: Store | Endpoint, request: Request, output: Output) -> None:
    """Evaluate a query in a store, here or elsewhere, and write its serialised result.

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
    question = Question(text, tokens, request.needed_base)
    try:
        with suppress(Enough):
            if isinstance(source, Endpoint):
                _forward(source, question, request, said, output)
            else:
                _evaluate(source, question, request, said, output)
    except SyntaxError as error:
        raise explain(text, tokens, str(error), based=bool(request.needed_base)) from None
    except ConnectionError:
        raise  # of the output, not of the query
    except (RuntimeError, ValueError, OSError) as error:
        raise UnsupportedQuery(f"the engine can't evaluate this query: {error}") from None
    output.finish(find_note(text, tokens) if said == "SELECT" and not output.rows else "")


def _evaluate(
    store: Store, question: Question, request: Request, form: str, output: Output
) -> None:
    dataset = read_protocol(request)
    if not any(dataset):
        dataset = read_clauses(question.text, question.tokens, request.needed_base)
    result = question.ask(store, dataset)
    question.check_memory()
    name = request.triples if isinstance(result, QueryTriples) else request.results
    if name is None:
        raise UnavailableFormat(form)
    output.begin(form, name, is_volatile(question.tokens))
    if isinstance(result, QueryTriples):
        write_graph(result, name, output)
    else:
        result.serialize(cast(IO[bytes], output), format=_RESULTS[name])
    question.check_memory()


def _forward(
    endpoint: Endpoint, question: Question, request: Request, form: str, output: Output
) -> None:
    """Has a store elsewhere answer. Raises SyntaxError for what no store need be asked.

    The answer is told to be volatile: who else writes to that store is not known here.
    """
    text, base = question.plain, request.needed_base
    _refuse_there(text)
    columns = None if form == "ASK" else question.find_columns()
    graph = form in ("CONSTRUCT", "DESCRIBE")
    name = request.triples if graph else request.results
    if name is None:
        raise UnavailableFormat(form)
    dataset = (request.default_graphs, request.named_graphs)
    if not any(dataset):
        # The protocol's dataset would win over the one of the query itself.
        named = any(read_clauses(question.text, question.tokens, base))
        dataset = ((), ()) if named else (endpoint.defaults, endpoint.named)
    # Without a base, the store would take its own address for one.
    fetched = fetch(endpoint, f"BASE <{base}> {text}" if base else text, dataset, graph)
    output.begin(form, name, volatile=True)
    if graph:
        write_graph(fetched.triples(), name, output)
    else:
        fetched.write_results(cast(IO[bytes], output), _RESULTS[name], columns)


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
