"""The closure: what is left out of it, rule by rule, and what is kept."""

import owlrl
import pyoxigraph as ox
import pytest
from rdflib import RDFS, BNode, Literal

from jjjkg.dataset import Dataset
from jjjkg.entailment.closure import close, to_rdflib
from jjjkg.entailment.trimming import RULES, trim
from jjjkg.namespaces import GRAPH, PREFIXES, expand
from jjjkg.snapshot import Snapshot

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def read(turtle: str) -> list[ox.Triple]:
    """The triples of a piece of Turtle, which needs no prefixes of its own."""
    return [quad.triple for quad in ox.parse(HEADER + turtle, format=ox.RdfFormat.TURTLE)]


def close_wholly(triples: list[ox.Triple]) -> set[tuple[object, object, object]]:
    """All that owlrl adds to triples, nothing left out."""
    graph = to_rdflib(triples)
    given = set(graph)
    owlrl.OWLRL_Semantics(graph, False, False, False).closure()
    return set(graph) - given


#: For each rule a graph, and what follows from it that no other rule leaves out.
EXAMPLES = {
    "a literal as subject or property": (
        'kg:p rdfs:range kg:C . kg:x kg:p "words" .',
        '"words" rdf:type kg:C',
    ),
    "about a blank class expression or list": (
        "kg:C rdfs:subClassOf [ owl:onProperty kg:p ; owl:hasValue kg:v ] . kg:x a kg:C .",
        "kg:x rdf:type []",
    ),
    "reflexive": ("kg:x kg:p kg:y .", "kg:x owl:sameAs kg:x"),
    "about the language's own terms": ("kg:C a owl:Class .", "owl:Nothing rdfs:subClassOf kg:C"),
    "of or under the class of everything": ("kg:C a owl:Class .", "kg:C rdfs:subClassOf owl:Thing"),
    "a domain or range of a property": (
        "kg:p a owl:ObjectProperty ; rdfs:domain kg:C . kg:C rdfs:subClassOf kg:D .",
        "kg:p rdfs:domain kg:D",
    ),
}


def write(node: object) -> str:
    """A node as in the examples."""
    if isinstance(node, BNode):
        return "[]"
    if isinstance(node, Literal):
        return f'"{node}"'
    for prefix, iri in PREFIXES.items():
        if str(node).startswith(iri):
            return f"{prefix}:{str(node).removeprefix(iri)}"
    return f"<{node}>"


def test_each_rule_has_its_example() -> None:
    assert list(EXAMPLES) == [name for name, _ in RULES]


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_leaves_out_what_no_other_does(rule: str) -> None:
    turtle, example = EXAMPLES[rule]
    given = read(turtle)
    (left_out,) = (t for t in close_wholly(given) if " ".join(map(write, t)) == example)
    assert [name for name, holds in RULES if holds(*left_out)] == [rule]
    kept, counted = trim([left_out])
    assert kept == []
    assert {name: count for name, count in counted.items() if count} == {rule: 1}
    assert close(given).trimmed[rule] >= 1


@pytest.mark.parametrize(
    "turtle",
    [
        *(turtle for turtle, _ in EXAMPLES.values()),
        "kg:C rdfs:subClassOf [ owl:onProperty [ owl:inverseOf kg:p ] ; owl:hasValue kg:v ] ."
        "kg:x kg:p kg:y ; a kg:C .",
        'kg:p rdfs:subPropertyOf "words" . kg:x kg:p kg:y .',
    ],
)
def test_what_is_kept_and_what_is_left_out_add_up(turtle: str) -> None:
    given = read(turtle)
    closure = close(given)
    assert len(closure.inferred) + sum(closure.trimmed.values()) == len(close_wholly(given))
    assert not set(closure.inferred) & set(given)


def test_what_says_something_is_kept() -> None:
    closure = close(
        read(
            """
            kg:p a owl:TransitiveProperty ; rdfs:domain kg:C .
            kg:q owl:inverseOf kg:p ; rdfs:subPropertyOf kg:r .
            kg:C rdfs:subClassOf kg:D .
            kg:x kg:p kg:y ; kg:r "1"^^xsd:integer . kg:y kg:p kg:z ; kg:s "01"@en .
            kg:s rdfs:subPropertyOf kg:t .
            """
        )
    )
    expected = """
        kg:x kg:p kg:z ; a kg:C , kg:D . kg:y a kg:C , kg:D ; kg:q kg:x ; kg:r kg:x .
        kg:z kg:q kg:y , kg:x ; kg:r kg:y , kg:x . kg:y kg:t "01"@en .
    """
    assert set(closure.inferred) == set(read(expected))
    assert closure.messages == ()


def test_lexical_forms_are_carried_over() -> None:
    given = read('kg:p rdfs:subPropertyOf kg:q . kg:x kg:p 34.90 , "01"^^xsd:integer , "a"@zh .')
    values = {triple.object for triple in close(given).inferred}
    assert values == {t.object for t in given if isinstance(t.object, ox.Literal)}


def test_the_closure_is_closed_and_sorted() -> None:
    given = read(
        "kg:p a owl:TransitiveProperty . kg:a kg:p kg:b . kg:b kg:p kg:c . kg:c kg:p kg:d ."
    )
    closure = close(given)
    assert closure == close(reversed(given))
    assert list(closure.inferred) == sorted(closure.inferred, key=str)
    assert close((*given, *closure.inferred)).inferred == ()


def test_a_contradiction_has_the_reasoners_message() -> None:
    closure = close(read("kg:C owl:disjointWith kg:D . kg:x a kg:C , kg:D ."))
    assert any("kg:x" in m or expand("kg:x") in m for m in closure.messages)


@pytest.fixture(scope="module")
def inferred(snapshot: Snapshot) -> list[ox.Triple]:
    graph = ox.NamedNode(GRAPH + "inferred")
    return [quad.triple for quad in ox.parse(path=snapshot.quads) if quad.graph_name == graph]


def test_nothing_kept_says_nothing(inferred: list[ox.Triple], dataset: Dataset) -> None:
    language = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
    assert len(inferred) > 500
    for triple in inferred:
        assert isinstance(triple.subject, ox.NamedNode), triple
        assert not isinstance(triple.object, ox.BlankNode), triple
        assert triple.subject != triple.object, triple
        assert not triple.subject.value.startswith(language), triple
        assert triple.predicate.value not in (str(RDFS.domain), str(RDFS.range)), triple
        if isinstance(triple.object, ox.NamedNode):
            assert not triple.object.value.startswith(language), triple
    assert not set(inferred) & {*dataset.ontology, *dataset.asserted}


def test_the_snapshot_counts_what_was_left_out(snapshot: Snapshot) -> None:
    assert list(snapshot.trimmed) == [name for name, _ in RULES]
    assert sum(snapshot.trimmed.values()) == snapshot.counts["trimmed"] > 0
