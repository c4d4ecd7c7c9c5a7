"""Conclusions by hypothesis: refutation, axioms about all things, class expressions."""

import pytest

from jjjkg.entailment.datatypes.dataranges import includes
from jjjkg.entailment.datatypes.values import DATATYPES
from jjjkg.rdf.namespaces import expand
from support.entailment.conclusions import judge


@pytest.mark.parametrize(
    ("conclusion", "expected"),
    [
        (":xianghe owl:differentFrom :tianjin .", True),
        (":langfang owl:differentFrom :beijing .", True),
        (":tianjin owl:differentFrom :beijing .", False),
        ("[] a owl:AllDifferent ; owl:members (:tianjin :xianghe) .", True),
        ("[] a owl:AllDifferent ; owl:distinctMembers (:tianjin :xianghe :beijing) .", False),
        (
            "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :hermitage ;"
            " owl:assertionProperty :near ; owl:targetIndividual :beijing .",
            True,
        ),
        (
            "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :tianjin ;"
            " owl:assertionProperty :near ; owl:targetIndividual :xianghe .",
            False,
        ),
        (":hermitage a [ owl:onProperty :near ; owl:allValuesFrom :Port ] .", True),
        (":tianjin a [ owl:complementOf :Village ] .", True),
        (":tianjin a [ owl:complementOf :Lonely ] .", True),
        (":beijing a [ owl:complementOf :Village ] .", False),
        ("_:x a [ owl:complementOf :Village ] .", False),
        (":tianjin a [ owl:intersectionOf (:City [ owl:complementOf :Village ]) ] .", True),
        (":xianghe a [ owl:unionOf (:Port [ owl:complementOf :City ]) ] .", True),
        (":xianghe a [ owl:unionOf (:Port [ owl:complementOf :Place ]) ] .", False),
        (
            ":hermitage a [ owl:complementOf [ owl:onProperty :near ; owl:minCardinality 1 ] ] .",
            True,
        ),
        (":xianghe a [ owl:complementOf [ owl:unionOf (:Port :City) ] ] .", True),
        (":xianghe a [ owl:complementOf [ owl:unionOf (:Port :Lonely) ] ] .", False),
    ],
)
def test_refuted(conclusion: str, expected: bool) -> None:
    assert judge(conclusion) is expected


@pytest.mark.parametrize(
    ("conclusion", "expected"),
    [
        (":within a owl:TransitiveProperty .", True),
        (":seat a owl:TransitiveProperty .", False),
        (":near a owl:SymmetricProperty . :holds a owl:TransitiveProperty .", True),
        (":seat a owl:SymmetricProperty .", False),
        (":seat a owl:InverseFunctionalProperty .", False),
        (":near a owl:FunctionalProperty .", False),
        (":near a owl:IrreflexiveProperty .", False),
        (":near a owl:AsymmetricProperty .", False),
        (":Port rdfs:subClassOf :Place , owl:Thing .", True),
        (":Place rdfs:subClassOf :City .", False),
        (":Village rdfs:subClassOf [ owl:complementOf :Port ] .", True),
        (":Village rdfs:subClassOf [ owl:unionOf (:City :Village) ] .", True),
        ("[ owl:unionOf (:Port :Village) ] rdfs:subClassOf :Place .", True),
        ("[ owl:unionOf (:Port :Lonely) ] rdfs:subClassOf :Place .", False),
        ("[ owl:intersectionOf (:Port :Village) ] rdfs:subClassOf owl:Nothing .", True),
        ("[ owl:onProperty :within ; owl:someValuesFrom :Port ] rdfs:subClassOf :Place .", True),
        ("[ owl:onProperty :near ; owl:someValuesFrom :Port ] rdfs:subClassOf :Place .", False),
        ("[ owl:onProperty :within ; owl:minCardinality 1 ] rdfs:subClassOf :Place .", True),
        (":City rdfs:subClassOf [ owl:onProperty :seat ; owl:maxCardinality 1 ] .", True),
        (":City rdfs:subClassOf [ owl:onProperty :near ; owl:maxCardinality 1 ] .", False),
        (":City rdfs:subClassOf [ owl:onProperty :seat ; owl:minCardinality 1 ] .", False),
        (":City rdfs:subClassOf [ owl:onProperty :seat ; owl:minCardinality 2 ] .", False),
        ("owl:Thing rdfs:subClassOf [ owl:onProperty :seat ; owl:allValuesFrom :City ] .", True),
        ("owl:Thing rdfs:subClassOf [ owl:onProperty :near ; owl:allValuesFrom :City ] .", False),
        (":Place owl:unionOf (:Village :City) .", True),
        (":Place owl:unionOf (:Village :Port) .", False),
        (":Port owl:disjointWith :Village .", True),
        (":Port owl:disjointWith :Lonely .", False),
        ("[] a owl:AllDisjointClasses ; owl:members (:Port :Village) .", True),
        ("[] a owl:AllDisjointClasses ; owl:members (:Port :Village :Place) .", False),
        (":seat rdfs:range :Place ; rdfs:subPropertyOf :near .", True),
        (":seat rdfs:domain :Place .", False),
        (":near rdfs:subPropertyOf :seat .", False),
        (":within owl:inverseOf :holds .", True),
        (":within owl:propertyChainAxiom (:within :within :within) .", True),
        (":within owl:propertyChainAxiom (:within :near) .", False),
        (":seat owl:propertyDisjointWith :near .", False),
        (":City owl:hasKey (:seat) .", False),
        (":holds owl:equivalentProperty [ owl:inverseOf :within ] .", True),
        (":seat owl:equivalentProperty [ owl:inverseOf :within ] .", False),
    ],
)
def test_axioms_about_all_things(conclusion: str, expected: bool) -> None:
    assert judge(conclusion) is expected


