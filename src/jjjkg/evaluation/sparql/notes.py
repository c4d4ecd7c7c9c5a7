"""Notes beside an answer that is right by the letter, but not what they meant."""

from collections.abc import Sequence
from typing import Final

from jjjkg.evaluation.sparql.lexer import Token
from jjjkg.messages import Message

_CLAUSES: Final = frozenset({"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"})


def find_note(text: str, tokens: Sequence[Token]) -> Message | None:
    """Return the note beside a table without rows, or None.

    HAVING can't see the alias of the SELECT beside it, so that
    a condition on it is never true; the expression can stand in its place.
    https://www.w3.org/TR/sparql11-query/#aggregateRestrictions
    """
    if not any(token.word == "HAVING" for token in tokens):
        return None
    for index, token in enumerate(tokens):
        if token.word.startswith("SELECT"):
            aliases, asked = _read_select(text, tokens, index + 1)
            for name in asked:
                if name in aliases:
                    expression = " ".join(aliases[name].split())
                    key = "queries.notes.having_alias"
                    return Message.of(key, alias=f"?{name}", expression=expression)
    return None


def _read_select(
    text: str, tokens: Sequence[Token], index: int
) -> tuple[dict[str, str], list[str]]:
    """The aliases of one SELECT with their expressions, and the variables of its HAVING."""
    aliases: dict[str, str] = {}
    asked: list[str] = []
    clause, depth, start = "SELECT", 0, 0
    for place in range(index, len(tokens)):
        token = tokens[place]
        if depth == 0 and (token.word in _CLAUSES or token.text in ("{", "}")):
            if token.text == "}":
                break
            clause = token.word or "WHERE"
        depth += (token.text in ("(", "{")) - (token.text in (")", "}"))
        if clause == "SELECT" and token.text == "(" and depth == 1:
            start = token.start + 1
        if token.kind != "variable":
            continue
        name, before = token.text[1:], tokens[place - 1]
        if clause == "SELECT" and depth == 1 and before.word == "AS":
            aliases[name] = text[start : before.start]
        elif clause == "HAVING":
            asked.append(name)
    return aliases, asked
