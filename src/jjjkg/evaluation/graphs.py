"""Graphs as answers: small ones sorted and in blocks, large ones as they come."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Final, cast

from pyoxigraph import RdfFormat, Triple, serialize

from jjjkg.evaluation.outcomes import UnsupportedQuery
from jjjkg.evaluation.output import Output
from jjjkg.namespaces import PREFIXES
from jjjkg.turtle import used_prefixes, write_turtle

#: Up to so many triples a graph is sorted; a larger one leaves before all of it is known.
SORTED: Final = 10_000
_FORMATS: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
_RDF_TYPE: Final = PREFIXES["rdf"] + "type"
#: A predicate that RDF/XML can write: its IRI ends in an XML name.
_QNAME: Final = re.compile(r"[^\W\d][\w.-]*$")


def write_graph(triples: Iterable[Triple], name: str, output: Output) -> None:
    """Writes the triples that a query constructs, each once. Raises UnsupportedQuery."""
    found = _each_once(triples, name, output)
    first = list(islice(found, SORTED + 1))
    file = cast(IO[bytes], output)
    if len(first) > SORTED:
        prefixes = used_prefixes(first)
        serialize(_follow(first, found), file, format=_FORMATS[name], prefixes=prefixes)
        return
    first.sort(key=_order)
    if name == "ttl":
        output.write(write_turtle(first, RdfFormat.TURTLE))
    else:
        serialize(first, file, format=_FORMATS[name], prefixes=used_prefixes(first))


def _follow(first: Iterable[Triple], rest: Iterable[Triple]) -> Iterator[Triple]:
    yield from first
    yield from rest


def _each_once(triples: Iterable[Triple], name: str, output: Output) -> Iterator[Triple]:
    """The engine gives a triple as often as it is constructed; an answer is a set."""
    seen: set[Triple] = set()
    for triple in triples:
        if triple in seen:
            continue
        if name == "rdfxml" and not _QNAME.search(triple.predicate.value):
            raise UnsupportedQuery(
                f"RDF/XML can't write {triple.predicate}; ask for another format"
            )
        seen.add(triple)
        output.count(len(seen))
        yield triple


def _order(triple: Triple) -> tuple[str, bool, str, str]:
    predicate = triple.predicate.value
    return str(triple.subject), predicate != _RDF_TYPE, predicate, str(triple.object)
