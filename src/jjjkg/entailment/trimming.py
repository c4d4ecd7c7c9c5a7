"""What of a closure is left out because it says nothing: one rule a line, each counted.

owlrl writes down everything that the OWL 2 RL/RDF rules give, most of it true of any data
(https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from rdflib import OWL, RDF, RDFS, XSD, BNode, Literal
from rdflib.term import Node

RdflibTriple = tuple[Node, Node, Node]

_LANGUAGE: Final = (str(RDF), str(RDFS), str(OWL), str(XSD))


def _of_language(node: Node) -> bool:
    return str(node).startswith(_LANGUAGE)


#: The first rule that holds of a triple is the one that it is counted under.
RULES: Final[tuple[tuple[str, Callable[[Node, Node, Node], bool]], ...]] = (
    ("a literal as subject or property", lambda s, p, o: Literal in (type(s), type(p))),
    (
        "about a blank class expression or list",
        lambda s, p, o: BNode in (type(s), type(p), type(o)),
    ),
    ("reflexive", lambda s, p, o: s == o),
    ("about the language's own terms", lambda s, p, o: _of_language(s)),
    ("of or under the class of everything", lambda s, p, o: o in (OWL.Thing, RDFS.Resource)),
    # The types that it gives are kept; the domain itself restates the ontology, more weakly.
    ("a domain or range of a property", lambda s, p, o: p in (RDFS.domain, RDFS.range)),
)


def trim(triples: Iterable[RdflibTriple]) -> tuple[list[RdflibTriple], Counter[str]]:
    """The triples that say something, and how many were left out under each rule."""
    kept: list[RdflibTriple] = []
    trimmed: Counter[str] = Counter({name: 0 for name, _ in RULES})
    for triple in triples:
        for name, holds in RULES:
            if holds(*triple):
                trimmed[name] += 1
                break
        else:
            kept.append(triple)
    return kept, trimmed
