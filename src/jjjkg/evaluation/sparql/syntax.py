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

from jjjkg.evaluation.errors import MalformedQuery, UnsupportedQuery
from jjjkg.evaluation.sparql.grammar import END, load_grammar
from jjjkg.evaluation.sparql.lexer import Token, locate
from jjjkg.evaluation.sparql.parts import Fault, Query, read_query, read_terminals
from jjjkg.evaluation.sparql.rules import find_broken_rule
from jjjkg.evaluation.sparql.terminals import find_bad_name, find_bad_terminal, find_character
from jjjkg.messages import Message

#: Sets of terminals that are told in one word where a place allows all of them.
_GROUPS: Final = (
    ("function", {"STR", "LANG", "REGEX", "CONCAT", "BOUND", "IF", "EXISTS"}),
    ("literal", {"STRING", "LONGSTRING", "INTEGER", "DECIMAL", "true", "false"}),
    ("iri", {"IRIREF", "NAME", "PREFIXNAME"}),
    ("blank_node", {"BLANK", "ANON"}),
    ("string", {"STRING", "LONGSTRING"}),
    ("triple", {"<<", "<<("}),
)
#: SERVICE is refused, and LATERAL is no standard: neither is suggested.
_UNTOLD: Final = {"SERVICE", "LATERAL"}
_FUNCTIONS: Final = re.compile(r"NOT|[A-Z_]{2,}[A-Z0-9_]*")
#: The other terminals that are not told by what is written.
_WORDS: Final = {
    "VAR": "variable",
    "STRING": "string",
    "LONGSTRING": "long_string",
    "INTEGER": "integer",
    "DECIMAL": "number",
    "IRIREF": "full_iri",
    "NAME": "name",
    "PREFIXNAME": "prefix",
    "LANGTAG": "language",
    END: "end",
}
_WRITTEN: Final = {"NIL": "()", "ANON": "[]", "a": "'a'"}
_UNKNOWN_FUNCTION: Final = re.compile(r"The custom function (<.*>) is not supported")
#: What the engine says of a query in which we find nothing wrong, and our words for it.
_ENGINE_SAYS: Final = {
    "Reifiers are not allowed on property paths": "engine.path_reifiers",
    "IRI parsing failed": "engine.bad_iri",
}
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
    fault = (
        find_bad_terminal(text, tokens)
        or _find_misplaced(text, tokens, base)
        or _quote_engine(text, engine_message)
    )
    return point_at(text, fault)


def explain_failure(words: str) -> UnsupportedQuery:
    """Return the error for a query that the engine has read and can't evaluate, by its words."""
    unknown = _UNKNOWN_FUNCTION.fullmatch(words)
    if not unknown:
        return UnsupportedQuery("queries.engine.fails", words=words)
    near = difflib.get_close_matches(unknown[1], _CASTS, 1, 0.8)
    if not near:
        return UnsupportedQuery("queries.engine.no_function", function=unknown[1])
    values = {"function": unknown[1], "near": near[0]}
    return UnsupportedQuery("queries.engine.no_function_near", **values)


def point_at(text: str, fault: Fault) -> MalformedQuery:
    """Return the error of a fault, with the offending line and a caret below the character."""
    line, column = locate(text, fault.offset)
    content = re.split(r"\r\n?|\n", text)[line - 1]
    start = max(0, column - 61)
    shown, before = content[start : start + 100], content[start : column - 1]
    wide = {"W", "F"}
    caret = "".join(
        char if char == "\t" else "  " if unicodedata.east_asian_width(char) in wide else " "
        for char in before
    )
    reason = fault.reason
    place = {"line": line, "column": column, "excerpt": f"{shown}\n{caret}^"}
    return MalformedQuery(reason.key, **reason.values, **place)


def _find_misplaced(text: str, tokens: Sequence[Token], base: str) -> Fault | None:
    """Find a terminal that does not fit the grammar, or else a rule beyond it that is broken."""
    misfit = read_query(tokens)
    if isinstance(misfit, Query):
        return find_bad_name(tokens, base) or find_broken_rule(misfit)
    terminals = read_terminals(tokens)
    wanted = _name_expected(misfit.expected)
    if not terminals:
        return Fault.of(0, "syntax.empty")
    if misfit.index == len(terminals):
        return Fault.of(len(text.rstrip()), "syntax.ends_early", wanted=wanted)
    name, token = terminals[misfit.index]
    iri = _BAD_IRI.match(text, token.start) if token.text == "<" else None
    if iri and "IRIREF" in misfit.expected:
        return find_character(token.start, iri[0], iri["bad"])
    found = _WRITTEN.get(name, _shorten(token.text)) if name != "a" else "a"
    fault = Fault.of(token.start, "syntax.misplaced", found=found, wanted=wanted)
    called = text[token.start + len(token.text) :].lstrip()[:1] == "("
    return _find_function(token, misfit.expected, fault) if token.word and called else fault


def _find_function(token: Token, expected: frozenset[str], fault: Fault) -> Fault:
    """Add to a misplaced name that there is no such function, if there is none."""
    functions = {name for name in expected if _FUNCTIONS.fullmatch(name)}
    if token.word in load_grammar().quoted or "STR" not in functions:
        return fault
    values = {"misplaced": fault.reason, "function": _shorten(token.text)}
    if near := difflib.get_close_matches(token.word, functions, 1):
        return Fault.of(fault.offset, "syntax.no_function_near", near=near[0], **values)
    return Fault.of(fault.offset, "syntax.no_function", **values)


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _name_expected(expected: frozenset[str]) -> list[Message | str]:
    """Name the terminals that would have fitted: kinds of them first, then what is written."""
    rest, kinds = set(expected) - _UNTOLD, []
    for kind, members in _GROUPS:
        if members <= rest:
            kinds.append(kind)
            rest -= members
            if kind == "function":
                rest = {name for name in rest if name in _WORDS or not _FUNCTIONS.fullmatch(name)}
    kinds += [_WORDS[name] for name in sorted(rest) if name in _WORDS]
    written = [
        _WRITTEN.get(name, name if name.isalpha() else f"'{name}'")
        for name in sorted(rest - _WORDS.keys())
    ]
    return [*(Message.of(f"queries.terminals.{kind}") for kind in kinds), *written]


def _quote_engine(text: str, message: str) -> Fault:
    """The engine's own words, without the character classes that it lists."""
    place = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if place is None:
        return Fault.of(0, "engine.says", words=message.splitlines()[0])
    line, column = int(place[1]), int(place[2])
    ends = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))]
    offset = min(ends[min(line, len(ends)) - 1] + column - 1, len(text))
    said = re.findall(r"(?:^|, )([A-Z][a-z]+ [a-z][^,\[\"]*|The [^,\[\"]*|IRI [a-z ]+)", place[3])
    if not said:
        return Fault.of(offset, "engine.silent")
    known = next((key for words, key in _ENGINE_SAYS.items() if words in said[0]), None)
    return Fault.of(offset, known) if known else Fault.of(offset, "engine.says", words=said[0])
