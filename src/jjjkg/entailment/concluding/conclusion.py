"""The entailment checker: does a conclusion follow from premises?

https://www.w3.org/TR/owl2-conformance/#Entailment_Checker
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from jjjkg.entailment.concluding.expressions import Scaffold, name_of
from jjjkg.entailment.concluding.homomorphism import is_found
from jjjkg.entailment.concluding.hypothesis import Theory
from jjjkg.entailment.concluding.implication import read_node
from jjjkg.rdf.terms import Statement, Term, statement_of

#: The classes of which everything that a blank node stands for is an instance.
_ANYTHING: Final = {"owl:Thing", "rdfs:Resource", "owl:NamedIndividual"}


@dataclass(frozen=True)
class Missing:
    """The statements of a conclusion that do not follow; none if the premises are inconsistent."""

    statements: tuple[Statement, ...]
    is_inconsistent: bool


def follows(premises: Iterable[ox.Triple], conclusion: Iterable[ox.Triple]) -> bool:
    """Tell if all of a conclusion follows from the premises; see find_missing."""
    theory, goals = _read(premises, conclusion)
    return next(_find_missing(theory, goals), None) is None


def find_missing(premises: Iterable[ox.Triple], conclusion: Iterable[ox.Triple]) -> Missing:
    """Return the statements of a conclusion that do not follow from the premises.

    Blank nodes of the conclusion are existential variables; its literals stand for their values.
    Everything follows from a contradiction. A statement that no rule concludes may follow by
    refutation (for a owl:differentFrom b, suppose a owl:sameAs b and find a contradiction) or,
    for an axiom about all things, by supposing its premise of new individuals (for a subclass
    axiom, suppose an instance of the one class, and find it to be an instance of the other). A
    class expression exists if its parts are classes or properties of the premises.

    An ontology in the conclusion stands for that of the premises, whatever its name. Statements
    that share blank nodes are missing together. Blank nodes in the result have new names.
    """
    theory, goals = _read(premises, conclusion)
    return Missing(tuple(_find_missing(theory, goals)), theory.is_inconsistent)


def _read(
    premises: Iterable[ox.Triple], conclusion: Iterable[ox.Triple]
) -> tuple[Theory, list[Statement]]:
    """Return the theory of the premises, and the statements of the conclusion."""
    goals = _rename(list(map(statement_of, conclusion)))
    terms = {term for s, _, o in goals for term in (s, o)}
    literals = [term for term in terms if isinstance(term, ox.Literal)]
    return Theory(map(statement_of, premises), literals).add((), terms), goals


def _find_missing(theory: Theory, goals: Iterable[Statement]) -> Iterator[Statement]:
    if theory.is_inconsistent:
        return
    for component in _split(goals):
        if not _matches(component, theory, ()) and not _is_implied(component, theory):
            yield from component


def _is_implied(component: Collection[Statement], theory: Theory) -> bool:
    """Tell if statements follow once their class expressions are added to the premises."""
    scaffold = Scaffold(component, theory.roles.classes, theory.roles.properties)
    if not scaffold.definitions and not scaffold.axioms:
        return False
    grown = theory.add(scaffold.definitions)
    if grown.is_inconsistent:
        return False  # sound definitions contradict nothing, so these are not sound
    for node, kind in scaffold.axioms.items():
        axiom = read_node(node, kind, scaffold.expressions)
        if not axiom or not all(map(grown.bears, axiom)):
            return False
    return _matches(scaffold.rest, grown, scaffold.constants)


def _matches(statements: Iterable[Statement], theory: Theory, constants: Collection[Term]) -> bool:
    """Tell if a mapping of the blank nodes that are not constants makes all statements hold."""
    patterns: list[Statement] = []
    unknowns: set[Term] = set()
    for statement in statements:
        _, predicate, value = statement
        unknown = {t for t in statement if isinstance(t, ox.BlankNode) and t not in constants}
        if not unknown:
            if not theory.implies(statement):
                return False
        elif name_of(predicate) != "rdf:type" or name_of(value) not in _ANYTHING:
            patterns.append(statement)
            unknowns |= unknown
    return not patterns or is_found(patterns, unknowns, theory.statements())


def _split(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """Yield the statements, without repeats, in groups connected by blank nodes."""
    groups: dict[Term, list[Statement]] = {}
    for statement in dict.fromkeys(statements):
        blanks = [term for term in statement if isinstance(term, ox.BlankNode)]
        if not blanks:
            yield [statement]
            continue
        group = groups.setdefault(blanks[0], [])
        for other in (groups.get(blank, []) for blank in blanks):
            if other is not group:
                group += other
                for term in (term for each in other for term in each):
                    if term in groups:
                        groups[term] = group
        groups |= dict.fromkeys(blanks, group)
        group.append(statement)
    seen: set[int] = set()
    for group in groups.values():
        if id(group) not in seen:
            seen.add(id(group))
            yield group


def _rename(statements: Collection[Statement]) -> list[Statement]:
    """Return the statements with new blank nodes for their blank nodes and ontologies."""
    ontologies = {
        s for s, p, o in statements if name_of(p) == "rdf:type" and name_of(o) == "owl:Ontology"
    }
    names: defaultdict[Term, Term] = defaultdict(ox.BlankNode)

    def rename(term: Term) -> Term:
        return names[term] if isinstance(term, ox.BlankNode) or term in ontologies else term

    return [(rename(s), rename(p), rename(o)) for s, p, o in statements]
