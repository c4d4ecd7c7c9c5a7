"""The class expressions, lists and axioms that a graph encodes in several triples each.

https://www.w3.org/TR/owl2-mapping-to-rdf/
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import expand, shorten
from jjjkg.rdf.terms import BrokenList, Statement, Term, read_list

#: The properties that make a blank node a class expression, each with the kind of its value: a
#: class or property, a list of classes ("classes") or of anything ("things"), or any other
#: term ("thing").
_CLASS_PARTS: Final = {
    "owl:unionOf": "classes",
    "owl:intersectionOf": "classes",
    "owl:oneOf": "things",
    "owl:complementOf": "class",
}
_RESTRICTION_PARTS: Final = {
    "owl:someValuesFrom": "class",
    "owl:allValuesFrom": "class",
    "owl:hasValue": "thing",
    "owl:hasSelf": "thing",
    "owl:minCardinality": "thing",
    "owl:maxCardinality": "thing",
    "owl:cardinality": "thing",
    "owl:minQualifiedCardinality": "thing",
    "owl:maxQualifiedCardinality": "thing",
    "owl:qualifiedCardinality": "thing",
}
_FURTHER_PARTS: Final = {
    "owl:onProperty": "property",
    "owl:onClass": "class",
    "owl:onDataRange": "class",
}
_PARTS: Final = _CLASS_PARTS | _RESTRICTION_PARTS | _FURTHER_PARTS
_EXPRESSION_TYPES: Final = {"owl:Class", "owl:Restriction", "rdfs:Class", "rdfs:Datatype"}
#: The classes of axioms that are a blank node, each with the node's properties.
_AXIOMS: Final = {
    "owl:AllDifferent": ("owl:members", "owl:distinctMembers"),
    "owl:AllDisjointClasses": ("owl:members",),
    "owl:AllDisjointProperties": ("owl:members",),
    "owl:NegativePropertyAssertion": (
        "owl:sourceIndividual",
        "owl:assertionProperty",
        "owl:targetIndividual",
        "owl:targetValue",
    ),
}
#: Other properties whose values are lists.
_LIST_PROPERTIES: Final = {
    "owl:hasKey",
    "owl:propertyChainAxiom",
    "owl:members",
    "owl:distinctMembers",
}
_UPWARD: Final = ("rdfs:subClassOf", "owl:equivalentClass")
TYPE: Final = ox.NamedNode(expand("rdf:type"))
_NIL: Final = ox.NamedNode(expand("rdf:nil"))


def name_of(term: Term) -> str:
    """Return the prefixed name of an IRI; "" for another term."""
    return shorten(term.value) if isinstance(term, ox.NamedNode) else ""


class Expressions:
    """The parts of the class expressions and lists of a graph."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._values: defaultdict[Term, defaultdict[str, list[Term]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._equivalent: defaultdict[Term, list[Term]] = defaultdict(list)
        self._below: defaultdict[Term, list[Term]] = defaultdict(list)
        for subject, predicate, value in statements:
            name = name_of(predicate)
            if name.startswith(("owl:", "rdf:", "rdfs:subClassOf")):
                self._values[subject][name].append(value)
            if name == "owl:equivalentClass":
                self._equivalent[value].append(subject)
            if name == "rdfs:subClassOf":
                self._below[value].append(subject)

    def part(self, term: Term, name: str) -> Term | None:
        """Return the only value of a property such as owl:onProperty; None for none or several."""
        values = self._values[term][name] if term in self._values else []
        return values[0] if len(values) == 1 else None

    def read_list(self, head: Term | None) -> tuple[Term, ...] | None:
        """Return the members of a list; None for a malformed one."""

        def values(node: Term, name: str) -> list[Term]:
            return self._values[node][name] if node in self._values else []

        try:
            return None if head is None else tuple(read_list(head, values))
        except BrokenList:
            return None

    def members(self, term: Term, name: str) -> tuple[Term, ...] | None:
        """Return the members of the list that is the value of a property such as owl:unionOf."""
        return self.read_list(self.part(term, name))

    def read_cardinality(self, cls: Term) -> tuple[int, int | None, Term | None]:
        """Return the least and the greatest number of values of a restriction, and their class.

        The greatest is None if unbounded, the class None if unqualified. A least of -1 means that
        the class is not a cardinality restriction.
        """
        part = self.part
        of = part(cls, "owl:onClass") or part(cls, "owl:onDataRange")
        low: int | None = None
        high: int | None = None
        for name in ("cardinality", "qualifiedCardinality"):
            suffix = name[0].upper() + name[1:]
            for least, most in ((name, name), (f"min{suffix}", None), (None, f"max{suffix}")):
                value = part(cls, f"owl:{least or most}")
                if isinstance(value, ox.Literal) and value.value.isdecimal():
                    low = int(value.value) if least else low
                    high = int(value.value) if most else high
        return (-1 if low is None and high is None else low or 0), high, of

    def find_needed(self, cls: Term) -> list[Term]:
        """Return a class and its stated superclasses and equivalents, followed transitively."""
        found = {cls: None}
        queue = [cls]
        for each in queue:
            given: dict[str, list[Term]] = self._values.get(each, {})
            above = [value for name in _UPWARD for value in given.get(name, [])]
            fresh = dict.fromkeys(v for v in (*above, *self._equivalent[each]) if v not in found)
            found |= fresh
            queue += fresh
        return queue

    def find_enough(self, cls: Term) -> list[Term]:
        """Return the class expressions that are stated subclasses or equivalents of a class."""
        given = self._values[cls]["owl:equivalentClass"] if cls in self._values else []
        all_ = (*given, *self._equivalent[cls], *self._below[cls])
        return [other for other in all_ if isinstance(other, ox.BlankNode)]

    def axiom_of(self, term: Term) -> str | None:
        """Return the class of axioms of a node, such as "owl:AllDifferent"; None if it is none."""
        types = self._values[term]["rdf:type"] if term in self._values else []
        return next((name for name in map(name_of, types) if name in _AXIOMS), None)

    def is_expression(self, term: Term) -> bool:
        """Tell if a term is a blank node that encodes exactly one class expression."""
        if not isinstance(term, ox.BlankNode) or term not in self._values:
            return False
        parts = [name for name in _PARTS if self._values[term][name]]
        if any(self.part(term, name) is None for name in parts):
            return False
        main = [name for name in parts if name not in _FURTHER_PARTS]
        return len(main) == 1 and ("owl:onProperty" in parts) == (main[0] in _RESTRICTION_PARTS)


