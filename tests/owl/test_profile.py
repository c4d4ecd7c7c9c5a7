"""Ontology, asserted and inferred triples together are in OWL 2 DL and in OWL 2 RL."""

from pathlib import Path

import pytest

from support.judges import check_profiles

PREFIXES = """
    @prefix : <http://example.org/> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    <http://example.org/> a owl:Ontology .
"""

#: What jjjkg's ontology may be made of.
SOUND = """
    :Place a owl:Class .  :Agent a owl:Class .  :Site a owl:Class .  :Capital a owl:Class ;
        owl:equivalentClass [ a owl:Class ; owl:intersectionOf
            ( :Place [ a owl:Restriction ; owl:onProperty :capitalOf ; owl:hasValue :china ] ) ] .
    [] a owl:AllDisjointClasses ; owl:members ( :Place :Agent :Site ) .
    :within a owl:ObjectProperty , owl:TransitiveProperty .
    :partOf a owl:ObjectProperty , owl:AsymmetricProperty , owl:IrreflexiveProperty ;
        rdfs:subPropertyOf :within .
    :capitalOf a owl:ObjectProperty ; rdfs:domain :Place .
    :hasCapital a owl:ObjectProperty ; owl:inverseOf :capitalOf .
    :basedIn a owl:ObjectProperty ; owl:propertyChainAxiom ( :hasSite :within ) .
    :hasSite a owl:ObjectProperty .
    :code a owl:DatatypeProperty ; rdfs:range xsd:string .
    :Place owl:hasKey ( :code ) .
    :note a owl:AnnotationProperty .
    :china a owl:NamedIndividual , :Place ; :code "156" ; :note "2024-03-07"^^xsd:date .
"""

BROKEN = {
    "DL: an irreflexive property with transitive parts": (
        ":within a owl:IrreflexiveProperty .",
        "Use of non-simple property",
    ),
    "DL: a date as a value": (':china :code "2024-03-07"^^xsd:date .', "datatype"),
    "DL: a property that is both": (":note a owl:ObjectProperty .", "pun"),
    "DL: rdf:value": (':china rdf:value "1" .', "22-rdf-syntax-ns#value"),
    "DL: a property that is not declared": (':china :size "1" .', "undeclared: "),
    "DL: a class that is not declared": (":china a :Country .", "undeclared: Class"),
    "RL: some-values as a superclass": (
        ":Site rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :within ; "
        "owl:someValuesFrom :Place ] .",
        "OWL 2 RL: Use of non-superclass expression",
    ),
    "RL: a union as a range": (
        ":within rdfs:range [ a owl:Class ; owl:unionOf ( :Place :Site ) ] .",
        "OWL 2 RL: Use of non-superclass expression",
    ),
    "RL: one-of as a superclass": (
        ":Capital rdfs:subClassOf [ a owl:Class ; owl:oneOf ( :china ) ] .",
        "OWL 2 RL: Use of non-superclass expression",
    ),
    "RL: a disjoint union": (":Agent owl:disjointUnionOf ( :Site :Capital ) .", "OWL 2 RL: "),
    "RL: a reflexive property": (":within a owl:ReflexiveProperty .", "OWL 2 RL: "),
    "a class that is an individual": (":Place a owl:NamedIndividual , :Place .", "punned: "),
    "an axiom of terms of no kind": (":a owl:equivalentProperty :b .", "not understood: "),
}


def test_the_closed_graph_is_in_owl_2_dl_and_rl(closed_graph_file: Path) -> None:
    assert check_profiles(closed_graph_file) == [[]]


def test_the_edition_for_protege_is_too(release: Path) -> None:
    assert check_profiles(release / "protege.ttl") == [[]]


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The problems of the sound ontology, and of it with each of the additions."""
    folder = tmp_path_factory.mktemp("profile")
    documents = {"sound": ""} | {name: turtle for name, (turtle, _) in BROKEN.items()}
    files = []
    for number, turtle in enumerate(documents.values()):
        files.append(folder / f"{number}.ttl")
        files[-1].write_text(PREFIXES + SOUND + turtle)
    return dict(zip(documents, check_profiles(*files), strict=True))


def test_what_the_ontology_is_made_of_is_in_both(problems: dict[str, list[str]]) -> None:
    assert problems["sound"] == []


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_outside_is_found(problems: dict[str, list[str]], name: str) -> None:
    _, expected = BROKEN[name]
    assert any(expected in problem for problem in problems[name]), problems[name]
