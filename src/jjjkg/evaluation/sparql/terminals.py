"""Rules that a terminal of a query breaks by itself: its escapes, its characters, its parts."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from pyoxigraph import NamedNode

from jjjkg.evaluation.sparql.lexer import Token, decode_code_points
from jjjkg.evaluation.sparql.parts import Fault
from jjjkg.messages import Message
from jjjkg.rdf.namespaces import PREFIXES

_ESCAPE: Final = re.compile(
    r"""\\u(?P<short>[0-9A-Fa-f]{4})|\\U(?P<long>[0-9A-Fa-f]{8})|\\[tbnrf"'\\]|(?P<bad>\\.)""",
    re.DOTALL,
)
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][\w+.-]*:")
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')
#: The engine's words for what is wrong with an IRI, and ours.
_IRI_ERRORS: Final = {
    r"Invalid IRI percent encoding (?P<held>.+)": "queries.syntax.iri_percent",
    r"Invalid IRI code point (?P<held>.+)": "queries.syntax.iri_character",
    r"Invalid character (?P<held>'.+'?)": "queries.syntax.iri_character",
    r"Invalid host": "queries.syntax.iri_host",
    r"No scheme": "queries.syntax.iri_scheme",
}
#: The greatest number of rows that the engine counts to.
_MOST_ROWS: Final = 2**64 - 1


def find_bad_terminal(text: str, tokens: Sequence[Token]) -> Fault | None:
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


def _find_bad_escape(token: Token) -> Fault | None:
    escapes = list(_ESCAPE.finditer(token.text))
    for index, escape in enumerate(escapes):
        start = token.start + escape.start()
        if escape["bad"]:
            bad = escape["bad"]
            return _find_bad_digits(bad, start) or Fault.of(start, "syntax.bad_escape", escape=bad)
        code_point = int(escape["short"] or escape["long"] or "0", 16)
        if code_point > 0x10FFFF:
            return Fault.of(start, "syntax.no_character", escape=escape[0])
        if 0xD800 <= code_point < 0xE000:
            low = escapes[index + 1] if index + 1 < len(escapes) else None
            if low and low.start() == escape.end() and code_point < 0xDC00:
                second = int(low["short"] or low["long"] or "0", 16)
                if 0xDC00 <= second < 0xE000:
                    whole = 0x10000 + ((code_point - 0xD800) << 10) + (second - 0xDC00)
                    written = {"pair": escape[0] + low[0], "whole": f"\\U{whole:08X}"}
                    return Fault.of(start, "syntax.surrogates", escape=escape[0], **written)
            return Fault.of(start, "syntax.surrogate", escape=escape[0])
    return None


def _find_bad_digits(escape: str | None, start: int) -> Fault | None:
    """The fault of an escape of a code point without its digits; None for another text."""
    count = {"\\u": 4, "\\U": 8}.get(escape or "")
    return Fault.of(start, "syntax.escape_digits", escape=escape, count=count) if count else None


def _find_bad_language(token: Token) -> Fault | None:
    tag, _, direction = token.text[1:].partition("--")
    if long := next((part for part in tag.split("-") if len(part) > 8), None):
        return Fault.of(token.start, "syntax.long_subtag", tag=token.text, part=long)
    if "--" in token.text and direction not in ("ltr", "rtl"):
        values = {"tag": token.text, "direction": direction}
        return Fault.of(token.start, "syntax.bad_direction", **values)
    return None


def _find_bad_count(token: Token) -> Fault | None:
    if int(token.text[:40]) <= _MOST_ROWS:
        return None
    return Fault.of(token.start, "syntax.large_count", most=_MOST_ROWS)


def _name_stray(text: str, stray: Token, before: Token) -> Fault:
    follows_name = before.kind == "name" and before.start + len(before.text) == stray.start
    if stray.text in "\"'":
        return Fault.of(stray.start, "syntax.open_string")
    if stray.text == "%" and follows_name:
        return Fault.of(stray.start, "syntax.bad_percent")
    escape = _ESCAPE.match(text, stray.start)
    if escape and (fault := _find_bad_digits(escape["bad"], stray.start)):
        return fault
    if stray.text == "\\":
        key = "syntax.bad_name_escape" if follows_name else "syntax.bad_backslash"
        return Fault.of(stray.start, key)
    code = f"U+{ord(stray.text):04X}"
    values = {
        "character": stray.text,
        "code": code,
        "name": unicodedata.name(stray.text, code).lower(),
    }
    return Fault.of(stray.start, "syntax.stray", **values)


def find_bad_name(tokens: Iterable[Token], base: str) -> Fault | None:
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
                    return Fault.of(token.start, "syntax.relative_iri", iri=token.text)
            elif fault := _find_bad_iri(token):
                return fault
            has_base = has_base or before.word == "BASE"
        elif token.kind == "name":
            prefix, _, _ = token.text.partition(":")
            if before.word == "PREFIX":
                prefixes.add(prefix)
            elif prefix not in prefixes:
                iri = PREFIXES.get(prefix, "...")
                return Fault.of(token.start, "syntax.no_prefix", prefix=prefix, iri=iri)
        before = token
    return None


def _find_bad_iri(token: Token) -> Fault | None:
    """Return what is wrong with an IRI in angle brackets; None where it is one."""
    iri = decode_code_points(token.text[1:-1])
    if held := _NOT_IN_IRI.search(iri):
        return find_character(token.start, token.text, held[0])
    try:
        NamedNode(iri)
    except ValueError as error:
        said = str(error)
        match = next((m for words in _IRI_ERRORS if (m := re.match(words, said))), None)
        why = Message.of(_IRI_ERRORS[match.re.pattern], **match.groupdict()) if match else said
        return Fault.of(token.start, "syntax.bad_iri", iri=token.text, why=why)
    return None


def find_character(start: int, iri: str, held: str) -> Fault:
    """The fault of an IRI that holds a character which none may hold."""
    shown = Message.of("queries.syntax.blank") if held.isspace() else held
    return Fault.of(start, "syntax.in_iri", iri=iri, held=shown)
