"""Triples come out alike, however they came in."""

import random
import subprocess
import sys

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from jjjkg.rdf.formats import TRIPLES
from jjjkg.rdf.serialization import settle, write_settled

TURTLE = """
<x:d> a <x:Dataset> ; <x:part> [ <x:of> <x:A> ; <x:n> 3 ] , [ <x:of> <x:B> ; <x:n> 3 ] ;
    <x:list> ( [ <x:q> 1 ] [ <x:q> [ <x:q> 2 ] ] ( ) ) .
_:a <x:next> _:b . _:b <x:next> _:c . _:c <x:next> _:a . _:a <x:self> _:a .
_:u <x:next> _:v . _:v <x:next> _:u .
"""


def shuffled(seed: int, turtle: str = TURTLE) -> list[ox.Triple]:
    """The triples in another order, with other names of their blank nodes."""
    parsed = ox.parse(turtle, ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    triples = [quad.triple for quad in parsed]
    random.Random(seed).shuffle(triples)
    return triples


@pytest.mark.parametrize("format", [format.name for format in TRIPLES])
def test_the_same_triples_are_the_same_bytes(format: str) -> None:
    assert len({write_settled(shuffled(seed), format) for seed in range(20)}) == 1


def test_nothing_is_lost_or_tied_otherwise() -> None:
    given, settled = Graph(), Graph()
    given.parse(data=TURTLE, format="turtle")
    text = ox.serialize(settle(shuffled(1)), format=ox.RdfFormat.N_TRIPLES) or b""
    settled.parse(data=text, format="nt")
    assert isomorphic(given, settled)


def test_a_poisoned_graph_takes_no_time() -> None:
    knot = "".join(f"_:n{a} <x:p> _:n{b} . " for a in range(40) for b in range(40) if a != b)
    assert len({tuple(map(str, settle(shuffled(seed, knot)))) for seed in range(3)}) == 1


def test_prefixes_are_in_no_random_order() -> None:
    """The engine's own order depends on the process."""
    script = """
import sys
import pyoxigraph as ox
from jjjkg.rdf.terms import named as term
from jjjkg.rdf.serialization import write_settled
triples = [ox.Triple(term("kg:a"), term("rdf:type"), term(f"{p}:A"))
    for p in ("jjj", "owl", "skos", "prov", "org", "sosa", "dcat", "void", "foaf")]
sys.stdout.buffer.write(b"".join(write_settled(triples, f) for f in ("ttl", "rdfxml", "jsonld")))
"""
    command = [sys.executable, "-c", script]
    assert len({subprocess.run(command, capture_output=True).stdout for _ in range(4)}) == 1
