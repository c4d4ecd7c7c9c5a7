"""The grammar of SPARQL as a predictive parser: a query's parts, or what does not fit.

The grammar is LL(1) (https://www.w3.org/TR/sparql11-query/#sparqlGrammar, note 5), so one
terminal of look-ahead and a stack suffice; nothing here recurses with the query's depth.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

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
        """The terminals that `node` may begin with, and whether it may be empty."""
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
    """The grammar of SPARQL queries from the file beside this module."""
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
