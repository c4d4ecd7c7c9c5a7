"""Chains in a query that are too long for the engine, which nests what is written side by side.

Oxigraph reads ``1+1+1`` as ``(1+1)+1``, and takes patterns that follow each other in a group in the
same way, so that a long chain overflows its stack as deep brackets do. Measured on 0.5.13 with a
worker's stack of 64 MB: 40,000 signs pass and 60,000 end the process; of triples, filters, groups,
unions or members of a list 30,000 take more than half a minute, and 100,000 end it. Lists of values
(VALUES, IN, arguments) do not nest: 100,000 of each pass.
"""

from collections.abc import Sequence
from typing import Final

from jjjkg.evaluation.sparql.lexer import Token
from jjjkg.evaluation.sparql.parts import Fault

#: How many parts may follow each other within the same brackets.
MAX_CHAIN: Final = 10_000

#: What links the parts of an expression, and of patterns and paths.
_OPERATORS: Final = frozenset({"||", "&&", "+", "-", "*", "/", "|"})
_SEPARATORS: Final = frozenset({".", ";", ",", "/", "|", "~"})
_WORDS: Final = frozenset("UNION OPTIONAL MINUS FILTER BIND GRAPH LATERAL VALUES".split())
_OPENING: Final = frozenset({"{", "(", "[", "<<", "<<(", "{|"})
_CLOSING: Final = frozenset({"}", ")", "]", ">>", ")>>", "|}"})
_OPERANDS: Final = frozenset({"variable", "string", "number", "iri", "name", "blank"})
#: The kind of brackets in which nothing nests: the values of VALUES, the template of a CONSTRUCT.
_FLAT: Final = "flat"


def find_long_chain(tokens: Sequence[Token]) -> Fault | None:
    """Return the first chain of more than MAX_CHAIN parts, at the place where it gets too long."""
    if len(tokens) <= MAX_CHAIN:
        return None
    kinds, counts = [""], [0]
    flat = False  # whether the next brace holds what does not nest
    before = Token("operator", "", 0)
    for token in tokens:
        kind = kinds[-1]
        if token.text in _CLOSING:
            if len(kinds) > 1:
                kinds.pop()
                counts.pop()
        elif kind == _FLAT:
            if token.text in _OPENING:
                kinds.append(_FLAT)
                counts.append(0)
        else:
            counts[-1] += _is_part(kind, token, before)
            if counts[-1] > MAX_CHAIN:
                return Fault.of(token.start, "syntax.long_chain", most=MAX_CHAIN)
            if token.text in _OPENING:
                kinds.append(_FLAT if flat and token.text == "{" else token.text)
                counts.append(0)
                flat = flat and token.text != "{"
            elif token.kind == "word":
                flat = flat or token.word in ("VALUES", "CONSTRUCT")
                flat = flat and token.word not in ("WHERE", "FROM")
        before = token
    return None


def _is_part(kind: str, token: Token, before: Token) -> bool:
    """Tell whether a token begins one more part within brackets of a kind."""
    ended = before.text in _CLOSING or before.kind in _OPERANDS
    if token.text == "{":
        return before.text in ("{", "}", ".")
    if token.text in _OPENING:  # a member of a list, a chosen expression, or an annotation
        called = before.kind in ("iri", "name") and token.text == "("
        return token.text == "{|" or (ended and not called)
    if kind == "(":
        return token.text in _OPERATORS or (ended and token.kind in _OPERANDS)
    if kind == "" and token.kind == "variable":  # a key of ORDER BY or GROUP BY
        return True
    return token.text in _SEPARATORS or token.word in _WORDS
