"""The parts and the whole as RDF files, written from the sources and not from a store.

A store rewrites lexical forms (34.90 becomes 34.9); what a source file says is kept here.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

import pyoxigraph as ox

from jjjkg.messages import say
from jjjkg.rdf.namespaces import GRAPH, PREFIXES
from jjjkg.rdf.quads import make_quads
from jjjkg.rdf.rdfxml import find_fault, write_rdfxml
from jjjkg.rdf.serialization import write_rdf
from jjjkg.rdf.terms import blank_nodes_of
from jjjkg.rdf.turtle import Annotate, Layout
from jjjkg.release.content import Content

#: The files of triples: the stem of the name, the parts in it, and the words for its head.
STEMS: Final = (
    ("ontology", ("ontology",), "the ontology: classes, properties, their labels and axioms"),
    ("asserted", ("asserted",), "what the claims assert, each triple once"),
    ("inferred", ("inferred",), "what follows from it under the OWL 2 RL rules; nobody states it"),
    ("provenance", ("provenance",), "the claims' records: sentence, speaker, kind, paraphrase"),
    (
        "everything",
        ("ontology", "asserted", "inferred", "provenance", "dataset"),
        "all of it in one graph: ontology, assertions, inferences, provenance, dataset",
    ),
)
#: The files that keep the graphs apart are called so.
DATASET: Final = "dataset"
TRIG: Final = "dataset.trig"


def make_graphs(
    content: Content, progress: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[str, bytes]]:
    """Yield the parts in Turtle, N-Triples and RDF/XML, the graphs in TriG, N-Quads and JSON-LD.

    Each is a name and a text. RDF/XML is left out where it can't write the triples, and `progress`
    is told why. Data that are named graphs, served as they are, have no files of parts.
    """
    for stem, names, words in STEMS if content.triples else ():
        parts = {name: content.parts[name] for name in names}
        yield f"{stem}.ttl", write_document(content, parts, f"{stem}.ttl: {words}").encode()
        triples = [triple for part in parts.values() for triple in part]
        yield f"{stem}.nt", write_rdf(triples, "nt")
        if fault := next(filter(None, map(find_fault, triples)), None):
            progress(say("release.no_rdfxml", name=f"{stem}.rdf", fault=fault))
        else:
            # Those of each subject together, as RDF/XML writes them in a block.
            places: dict[object, int] = {}
            group = sorted(triples, key=lambda t: places.setdefault(t.subject, len(places)))
            yield f"{stem}.rdf", b"".join(write_rdfxml(group, PREFIXES))
    graphs = dict(content.graphs())
    quads = [*make_quads(graphs)]
    yield TRIG, _write_trig(content, graphs).encode()
    yield f"{DATASET}.nq", ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    prefixes = dict(PREFIXES)
    yield (
        f"{DATASET}.jsonld",
        ox.serialize(quads, format=ox.RdfFormat.JSON_LD, prefixes=prefixes) or b"",
    )


def write_document(
    content: Content,
    parts: Mapping[str, Sequence[ox.Triple]],
    words: str,
    annotate: Annotate = lambda _: (),
    first: str = "",
) -> str:
    """Return Turtle of some parts under one block of prefixes, with a head that says what it is.

    `first` stands before the prefixes.
    """
    layout = Layout()
    blocks: list[str] = []
    for name, triples in parts.items():
        places = {} if name == "inferred" else content.places
        if triples and len(parts) > 1:
            blocks.append(f"# ---\n# {GRAPH}{name}\n# ---\n\n")
        blocks += layout.write(triples, places, annotate)
    return _head(content, words) + first + layout.head() + "\n" + "".join(blocks)


def _write_trig(content: Content, graphs: Mapping[str, Sequence[ox.Triple]]) -> str:
    nodes = ({node for t in triples for node in blank_nodes_of(t)} for triples in graphs.values())
    times = Counter(chain.from_iterable(nodes))
    layout = Layout(node for node, graphs in times.items() if graphs > 1)
    blocks = []
    for graph, triples in graphs.items():
        block = "".join(layout.write(triples, indent="    ")).rstrip("\n")
        blocks.append(f"{layout.iri(graph)} {{\n{block}\n}}\n\n")
    words = f"{TRIG}: the parts, each a graph, then each claim as a graph that repeats its triples"
    return _head(content, words) + layout.head() + "\n" + "".join(blocks)


def _head(content: Content, words: str) -> str:
    lines = [words]
    itself = content.dataset
    if itself is not None:
        title, licence, issued = (
            content.facts.say(itself, property) or "unknown"
            for property in ("dcterms:title", "dcterms:license", "dcterms:issued")
        )
        lines.insert(0, f"{title} <{itself.value}>, version {content.version}")
        lines.append(f"Issued {issued}; licence {licence}")
    return "".join(f"# {line}\n" for line in lines) + "\n"