class Scaffold:
    """The division of a conclusion into definitions of expressions, axioms, and the rest.

    ``definitions`` are the statements that encode class expressions and lists, ``axioms`` maps the
    blank nodes of axioms to their classes, ``rest`` are all other statements. ``constants`` are the
    blank nodes of the expressions and list cells.
    """

    def __init__(
        self,
        statements: Collection[Statement],
        classes: Collection[Term],
        properties: Collection[Term],
    ) -> None:
        """Read statements, given the terms that the premises use as classes and properties.

        An expression exists if all its parts do, by the comprehension conditions: https://www.w3.org/TR/owl2-rdf-based-semantics/#Appendix:_Comprehension_Conditions_.28Informative.29
        """
        self.expressions = Expressions(statements)
        self._classes, self._properties = classes, properties
        self._sound: dict[Term, bool] = {}
        self._cells: set[Term] = set()
        self.definitions: list[Statement] = []
        self.rest: list[Statement] = []
        self.axioms = {s: kind for s, _, _ in statements if (kind := self._read_axiom(s))}
        made = {s for s, _, _ in statements if self.exists(s)}
        for _, predicate, value in statements:
            if name_of(predicate) in _LIST_PROPERTIES | _CLASS_PARTS.keys():
                self._read_cells(value)
        for statement in statements:
            subject, predicate, value = statement
            name = name_of(predicate)
            if subject in self.axioms:
                continue
            defines = subject in made and (
                name in _PARTS or (name == "rdf:type" and name_of(value) in _EXPRESSION_TYPES)
            )
            if defines or subject in self._cells:
                self.definitions.append(statement)
            else:
                self.rest.append(statement)
        self.constants = made | self._cells

    def exists(self, term: Term) -> bool:
        """Tell if a term is a well-formed class expression whose parts exist."""
        if not self.expressions.is_expression(term):
            return False
        if term not in self._sound:
            self._sound[term] = False  # so an expression that contains itself is not well-formed
            self._sound[term] = all(
                self._fits(value, _PARTS[name])
                for name in _PARTS
                if (value := self.expressions.part(term, name)) is not None
            )
        return self._sound[term]

    def _fits(self, value: Term, kind: str) -> bool:
        match kind:
            case "class":
                return value in self._classes or self.exists(value)
            case "property":
                return value in self._properties
            case "thing":
                return not isinstance(value, ox.BlankNode)
        members = self.expressions.read_list(value)
        return members is not None and all(
            self._fits(member, "class" if kind == "classes" else "thing") for member in members
        )

    def _read_axiom(self, term: Term) -> str | None:
        """Return the class of axioms of a blank node, if its properties are complete; else None."""
        kind = self.expressions.axiom_of(term) if isinstance(term, ox.BlankNode) else None
        if kind is None or kind == "owl:NegativePropertyAssertion":
            return kind
        lists = [self.expressions.members(term, name) for name in _AXIOMS[kind]]
        return kind if sum(members is not None for members in lists) == 1 else None

    def _read_cells(self, head: Term) -> None:
        if self.expressions.read_list(head) is not None:
            while head != _NIL:
                self._cells.add(head)
                head = self.expressions.part(head, "rdf:rest") or _NIL
