"""Named graphs: quads by their graph, and graphs as quads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox


def group_quads(quads: Iterable[ox.Quad]) -> dict[str, list[ox.Triple]]:
    """Return the triples of each graph in the order of the quads, by the graph's name.

    The name is the IRI, or "_:" and a blank node's label; that of the default graph is empty.
    """
    graphs: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        graphs.setdefault(name_graph(quad.graph_name), []).append(quad.triple)
    return graphs


def name_graph(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
    """Return the name of a graph, as group_quads gives it."""
    if isinstance(graph, ox.NamedNode):
        return graph.value
    return str(graph) if isinstance(graph, ox.BlankNode) else ""


def make_quads(graphs: Mapping[str, Sequence[ox.Triple]]) -> Iterator[ox.Quad]:
    """Yield the quads of graphs, each of which is given by its IRI; graph by graph, in order."""
    for iri, triples in graphs.items():
        graph = ox.NamedNode(iri)
        for triple in triples:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)
