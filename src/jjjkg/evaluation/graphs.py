"""Graphs as answers: small ones sorted and in blocks, large ones as they come."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO, Final, cast

from pyoxigraph import Triple, serialize

from jjjkg.evaluation.errors import UnsupportedQuery
from jjjkg.evaluation.output import Output
from jjjkg.rdf.formats import GRAPHS
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.rdf.rdfxml import write_rdfxml
from jjjkg.rdf.writing import RDF_FORMATS, used_prefixes, write_rdf

#: Up to so many triples a graph is sorted; a larger one leaves before all of it is known.
SORTED: Final = 10_000
#: Formats that have no triples as terms, with their titles; RDF/XML has a module of its own.
_NO_TRIPLE_TERMS: Final = {f.name: f.title for f in GRAPHS if f.name in ("jsonld", "n3")}
#: Those that have them.
_OTHERS: Final = ", ".join(f.name for f in GRAPHS if f.name not in (*_NO_TRIPLE_TERMS, "rdfxml"))
_RDF_TYPE: Final = PREFIXES["rdf"] + "type"


def write_graph(triples: Iterable[Triple], name: str, output: Output) -> None:
    """Writes the triples that a query constructs, each once. Raises NotXML, UnsupportedQuery."""
    found = _each_once(triples, name, output)
    first = list(islice(found, SORTED + 1))
    if len(first) <= SORTED:
        first.sort(key=_order)
        output.write(write_rdf(first, name))
        return
    prefixes, every = used_prefixes(first), chain(first, found)
    if name == "rdfxml":
        for piece in write_rdfxml(every, prefixes):
            output.write(piece)
    else:
        serialize(every, cast(IO[bytes], output), format=RDF_FORMATS[name], prefixes=prefixes)


def _each_once(triples: Iterable[Triple], name: str, output: Output) -> Iterator[Triple]:
    """The engine gives a triple as often as it is constructed; an answer is a set."""
    seen: set[Triple] = set()
    for triple in triples:
        if triple in seen:
            continue
        if output.is_full(len(seen)):
            return
        if name in _NO_TRIPLE_TERMS and isinstance(triple.object, Triple):
            raise UnsupportedQuery(
                "queries.engine.no_triple_terms",
                format=_NO_TRIPLE_TERMS[name],
                triple=str(triple.object),
                formats=_OTHERS,
            )
        seen.add(triple)
        output.count(len(seen))
        yield triple


def _order(triple: Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate.value
    return str(triple.subject), predicate != _RDF_TYPE, predicate, str(triple.object)
