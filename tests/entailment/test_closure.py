"""The closure by either engine: the inferences that each rule of trimming leaves out or keeps."""

from collections.abc import Callable, Iterable

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import Dataset
from jjjkg.entailment.by_owlrl import OwlrlClosure, close_by_owlrl, from_rdflib, to_rdflib, trim
from jjjkg.entailment.closure import Closure, close
from jjjkg.entailment.trimming import RULES
from jjjkg.rdf.namespaces import GRAPH, PREFIXES, expand, shorten
from jjjkg.rdf.terms import Statement, Term
from jjjkg.snapshot import Snapshot

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
Close = Callable[[Iterable[ox.Triple]], Closure | OwlrlClosure]
by_both = pytest.mark.parametrize("close", [close, close_by_owlrl])


def read(turtle: str) -> list[ox.Triple]:
    """Return the triples of a piece of Turtle without declarations of prefixes."""
    return [quad.triple for quad in ox.parse(HEADER + turtle, format=ox.RdfFormat.TURTLE)]


#: For each rule of trimming a graph, and inferences from it that the rule leaves out.
EXAMPLES = {
    "a literal as subject or property, or a blank node as property": (
        'kg:p rdfs:range kg:C . kg:x kg:p "words" .',
        '"words" rdf:type kg:C',
    ),
    "about a class expression, list or axiom without a name": (
        "kg:C rdfs:subClassOf [ owl:onProperty kg:p ; owl:hasValue kg:v ] . kg:x a kg:C .",
        "kg:x rdf:type []",
    ),
    "a class, property or thing related to itself": (
        "kg:C a owl:Class .",
        "kg:C rdfs:subClassOf kg:C",
    ),
    "true of any data": ("kg:C a owl:Class .", "owl:Nothing rdfs:subClassOf kg:C"),
    "of or under the class of everything": ("kg:C a owl:Class .", "kg:C rdfs:subClassOf owl:Thing"),
}
#: Graphs, and inferences from them that look trivial and are kept.
TOLD = {
    "a blank thing's type": (
        "kg:knows rdfs:domain kg:Person . [] kg:knows [] .",
        "[] rdf:type kg:Person",
    ),
    "a relation of blank things": (
        "kg:in a owl:SymmetricProperty . [] kg:in [] .",
        "[] kg:in []",
    ),
    "a relation to a blank thing": (
        "kg:in a owl:SymmetricProperty . [] kg:in kg:x .",
        "kg:x kg:in []",
    ),
    "a cycle": (
        "kg:in a owl:TransitiveProperty . kg:a kg:in kg:b . kg:b kg:in kg:a .",
        "kg:a kg:in kg:a",
    ),
    "a thing that has itself": (
        "kg:C rdfs:subClassOf [ owl:onProperty kg:p ; owl:hasValue kg:a ] . kg:a a kg:C .",
        "kg:a kg:p kg:a",
    ),
    "a member of a list that is blank": (
        "kg:p rdfs:domain kg:C . [] a owl:AllDifferent ; owl:members ( [ kg:p 1 ] kg:x ) .",
        "[] rdf:type kg:C",
    ),
    "a wider domain": (
        "kg:p rdfs:domain kg:C . kg:C rdfs:subClassOf kg:D .",
        "kg:p rdfs:domain kg:D",
    ),
    "a relation to the class of everything": (
        "kg:p rdfs:subPropertyOf kg:q . kg:x kg:p owl:Thing .",
        "kg:x kg:q owl:Thing",
    ),
    "a property of the language": (
        "rdfs:label rdfs:subPropertyOf kg:name . kg:name rdfs:subPropertyOf kg:said .",
        "rdfs:label rdfs:subPropertyOf kg:said",
    ),
    "a class that has all there is": (
        "kg:All rdfs:subClassOf kg:Any . owl:Thing rdfs:subClassOf kg:All .",
        "owl:Thing rdfs:subClassOf kg:Any",
    ),
    "a class that has nothing": (
        "kg:C rdfs:subClassOf kg:D . kg:D rdfs:subClassOf owl:Nothing .",
        "kg:C rdfs:subClassOf owl:Nothing",
    ),
}


def write(statement: Statement) -> str:
    """Return a statement as the examples write it."""

    def name(term: Term) -> str:
        if isinstance(term, ox.BlankNode):
            return "[]"
        return shorten(term.value) if isinstance(term, ox.NamedNode) else str(term)

    return " ".join(map(name, statement))


def test_each_rule_has_its_example() -> None:
    assert list(EXAMPLES) == [name for name, _ in RULES]


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_leaves_out_its_example(rule: str) -> None:
    turtle, example = EXAMPLES[rule]
    given = read(turtle)
    (left_out,) = (said for said in close(given).entailed() if write(said) == example)
    kept, counted = trim([left_out], map(tuple, given))
    assert kept == ()
    assert {name: count for name, count in counted.items() if count} == {rule: 1}
    for closure in (close(given), close_by_owlrl(given)):
        assert closure.trimmed[rule] >= 1
        assert left_out not in map(tuple, closure.inferred)


