"""Terms, statements and lists of RDF, and a term in the JSON of SPARQL's results.

Terms are pyoxigraph's. A Statement is a plain tuple, so that each kind of term may stand at each
place, as in the generalised triples that the rules of OWL 2 RL are about
(https://www.w3.org/TR/rdf11-concepts/#section-generalized-rdf).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, TypeVar

import pyoxigraph as ox

from jjjkg.rdf.namespaces import expand

#: A term of RDF 1.1.
Term = ox.NamedNode | ox.BlankNode | ox.Literal
#: A term of RDF 1.2, in which a triple may be the object of another.
#: https://www.w3.org/TR/rdf12-concepts/#dfn-triple-term
Object = Term | ox.Triple
#: Subject, predicate and object.
Statement = tuple[Term, Term, Term]

Node = TypeVar("Node")

_STRING: Final = expand("xsd:string")


def named(curie: str) -> ox.NamedNode:
    """Return the IRI that a prefixed name such as ``rdf:type`` stands for, as a term.

    Raises KeyError for a prefix that is not ours.
    """
    return ox.NamedNode(expand(curie))


TYPE: Final = named("rdf:type")
FIRST: Final = named("rdf:first")
REST: Final = named("rdf:rest")
NIL: Final = named("rdf:nil")


def statement_of(triple: ox.Triple | ox.Quad) -> Statement:
    """Return the terms of a triple. Raises TypeError for a triple about a triple."""
    subject, predicate, value = triple.subject, triple.predicate, triple.object
    if isinstance(value, ox.Triple) or isinstance(subject, ox.Triple):
        raise TypeError(f"{triple}: a triple about a triple is beyond OWL 2; leave it out")
    return subject, predicate, value


def triple_of(statement: Statement) -> ox.Triple:
    """Return a statement as a triple.

    Raises TypeError for one with a term where no triple has it, such as a literal as its subject.
    """
    return ox.Triple(*statement)  # type: ignore[arg-type]


def blank_nodes_of(triple: ox.Triple) -> list[ox.BlankNode]:
    """Return the blank nodes at the two ends of a triple."""
    return [end for end in (triple.subject, triple.object) if isinstance(end, ox.BlankNode)]


def find_instances(triples: Iterable[ox.Triple], *types: ox.NamedNode) -> list[ox.NamedNode]:
    """Return the IRIs that triples give one of some types, each once, in their order."""
    found = (t.subject for t in triples if t.predicate == TYPE and t.object in types)
    return list(dict.fromkeys(node for node in found if isinstance(node, ox.NamedNode)))


def encode_term(term: Object) -> dict[str, Any]:
    """Return a term as the results of SPARQL write it in JSON.

    https://www.w3.org/TR/sparql12-results-json/#select-encode-terms
    """
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Triple():
            parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
            encoded = {place: encode_term(part) for place, part in parts.items()}
            return {"type": "triple", "value": encoded}
    literal = {"type": "literal", "value": term.value}
    if term.language:
        literal["xml:lang"] = term.language
        if term.direction:
            literal["its:dir"] = term.direction.value
    elif term.datatype.value != _STRING:
        literal["datatype"] = term.datatype.value
    return literal


def decode_term(encoded: Mapping[str, Any]) -> Object:
    """Return the term that a JSON object of SPARQL's results stands for.

    Literals of the kind "typed-literal" of earlier results are read too. Raises KeyError for a
    missing member and ValueError for one with another value than the standard allows.
    """
    value = encoded["value"]
    match encoded["type"]:
        case "uri":
            return ox.NamedNode(value)
        case "bnode":
            return ox.BlankNode(value)
        case "literal" | "typed-literal":
            language, datatype = encoded.get("xml:lang"), encoded.get("datatype")
            if language:
                direction = encoded.get("its:dir")
                return ox.Literal(
                    value,
                    language=language,
                    direction=ox.BaseDirection(direction) if direction else None,
                )
            return ox.Literal(value, datatype=ox.NamedNode(datatype) if datatype else None)
        case "triple":
            parts = (decode_term(value[part]) for part in ("subject", "predicate", "object"))
            return ox.Triple(*parts)  # type: ignore[arg-type]
        case kind:
            raise ValueError(f"{kind!r} is not a kind of term")


class BrokenList(ValueError):
    """A list that is not well formed; the text says what is wrong with it."""


def read_list(
    head: Node, values: Callable[[Node, str], Collection[Node]], nil: Any = NIL
) -> list[Node]:
    """Return the members of the list that begins at a node.

    `values` gives a node's values of "rdf:first" and of "rdf:rest"; nodes may be terms, or numbers
    that stand for them. Raises BrokenList for a list that comes back to itself, and for one with a
    cell that has no, or several, values of one of the two.
    https://www.w3.org/TR/rdf-schema/#ch_collectionvocab
    """
    members: list[Node] = []
    seen: set[Node] = set()
    cell = head
    while cell != nil:
        firsts, rests = values(cell, "rdf:first"), values(cell, "rdf:rest")
        if cell in seen:
            raise BrokenList("comes back to itself")
        for name, found in (("rdf:first", firsts), ("rdf:rest", rests)):
            if len(found) != 1:
                raise BrokenList(f"has a cell {'with two' if found else 'without'} {name}")
        seen.add(cell)
        members += firsts
        (cell,) = rests
    return members
