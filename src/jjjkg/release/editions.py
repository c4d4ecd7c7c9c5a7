"""Editions of the data for tools of one kind, each with the claims beside the assertions.

An edition is a function here: it returns the text of a document in Turtle, and has its name and
its head in EDITIONS.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from jjjkg.metadata.facts import state
from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.rdf.terms import TYPE, find_instances, named
from jjjkg.release.content import Content, Statements
from jjjkg.release.graphs import write_document

_AXIOM: Final = named("owl:Axiom")


def make_editions(content: Content) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the text of each edition; none of data without triples of their own."""
    if content.triples:
        claims = _find_claims(content)
        for name, write in EDITIONS.items():
            yield name, write(content, claims).encode()


def _find_claims(content: Content) -> Mapping[ox.Triple, Sequence[str]]:
    """Return the IRIs of the claims that state each triple."""
    claims: defaultdict[ox.Triple, list[str]] = defaultdict(list)
    for iri, triples in content.claims.items():
        for triple in triples:
            claims[triple].append(iri)
    return claims


def write_reifiers(content: Content, claims: Mapping[ox.Triple, Sequence[str]]) -> str:
    """Return everything in RDF 1.2: each asserted triple with its claims, as its reifiers.

    A claim stands for the statement of a triple, so it is the reifier itself. RDF 1.1 stays the
    baseline of every other file. https://www.w3.org/TR/rdf12-concepts/#section-reification
    """
    names = ("ontology", "asserted", "inferred", "provenance", "dataset")
    parts = {name: content.parts[name] for name in names}
    words = "rdf12.ttl: everything, in RDF 1.2; each assertion names its claims (~ claim:...)"
    return write_document(
        content, parts, words, lambda triple: claims.get(triple, ()), 'VERSION "1.2"\n'
    )


def write_axioms(content: Content, claims: Mapping[ox.Triple, Sequence[str]]) -> str:
    """Return what tools without named graphs can load: claims as annotations of axioms.

    Inferences are left to the tool's own reasoner.
    https://www.w3.org/TR/owl2-mapping-to-rdf/#Axioms_that_are_Translated_to_a_Single_Triple
    """
    parts: dict[str, Statements] = {
        "ontology": content.parts["ontology"],
        "asserted": (*content.parts["asserted"], *_annotate(claims)),
        "provenance": tuple(_describe_claims(content)),
    }
    words = (
        "protege.ttl: ontology and assertions for Protégé (OWL 2 DL and RL); each assertion is "
        "annotated with its claims (jjj:statedBy)"
    )
    return write_document(content, parts, words)


def _annotate(claims: Mapping[ox.Triple, Sequence[str]]) -> Iterator[ox.Triple]:
    for number, (triple, iris) in enumerate(claims.items(), 1):
        if not _is_axiom(triple):
            continue
        yield from state(
            ox.BlankNode(f"axiom{number}"),
            ("rdf:type", [_AXIOM]),
            ("owl:annotatedSource", [triple.subject]),
            ("owl:annotatedProperty", [triple.predicate]),
            ("owl:annotatedTarget", [triple.object]),
            ("jjj:statedBy", map(ox.NamedNode, iris)),
        )


def _is_axiom(triple: ox.Triple) -> bool:
    """Tell whether a triple is an axiom by itself, and not a piece of a larger one."""
    piece = triple.predicate.value.startswith((PREFIXES["owl"], PREFIXES["rdf"]))
    said = triple.predicate == TYPE and triple.object != _AXIOM
    return said or not piece


def _describe_claims(content: Content) -> Iterator[ox.Triple]:
    """Yield the types of the claims, and the values of their annotation properties."""
    recorded = {TYPE, *find_instances(content.parts["ontology"], named("owl:AnnotationProperty"))}
    for triple in content.parts["provenance"]:
        subject = triple.subject
        known = isinstance(subject, ox.NamedNode) and subject.value in content.claims
        if known and triple.predicate in recorded:
            yield triple


#: The editions, by the names of their files.
EDITIONS: Final[Mapping[str, Callable[[Content, Mapping[ox.Triple, Sequence[str]]], str]]] = {
    "protege.ttl": write_axioms,
    "rdf12.ttl": write_reifiers,
}
