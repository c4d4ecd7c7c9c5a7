"""Conclusions that follow from premises by the rules, and conclusions that do not."""

import pyoxigraph as ox
import pytest

from jjjkg.entailment.concluding.conclusion import find_missing, follows
from jjjkg.rdf.namespaces import expand
from support.entailment.conclusions import FACTS, SCHEMA, judge, read


@pytest.mark.parametrize(
    ("conclusion", "expected"),
    [
        (":beijing :near :tianjin .", True),
        (":tianjin a :City , :Place .", True),
        (":xianghe a :City .", False),
        (":tianjin :near _:x . _:x :near _:y .", True),
        (":tianjin :near _:x . _:x a :Village .", False),
        ("_:x :near _:x .", False),
        ("_:x a :Port ; :near _:y . _:y :seat _:z .", True),
        (':tianjin rdfs:label "Tianjin"@en .', True),
        (':tianjin rdfs:label "Tientsin"@en .', False),
        (":beijing owl:sameAs :beijing . :nowhere owl:sameAs :nowhere .", True),
        (":beijing a owl:Thing , owl:NamedIndividual . :City a owl:Class .", True),
        (":near a owl:ObjectProperty . rdfs:label a owl:AnnotationProperty .", True),
        (":near a owl:DatatypeProperty .", False),
        (":near a owl:Class . :City a rdf:Property .", False),
        ("", True),
    ],
)
def test_forward(conclusion: str, expected: bool) -> None:
    assert judge(conclusion) is expected


def test_literals_are_compared_by_value() -> None:
    assert judge(':tianjin :grade "01"^^xsd:byte .')
    assert judge("_:x :grade 1.0 .")
    assert not judge(":tianjin :grade 2 .")
    assert not judge(':tianjin :grade "1" .')


def test_everything_follows_from_a_contradiction() -> None:
    assert judge(":a :b :c .", SCHEMA + ":x a :City , :Village .")


def test_an_ontology_stands_for_that_of_the_premises() -> None:
    header = "<https://example.org/one> a owl:Ontology ."
    other = "<https://example.org/two> a owl:Ontology ."
    assert judge(other + ":a :p :b .", header + ":a :p :b .")
    assert not judge(other + ":a :p :b .", ":a :p :b .")


def test_declaring_what_the_premises_leave_open_says_nothing_new() -> None:
    assert judge(":p a owl:DatatypeProperty . :C a owl:Class .", ":a a :C ; :p 1 .")
    assert not judge(":q a owl:DatatypeProperty .", ":a a :C ; :p 1 .")


def test_a_long_chain_of_blank_nodes_is_found() -> None:
    steps = range(1500)
    premises = " ".join(f":n{i} :next :n{i + 1} ; :other :m ." for i in steps)
    path = " ".join(f"_:b{i} :next _:b{i + 1} ." for i in steps)
    assert judge(path, premises)


def test_a_chain_that_is_too_long_is_not() -> None:
    premises = " ".join(f":n{i} :next :n{i + 1} ." for i in range(100))
    path = " ".join(f"_:b{i} :next _:b{i + 1} ." for i in range(101))
    assert not judge(path, premises)


def test_blank_nodes_are_tried_in_turn() -> None:
    premises = ":a :p :b , :c . :b :q :d . :c :q :c ; :r 1 , 2 ."
    assert judge(":a :p _:x . _:x :q _:x ; :r 1 , _:y .", premises)
    assert not judge(":a :p _:x . _:x :q :d ; :r _:y .", premises)


def test_what_is_missing_is_said() -> None:
    near, label = ox.NamedNode("https://example.org/near"), ox.NamedNode(expand("rdfs:label"))
    conclusion = read(':tianjin :near :beijing , :xianghe ; rdfs:label "T" . _:x :near :xianghe .')
    missing = find_missing(read(SCHEMA + FACTS), conclusion)
    assert [p for _, p, _ in missing.statements] == [near, label, near]
    assert isinstance(missing.statements[2][0], ox.BlankNode)
    assert not missing.is_inconsistent


def test_blank_nodes_of_both_sides_are_apart() -> None:
    assert judge("_:b a :Village .", SCHEMA + "_:b a :City . :x a :Village .")
    assert not judge("_:b a :Village .", SCHEMA + "_:b a :City .")


def test_a_triple_about_a_triple_is_refused() -> None:
    inner = ox.Triple(
        ox.NamedNode("https://example.org/a"),
        ox.NamedNode("https://example.org/p"),
        ox.Literal("1"),
    )
    outer = ox.Triple(ox.BlankNode(), ox.NamedNode(expand("rdf:reifies")), inner)
    with pytest.raises(TypeError, match="about a triple"):
        follows([], [outer])
