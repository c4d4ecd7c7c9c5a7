"""One query: read its terminals, evaluate it (or have it evaluated), serialise the result.

Runs only in a worker process: what it is given may crash it, fill it or keep it busy for ever.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions, QueryTriples, Store

from jjjkg.evaluation.errors import UnavailableFormat
from jjjkg.evaluation.graphs import write_graph
from jjjkg.evaluation.local import Question
from jjjkg.evaluation.output import Enough, Output
from jjjkg.evaluation.protocol import Request
from jjjkg.evaluation.remote.endpoint import Endpoint, fetch
from jjjkg.evaluation.sparql.chains import find_long_chain
from jjjkg.evaluation.sparql.clauses import read_clauses, read_protocol
from jjjkg.evaluation.sparql.gate import check_query, check_query_elsewhere, check_with_engine
from jjjkg.evaluation.sparql.lexer import (
    MAX_DEPTH,
    QueryTooDeep,
    Token,
    find_form,
    find_plain_form,
    is_volatile,
    tokenize,
)
from jjjkg.evaluation.sparql.notes import find_note
from jjjkg.evaluation.sparql.parts import Fault
from jjjkg.evaluation.sparql.selection import find_misplaced_aggregate
from jjjkg.evaluation.sparql.spelling import spell_out_aliases
from jjjkg.evaluation.sparql.syntax import explain, explain_failure, point_at
from jjjkg.rdf.formats import RESULTS
from jjjkg.rdf.lexical_forms import NONE, Forms

#: The engine's formats, by the names of ours.
_RESULTS: Final = {
    format.name: results_format
    for format in RESULTS
    if (results_format := QueryResultsFormat.from_media_type(format.media_type))
}


def answer(source: Store | Endpoint, request: Request, output: Output, forms: Forms = NONE) -> None:
    """Evaluate a query in a store, here or elsewhere, and write its serialised result.

    `forms` are those of the literals that the store holds otherwise, for requests that want them.
    Raises the errors of jjjkg.evaluation.errors that a query can be guilty of, NotXML for what
    its format can't write, and MemoryError.
    """
    text = request.query.removeprefix("\ufeff")  # the byte order mark of an editor's file
    with suppress(SyntaxError):
        if plain := find_plain_form(text):
            _answer(source, request, text, [], plain, output, forms)
            return
    tokens = read_tokens(text)
    form = find_form(tokens)
    # Oxigraph reads SELECTDISTINCT, in which no terminal is a form.
    said = form.word if form else "SELECT"
    try:
        _answer(source, request, text, tokens, said, output, forms)
    except SyntaxError as error:
        spelled = spell_out_aliases(text, tokens)
        with suppress(SyntaxError):
            if spelled != text:
                _answer(source, request, spelled, read_tokens(spelled), said, output, forms)
                return
        raise explain(text, tokens, str(error), request.needed_base) from None


def read_tokens(text: str) -> list[Token]:
    """Return the terminals of a query that may be asked.

    Raises RefusedQuery, and MalformedQuery for what breaks a rule that the engine does not hold to.
    """
    try:
        tokens = tokenize(text)
    except QueryTooDeep as error:
        raise point_at(text, Fault.of(error.start, "syntax.deep", most=MAX_DEPTH)) from None
    check_query(text, tokens)
    if fault := find_long_chain(tokens) or find_misplaced_aggregate(text, tokens):
        raise point_at(text, fault)
    return tokens


def _answer(
    source: Store | Endpoint,
    request: Request,
    text: str,
    tokens: Sequence[Token],
    said: str,
    output: Output,
    forms: Forms,
) -> None:
    """Evaluate a query of the form that is said. Raises SyntaxError where the engine refuses it."""
    question = Question(text, tokens, request.needed_base)
    check_with_engine(question.plain, tokens)
    try:
        with suppress(Enough):
            if isinstance(source, Endpoint):
                _forward(source, question, request, said, output)
            else:
                _evaluate(source, question, request, said, output, forms)
    except ConnectionError:
        raise  # of the output, not of the query
    except (RuntimeError, ValueError, OSError) as error:
        raise explain_failure(str(error)) from None
    output.finish(find_note(text, tokens) if said == "SELECT" and not output.rows else None)


def _evaluate(
    store: Store, question: Question, request: Request, form: str, output: Output, forms: Forms
) -> None:
    dataset = read_protocol(request)
    if not any(dataset):
        dataset = read_clauses(question.text, question.tokens, request.needed_base)
    result = question.ask(store, dataset)
    question.check_memory()
    name = request.triples if isinstance(result, QueryTriples) else request.results
    if name is None:
        raise UnavailableFormat("queries.no_format", form=form)
    output.begin(form, name, is_volatile(question.tokens))
    restoring = request.forms and len(forms.sources) > 0
    if isinstance(result, QueryTriples):
        restored = forms.restore(result, request.default_graphs) if restoring else result
        write_graph(restored, name, output)
    elif restoring and name == "json" and isinstance(result, QuerySolutions):
        output.write(forms.restore_rows(result.serialize(format=_RESULTS[name]) or b""))
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
    check_query_elsewhere(text)
    columns = None if form == "ASK" else question.find_columns()
    graph = form in ("CONSTRUCT", "DESCRIBE")
    name = request.triples if graph else request.results
    if name is None:
        raise UnavailableFormat("queries.no_format", form=form)
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
