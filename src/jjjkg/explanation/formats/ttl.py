"""Explanations as RDF: the sources of each statement, in PROV-O's terms.

https://www.w3.org/TR/prov-o/
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.proof import Proof
from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.verbalisation.verbaliser import Verbaliser
from jjjkg.messages import LANGUAGES
from jjjkg.rdf.namespaces import GRAPH
from jjjkg.rdf.serialization import write_rdf
from jjjkg.rdf.terms import TYPE, Statement, Term, named

#: The W3C's list of the rules.
RULES: Final = (
    "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
)


def write(explanations: Sequence[Explanation], verbaliser: Verbaliser, language: str) -> str:
    """Return proofs in Turtle: each step a prov:Activity that used statements and generated one.

    A statement is an rdf:Statement; what no triple can say, a literal subject or a blank
    predicate, stands under rdf:value instead of rdf:subject or rdf:predicate. A given statement
    was derived from its claims, or from the graph that it is in; a contradiction is an entity
    that has only a label. A step's rule is its dcterms:identifier. The words are in every
    language, and the same explanations give the same text.
    """
    trace = _Trace(verbaliser)
    triples = (t for e in explanations for proof in e.proofs for t in trace.follow(e, proof))
    return write_rdf(tuple(dict.fromkeys(triples)), "ttl").decode()


class _Trace:
    """The triples of proofs, with blank nodes that are numbered in their order."""

    def __init__(self, verbaliser: Verbaliser) -> None:
        self._verbaliser = verbaliser
        self._numbers = count(1)

    def follow(self, explanation: Explanation, proof: Proof) -> Iterator[ox.Triple]:
        """Yield the triples of a proof, from what is given to the goal."""
        nodes: dict[Statement | None, ox.BlankNode] = {}

        def tell(statement: Statement | None) -> Iterator[ox.Triple]:
            if statement not in nodes:
                nodes[statement] = self._make_node("statement")
                yield from self._reify(nodes[statement], statement)

        for given in proof.given:
            yield from tell(given)
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
            yield from tell(step.conclusion)
            concluded, activity = nodes[step.conclusion], self._make_node("step")
            yield ox.Triple(activity, TYPE, named("prov:Activity"))
            yield _triple(activity, "dcterms:identifier", ox.Literal(step.rule))
            yield _triple(activity, "dcterms:conformsTo", ox.NamedNode(RULES))
            for code in LANGUAGES:
                words = self._verbaliser.tell(step, explanation.evidence, code)
                yield _triple(activity, "rdfs:comment", ox.Literal(words, language=code))
            yield _triple(concluded, "prov:wasGeneratedBy", activity)
            for premise in dict.fromkeys(step.premises):
                yield from tell(premise)
                yield _triple(activity, "prov:used", nodes[premise])
                yield _triple(concluded, "prov:wasDerivedFrom", nodes[premise])

    def _make_node(self, kind: str) -> ox.BlankNode:
        return ox.BlankNode(f"{kind}{next(self._numbers)}")

    def _reify(self, node: ox.BlankNode, statement: Statement | None) -> Iterator[ox.Triple]:
        yield ox.Triple(node, TYPE, named("prov:Entity"))
        for code in LANGUAGES:
            words = self._verbaliser.state(statement, code)
            yield _triple(node, "rdfs:label", ox.Literal(words, language=code))
        if statement is None:
            return
        subject, predicate, value = statement
        yield ox.Triple(node, TYPE, named("rdf:Statement"))
        literal = isinstance(subject, ox.Literal)
        yield _triple(node, "rdf:value" if literal else "rdf:subject", subject)
        is_named = isinstance(predicate, ox.NamedNode)
        yield _triple(node, "rdf:predicate" if is_named else "rdf:value", predicate)
        yield _triple(node, "rdf:object", value)


def _triple(subject: ox.NamedNode | ox.BlankNode, predicate: str, value: Term) -> ox.Triple:
    return ox.Triple(subject, named(predicate), value)
