"""Diagnosis: why the engine refused a query, in words that a person understands.

Oxigraph's parser reports the furthest place that it looked at and every character class that it
tried there, which is seldom where the mistake is (measured on 0.5: for a misspelt SELECT it names
the tenth column). So the terminals are looked at first, then the grammar, then the rules beyond
it; the engine's words are used where nothing else is found.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from pyoxigraph import NamedNode

from jjjkg.evaluation.errors import MalformedQuery, UnsupportedQuery
from jjjkg.evaluation.sparql.faults import Fault
from jjjkg.evaluation.sparql.grammar import END, Query, load_grammar, read_query, read_terminals
from jjjkg.evaluation.sparql.lexer import Token, decode_code_points
from jjjkg.evaluation.sparql.well_formedness import find_broken_rule
from jjjkg.messages import Message
from jjjkg.rdf.namespaces import PREFIXES

#: Sets of terminals that are told in one word where a place allows all of them.
_GROUPS: Final = (
    ("function", {"STR", "LANG", "REGEX", "CONCAT", "BOUND", "IF", "EXISTS"}),
    ("literal", {"STRING", "LONGSTRING", "INTEGER", "DECIMAL", "true", "false"}),
    ("iri", {"IRIREF", "NAME", "PREFIXNAME"}),
    ("blank_node", {"BLANK", "ANON"}),
    ("string", {"STRING", "LONGSTRING"}),
    ("triple", {"<<", "<<("}),
)
#: SERVICE is refused, and LATERAL is not standard: neither is suggested.
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
#: The engine's words for faults that we do not find, and the keys of ours.
_ENGINE_SAYS: Final = {
    "Reifiers are not allowed on property paths": "queries.engine.path_reifiers",
    "IRI parsing failed": "queries.engine.bad_iri",
}
#: The functions that have IRIs, https://www.w3.org/TR/sparql12-query/#FunctionMapping
_CASTS: Final = [
    f"<http://www.w3.org/2001/XMLSchema#{name}>"
    for name in (
        *("boolean", "double", "float", "decimal", "integer", "string", "dateTime", "date", "time"),
        *("duration", "dayTimeDuration", "yearMonthDuration"),
    )
]
#: A text meant as an IRI, with the first character that it may not hold (`<` may also compare).
_BAD_IRI: Final = re.compile(
    r"""<(?![ \t]*[?$])[^\x00-\x20<>"{}|^`\\]*(?P<bad>[\x00-\x20"{}|^`\\])[^<>\r\n]*>"""
)
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


def explain(
    text: str, tokens: Sequence[Token], engine_message: str, base: str = ""
) -> MalformedQuery:
    """Return the error for a query that the engine's parser refused with `engine_message`.

    `base` is what relative IRIs are resolved against where the query has no base of its own.
    """
    fault = (
        _find_bad_terminal(text, tokens)
        or _find_misplaced(text, tokens, base)
        or _quote_engine(text, engine_message)
    )
    return fault.raised(text)


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


def _find_misplaced(text: str, tokens: Sequence[Token], base: str) -> Fault | None:
    """Find a terminal that does not fit the grammar, or else a rule beyond it that is broken."""
    misfit = read_query(tokens)
    if isinstance(misfit, Query):
        return _find_bad_name(tokens, base) or find_broken_rule(misfit)
    terminals = read_terminals(tokens)
    wanted = _name_expected(misfit.expected)
    if not terminals:
        return Fault.of(0, "queries.syntax.empty")
    if misfit.index == len(terminals):
        return Fault.of(len(text.rstrip()), "queries.syntax.ends_early", wanted=wanted)
    name, token = terminals[misfit.index]
    iri = _BAD_IRI.match(text, token.start) if token.text == "<" else None
    if iri and "IRIREF" in misfit.expected:
        return _find_bad_character(token.start, iri[0], iri["bad"])
    found = _WRITTEN.get(name, _shorten(token.text)) if name != "a" else "a"
    fault = Fault.of(token.start, "queries.syntax.misplaced", found=found, wanted=wanted)
    called = text[token.end :].lstrip()[:1] == "("
    return _find_function(token, misfit.expected, fault) if token.word and called else fault


def _find_function(token: Token, expected: frozenset[str], fault: Fault) -> Fault:
    """Add to a misplaced name that there is no such function, if there is none."""
    functions = {name for name in expected if _FUNCTIONS.fullmatch(name)}
    if token.word in load_grammar().quoted or "STR" not in functions:
        return fault
    values = {"misplaced": fault.reason, "function": _shorten(token.text)}
    if near := difflib.get_close_matches(token.word, functions, 1):
        return Fault.of(fault.offset, "queries.syntax.no_function_near", near=near[0], **values)
    return Fault.of(fault.offset, "queries.syntax.no_function", **values)


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
    """Return the fault that the engine names, without the character classes that it lists."""
    place = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if place is None:
        return Fault.of(0, "queries.engine.says", words=message.splitlines()[0])
    line, column = int(place[1]), int(place[2])
    ends = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))]
    offset = min(ends[min(line, len(ends)) - 1] + column - 1, len(text))
    said = re.findall(r"(?:^|, )([A-Z][a-z]+ [a-z][^,\[\"]*|The [^,\[\"]*|IRI [a-z ]+)", place[3])
    if not said:
        return Fault.of(offset, "queries.engine.silent")
    known = next((key for words, key in _ENGINE_SAYS.items() if words in said[0]), None)
    if known is None:
        return Fault.of(offset, "queries.engine.says", words=said[0])
    return Fault.of(offset, known)


def _find_bad_terminal(text: str, tokens: Sequence[Token]) -> Fault | None:
    """Return the first fault of a terminal by itself: of its escapes, characters or parts."""
    before = Token("operator", "", 0)
    for token in tokens:
        match token.kind:
            case "string" | "iri":
                fault = _find_bad_escape(token)
            case "language":
                fault = _find_bad_language(token)
            case "number" if before.word in ("LIMIT", "OFFSET") and _is_too_large(token.text):
                fault = Fault.of(token.start, "queries.syntax.large_count", most=_MOST_ROWS)
            case "other":
                fault = _find_stray(text, token, before)
            case _:
                fault = None
        if fault:
            return fault
        before = token
    return None


def _find_bad_escape(token: Token) -> Fault | None:
    escapes = list(_ESCAPE.finditer(token.text))
    for index, escape in enumerate(escapes):
        start = token.start + escape.start()
        if escape["bad"]:
            bad = escape["bad"]
            fault = _find_bad_digits(bad, start)
            return fault or Fault.of(start, "queries.syntax.bad_escape", escape=bad)
        code_point = int(escape["short"] or escape["long"] or "0", 16)
        if code_point > 0x10FFFF:
            return Fault.of(start, "queries.syntax.no_character", escape=escape[0])
        if 0xD800 <= code_point < 0xE000:
            low = escapes[index + 1] if index + 1 < len(escapes) else None
            if low and low.start() == escape.end() and code_point < 0xDC00:
                second = int(low["short"] or low["long"] or "0", 16)
                if 0xDC00 <= second < 0xE000:
                    whole = 0x10000 + ((code_point - 0xD800) << 10) + (second - 0xDC00)
                    written = {"pair": escape[0] + low[0], "whole": f"\\U{whole:08X}"}
                    return Fault.of(start, "queries.syntax.surrogates", escape=escape[0], **written)
            return Fault.of(start, "queries.syntax.surrogate", escape=escape[0])
    return None


def _find_bad_digits(escape: str | None, start: int) -> Fault | None:
    """Return the fault of an escape of a code point that lacks its digits, if it is one."""
    count = {"\\u": 4, "\\U": 8}.get(escape or "")
    if count is None:
        return None
    return Fault.of(start, "queries.syntax.escape_digits", escape=escape, count=count)


def _find_bad_language(token: Token) -> Fault | None:
    tag, _, direction = token.text[1:].partition("--")
    if long := next((part for part in tag.split("-") if len(part) > 8), None):
        return Fault.of(token.start, "queries.syntax.long_subtag", tag=token.text, part=long)
    if "--" in token.text and direction not in ("ltr", "rtl"):
        values = {"tag": token.text, "direction": direction}
        return Fault.of(token.start, "queries.syntax.bad_direction", **values)
    return None


def _is_too_large(number: str) -> bool:
    return number.isdigit() and int(number[:40]) > _MOST_ROWS


def _find_stray(text: str, stray: Token, before: Token) -> Fault:
    """Return the fault of a character that begins no terminal."""
    follows_name = before.kind == "name" and before.end == stray.start
    if stray.text in "\"'":
        return Fault.of(stray.start, "queries.syntax.open_string")
    if stray.text == "%" and follows_name:
        return Fault.of(stray.start, "queries.syntax.bad_percent")
    escape = _ESCAPE.match(text, stray.start)
    if escape and (fault := _find_bad_digits(escape["bad"], stray.start)):
        return fault
    if stray.text == "\\":
        key = "queries.syntax.bad_name_escape" if follows_name else "queries.syntax.bad_backslash"
        return Fault.of(stray.start, key)
    code = f"U+{ord(stray.text):04X}"
    values = {
        "character": stray.text,
        "code": code,
        "name": unicodedata.name(stray.text, code).lower(),
    }
    return Fault.of(stray.start, "queries.syntax.stray", **values)


def _find_bad_name(tokens: Iterable[Token], base: str) -> Fault | None:
    """Return the first IRI that is invalid or relative to nothing, or prefix not declared.

    `base` is what the query's relative IRIs are resolved against if it names no base itself.
    """
    prefixes: set[str] = set()
    has_base = bool(base)
    before = Token("operator", "", 0)
    for token in tokens:
        if token.kind == "iri":
            if not _ABSOLUTE.match(token.text):
                if not has_base:
                    return Fault.of(token.start, "queries.syntax.relative_iri", iri=token.text)
            elif fault := _find_bad_iri(token):
                return fault
            has_base = has_base or before.word == "BASE"
        elif token.kind == "name":
            prefix, _, _ = token.text.partition(":")
            if before.word == "PREFIX":
                prefixes.add(prefix)
            elif prefix not in prefixes:
                iri = PREFIXES.get(prefix, "...")
                return Fault.of(token.start, "queries.syntax.no_prefix", prefix=prefix, iri=iri)
        before = token
    return None


def _find_bad_iri(token: Token) -> Fault | None:
    """Return the fault of an absolute IRI in angle brackets, if it has one."""
    iri = decode_code_points(token.text[1:-1])
    if held := _NOT_IN_IRI.search(iri):
        return _find_bad_character(token.start, token.text, held[0])
    try:
        NamedNode(iri)
    except ValueError as error:
        said = str(error)
        match = next((m for words in _IRI_ERRORS if (m := re.match(words, said))), None)
        why = Message.of(_IRI_ERRORS[match.re.pattern], **match.groupdict()) if match else said
        return Fault.of(token.start, "queries.syntax.bad_iri", iri=token.text, why=why)
    return None


def _find_bad_character(start: int, iri: str, held: str) -> Fault:
    """Return the fault of an IRI that holds a character which no IRI may hold."""
    shown = Message.of("queries.syntax.blank") if held.isspace() else held
    return Fault.of(start, "queries.syntax.in_iri", iri=iri, held=shown)
