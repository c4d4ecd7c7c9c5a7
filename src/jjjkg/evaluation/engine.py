"""The work of workers that answer SPARQL: from quads in memory, or by a store elsewhere.

A query is admitted by its terminals, rewritten for the engine, evaluated and serialised. It may
crash the process, fill it or keep it busy for ever, so this runs only in workers.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, Final

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
)

from jjjkg.errors import InputError
from jjjkg.evaluation.errors import UnavailableFormat
from jjjkg.evaluation.ordering.sorting import Sorting
from jjjkg.evaluation.remote.endpoint import FILES, Endpoint, fetch, open_endpoint
from jjjkg.evaluation.results import Output, write_graph, write_results
from jjjkg.evaluation.sparql.admission import (
    check_query_elsewhere,
    check_with_engine,
    read_tokens,
)
from jjjkg.evaluation.sparql.dataset_clauses import Dataset, read_clauses
from jjjkg.evaluation.sparql.diagnosis import explain, explain_failure
from jjjkg.evaluation.sparql.grammar import load_grammar
from jjjkg.evaluation.sparql.lexer import Token, find_form, find_plain_form, is_volatile
from jjjkg.evaluation.sparql.rewriting import (
    apply,
    find_star,
    mend_order,
    mend_spelling,
    name_columns,
    order_columns,
    spell_out_aliases,
)
from jjjkg.evaluation.sparql.well_formedness import find_note
from jjjkg.evaluation.store import store_of
from jjjkg.evaluation.workers.protocol import Request
from jjjkg.rdf.lexical_forms import NONE, Forms, read_forms

Result = QuerySolutions | QueryBoolean | QueryTriples

_NOTHING: Final = Store()


def load(
    quads: BinaryIO, without: Collection[str] = (), default: str = "parts", store: str = ""
) -> "Queries":
    """Load N-Quads, leaving out parts named in `without`.

    `default` says what a query without FROM sees (jjjkg.evaluation.store.DEFAULTS). `store` is the
    address of a SPARQL endpoint that is asked instead; the quads then only say which graphs are
    ours. Raises InputError where the quads can't be read.
    """
    load_grammar()  # a worker can't open its file
    if store:
        return Queries(open_endpoint(store, quads, default))
    try:
        held = store_of(parse(quads, format=RdfFormat.N_QUADS), without, default)
        return Queries(held, read_forms(quads))
    except (OSError, SyntaxError) as error:
        raise InputError("queries.nothing_loaded", name=quads.name, why=error) from error


class Queries:
    """Answers queries from a source; for one elsewhere a worker may have `files` open."""

    def __init__(self, source: Store | Endpoint, forms: Forms = NONE) -> None:
        """Take a source; `forms` are those of the literals that it holds otherwise."""
        self._source, self._forms = source, forms
        self.files = FILES if isinstance(source, Endpoint) else 0

    def answer(self, request: Request, output: Output) -> None:
        """Write the serialised result of a query.

        Raises the errors of jjjkg.evaluation.errors that a query can be guilty of, NotXML for what
        its format can't write, and MemoryError.
        """
        text = request.query.removeprefix("\ufeff")  # the byte order mark of an editor's file
        with suppress(SyntaxError):
            if form := find_plain_form(text):
                self._answer(request, text, [], form, output)
                return
        tokens = read_tokens(text)
        token = find_form(tokens)
        # Oxigraph reads SELECTDISTINCT, in which no terminal is a form.
        form = token.word if token else "SELECT"
        try:
            self._answer(request, text, tokens, form, output)
        except SyntaxError as error:
            spelled = spell_out_aliases(text, tokens)
            with suppress(SyntaxError):
                if spelled != text:
                    self._answer(request, spelled, read_tokens(spelled), form, output)
                    return
            raise explain(text, tokens, str(error), request.needed_base) from None

    def _answer(
        self, request: Request, text: str, tokens: Sequence[Token], form: str, output: Output
    ) -> None:
        """Evaluate a query of a form. Raises SyntaxError where the engine refuses it."""
        query = PreparedQuery(text, tokens, request.needed_base)
        check_with_engine(query.plain, tokens)
        try:
            if isinstance(self._source, Endpoint):
                _forward(self._source, query, request, form, output)
            else:
                self._evaluate(self._source, query, request, form, output)
        except ConnectionError:
            raise  # of the output, not of the query
        except (RuntimeError, ValueError, OSError) as error:
            raise explain_failure(str(error)) from None
        output.finish(find_note(text, tokens) if form == "SELECT" and not output.rows else None)

    def _evaluate(
        self, store: Store, query: "PreparedQuery", request: Request, form: str, output: Output
    ) -> None:
        dataset = Dataset(request.default_graphs, request.named_graphs)
        if not any(dataset):
            dataset = query.dataset
        result = query.ask(store, dataset)
        query.check_memory()
        graph = isinstance(result, QueryTriples)
        name = _choose_format(request, form, graph)
        output.begin(form, name, is_volatile(query.tokens))
        restoring = request.forms and len(self._forms.sources) > 0
        if isinstance(result, QueryTriples):
            restored = self._forms.restore(result, request.default_graphs) if restoring else result
            write_graph(restored, name, output)
        elif restoring and name == "json" and isinstance(result, QuerySolutions):
            output.write(self._forms.restore_rows(write_results(result, name) or b""))
        else:
            write_results(result, name, output)
        query.check_memory()


def _forward(
    endpoint: Endpoint, query: "PreparedQuery", request: Request, form: str, output: Output
) -> None:
    """Have a store elsewhere answer. Raises SyntaxError for what no store need be asked.

    The answer is told to be volatile: who else writes to that store is not known here.
    """
    check_query_elsewhere(query.plain)
    columns = None if form == "ASK" else query.find_columns()
    graph = form in ("CONSTRUCT", "DESCRIBE")
    name = _choose_format(request, form, graph)
    dataset = Dataset(request.default_graphs, request.named_graphs)
    if not any(dataset):
        # A store that takes a dataset with the request may pass over that of the query in silence.
        dataset = query.dataset if any(query.dataset) else endpoint.dataset
    # Without a base, the store would take its own address for one.
    text = f"BASE <{query.base}> {query.plain}" if query.base else query.plain
    fetched = fetch(endpoint, text, dataset, graph)
    output.begin(form, name, volatile=True)
    if graph:
        write_graph(fetched.triples(), name, output)
    else:
        fetched.write_results(name, output, columns)


def _choose_format(request: Request, form: str, graph: bool) -> str:
    """Return the name of the format of an answer. Raises UnavailableFormat."""
    name = request.triples if graph else request.results
    if name is None:
        raise UnavailableFormat("queries.no_format", form=form)
    return name


class PreparedQuery:
    """A query as the engine reads it: its text, its terminals, and the base of its IRIs or ""."""

    def __init__(self, text: str, tokens: Sequence[Token], base: str) -> None:
        self.text, self.tokens, self.base = text, tokens, base
        self._plain = mend_spelling(tokens)
        self._order = mend_order(text, tokens)
        self._sorting = Sorting()
        self._options: dict[str, Any] = {"base_iri": base or None}
        if self._order:
            self._options["custom_functions"] = self._sorting.functions
            self._options["custom_aggregate_functions"] = self._sorting.aggregates

    @property
    def plain(self) -> str:
        """The text that any engine reads alike."""
        return apply(self.text, self._plain)

    @property
    def dataset(self) -> Dataset:
        """The dataset that the query itself names. Raises SyntaxError."""
        return read_clauses(self.text, self.tokens, self.base)

    def ask(self, store: Store, dataset: Dataset) -> Result:
        """Evaluate it in a store. Raises SyntaxError, and others where the engine does."""
        options = self._options
        if any(dataset):
            defaults: list[Any] = [NamedNode(iri) for iri in dataset.defaults]
            named = [NamedNode(iri) for iri in dataset.named]
            if len(defaults) > 1:
                store, defaults = _merge_defaults(store, defaults, named), [DefaultGraph()]
            options = {**options, "default_graph": defaults, "named_graphs": named}
        # Of a syntax error, the engine is to say where it is in the user's own text.
        with suppress(SyntaxError):
            edits = [*self._order]
            if star := find_star(self.tokens):
                columns = self._find_columns()
                if (ordered := order_columns(self.tokens, columns)) != columns:
                    edits.append(name_columns(star, ordered))
            if edits:
                return store.query(apply(self.text, [*self._plain, *edits]), **options)
        return store.query(self.plain, **options)

    def _find_columns(self) -> list[str]:
        """Return the engine's columns, in its order; none where it gives no table."""
        text = apply(self.text, [*self._plain, *self._order])
        found = _NOTHING.query(text, **self._options)
        if not isinstance(found, QuerySolutions):
            return []
        return [variable.value for variable in found.variables]

    def find_columns(self) -> list[str]:
        """Return the columns of its table, in the order in which its text has those of a star.

        None are known where this engine can't answer what another may. Raises SyntaxError.
        """
        try:
            columns = self._find_columns()
        except SyntaxError:
            _NOTHING.query(self.plain, base_iri=self._options["base_iri"])
            return []
        except (RuntimeError, ValueError, OSError):
            return []
        return order_columns(self.tokens, columns) if find_star(self.tokens) else columns

    def check_memory(self) -> None:
        """Raise MemoryError if there was none for sorting, which the engine doesn't tell."""
        if self._sorting.exhausted:
            raise MemoryError


def _merge_defaults(
    store: Store, defaults: Collection[NamedNode], named: Collection[NamedNode]
) -> Store:
    """Return a store whose own default graph is the union of some graphs, with the named ones.

    Oxigraph returns a triple that two default graphs hold twice (measured).
    """
    merged = Store()
    for graph in defaults:
        quads = store.quads_for_pattern(None, None, None, graph)
        merged.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for graph in named:
        merged.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return merged
