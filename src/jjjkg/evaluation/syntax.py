"""Why the engine refused a query, in words that a person understands.

Oxigraph's parser reports the furthest place that it looked at and every character class that it
tried there, which is seldom where the mistake is (measured on 0.5: for a misspelt SELECT it names
the tenth column). The words come from the grammar instead, and from a few checks of our own.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from jjjkg.evaluation.grammar import END, load_grammar
from jjjkg.evaluation.outcomes import MalformedQuery
from jjjkg.evaluation.rules import find_broken_rule
from jjjkg.lexer import Token, locate
from jjjkg.namespaces import PREFIXES

#: Sets of terminals that are told in one word where a place allows all of them.
_GROUPS: Final = (
    ("a function", {"STR", "LANG", "REGEX", "CONCAT", "BOUND", "IF", "EXISTS"}),
    ("a literal", {"STRING", "INTEGER", "DECIMAL", "true", "false"}),
    ("an IRI", {"IRIREF", "NAME"}),
    ("a blank node", {"BLANK", "ANON"}),
)
#: SERVICE is refused, and LATERAL is no standard: neither is suggested.
_UNTOLD: Final = {"SERVICE", "LATERAL"}
_FUNCTIONS: Final = re.compile(r"NOT|[A-Z_]{2,}[A-Z0-9_]*")
_WORDS: Final = {
    "VAR": "a variable",
    "STRING": "a string",
    "INTEGER": "a whole number",
    "DECIMAL": "a number",
    "IRIREF": "an IRI in angle brackets",
    "NAME": "a prefixed name",
    "LANGTAG": "a language tag",
    "NIL": "()",
    "a": "'a'",
    END: "the end of the query",
}
_ESCAPE: Final = re.compile(
    r"""\\(?:[tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})|(?P<bad>\\.)""", re.DOTALL
)
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][\w+.-]*:")
#: What is meant as an IRI, with the first character that it may not hold (`<` may also compare).
_BAD_IRI: Final = re.compile(
    r"""<(?![ \t]*[?$])[^\x00-\x20<>"{}|^`\\]*(?P<bad>[\x00-\x20"{}|^`\\])[^<>\r\n]*>"""
)
_KINDS: Final = {
    "string": "STRING",
    "iri": "IRIREF",
    "variable": "VAR",
    "blank": "BLANK",
    "name": "NAME",
    "language": "LANGTAG",
}


def explain(
    text: str, tokens: Sequence[Token], engine_message: str, based: bool = False
) -> MalformedQuery:
    """The error for a query that the engine's parser refused with `engine_message`.

    `based` says that relative IRIs have a base from outside of the query.
    """
    reason, offset = (
        _find_stray(tokens)
        or _find_misfit(text, tokens)
        or _find_bad_name(tokens, based)
        or find_broken_rule(tokens)
        or _quote_engine(text, engine_message)
    )
    return point_at(text, offset, reason)


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


def _find_stray(tokens: Iterable[Token]) -> tuple[str, int] | None:
    for token in tokens:
        escapes = _ESCAPE.finditer(token.text) if token.kind == "string" else ()
        if escape := next((escape for escape in escapes if escape["bad"]), None):
            return f"{escape['bad']} is no escape in a string", token.start + escape.start("bad")
    stray = next((token for token in tokens if token.kind == "other"), None)
    if stray is None:
        return None
    if stray.text in "\"'":
        return "the string that begins here is not closed", stray.start
    if stray.text == "\\":
        return "a backslash has no meaning here; escapes belong in strings and IRIs", stray.start
    name = unicodedata.name(stray.text, f"U+{ord(stray.text):04X}").lower()
    return f"the character {stray.text!r} ({name}) has no meaning here", stray.start


def _find_misfit(text: str, tokens: Sequence[Token]) -> tuple[str, int] | None:
    terminals = _read_terminals(tokens)
    misfit = load_grammar().find_misfit(name for name, _ in terminals)
    if misfit is None:
        return None
    index, expected = misfit
    wanted = _name_expected(expected)
    if not terminals:
        return "the query is empty", 0
    if index == len(terminals):
        return f"the query ends too early: {wanted} is missing", len(text.rstrip())
    token = terminals[index][1]
    if token.text == "<" and "IRIREF" in expected and (iri := _BAD_IRI.match(text, token.start)):
        held = "a blank" if iri["bad"].isspace() else iri["bad"]
        return f"the IRI {iri[0]} holds {held}, which no IRI may hold", token.start
    shown = token.text if len(token.text) <= 40 else token.text[:40] + "…"
    return f"found {shown} where {wanted} should be", token.start


def _read_terminals(tokens: Sequence[Token]) -> list[tuple[str, Token]]:
    """The grammar's name of each token; empty brackets are one terminal, as in the grammar."""
    terminals: list[tuple[str, Token]] = []
    for token in tokens:
        name = _KINDS.get(token.kind, token.text)
        if token.kind == "number":
            name = "INTEGER" if token.text.isdigit() else "DECIMAL"
        elif token.kind == "word" and token.text != "a":
            name = token.word.lower() if token.word in ("TRUE", "FALSE") else token.word
        if terminals and terminals[-1][0] + name in ("()", "[]"):
            terminals[-1] = ("NIL" if name == ")" else "ANON", terminals[-1][1])
        else:
            terminals.append((name, token))
    return terminals


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


def _find_bad_name(tokens: Sequence[Token], has_base: bool) -> tuple[str, int] | None:
    """A prefix that is not declared, or a relative IRI without a base."""
    prefixes: set[str] = set()
    for before, token in zip([Token("operator", "", 0), *tokens], tokens, strict=False):
        if token.kind == "iri" and before.word == "BASE":
            has_base = True
        elif token.kind == "iri" and not has_base and not _ABSOLUTE.match(token.text):
            return f"the IRI {token.text} is relative, and the query has no BASE", token.start
        elif token.kind == "name":
            prefix, _, _ = token.text.partition(":")
            if before.word == "PREFIX":
                prefixes.add(prefix)
            elif prefix not in prefixes:
                iri = PREFIXES.get(prefix, "...")
                return (
                    f"the prefix '{prefix}:' is not declared; add PREFIX {prefix}: <{iri}>",
                    token.start,
                )
    return None


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
    return "a rule beyond the grammar is broken here or before, such as a name bound twice", offset
