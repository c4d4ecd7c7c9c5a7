"""The served store: a snapshot's quads in memory, with every triple once in the default graph."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from jjjkg.errors import InputError
from jjjkg.rdf.namespaces import GRAPH, PARTS

#: What a query without FROM sees: the union of the parts, or of all named graphs, or only what
#: the default graph itself holds.
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
        raise InputError(f"{quads}: can't be loaded: {error}; make or fetch it anew") from error


def store_of(quads: Iterable[Quad], without: Collection[str] = (), default: str = "parts") -> Store:
    """A store whose default graph is the union of the five parts; other graphs are only named.

    No engine's "union of the named graphs" is used: it would count a triple once per graph.
    Raises InputError for a name in `without` that is no part, and for an unknown `default`.
    """
    if unknown := sorted(set(without) - set(PARTS)):
        raise InputError(f"{unknown[0]!r} is no part; the parts are {', '.join(PARTS)}")
    if default not in DEFAULTS:
        raise InputError(f"{default!r} is no default graph; there are {', '.join(DEFAULTS)}")
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
