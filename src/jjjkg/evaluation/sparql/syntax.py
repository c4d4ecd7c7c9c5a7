"""Why the engine refused a query, in words that a person understands.

Oxigraph's parser reports the furthest place that it looked at and every character class that it
tried there, which is seldom where the mistake is (measured on 0.5: for a misspelt SELECT it names
the tenth column). The words come from the grammar instead, and from a few checks of our own.
"""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from jjjkg.evaluation.errors import MalformedQuery
from jjjkg.evaluation.sparql.grammar import END, load_grammar
from jjjkg.evaluation.sparql.lexer import Token, locate
from jjjkg.evaluation.sparql.parts import Query, read_query, read_terminals
from jjjkg.evaluation.sparql.rules import find_broken_rule
from jjjkg.evaluation.sparql.terminals import find_bad_name, find_bad_terminal

#: Sets of terminals that are told in one word where a place allows all of them.
_GROUPS: Final = (
    ("a function", {"STR", "LANG", "REGEX", "CONCAT", "BOUND", "IF", "EXISTS"}),
    ("a literal", {"STRING", "LONGSTRING", "INTEGER", "DECIMAL", "true", "false"}),
    ("an IRI", {"IRIREF", "NAME", "PREFIXNAME"}),
    ("a blank node", {"BLANK", "ANON"}),
    ("a string", {"STRING", "LONGSTRING"}),
    ("a triple in << >>", {"<<", "<<("}),
)
#: SERVICE is refused, and LATERAL is no standard: neither is suggested.
_UNTOLD: Final = {"SERVICE", "LATERAL"}
_FUNCTIONS: Final = re.compile(r"NOT|[A-Z_]{2,}[A-Z0-9_]*")
_WORDS: Final = {
    "VAR": "a variable",
    "STRING": "a string",
    "LONGSTRING": "a string in triple quotes",
    "INTEGER": "a whole number",
    "DECIMAL": "a number",
    "IRIREF": "an IRI in angle brackets",
    "NAME": "a prefixed name",
    "PREFIXNAME": "a prefix and its colon, with nothing behind it",
    "LANGTAG": "a language tag",
    "NIL": "()",
    "a": "'a'",
    END: "the end of the query",
}
_UNKNOWN_FUNCTION: Final = re.compile(r"The custom function (<.*>) is not supported")
#: The functions that have IRIs, https://www.w3.org/TR/sparql12-query/#FunctionMapping
_CASTS: Final = [
    f"<http://www.w3.org/2001/XMLSchema#{name}>"
    for name in (
        *("boolean", "double", "float", "decimal", "integer", "string", "dateTime", "date", "time"),
        *("duration", "dayTimeDuration", "yearMonthDuration"),
    )
]
#: What is meant as an IRI, with the first character that it may not hold (`<` may also compare).
_BAD_IRI: Final = re.compile(
    r"""<(?![ \t]*[?$])[^\x00-\x20<>"{}|^`\\]*(?P<bad>[\x00-\x20"{}|^`\\])[^<>\r\n]*>"""
)


def explain(
    text: str, tokens: Sequence[Token], engine_message: str, base: str = ""
) -> MalformedQuery:
    """Return the error for a query that the engine's parser refused with `engine_message`.

    `base` is what relative IRIs are resolved against where the query has no base of its own.
    """
    reason, offset = (
        find_bad_terminal(text, tokens)
        or _find_misplaced(text, tokens, base)
        or _quote_engine(text, engine_message)
    )
    return point_at(text, offset, reason)


def explain_failure(message: str) -> str:
    """Say why the engine can't evaluate a query that it has read."""
    if unknown := _UNKNOWN_FUNCTION.fullmatch(message):
        message = f"there is no function {unknown[1]}"
        if near := difflib.get_close_matches(unknown[1], _CASTS, 1, 0.8):
            message += f"; is {near[0]} meant?"
    return f"the engine can't evaluate this query: {message}"


def point_at(text: str, offset: int, reason: str) -> MalformedQuery:
    """An error with the offending line and a caret below the character at `offset`."""
    line, column = locate(text, offset)
    content = re.split(r"\r\n?|\n", text)[line - 1]
    start = max(0, column - 61)
    shown, before = content[start : start + 100], content[start : column - 1]
    wide = {"W", "F"}
    caret = "".join(
        char if char == "\t" else "  " if unicodedata.east_asian_width(char) in wide else " "
        for char in before
    )
    return MalformedQuery(reason, line, column, f"{shown}\n{caret}^")


def _find_misplaced(text: str, tokens: Sequence[Token], base: str) -> tuple[str, int] | None:
    """Find a terminal that does not fit the grammar, or else a rule beyond it that is broken."""
    misfit = read_query(tokens)
    if isinstance(misfit, Query):
        return find_bad_name(tokens, base) or find_broken_rule(misfit)
    terminals = read_terminals(tokens)
    wanted = _name_expected(misfit.expected)
    if not terminals:
        return "the query is empty", 0
    if misfit.index == len(terminals):
        return f"the query ends too early: {wanted} is missing", len(text.rstrip())
    token = terminals[misfit.index][1]
    iri = _BAD_IRI.match(text, token.start) if token.text == "<" else None
    if iri and "IRIREF" in misfit.expected:
        held = "a blank" if iri["bad"].isspace() else iri["bad"]
        return f"the IRI {iri[0]} holds {held}, which no IRI may hold", token.start
    if token.kind == "word" and text[token.start + len(token.text) :].lstrip()[:1] == "(":
        return _tell_function(token, misfit.expected, wanted), token.start
    shown = {"NIL": "()", "ANON": "[]"}.get(terminals[misfit.index][0], _shorten(token.text))
    return f"found {shown} where {wanted} should be", token.start


def _tell_function(token: Token, expected: frozenset[str], wanted: str) -> str:
    """Say that there is no such function, or that it does not belong here."""
    functions = {name for name in expected if _FUNCTIONS.fullmatch(name)}
    near = difflib.get_close_matches(token.word, functions, 1)
    reason = f"found {_shorten(token.text)} where {wanted} should be"
    if token.word in load_grammar().quoted or "STR" not in functions:
        return reason
    reason += f"; there is no function {_shorten(token.text)}"
    return f"{reason}; is {near[0]} meant?" if near else reason


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _name_expected(expected: frozenset[str]) -> str:
    rest, words = set(expected) - _UNTOLD, []
    for word, members in _GROUPS:
        if members <= rest:
            words.append(word)
            rest -= members
            if word == "a function":
                rest = {name for name in rest if name in _WORDS or not _FUNCTIONS.fullmatch(name)}
    order = sorted(rest, key=lambda name: (name not in _WORDS, name))
    words += [_WORDS.get(name, name if name.isalpha() else f"'{name}'") for name in order]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def _quote_engine(text: str, message: str) -> tuple[str, int]:
    """The engine's own words, without the character classes that it lists."""
    place = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if place is None:
        return message.splitlines()[0], 0
    line, column = int(place[1]), int(place[2])
    ends = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))]
    offset = min(ends[min(line, len(ends)) - 1] + column - 1, len(text))
    said = re.findall(r"(?:^|, )([A-Z][a-z]+ [a-z][^,\[\"]*|The [^,\[\"]*)", place[3])
    if said:
        return f"{said[0].strip()[0].lower()}{said[0].strip()[1:]}", offset
    return "this engine refuses the query here or before, and does not say why", offset
