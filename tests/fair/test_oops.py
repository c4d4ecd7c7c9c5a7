"""The ontology as clients get it is in no pitfall of OOPS! that a program can tell.

Left to people: P01, P09, P16 to P18 (whether the model says enough and not too much), and P13 (an
inverse for each property: where none is needed, we name none). P37 (on the web) is in test_foops.
"""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from support.fair.pitfalls import PITFALLS, UNREASONED, classes, properties
from support.fair.visits import Reader

TWINS = [*ox.parse(path=Path(__file__).with_name("pitfalls.trig"))]
#: Those of the catalogue that a program does not tell, or that are tested elsewhere.
LEFT = {"P01", "P09", "P13", "P16", "P17", "P18", "P37"}
#: Two terms for one: which of these it is, is how the two came to be.
AS_P02_AND_P12 = {"P27", "P30", "P31"}


def codes_of(pitfall: str) -> set[str]:
    return {code.upper() for code in re.findall(r"p\d\d(?=_)", pitfall)}


def names_of(graph: object) -> tuple[bool, str]:
    """Return whether the triples of a twin are taken away, and the pitfall's code."""
    name = str(graph)[1:-1].partition("#")[2]
    return name.startswith("without-"), name.removeprefix("without-")


GRAPHS = sorted({quad.graph_name for quad in TWINS}, key=names_of)


def test_there_is_something_to_fall_into(read: Reader) -> None:
    assert len(classes(read)) > 60
    assert len(properties(read)) > 100
    assert {*UNREASONED} <= {p.value.partition("#")[2] for p in properties(read)}
    for kind in ("owl:SymmetricProperty", "owl:TransitiveProperty", "owl:AllDisjointClasses"):
        assert read.of(kind)
    for property in ("owl:inverseOf", "owl:propertyChainAxiom"):
        assert read.pairs(property)


def test_every_pitfall_of_the_catalogue_is_told_or_named() -> None:
    told = {code for pitfall in PITFALLS for code in codes_of(pitfall)}
    assert told.isdisjoint(LEFT)
    assert told | LEFT == {f"P{number:02}" for number in range(1, 42)}
    assert {names_of(graph)[1] for graph in GRAPHS} == told - AS_P02_AND_P12


@pytest.mark.parametrize("pitfall", PITFALLS)
def test_nothing_is_caught(read: Reader, pitfall: str) -> None:
    assert [*PITFALLS[pitfall](read)] == []


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: names_of(graph)[1])
def test_what_falls_in_is_caught(ontology: ox.Store, graph: ox.NamedNode) -> None:
    taken, code = names_of(graph)
    twin = ox.Store()
    twin.bulk_extend(ontology)
    for quad in TWINS:
        if quad.graph_name == graph:
            triple = ox.Quad(quad.subject, quad.predicate, quad.object)
            assert (triple in twin) == taken
            (twin.remove if taken else twin.add)(triple)
    (catch,) = [PITFALLS[pitfall] for pitfall in PITFALLS if code in codes_of(pitfall)]
    assert [*catch(Reader(twin))]
