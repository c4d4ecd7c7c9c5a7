"""Rewriting: the text of a query changed so that Oxigraph 0.5 answers it rightly.

The changes are a list of edits, so that everything else stays as it is, down to its offset.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from jjjkg.evaluation.ordering.sorting import GREATEST, KEY, LEAST
from jjjkg.evaluation.sparql.grammar import Misfit, Part, Query, read_query
from jjjkg.evaluation.sparql.lexer import QUERY_FORMS, VOLATILE, Token
from jjjkg.evaluation.sparql.well_formedness import list_chosen, list_outside

_OPENING: Final = frozenset({"(", "{"})
_CLOSING: Final = frozenset({")", "}"})
#: Keywords after the conditions of ORDER BY, though brackets may follow them.
_NO_CONDITION: Final = frozenset({"LIMIT", "OFFSET", "VALUES"})
#: A text without it has nothing to do with order.
_ORDERED: Final = re.compile(r"ORDER|MIN|MAX", re.IGNORECASE)
_ORDER_BY: Final = re.compile(r"(ORDER)(BY)(.*)", re.IGNORECASE)
_BY: Final = re.compile(r"()(BY)(.+)", re.IGNORECASE)
_DOT: Final = re.compile(r"(?<!\\)\.")
#: Characters that spelt-out aliases may add: aliases of aliases, each used twice, double each time.
_MOST_ADDED: Final = 100_000


class Edit(NamedTuple):
    """A text in the place of the one between two offsets."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Collection[Edit]) -> str:
    """Return the text with the edits, which may come in any order; those in one place keep it."""
    if not edits:
        return text
    pieces, end = [], 0
    for edit in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [text[end : edit.start], edit.text]
        end = edit.end
    return "".join([*pieces, text[end:]])


def mend_spelling(tokens: Sequence[Token]) -> list[Edit]:
    r"""Have terminals spelt as Oxigraph 0.5's parser takes them (measured).

    It refuses a local name with two dots, such as ``claim:P1.S1.a``, unless they are escaped, and
    knows ``true`` and ``false`` in small letters only.
    """
    spelt = ((token, spell(token)) for token in tokens)
    return [Edit(token.start, token.end, text) for token, text in spelt if text != token.text]


def spell(token: Token) -> str:
    """Return the text of a token as the engine takes it."""
    if token.word in ("TRUE", "FALSE"):
        return token.text.lower()
    if token.kind != "name" or token.text.count(".") < 2:
        return token.text
    prefix, _, local = token.text.partition(":")
    return prefix + ":" + _DOT.sub(r"\\.", local)


def mend_order(text: str, tokens: Sequence[Token]) -> list[Edit]:
    """Have each ORDER BY, MIN and MAX follow our order (jjjkg.evaluation.ordering.order).

    Anything that is not a condition is left as it is, for the engine to complain about.
    """
    if not _ORDERED.search(text):
        return []
    tokens = list(_split_keywords(tokens))
    edits: list[Edit] = []
    for index, token in enumerate(tokens):
        word = token.word
        if word == "ORDER":
            edits += _mend_conditions(tokens, index + 2)
        elif word.endswith(("MIN", "MAX")) and _find_text(tokens, index + 1) == "(":
            edits += _mend_extreme(tokens, index)
    return edits


def _split_keywords(tokens: Iterable[Token]) -> Iterator[Token]:
    """Split ORDERBYSTR(?x) into its keywords: the engine asks for no space between them."""
    before = ""
    for token in tokens:
        pattern = _BY if before == "ORDER" else _ORDER_BY
        before = token.text.upper()
        fused = pattern.match(token.text) if token.kind in ("word", "name") else None
        if fused is None:
            yield token
            continue
        for group in (1, 2):
            yield Token("word", fused[group].upper(), token.start + fused.start(group))
        if rest := fused[3]:
            yield Token(token.kind, rest, token.start + fused.start(3))


