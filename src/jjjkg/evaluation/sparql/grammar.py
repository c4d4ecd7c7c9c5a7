"""The grammar of SPARQL as a predictive parser: the tree of a query, or what does not fit.

The grammar is LL(1) (https://www.w3.org/TR/sparql11-query/#sparqlGrammar, note 5), so one
terminal of look-ahead and a stack suffice; nothing here recurses with the query's depth.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from jjjkg.evaluation.sparql.lexer import Token

END: Final = "END"
#: Rules that end with themselves.
_TAILS: Final = frozenset({"TriplesBlock", "TriplesTemplate"})


@dataclass(frozen=True)
class Node:
    """A part of a rule: its kind ("one", "seq", "alt", "?", "*", "+"), its symbol or its parts."""

    kind: str
    symbol: str = ""
    parts: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Misfit:
    """The index of the first terminal that fits nowhere, and those that would have fitted.

    The index one past the last terminal means a missing end.
    """

    index: int
    expected: frozenset[str]


@dataclass
class Part:
    """A part of a text: its rule, the terminals from `start` up to `end`, and the parts within."""

    rule: str
    start: int
    end: int = 0
    parts: "list[Part]" = field(default_factory=list)

    def ascend(self) -> "Iterator[Part]":
        """Walk through the parts, each after those within it, in the order of the text."""
        stack = [(self, iter(self.parts))]
        while stack:
            part, rest = stack[-1]
            if (inner := next(rest, None)) is not None:
                stack.append((inner, iter(inner.parts)))
            else:
                stack.pop()
                yield part

    def find(self, *rules: str) -> "list[Part]":
        """Return the parts directly within this one that follow one of some rules."""
        return [part for part in self.parts if part.rule in rules]


class Grammar:
    """Rules by name, read from EBNF: the first rule is the start."""

    def __init__(self, text: str) -> None:
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        pairs = [line.split(" ::= ", 1) for line in lines]
        self.start = pairs[0][0]
        self.rules = {name: _alternatives(re.findall(r"'[^']+'|[\w]+|\S", r)) for name, r in pairs}
        self.quoted = frozenset(re.findall(r"'([^']+)'", "\n".join(lines)))
        self._first: dict[Node, tuple[frozenset[str], bool]] = {}

    def first(self, node: Node) -> tuple[frozenset[str], bool]:
        """Return the terminals that a node may begin with, and if it may be empty."""
        if node not in self._first:
            self._first[node] = self._find_first(node)
        return self._first[node]

    def _find_first(self, node: Node) -> tuple[frozenset[str], bool]:
        if node.kind == "one":
            rule = self.rules.get(node.symbol)
            return self.first(rule) if rule else (frozenset({node.symbol}), False)
        terminals: frozenset[str] = frozenset()
        may_be_empty = node.kind in ("?", "*", "seq")
        for part in node.parts:
            first, empty = self.first(part)
            terminals |= first
            if node.kind == "seq" and not empty:
                return terminals, False
            may_be_empty = may_be_empty or empty
        return terminals, may_be_empty

    def parse(self, terminals: Iterable[str], kept: Collection[str] = ()) -> "Part | Misfit":
        """Return the parts of a text whose rules are in `kept`, or the first terminal that misfits.

        A rule that ends with itself, as a chain of triples does, makes one part.
        """
        stack: list[Node | None] = [Node("one", self.start)]
        open_parts = [Part("", 0)]
        passed: frozenset[str] = frozenset()
        for index, terminal in enumerate([*terminals, END]):
            while True:
                if not stack:
                    open_parts[0].end = index
                    return open_parts[0] if terminal == END else Misfit(index, passed | {END})
                node = stack.pop()
                if node is None:
                    open_parts.pop().end = index
                    continue
                if node.kind == "one" and node.symbol == terminal:
                    passed = frozenset()
                    break
                first, empty = self.first(node)
                if terminal in first:
                    tail = node.symbol in _TAILS and node.symbol == open_parts[-1].rule
                    if node.symbol in kept and not tail:
                        part = Part(node.symbol, index)
                        open_parts[-1].parts.append(part)
                        open_parts.append(part)
                        stack.append(None)
                    self._expand(node, terminal, stack)
                elif empty:
                    passed |= first
                else:
                    return Misfit(index, passed | first)
        raise AssertionError("the end always fits or misfits")

    def _expand(self, node: Node, terminal: str, stack: list[Node | None]) -> None:
        match node.kind:
            case "one":
                stack.append(self.rules[node.symbol])
            case "seq":
                stack.extend(reversed(node.parts))
            case "alt":
                stack.append(next(p for p in node.parts if terminal in self.first(p)[0]))
            case "?":
                stack.append(node.parts[0])
            case _:
                stack.extend((Node("*", parts=node.parts), node.parts[0]))


@cache
def load_grammar() -> Grammar:
    """Return the grammar of SPARQL queries, from the file beside this module."""
    return Grammar(files("jjjkg.evaluation.sparql").joinpath("sparql.ebnf").read_text("utf-8"))


def _alternatives(tokens: list[str]) -> Node:
    """Read alternatives off the front of `tokens`, up to a closing bracket or the end."""
    branches: list[list[Node]] = [[]]
    while tokens and tokens[0] != ")":
        token = tokens.pop(0)
        if token == "|":
            branches.append([])
            continue
        if token == "(":
            node = _alternatives(tokens)
            tokens.pop(0)
        else:
            node = Node("one", token.strip("'"))
        if tokens and tokens[0] in ("?", "*", "+"):
            node = Node(tokens.pop(0), parts=(node,))
        branches[-1].append(node)
    sequences = [b[0] if len(b) == 1 else Node("seq", parts=tuple(b)) for b in branches]
    return sequences[0] if len(sequences) == 1 else Node("alt", parts=tuple(sequences))


_KINDS: Final = {
    "string": "STRING",
    "iri": "IRIREF",
    "variable": "VAR",
    "blank": "BLANK",
    "name": "NAME",
    "language": "LANGTAG",
}
#: The rules whose parts are looked at.
_KEPT: Final = frozenset(
    "SelectQuery SubSelect ConstructQuery DescribeQuery AskQuery SelectClause SelectExpression "
    "GroupClause HavingClause OrderClause GroupGraphPattern GraphPatternNotTriples TriplesBlock "
    "Filter Bind InlineData DataBlockRow DataBlockValue Aggregate".split()
)
Terminals = Sequence[tuple[str, Token]]


class Query(NamedTuple):
    """The terminals of a query, the tree of its parts, and the scope of each part, by its id.

    A scope is the set of variables that may have a value at the end of a part.
    """

    terminals: Terminals
    tree: Part
    scopes: dict[int, frozenset[str]]

    def tokens(self, part: Part) -> list[Token]:
        """Return the tokens of a part."""
        return [token for _, token in self.terminals[part.start : part.end]]

    def variables(self, part: Part) -> frozenset[str]:
        """Return the names of the variables in a part."""
        inside = self.terminals[part.start : part.end]
        return frozenset(token.text[1:] for name, token in inside if name == "VAR")

    def scope(self, parts: Sequence[Part]) -> frozenset[str]:
        """Return the union of the scopes of some parts."""
        return frozenset().union(*(self.scopes[id(part)] for part in parts))

    def alias(self, part: Part) -> Token:
        """Return the variable before the bracket that ends a part such as ``(1 AS ?x)``."""
        return self.terminals[part.end - 2][1]

    def span(self, part: Part) -> tuple[int, int]:
        """Return the offsets of the expression in a part such as ``(1 AS ?x)``, up to its AS."""
        return self.terminals[part.start + 1][1].start, self.terminals[part.end - 3][1].start


def read_query(tokens: Sequence[Token]) -> Query | Misfit:
    """Return a query by its parts, or the first of its terminals that does not fit the grammar."""
    terminals = read_terminals(tokens)
    parsed = load_grammar().parse((name for name, _ in terminals), _KEPT)
    return Query(terminals, parsed, {}) if isinstance(parsed, Part) else parsed


def read_terminals(tokens: Sequence[Token]) -> list[tuple[str, Token]]:
    """Return each token with its name in the grammar, where empty brackets are one terminal."""
    terminals: list[tuple[str, Token]] = []
    for token in tokens:
        name = _KINDS.get(token.kind, token.text)
        if token.kind == "number":
            name = "INTEGER" if token.text.isdigit() else "DECIMAL"
        elif token.kind == "word" and token.text != "a":
            name = token.word.lower() if token.word in ("TRUE", "FALSE") else token.word
        elif name == "STRING" and token.text[:3] in ('"""', "'''"):
            name = "LONGSTRING"
        elif name == "NAME" and token.text.endswith(":") and token.text.count(":") == 1:
            name = "PREFIXNAME"
        if terminals and terminals[-1][0] + name in ("()", "[]"):
            terminals[-1] = ("NIL" if name == ")" else "ANON", terminals[-1][1])
        else:
            terminals.append((name, token))
    return terminals