def test_keys_and_disjoint_properties() -> None:
    premises = """
        :City owl:hasKey (:code) . :code a owl:InverseFunctionalProperty . :Port a owl:Class .
        :a a owl:AsymmetricProperty ; owl:propertyDisjointWith :b . :c rdfs:subPropertyOf :a .
    """
    assert judge(":Port owl:hasKey (:code) .", premises)
    assert judge(":c a owl:AsymmetricProperty . :b owl:propertyDisjointWith :c .", premises)
    assert judge("[] a owl:AllDisjointProperties ; owl:members (:b :c) .", premises)
    assert not judge("[] a owl:AllDisjointProperties ; owl:members (:a :b :c) .", premises)


@pytest.mark.parametrize(
    ("conclusion", "expected"),
    [
        ("[] a owl:Restriction ; owl:onProperty :near ; owl:minCardinality 1 .", True),
        ("[] a owl:Class ; owl:unionOf (:City :Village) .", True),
        ("[] a owl:Class ; owl:intersectionOf (:City [ owl:complementOf :Village ]) .", True),
        ("[] a owl:Class ; owl:unionOf (:City :Unknown) .", False),
        ("[] owl:onProperty :unknown ; owl:someValuesFrom :City .", False),
        (":Unknown a owl:Class . [] owl:unionOf (:City :Unknown) .", False),
        (":Unknown rdfs:subClassOf owl:Thing , :Unknown .", False),
        ("_:u owl:unionOf (:City _:u) .", False),
        ("_:c owl:complementOf _:c . _:c rdfs:subClassOf :City .", False),
        ("_:l rdf:first :City ; rdf:rest _:l .", False),
        ("[] owl:unionOf _:l . _:l rdf:first :City ; rdf:rest _:l .", False),
        ("_:u owl:unionOf (:City) , (:Village) ; rdfs:subClassOf :City .", False),
    ],
)
def test_expressions_exist_where_their_parts_do(conclusion: str, expected: bool) -> None:
    assert judge(conclusion) is expected


def test_an_unknown_class_is_not_made_up_by_a_restriction() -> None:
    held = ":hermitage a [ owl:onProperty :near ; owl:allValuesFrom :%s ] . :%s a owl:Class ."
    assert judge(held % ("Village", "Village"))
    assert not judge(held % ("Fresh", "Fresh"))


@pytest.mark.parametrize(
    ("ranges", "wanted", "expected"),
    [
        ("xsd:short , xsd:unsignedInt", "xsd:unsignedShort", True),
        ("xsd:short , xsd:unsignedInt", "xsd:unsignedByte", False),
        ("xsd:nonNegativeInteger , xsd:nonPositiveInteger", "xsd:byte", True),
        ("xsd:byte", "xsd:unsignedByte", False),
        ("xsd:integer", "xsd:decimal", True),
        ("xsd:decimal", "xsd:integer", False),
        ("xsd:NCName", "xsd:token", True),
        ("xsd:language", "xsd:NMTOKEN", True),
        ("xsd:dateTime", "xsd:dateTimeStamp", False),
        ("xsd:float", "xsd:double", False),
        (":own", "xsd:string", False),
    ],
)
def test_ranges(ranges: str, wanted: str, expected: bool) -> None:
    premises = f":p a owl:DatatypeProperty ; rdfs:range {ranges} ."
    assert judge(f":p rdfs:range {wanted} .", premises) is expected


def test_data_ranges_include_themselves_and_are_included_in_literals() -> None:
    for datatype in DATATYPES:
        assert includes(datatype, [datatype])
        assert includes(expand("rdfs:Literal"), [datatype])


def test_a_reflexive_property_relates_each_thing_to_itself() -> None:
    premises = (
        ":knows a owl:ReflexiveProperty ; rdfs:subPropertyOf :meets . :meets rdfs:domain :A ."
    )
    assert judge(
        ":someone :meets :someone . :B rdfs:subClassOf :A .", premises + ":B a owl:Class ."
    )
    assert not judge(":someone :knows :other .", premises)


def test_cases_are_told_apart_in_a_deep_and_wide_hierarchy() -> None:
    deep = " ".join(
        f":C{i} rdfs:subClassOf :C{i + 1} , :D{i} . :D{i} rdfs:subClassOf :C{i + 1} ."
        for i in range(200)
    )
    split = ":C200 rdfs:subClassOf [ owl:unionOf (:E :F) ] . :E rdfs:subClassOf :G ."
    assert judge(":C0 rdfs:subClassOf :G .", deep + split + ":F rdfs:subClassOf :G .")
    assert not judge(":C0 rdfs:subClassOf :G .", deep + split + ":F a owl:Class .")


def test_a_definition_in_a_circle_comes_to_an_end() -> None:
    premises = """
        :A owl:equivalentClass [ owl:onProperty :p ; owl:someValuesFrom :A ] .
        :B owl:equivalentClass [ owl:unionOf (:B [ owl:onProperty :p ; owl:allValuesFrom :B ]) ] .
    """
    assert judge(":A rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :A ] .", premises)
    assert not judge(":A rdfs:subClassOf :B . :B rdfs:subClassOf :A .", premises)
