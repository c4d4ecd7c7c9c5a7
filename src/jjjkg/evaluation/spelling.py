"""What is right in SPARQL and Oxigraph 0.5 does not read, spelt so that it does."""

import re
from collections.abc import Sequence

from jjjkg.evaluation.grammar import Misfit, Part
from jjjkg.evaluation.parts import Query, read_query
from jjjkg.evaluation.selection import list_chosen, list_outside
from jjjkg.lexer import VOLATILE, Token

#: Where a piece of a text begins and ends, and what takes its place.
Edit = tuple[int, int, str]


def spell_for_engine(text: str, tokens: Sequence[Token]) -> str:
    r"""Spell ``claim:P1.S1.a`` as ``claim:P1\.S1\.a``, and ``TRUE`` as ``true``.

    The engine refuses a local name with two dots unless they are escaped (measured), and knows
    true and false in small letters only.
    """
    edits: list[Edit] = []
    for kind, word, start in tokens:
        if kind == "name" and word.count(".") > 1:
            prefix, _, local = word.partition(":")
            escaped = re.sub(r"(?<!\\)\.", r"\\.", local)
            edits.append((start, start + len(word), f"{prefix}:{escaped}"))
        elif kind == "word" and word.lower() in ("true", "false"):
            edits.append((start, start + len(word), word.lower()))
    return _edit(text, 0, len(text), edits) if edits else text


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
    return _edit(text, 0, len(text), edits)


def _list_spellings(select: Part, query: Query, text: str) -> list[Edit]:
    edits: list[Edit] = []
    named: dict[str, str] = {}
    for token, expression in list_chosen(select, query):
        if expression is None:
            continue
        for variable in list_outside(expression, query):
            if spelling := named.get(variable.text[1:]):
                end = variable.start + len(variable.text)
                edits.append((variable.start, end, f"({spelling})"))
        inside = query.tokens(expression)[1:-3]
        if inside and not any(word.word in VOLATILE for word in inside):
            end = inside[-1].start + len(inside[-1].text)
            named[token.text[1:]] = _edit(text, inside[0].start, end, edits)
    return edits


def _edit(text: str, start: int, end: int, edits: Sequence[Edit]) -> str:
    """Return a piece of a text with what stands at some places replaced."""
    pieces = []
    for begin, stop, replacement in sorted(edits):
        if start <= begin < end:
            pieces += [text[start:begin], replacement]
            start = stop
    return "".join([*pieces, text[start:end]])
