"""Premises for tests of conclusions, and a function that judges a conclusion by them."""

import pyoxigraph as ox

from jjjkg.entailment.concluding.conclusion import follows

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

#: A schema that declares terms and entails nothing that the tests ask about.
SCHEMA = """
:City a owl:Class . :Port a owl:Class ; rdfs:subClassOf :City . :Village a owl:Class .
:Place a owl:Class ; owl:equivalentClass [ owl:unionOf (:City :Village) ] .
:Village owl:disjointWith :City .
:near a owl:ObjectProperty , owl:SymmetricProperty .
:within a owl:ObjectProperty ; owl:propertyChainAxiom (:within :within) ; rdfs:domain :Place .
:seat a owl:ObjectProperty , owl:FunctionalProperty ; rdfs:subPropertyOf :near ; rdfs:range :City .
:holds a owl:ObjectProperty ; owl:inverseOf :within .
:grade a owl:DatatypeProperty ; rdfs:range xsd:short , xsd:unsignedInt .
:Lonely a owl:Class ; rdfs:subClassOf
    [ a owl:Restriction ; owl:onProperty :near ; owl:maxCardinality 0 ] .
"""
FACTS = """
:tianjin a :Port ; :near :beijing ; :grade 1 ; rdfs:label "Tianjin"@en .
:xianghe a :Village . :beijing :seat :tongzhou ; owl:differentFrom :langfang .
:langfang :seat :guangyang . :tongzhou owl:differentFrom :guangyang . :hermitage a :Lonely .
"""


def read(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


def judge(conclusion: str, premises: str = SCHEMA + FACTS) -> bool:
    return follows(read(premises), read(conclusion))
