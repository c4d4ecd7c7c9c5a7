"""Rules that a terminal of a query breaks by itself: its escapes, its characters, its parts."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from pyoxigraph import NamedNode

from jjjkg.evaluation.sparql.lexer import Token, decode_code_points
from jjjkg.evaluation.sparql.parts import Broken
from jjjkg.rdf.namespaces import PREFIXES

_ESCAPE: Final = re.compile(
    r"""\\u(?P<short>[0-9A-Fa-f]{4})|\\U(?P<long>[0-9A-Fa-f]{8})|\\[tbnrf"'\\]|(?P<bad>\\.)""",
    re.DOTALL,
)
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][\w+.-]*:")
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')
#: The greatest number of rows that the engine counts to.
_MOST_ROWS: Final = 2**64 - 1


def find_bad_terminal(text: str, tokens: Sequence[Token]) -> Broken | None:
    """Return the first terminal of a text that is none, or can't be what it looks like."""
    before = Token("operator", "", 0)
    for token in tokens:
        match token.kind:
            case "string" | "iri":
                broken = _find_bad_escape(token)
            case "language":
                broken = _find_bad_language(token)
            case "number" if before.word in ("LIMIT", "OFFSET") and token.text.isdigit():
                broken = _find_bad_count(token)
            case "other":
                broken = _name_stray(text, token, before)
            case _:
                broken = None
        if broken:
            return broken
        before = token
    return None


def _find_bad_escape(token: Token) -> Broken | None:
    escapes = list(_ESCAPE.finditer(token.text))
    for index, escape in enumerate(escapes):
        start = token.start + escape.start()
        if escape["bad"]:
            digits = _tell_digits(escape["bad"])
            return digits or f"{escape['bad']} is no escape in a string", start
        code_point = int(escape["short"] or escape["long"] or "0", 16)
        if code_point > 0x10FFFF:
            return f"{escape[0]} is no character: the last one is \\U0010FFFF", start
        if 0xD800 <= code_point < 0xE000:
            reason = f"{escape[0]} is half of a character (a surrogate), which stands for nothing"
            low = escapes[index + 1] if index + 1 < len(escapes) else None
            if low and low.start() == escape.end() and code_point < 0xDC00:
                second = int(low["short"] or low["long"] or "0", 16)
                if 0xDC00 <= second < 0xE000:
                    whole = 0x10000 + ((code_point - 0xD800) << 10) + (second - 0xDC00)
                    reason += f"; {escape[0]}{low[0]} is written \\U{whole:08X}"
            return reason, start
    return None


def _tell_digits(escape: str | None) -> str:
    """Say what an escape of a code point must have after it; nothing, for another text."""
    number = {"\\u": "four", "\\U": "eight"}.get(escape or "")
    return f"{escape} must have {number} hexadecimal digits after it" if number else ""


def _find_bad_language(token: Token) -> Broken | None:
    tag, _, direction = token.text[1:].partition("--")
    if long := next((part for part in tag.split("-") if len(part) > 8), None):
        reason = f"the language tag {token.text} has a part of more than 8 letters: {long}"
        return reason, token.start
    if "--" in token.text and direction not in ("ltr", "rtl"):
        return (
            f"{token.text} has the direction {direction!r}; it is --ltr or --rtl, in small letters",
            token.start,
        )
    return None


def _find_bad_count(token: Token) -> Broken | None:
    if int(token.text[:40]) <= _MOST_ROWS:
        return None
    return f"no number of rows can be greater than {_MOST_ROWS}", token.start


def _name_stray(text: str, stray: Token, before: Token) -> Broken:
    follows_name = before.kind == "name" and before.start + len(before.text) == stray.start
    if stray.text in "\"'":
        return "the string that begins here is not closed", stray.start
    if stray.text == "%" and follows_name:
        reason = "a % in a prefixed name has two hexadecimal digits after it; % itself is %25"
        return reason, stray.start
    escape = _ESCAPE.match(text, stray.start)
    if escape and (digits := _tell_digits(escape["bad"])):
        return digits, stray.start
    if stray.text == "\\":
        place = "no character that a prefixed name escapes" if follows_name else "no meaning here"
        verb = "is before" if follows_name else "has"
        return f"a backslash {verb} {place}; escapes belong in strings and IRIs", stray.start
    name = unicodedata.name(stray.text, f"U+{ord(stray.text):04X}").lower()
    return f"the character {stray.text!r} ({name}) has no meaning here", stray.start


def find_bad_name(tokens: Iterable[Token], base: str) -> Broken | None:
    """Return the first IRI that is none or relative to nothing, or a prefix not declared.

    `base` is what the query's relative IRIs are resolved against if it names no base itself.
    """
    prefixes: set[str] = set()
    has_base = bool(base)
    before = Token("operator", "", 0)
    for token in tokens:
        if token.kind == "iri":
            if not _ABSOLUTE.match(token.text):
                if not has_base:
                    reason = f"the IRI {token.text} is relative, and the query has no BASE"
                    return reason, token.start
            elif reason := _tell_bad_iri(token.text):
                return reason, token.start
            has_base = has_base or before.word == "BASE"
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
        before = token
    return None


def _tell_bad_iri(text: str) -> str:
    """Say what is wrong with an IRI in angle brackets; nothing, where it is one."""
    iri = decode_code_points(text[1:-1])
    if held := _NOT_IN_IRI.search(iri):
        shown = "a blank" if held[0].isspace() else held[0]
        return f"the IRI {text} holds {shown}, which no IRI may hold"
    try:
        NamedNode(iri)
    except ValueError as error:
        said = str(error)
        return f"{text} is no IRI: {said[0].lower()}{said[1:]}"
    return ""
