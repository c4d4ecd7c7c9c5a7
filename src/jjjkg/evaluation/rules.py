"""Rules of SPARQL that its grammar can't hold: on the rows of VALUES, and on grouping.

What is read here fits the grammar, so each bracket has its partner and each clause its parts.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from jjjkg.lexer import Token

_AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_CLAUSES: Final = frozenset({"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"})
#: What is one value in a row: not a sign, a language tag, or the brackets.
_VALUES: Final = frozenset({"iri", "name", "string", "number", "word"})


def find_broken_rule(tokens: Sequence[Token]) -> tuple[str, int] | None:
    """The first rule that is broken, in words, and the offset of what breaks it.

    https://www.w3.org/TR/sparql11-query/#inline-data and
    https://www.w3.org/TR/sparql11-query/#aggregateRestrictions
    """
    for index, token in enumerate(tokens):
        broken = None
        if token.word == "VALUES":
            broken = _find_uneven_row(tokens[index + 1 :])
        elif token.word == "SELECT":
            broken = _find_ungrouped(tokens[index + 1 :])
        if broken:
            return broken
    return None


def _find_uneven_row(tokens: Sequence[Token]) -> tuple[str, int] | None:
    """A row of VALUES with more or fewer values than there are variables."""
    if tokens[0].text != "(":
        return None
    variables = values = 0
    row = before = tokens[0]
    for token in tokens:
        match token.text:
            case "(":
                row, values = token, 0
            case ")" if row is not tokens[0] and values != variables:
                return (
                    f"a row of VALUES needs a value for each variable (here {variables}), and this "
                    f"one has {values}; UNDEF stands for a missing value",
                    row.start,
                )
            case "}":
                break
        variables += token.kind == "variable"
        values += token.kind in _VALUES and before.text != "^^"
        before = token
    return None


def _find_ungrouped(tokens: Sequence[Token]) -> tuple[str, int] | None:
    """What a SELECT with groups asks for, although a group has no one value of it."""
    clauses = _split_select(tokens)
    chosen, keys = clauses.get("SELECT", []), clauses.get("GROUP", [])
    counted = [*chosen, *clauses.get("HAVING", []), *clauses.get("ORDER", [])]
    if not keys and not any(token.word in _AGGREGATES for token in counted):
        return None
    grouped = {token.text[1:] for token in _find_keys(keys)}
    for token in _outside_aggregates(chosen):
        if token.text == "*":
            groups = "GROUP BY" if keys else "an aggregate such as COUNT"
            return f"SELECT * can't be used with {groups}; name the variables", token.start
        if token.kind == "variable" and token.text[1:] not in grouped:
            return (
                f"{token.text} is not in GROUP BY; add it there, or ask for an aggregate of it, "
                f"such as SAMPLE({token.text})",
                token.start,
            )
    return None


def _split_select(tokens: Iterable[Token]) -> dict[str, list[Token]]:
    """What follows SELECT, by the keyword that each clause begins with, up to the query's end."""
    clauses: dict[str, list[Token]] = {}
    clause, depth = "SELECT", 0
    for token in tokens:
        if depth == 0 and (token.word in _CLAUSES or token.text in ("{", "}")):
            if token.text == "}":
                break
            clause = token.word or "WHERE"
        clauses.setdefault(clause, []).append(token)
        depth += _step(token)
    return clauses


def _find_keys(tokens: Iterable[Token]) -> Iterator[Token]:
    """The variables of a GROUP BY that stand by themselves or name an expression."""
    depth, before = 0, ""
    for token in tokens:
        if token.kind == "variable" and (depth == 0 or before == "AS"):
            yield token
        depth += _step(token)
        before = token.word


def _outside_aggregates(tokens: Iterable[Token]) -> Iterator[Token]:
    """The chosen variables, those of their expressions, and the star for all of them."""
    depth, before = 0, ""
    hidden: int | None = None  # how deep the aggregate, or the pattern of an EXISTS, stands
    for token in tokens:
        if hidden is None and (token.text == "{" or (token.text == "(" and before in _AGGREGATES)):
            hidden = depth
        if hidden is None and (
            (token.kind == "variable" and before != "AS") or (token.text == "*" and depth == 0)
        ):
            yield token
        depth += _step(token)
        before = token.word
        if depth == hidden:
            hidden = None


def _step(token: Token) -> int:
    return {"(": 1, "{": 1, ")": -1, "}": -1}.get(token.text, 0)
