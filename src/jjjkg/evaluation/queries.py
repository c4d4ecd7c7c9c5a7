"""Work for workers: SPARQL queries, on quads in memory or by a store elsewhere."""

from collections.abc import Collection
from typing import BinaryIO

from pyoxigraph import RdfFormat, Store, parse

from jjjkg.errors import InputError
from jjjkg.evaluation.engine import answer
from jjjkg.evaluation.output import Output
from jjjkg.evaluation.protocol import Request
from jjjkg.evaluation.remote.endpoint import FILES, Endpoint, open_endpoint
from jjjkg.evaluation.sparql.grammar import load_grammar
from jjjkg.evaluation.store import store_of
from jjjkg.rdf.lexical_forms import NONE, Forms, read_forms


class Queries:
    """Answers queries from a source; for one elsewhere a worker may have `files` open."""

    def __init__(self, source: Store | Endpoint, forms: Forms = NONE) -> None:
        """`forms` are those of the literals that the source holds otherwise."""
        self._source, self._forms = source, forms
        self.files = FILES if isinstance(source, Endpoint) else 0

    def answer(self, request: Request, output: Output) -> None:
        """Writes the answer to a query. Raises QueryError and MemoryError."""
        answer(self._source, request, output, self._forms)


def load(
    quads: BinaryIO, without: Collection[str] = (), default: str = "parts", store: str = ""
) -> Queries:
    """Loads N-Quads, leaving out parts named in `without`.

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
        raise InputError("queries.nothing_loaded", name=quads.name, why=str(error)) from error
