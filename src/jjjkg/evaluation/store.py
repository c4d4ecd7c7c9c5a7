"""The store in memory: a snapshot's quads, with every triple once in the default graph."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import GRAPH, PARTS

#: The default graph of a query without FROM: the union of the parts, that of all named graphs, or
#: the default graph of the quads.
DEFAULTS: Final = ("parts", "union", "alone")


def open_store(quads: Path, without: Collection[str] = (), default: str = "parts") -> Store:
    """Load an N-Quads file of the five parts and the claim graphs into a store in memory.

    `without` names parts (such as "inferred") to leave out; `default` is one of DEFAULTS. Raises
    InputError if the file can't be read or isn't N-Quads.
    """
    try:
        with quads.open("rb") as file:
            return store_of(parse(file, format=RdfFormat.N_QUADS), without, default)
    except (OSError, SyntaxError) as error:
        raise InputError("queries.nothing_loaded", name=quads, why=error) from error


def store_of(quads: Iterable[Quad], without: Collection[str] = (), default: str = "parts") -> Store:
    """Return a store whose default graph is the union of the five parts; other graphs are named.

    No engine's "union of the named graphs" is used: it would count a triple once per graph.
    Raises InputError for a name in `without` that is not a part, and for an unknown `default`.
    """
    if unknown := sorted(set(without) - set(PARTS)):
        raise InputError("dataset.no_part", name=unknown[0], parts=[*PARTS])
    if default not in DEFAULTS:
        raise InputError("dataset.no_default", name=default, defaults=[*DEFAULTS])
    store = Store()
    store.bulk_extend(_serve(quads, without, default))
    return store


def _serve(quads: Iterable[Quad], without: Collection[str], default: str) -> Iterator[Quad]:
    parts = {NamedNode(GRAPH + part): part for part in PARTS}
    for quad in quads:
        part = parts.get(quad.graph_name) if isinstance(quad.graph_name, NamedNode) else None
        if part is not None and part in without:
            continue
        yield quad
        if default == "union" or (part is not None and default == "parts"):
            yield Quad(quad.subject, quad.predicate, quad.object)