def _mend_conditions(tokens: Sequence[Token], index: int) -> list[Edit]:
    """Wrap each condition that stands from an index on in a call of the key.

    The double brackets keep out what only the arguments of a call may be, such as DISTINCT ?x.
    """
    edits: list[Edit] = []
    after = _find_condition(tokens, index)
    while after is not None:
        first, last = tokens[index], tokens[after - 1]
        # In the brackets of ASC and DESC, which are not those of a call.
        directed = first.word in ("ASC", "DESC")
        start = tokens[index + directed].start
        edits.append(Edit(start, start, "(" * directed + f"{KEY}(("))
        edits.append(Edit(last.end, last.end, "))" + ")" * directed))
        index, after = after, _find_condition(tokens, after)
    return edits


def _find_condition(tokens: Sequence[Token], index: int) -> int | None:
    """Return the index after a condition, or None.

    https://www.w3.org/TR/sparql11-query/#rOrderCondition
    """
    if index >= len(tokens):
        return None
    token = tokens[index]
    if token.kind == "variable":
        return index + 1
    if token.text == "(":
        return _find_end(tokens, index)
    if token.word == "NOT":
        index += 1
    if token.kind not in ("word", "name", "iri") or token.word in _NO_CONDITION:
        return None
    return _find_end(tokens, index + 1)


def _find_end(tokens: Sequence[Token], index: int) -> int | None:
    """Return the index after the brackets that open at an index; None where they do not close."""
    depth = 0
    for place in range(index, len(tokens)):
        text = tokens[place].text
        depth += (text in _OPENING) - (text in _CLOSING)
        if depth == 0:
            return place + 1 if place > index else None
    return None


def _mend_extreme(tokens: Sequence[Token], index: int) -> list[Edit]:
    """Put our aggregate in the place of MIN or MAX: with DISTINCT it is the same."""
    word, opening = tokens[index], tokens[index + 1]
    after = _find_end(tokens, index + 1)
    if after is None:
        return []
    name = LEAST if word.word.endswith("MIN") else GREATEST
    edits = [Edit(word.end - 3, word.end, str(name)), Edit(opening.start, opening.start, "(")]
    inside = tokens[index + 2]
    if inside.word.startswith("DISTINCT"):
        edits.append(Edit(inside.start, inside.start + len("DISTINCT"), ""))
    closing = tokens[after - 1].start
    return [*edits, Edit(closing, closing, ")")]


def _find_text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if index < len(tokens) else ""


def name_columns(star: Token, columns: Iterable[str]) -> Edit:
    """Have a SELECT * name its columns."""
    return Edit(star.start, star.start + 1, " ".join(f"?{name}" for name in columns) + " ")


def order_columns(tokens: Sequence[Token], columns: Collection[str]) -> list[str]:
    """Return the columns of a SELECT * in the order in which the text names them.

    `columns` are those of the engine; they stay in its order where the text does not have them all.
    """
    known = set(columns)
    found = dict.fromkeys(token.text[1:] for token in tokens if token.kind == "variable")
    named = [name for name in found if name in known]
    return named if len(named) == len(known) else list(columns)


def find_star(tokens: Sequence[Token]) -> Token | None:
    """Find the star of a query that is a SELECT *."""
    for index, token in enumerate(tokens):
        # Oxigraph reads SELECTDISTINCT.
        if token.word.startswith("SELECT"):
            index += 1
            if _find_text(tokens, index).upper() in ("DISTINCT", "REDUCED"):
                index += 1
            return tokens[index] if _find_text(tokens, index) == "*" else None
        if token.word in QUERY_FORMS:
            return None
    return None


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
                within.append(Edit(variable.start, variable.end, f"({spelling})"))
        edits += within
        added = sum(len(edit.text) for edit in within)
        words = (word.word for word in query.tokens(expression))
        if added > _MOST_ADDED or not VOLATILE.isdisjoint(words):
            continue
        start, end = query.span(expression)
        moved = [Edit(e.start - start, e.end - start, e.text) for e in within]
        named[token.text[1:]] = apply(text[start:end], moved)
    return edits
