"""Graphs as answers: small ones sorted and in blocks, large ones as they come."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO, Final, cast

from pyoxigraph import RdfFormat, Triple, serialize

from jjjkg.evaluation.output import Output
from jjjkg.namespaces import PREFIXES
from jjjkg.rdfxml import write_rdfxml
from jjjkg.turtle import used_prefixes, write_turtle

#: Up to so many triples a graph is sorted; a larger one leaves before all of it is known.
SORTED: Final = 10_000
_FORMATS: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
}
_RDF_TYPE: Final = PREFIXES["rdf"] + "type"


def write_graph(triples: Iterable[Triple], name: str, output: Output) -> None:
    """Writes the triples that a query constructs, each once. Raises NotXML."""
    found = _each_once(triples, output)
    first = list(islice(found, SORTED + 1))
    whole = len(first) <= SORTED
    if whole:
        first.sort(key=_order)
    every = first if whole else chain(first, found)
    if name == "ttl" and whole:
        output.write(write_turtle(first, RdfFormat.TURTLE))
    elif name == "rdfxml":
        for piece in write_rdfxml(every, used_prefixes(first)):
            output.write(piece)
    else:
        file = cast(IO[bytes], output)
        serialize(every, file, format=_FORMATS[name], prefixes=used_prefixes(first))


def _each_once(triples: Iterable[Triple], output: Output) -> Iterator[Triple]:
    """The engine gives a triple as often as it is constructed; an answer is a set."""
    seen: set[Triple] = set()
    for triple in triples:
        if triple in seen:
            continue
        seen.add(triple)
        output.count(len(seen))
        yield triple


def _order(triple: Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate.value
    return str(triple.subject), predicate != _RDF_TYPE, predicate, str(triple.object)
