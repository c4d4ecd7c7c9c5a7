"""The edition for tools without named graphs: claims as annotations of axioms.

https://www.w3.org/TR/owl2-mapping-to-rdf/#Axioms_that_are_Translated_to_a_Single_Triple has
annotated axioms. What was inferred is left to the tool's own reasoner.
"""

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import PREFIXES, expand
from jjjkg.release.content import Content, Statements
from jjjkg.release.graphs import write_document

PROTEGE: Final = "protege.ttl"
_WORDS: Final = (
    f"{PROTEGE}: ontology and assertions for Protégé (OWL 2 DL and RL); each assertion is "
    "annotated with its claims (jjj:statedBy)"
)
_TYPE, _AXIOM, _SOURCE, _PROPERTY, _TARGET, _STATED, _ANNOTATION = (
    ox.NamedNode(expand(name))
    for name in (
        "rdf:type",
        "owl:Axiom",
        "owl:annotatedSource",
        "owl:annotatedProperty",
        "owl:annotatedTarget",
        "jjj:statedBy",
        "owl:AnnotationProperty",
    )
)


def make_axioms(content: Content) -> dict[str, bytes]:
    """protege.ttl; none where nothing is asserted that an axiom could be."""
    if not content.triples:
        return {}
    parts: dict[str, Statements] = {
        "ontology": content.parts["ontology"],
        "asserted": (*content.parts["asserted"], *_annotate(content)),
        "provenance": tuple(_describe_claims(content)),
    }
    return {PROTEGE: write_document(content, parts, _WORDS).encode()}


def _annotate(content: Content) -> Iterator[ox.Triple]:
    claims: dict[ox.Triple, list[str]] = {}
    for iri, triples in content.claims.items():
        for triple in triples:
            claims.setdefault(triple, []).append(iri)
    for number, (triple, iris) in enumerate(claims.items(), 1):
        if not _is_axiom(triple):
            continue
        axiom = ox.BlankNode(f"axiom{number}")
        yield ox.Triple(axiom, _TYPE, _AXIOM)
        yield ox.Triple(axiom, _SOURCE, triple.subject)
        yield ox.Triple(axiom, _PROPERTY, triple.predicate)
        yield ox.Triple(axiom, _TARGET, triple.object)
        for iri in iris:
            yield ox.Triple(axiom, _STATED, ox.NamedNode(iri))


def _is_axiom(triple: ox.Triple) -> bool:
    """Whether a triple is an axiom by itself, and not a piece of a larger one."""
    piece = triple.predicate.value.startswith((PREFIXES["owl"], PREFIXES["rdf"]))
    said = triple.predicate == _TYPE and triple.object != _AXIOM
    return said or not piece


def _describe_claims(content: Content) -> Iterator[ox.Triple]:
    """Of the claims, their kind and what annotation properties say of them."""
    annotations = {
        triple.subject
        for triple in content.parts["ontology"]
        if triple.predicate == _TYPE and triple.object == _ANNOTATION
    }
    for triple in content.parts["provenance"]:
        subject = triple.subject
        known = isinstance(subject, ox.NamedNode) and subject.value in content.claims
        if known and (triple.predicate == _TYPE or triple.predicate in annotations):
            yield triple
