"""A query by its parts: its terminals as the grammar names them, and the tree of its rules."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Self

from jjjkg.evaluation.sparql.grammar import Misfit, Part, load_grammar
from jjjkg.evaluation.sparql.lexer import Token
from jjjkg.messages import Message

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


class Fault(NamedTuple):
    """A fault of a query: the reason why it is one, and the offset of the place."""

    reason: Message
    offset: int

    @classmethod
    def of(cls, offset: int, key: str, **values: Any) -> Self:
        """A fault at an offset, told by a message of jjjkg.messages (queries.toml)."""
        return cls(Message.of(f"queries.{key}", **values), offset)


class Query(NamedTuple):
    """The terminals of a query, the tree of its parts, and the scope of each part.

    A scope has the variables that may have a value at the end of a part, by its id.
    """

    terminals: Terminals
    tree: Part
    scopes: dict[int, frozenset[str]]

    def tokens(self, part: Part) -> list[Token]:
        return [token for _, token in self.terminals[part.start : part.end]]

    def variables(self, part: Part) -> frozenset[str]:
        inside = self.terminals[part.start : part.end]
        return frozenset(token.text[1:] for name, token in inside if name == "VAR")

    def scope(self, parts: Sequence[Part]) -> frozenset[str]:
        return frozenset().union(*(self.scopes[id(part)] for part in parts))

    def alias(self, part: Part) -> Token:
        """The variable before the bracket that ends a part."""
        return self.terminals[part.end - 2][1]


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
