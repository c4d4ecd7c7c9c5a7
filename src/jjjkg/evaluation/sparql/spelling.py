"""Aliases of a SELECT that it uses again itself, spelt out where Oxigraph 0.5 can't use them."""

from collections.abc import Sequence
from typing import Final

from jjjkg.evaluation.ordering.rewriting import Edit, apply
from jjjkg.evaluation.sparql.grammar import Misfit, Part
from jjjkg.evaluation.sparql.lexer import VOLATILE, Token
from jjjkg.evaluation.sparql.parts import Query, read_query
from jjjkg.evaluation.sparql.selection import list_chosen, list_outside

#: Characters that the spelling may add: aliases of aliases, each used twice, double at each step.
_MOST_ADDED: Final = 100_000


def spell_out_aliases(text: str, tokens: Sequence[Token]) -> str:
    """Replace what a SELECT with groups has named by its expression, where it is used again.

    ``SELECT (COUNT(?s) AS ?n) (?n + 1 AS ?m)`` is right, and Oxigraph 0.5 refuses it. An expression
    that would have another value the next time is not repeated.
    """
    query = read_query(tokens)
    if isinstance(query, Misfit):
        return text
    edits: list[Edit] = []
    for select in query.tree.ascend():
        if select.rule in ("SelectQuery", "SubSelect"):
            edits += _list_spellings(select, query, text)
    if sum(len(edit.text) for edit in edits) > _MOST_ADDED:
        return text
    return apply(text, edits)


def _list_spellings(select: Part, query: Query, text: str) -> list[Edit]:
    edits: list[Edit] = []
    named: dict[str, str] = {}
    for token, expression in list_chosen(select, query):
        if expression is None:
            continue
        within: list[Edit] = []
        for variable in list_outside(expression, query):
            if spelling := named.get(variable.text[1:]):
                end = variable.start + len(variable.text)
                within.append(Edit(variable.start, end, f"({spelling})"))
        edits += within
        inside = query.tokens(expression)[1:-3]
        added = sum(len(edit.text) for edit in within)
        if added > _MOST_ADDED or any(word.word in VOLATILE for word in inside):
            continue
        start, end = inside[0].start, inside[-1].start + len(inside[-1].text)
        named[token.text[1:]] = apply(
            text[start:end], [Edit(e.start - start, e.end - start, e.text) for e in within]
        )
    return edits
