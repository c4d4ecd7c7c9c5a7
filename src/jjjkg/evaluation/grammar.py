"""The grammar of SPARQL as a predictive parser that finds the first terminal that does not fit.

The grammar is LL(1) (https://www.w3.org/TR/sparql11-query/#sparqlGrammar, note 5), so one
terminal of look-ahead and a stack suffice; nothing here recurses with the query's depth.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

END: Final = "END"


@dataclass(frozen=True)
class Node:
    """A part of a rule: its kind ("one", "seq", "alt", "?", "*", "+"), its symbol or its parts."""

    kind: str
    symbol: str = ""
    parts: tuple["Node", ...] = ()


class Grammar:
    """Rules by name, read from EBNF: the first rule is the start."""

    def __init__(self, text: str) -> None:
        lines = (line for line in text.splitlines() if line and not line.startswith("#"))
        pairs = [line.split(" ::= ", 1) for line in lines]
        self.start = pairs[0][0]
        self.rules = {name: _alternatives(re.findall(r"'[^']+'|[\w]+|\S", r)) for name, r in pairs}
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

    def find_misfit(self, terminals: Iterable[str]) -> tuple[int, frozenset[str]] | None:
        """The index of the first terminal that fits nowhere, and those that would have fitted.

        None where the whole fits. The index one past the last terminal means a missing end.
        """
        stack = [Node("one", self.start)]
        passed: frozenset[str] = frozenset()
        for index, terminal in enumerate([*terminals, END]):
            while True:
                if not stack:
                    return None if terminal == END else (index, passed | {END})
                node = stack.pop()
                if node == Node("one", terminal):
                    passed = frozenset()
                    break
                first, empty = self.first(node)
                if terminal in first:
                    self._expand(node, terminal, stack)
                elif empty:
                    passed |= first
                else:
                    return index, passed | first
        return None

    def _expand(self, node: Node, terminal: str, stack: list[Node]) -> None:
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
    return Grammar(files("jjjkg.evaluation").joinpath("sparql.ebnf").read_text("utf-8"))


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