@by_both
@pytest.mark.parametrize("case", TOLD)
def test_what_looks_odd_is_given_out(case: str, close: Close) -> None:
    turtle, example = TOLD[case]
    assert example in [write(tuple(triple)) for triple in close(read(turtle)).inferred]


@pytest.mark.parametrize(
    "turtle",
    [
        *(turtle for turtle, _ in EXAMPLES.values()),
        "kg:C rdfs:subClassOf [ owl:onProperty [ owl:inverseOf kg:p ] ; owl:hasValue kg:v ] ."
        "kg:x kg:p kg:y ; a kg:C .",
        'kg:p rdfs:subPropertyOf "words" . kg:x kg:p kg:y .',
        "kg:x owl:sameAs kg:y . kg:y owl:sameAs kg:z ; kg:p kg:x .",
    ],
)
def test_what_is_kept_and_what_is_left_out_add_up(turtle: str) -> None:
    given = read(turtle)
    closure = close(given)
    entailed = list(closure.entailed())
    assert len(closure.inferred) + sum(closure.trimmed.values()) == len(set(entailed))
    assert len(entailed) == len(set(entailed))
    assert not set(map(tuple, given)) & set(entailed)
    assert closure.inferred == close_by_owlrl(given).inferred


@by_both
def test_what_says_something_is_kept(close: Close) -> None:
    closure = close(
        read(
            """
            kg:p a owl:TransitiveProperty ; rdfs:domain kg:C .
            kg:q owl:inverseOf kg:p ; rdfs:subPropertyOf kg:r .
            kg:C rdfs:subClassOf kg:D .
            kg:x kg:p kg:y ; kg:r "7"^^xsd:integer . kg:y kg:p kg:z ; kg:s "01"@en .
            kg:s rdfs:subPropertyOf kg:t .
            """
        )
    )
    expected = """
        kg:x kg:p kg:z ; a kg:C , kg:D . kg:y a kg:C , kg:D ; kg:q kg:x ; kg:r kg:x .
        kg:z kg:q kg:y , kg:x ; kg:r kg:y , kg:x . kg:y kg:t "01"@en . kg:p rdfs:domain kg:D .
    """
    assert set(closure.inferred) == set(read(expected))


@by_both
def test_lexical_forms_are_carried_over(close: Close) -> None:
    given = read('kg:p rdfs:subPropertyOf kg:q . kg:x kg:p 34.90 , "07"^^xsd:integer , "a"@zh .')
    values = {triple.object for triple in close(given).inferred}
    assert values == {t.object for t in given if isinstance(t.object, ox.Literal)}


@by_both
def test_the_closure_is_closed_and_sorted(close: Close) -> None:
    given = read(
        "kg:p a owl:TransitiveProperty . kg:a kg:p kg:b . kg:b kg:p kg:c . kg:c kg:p kg:d ."
    )
    closure = close(given)
    again = close(reversed(given))
    assert (closure.inferred, closure.trimmed) == (again.inferred, again.trimmed)
    assert list(closure.inferred) == sorted(closure.inferred, key=str)
    assert len(closure.inferred) == 3
    assert close((*given, *closure.inferred)).inferred == ()


def test_a_contradiction_has_owlrls_message() -> None:
    closure = close_by_owlrl(read("kg:C owl:disjointWith kg:D . kg:x a kg:C , kg:D ."))
    assert any("kg:x" in m or expand("kg:x") in m for m in closure.messages)
    assert close_by_owlrl(read("kg:C owl:disjointWith kg:D . kg:x a kg:C .")).messages == ()


def test_what_is_no_rdf_goes_to_rdflib_and_back() -> None:
    blank, name, value = ox.BlankNode("b"), ox.NamedNode("x:a"), ox.Literal("1", language="en")
    typed = ox.Literal("01", datatype=ox.NamedNode(expand("xsd:integer")))
    given = [ox.Triple(blank, name, value), ox.Triple(name, name, typed)]
    assert {from_rdflib(triple) for triple in to_rdflib(given)} == set(map(tuple, given))


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
        if isinstance(triple.object, ox.NamedNode):
            assert not triple.object.value.startswith(language), triple
    assert not set(inferred) & {*dataset.ontology, *dataset.asserted}


def test_the_snapshot_counts_what_was_left_out(snapshot: Snapshot) -> None:
    assert list(snapshot.trimmed) == [name for name, _ in RULES]
    assert sum(snapshot.trimmed.values()) == snapshot.counts["trimmed"] > 0
