"""The examples of the rules: for each rule of owl2rl.rules a file to apply it alone to."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.rdf.namespaces import PREFIXES
from jjjkg.rdf.terms import Statement, Term
from support import TESTS

FOLDER: Final = TESTS / "entailment" / "rules"
EXAMPLE: Final = "https://example.org/"
HEADER: Final = "".join(
    f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in {**PREFIXES, "": EXAMPLE}.items()
)
#: [ :literal "1" ] stands for the literal "1", which TriG can't have as a subject.
_LITERAL: Final = ox.NamedNode(EXAMPLE + "literal")

EQUALITY: Final = frozenset("eq-sym eq-trans eq-rep-s eq-rep-p eq-rep-o".split())
#: The rules that need others to be tried, each with these others.
TOGETHER: Final = {
    **dict.fromkeys(EQUALITY, EQUALITY),
    # It equates only the first of equal literals with each other one; equality does the rest.
    "dt-eq": EQUALITY,
    # A literal has a wrong datatype only by another rule.
    "dt-not-type": frozenset({"prp-rng"}),
}
#: The rules whose conclusions are looked up when asked for, not enumerated.
LOOKED_UP: Final = frozenset({"eq-ref", "dt-diff"})


@dataclass(frozen=True)
class Example:
    """An example of a rule: statements that it must add, or a clash, and such that it must not."""

    rule: str
    given: tuple[ox.Triple, ...]
    follows: frozenset[Statement]
    does_not_follow: frozenset[Statement]
    clashes: bool

    @property
    def rules(self) -> frozenset[str]:
        """The ids of the rules to apply: this one, and those that it needs."""
        return TOGETHER.get(self.rule, frozenset()) | {self.rule}


def statement(triple: ox.Triple) -> Statement:
    """Return a triple as a generalised statement."""
    terms = (triple.subject, triple.predicate, triple.object)
    assert not any(isinstance(term, ox.Triple) for term in terms)
    return terms


def read(turtle: str) -> list[ox.Triple]:
    """Return the triples of a piece of Turtle without declarations of prefixes."""
    return [quad.triple for quad in ox.parse(HEADER + turtle, format=ox.RdfFormat.TURTLE)]


def read_statements(turtle: str) -> frozenset[Statement]:
    """Return the statements of a piece of Turtle, in which [ :literal "1" ] stands for "1"."""
    return _with_literals(read(turtle))


@cache
def load_examples() -> tuple[Example, ...]:
    """Return all examples."""
    return tuple(_load(file) for file in sorted(FOLDER.glob("*.trig")))


def _load(file: Path) -> Example:
    graphs: dict[str, list[ox.Triple]] = {"follows": [], "does-not-follow": [], "": []}
    for quad in ox.parse(path=file):
        graph = quad.graph_name
        name = graph.value.removeprefix(EXAMPLE) if isinstance(graph, ox.NamedNode) else ""
        graphs[name].append(quad.triple)
    return Example(
        rule=file.stem,
        given=tuple(graphs[""]),
        follows=_with_literals(graphs["follows"]),
        does_not_follow=_with_literals(graphs["does-not-follow"]),
        # An empty graph does not occur in the parsed quads.
        clashes="\n:clash {}" in file.read_text(encoding="utf-8"),
    )


def _with_literals(triples: Iterable[ox.Triple]) -> frozenset[Statement]:
    statements = [statement(triple) for triple in triples]
    stand_for: dict[Term, Term] = {s: o for s, p, o in statements if p == _LITERAL}
    return frozenset(
        (stand_for.get(s, s), p, stand_for.get(o, o)) for s, p, o in statements if p != _LITERAL
    )
