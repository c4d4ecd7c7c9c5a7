"""Explanations as RDF: what each statement was derived from, in PROV-O's terms.

https://www.w3.org/TR/prov-o/
"""

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.proof import Proof
from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.narrator import Narrator
from jjjkg.messages import LANGUAGES
from jjjkg.rdf.namespaces import GRAPH, PREFIXES, expand
from jjjkg.rdf.terms import Statement, Term

#: Where the W3C lists the rules.
RULES: Final = (
    "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
)


def write_turtle(explanations: Iterable[Explanation], narrator: Narrator) -> bytes:
    """Proofs in Turtle: each step a prov:Activity that used statements and generated one.

    A statement is an rdf:Statement; what no triple can say, a literal subject or a blank
    predicate, stands under rdf:value instead of rdf:subject or rdf:predicate. A given statement
    was derived from its claims, or from the graph that it is in; a contradiction is an entity
    that has only a label. A step's rule is its dcterms:identifier.
    """
    triples = [t for e in explanations for proof in e.proofs for t in _trace(e, proof, narrator)]
    names = ("dcterms", "prov", "rdf", "rdfs", "jjj", "kg", "claim", "source", "graph", "xsd")
    prefixes = {name: PREFIXES[name] for name in names}
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    assert written is not None, "without a file to write to, bytes are returned"
    return written


def _trace(explanation: Explanation, proof: Proof, narrator: Narrator) -> Iterator[ox.Triple]:
    nodes: dict[Statement | None, ox.BlankNode] = {}

    def node(statement: Statement | None) -> Iterator[ox.Triple]:
        if statement in nodes:
            return
        nodes[statement] = ox.BlankNode()
        yield from _reify(nodes[statement], statement, narrator)

    for given in proof.given:
        yield from node(given)
        evidence = explanation.evidence[given]
        sources = [claim.iri for claim in evidence.claims]
        if not sources and evidence.part:
            sources = [GRAPH + evidence.part]
        for source in sources:
            yield _triple(nodes[given], "prov:wasDerivedFrom", ox.NamedNode(source))
        for claim in evidence.claims:
            for passage in claim.passages:
                quoted = ox.NamedNode(claim.iri), ox.NamedNode(passage.iri)
                yield _triple(quoted[0], "prov:wasQuotedFrom", quoted[1])
    for step in proof.steps:
        yield from node(step.conclusion)
        concluded, activity = nodes[step.conclusion], ox.BlankNode()
        yield _triple(activity, "rdf:type", ox.NamedNode(expand("prov:Activity")))
        yield _triple(activity, "dcterms:identifier", ox.Literal(step.rule))
        yield _triple(activity, "dcterms:conformsTo", ox.NamedNode(RULES))
        for code in LANGUAGES:
            words = narrator.tell(step, explanation.evidence, code)
            yield _triple(activity, "rdfs:comment", ox.Literal(words, language=code))
        yield _triple(concluded, "prov:wasGeneratedBy", activity)
        for premise in dict.fromkeys(step.premises):
            yield from node(premise)
            yield _triple(activity, "prov:used", nodes[premise])
            yield _triple(concluded, "prov:wasDerivedFrom", nodes[premise])


def _reify(
    node: ox.BlankNode, statement: Statement | None, narrator: Narrator
) -> Iterator[ox.Triple]:
    yield _triple(node, "rdf:type", ox.NamedNode(expand("prov:Entity")))
    for code in LANGUAGES:
        words = narrator.state(statement, code)
        yield _triple(node, "rdfs:label", ox.Literal(words, language=code))
    if statement is None:
        return
    subject, predicate, value = statement
    yield _triple(node, "rdf:type", ox.NamedNode(expand("rdf:Statement")))
    literal = isinstance(subject, ox.Literal)
    yield _triple(node, "rdf:value" if literal else "rdf:subject", subject)
    named = isinstance(predicate, ox.NamedNode)
    yield _triple(node, "rdf:predicate" if named else "rdf:value", predicate)
    yield _triple(node, "rdf:object", value)


def _triple(subject: ox.NamedNode | ox.BlankNode, predicate: str, value: Term) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(expand(predicate)), value)
