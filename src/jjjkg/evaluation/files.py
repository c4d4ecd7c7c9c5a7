"""Queries in files: asked of some quads, answered in terms, with errors that name the file.

A file may come with somebody's data, and its query may be as hostile as one that comes over HTTP:
so it goes the same way, and can be interrupted as any other.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.evaluation.errors import Answer, Limits, MalformedQuery, QueryError, UnavailableFormat
from jjjkg.evaluation.evaluator import Evaluator
from jjjkg.rdf.terms import Object

#: The limits of a query in a file where no others are given: its answer is held whole.
LIMITS: Final = Limits(rows=1_000_000, bytes=256 << 20)


def limit(seconds: float) -> Limits:
    """Return the limits of a query in a file that may take so long."""
    return replace(LIMITS, seconds=seconds)


@contextmanager
def open_quads(quads: Iterable[ox.Quad], limits: Limits = LIMITS) -> Iterator[Evaluator]:
    """Open an evaluator of quads (jjjkg.evaluation.store) for the context. Raises InputError."""
    with tempfile.TemporaryDirectory(prefix="jjjkg-") as folder:
        file = Path(folder) / "dataset.nq"
        ox.serialize(quads, file, format=ox.RdfFormat.N_QUADS)
        with Evaluator(file, limits, workers=1) as evaluator:
            yield evaluator


@dataclass(frozen=True)
class Solutions:
    """The rows of a SELECT: its columns, and the terms of each row by column where it has any."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Object], ...]


def find_rows(evaluator: Evaluator, file: Path, text: str) -> Solutions:
    """Return the rows of a file's SELECT. Raises InputError where there are none."""
    answer = evaluate_file(evaluator, file, text, results="json")
    found = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
    if not isinstance(found, ox.QuerySolutions):
        raise InputError("queries.files.no_rows", file=file)
    columns = tuple(variable.value for variable in found.variables)
    # The engine's own rows may not end in another thread than they began in.
    rows = (zip(columns, row, strict=True) for row in found)
    return Solutions(
        columns, tuple({n: term for n, term in row if term is not None} for row in rows)
    )


def find_triples(
    evaluator: Evaluator, file: Path, text: str, graphs: Sequence[str] = ()
) -> Iterator[ox.Triple]:
    """Yield the triples of a file's CONSTRUCT about some graphs, or else the default graph.

    Raises InputError where there are none.
    """
    answer = evaluate_file(evaluator, file, text, triples="nt", default_graphs=graphs)
    return (quad.triple for quad in ox.parse(answer.body, ox.RdfFormat.N_TRIPLES))


def evaluate_file(evaluator: Evaluator, file: Path, text: str, **options: Any) -> Answer:
    """Return the answer to a file's query in the format of results or of triples that is named.

    `options` are those of Request. Raises InputError where there is no answer.
    """
    try:
        return evaluator.evaluate(text, **{"results": None, "triples": None, **options})
    except MalformedQuery as error:
        where = f"{file}:{error.line}:{error.column}"
        raise InputError("queries.files.no_query", where=where, why=error) from error
    except UnavailableFormat as error:
        rows = options.get("results")
        key = "queries.files.no_rows" if rows else "queries.files.no_triples"
        raise InputError(key, file=file) from error
    except QueryError as error:
        raise InputError("queries.files.failed", file=file, why=error) from error
