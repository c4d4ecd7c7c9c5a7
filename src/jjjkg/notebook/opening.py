"""Opening a graph: our own, a release in a folder, or a SPARQL endpoint elsewhere."""

import tempfile
import weakref
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

import pyoxigraph as ox

from jjjkg.dataset.loading import load, own_folder
from jjjkg.errors import InputError
from jjjkg.evaluation import MOST_SECONDS, Answer, Evaluator, Limits, QueryError, StoreFailed
from jjjkg.explanation.explainer import LazyExplainer
from jjjkg.notebook.knowledge_graph import KnowledgeGraph
from jjjkg.release.graphs import DATASET
from jjjkg.release.opening import open_release
from jjjkg.snapshot import build


def open(source: str | PathLike[str] | None = None, *, seconds: float = 30.0) -> KnowledgeGraph:
    """Open the graph that comes with jjjkg or, by its folder or its address, another one.

    `source` is a folder that `jjjkg release` wrote, or the address of a SPARQL endpoint
    (http or https), which holds the parts and the claims as named graphs. `seconds` is the
    time that a question may take, up to an hour. Raises InputError for a source that can't be used.
    """
    if not 0 < seconds <= MOST_SECONDS:
        raise InputError("notebook.bad_seconds", seconds=seconds, most=MOST_SECONDS)
    limits = Limits(seconds=seconds)
    release = None
    if source is None:
        quads = build(load([own_folder()])).quads
    elif isinstance(source, str) and source.startswith(("http://", "https://")):
        return _open_endpoint(source, limits)
    else:
        release = Path(source).expanduser()
        quads = release / f"{DATASET}.nq"
        if not quads.is_file():
            raise InputError("notebook.no_release", source=source)
        open_release(release)
    name = "jjjkg" if source is None else str(source)
    explainer = LazyExplainer(quads, trusted=release is None)
    return KnowledgeGraph(Evaluator(quads, limits, workers=1), explainer, name)


def _open_endpoint(url: str, limits: Limits) -> KnowledgeGraph:
    """Ask a store, of which our graphs are read first: explanations are made from them."""
    folder = tempfile.TemporaryDirectory(prefix="jjjkg-")
    quads = Path(folder.name) / f"{DATASET}.nq"
    quads.write_bytes(b"")
    query = (own_folder() / "queries" / "publication" / "quads.rq").read_text(encoding="utf-8")
    try:
        with Evaluator(quads, limits, default="alone", workers=1, store=url) as evaluator:
            found = evaluator.evaluate(query)
        ox.serialize(_read_quads(found), quads, format=ox.RdfFormat.N_QUADS)
    except QueryError as error:
        folder.cleanup()
        key = "notebook.no_endpoint" if isinstance(error, StoreFailed) else "queries.store.at"
        raise InputError(key, url=url, why=error) from error
    if not quads.stat().st_size:
        folder.cleanup()
        raise InputError("notebook.no_graphs", url=url)
    opened = KnowledgeGraph(
        Evaluator(quads, limits, workers=1, store=url), LazyExplainer(quads, trusted=False), url
    )
    weakref.finalize(opened, folder.cleanup)
    return opened


def _read_quads(answer: Answer) -> Iterator[ox.Quad]:
    parsed = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
    assert isinstance(parsed, ox.QuerySolutions)
    for row in parsed:
        yield ox.Quad(row["s"], row["p"], row["o"], row["graph"])
