"""The terminals of a SPARQL query, and what can be told from them alone.

Nothing here decides whether a query is right; the engine's parser does. Reading the terminals
first finds what must not reach that parser: updates, SERVICE, and nesting so deep that it would
overflow the parser's stack. https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

#: How many brackets and unary operators may be open at once. Oxigraph 0.5's parser or evaluator
#: overflows a stack of 8 MB at 800 nested FILTER(NOT EXISTS {}), at 900 EXISTS, at 1,000 IF() and
#: at 4,000 braces (measured); each worker has a stack eight times as large.
MAX_DEPTH: Final = 200

QUERY_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATE_FORMS: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)

#: Functions whose value is another one at each evaluation.
VOLATILE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHAR = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040-"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_CODE_POINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"

_ESCAPED_CODE_POINT = re.compile(_CODE_POINT)

# Every repetition is bounded, or what ends it is none of it, so that no query takes longer than its
# length deserves. Possessive are only those of single characters: of groups, Python before 3.11.5
# gets them wrong (https://github.com/python/cpython/issues/106052).
_IN_IRI = r"[^\x00-\x20<>\"{}|^`\\]*+"
_TERMINAL = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<string>
        \"\"\"[^"\\]*+(?:(?:\\.|"{{1,2}}(?!"))[^"\\]*+)*\"\"\"
      | '''[^'\\]*+(?:(?:\\.|'{{1,2}}(?!'))[^'\\]*+)*'''
      | "[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*"
      | '[^'\\\r\n]*+(?:\\.[^'\\\r\n]*+)*'
    )
  | (?P<iri><{_IN_IRI}(?:(?:{_CODE_POINT}){_IN_IRI})*>)
  | (?P<variable>[?$][{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*)
  | (?P<blank>_:[{_BASE}_0-9][{_CHAR}]*+(?:\.++[{_CHAR}]++)*)
  | (?P<name>
        (?:[{_BASE}][{_CHAR}]*+(?:\.++[{_CHAR}]++){{0,20}})?:
        (?:
            (?:[{_BASE}_:0-9]|{_ESCAPE})[{_CHAR}:]*+
            (?:(?:{_ESCAPE}|\.++(?=[{_CHAR}:%\\]))[{_CHAR}:]*+)*
        )?
    )
  | (?P<language>@[A-Za-z]+(?:-{{1,2}}[A-Za-z0-9]+)*)
  | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)
  | (?P<word>[A-Za-z][A-Za-z0-9_]*)
  | (?P<operator><<|>>|\^\^|&&|\|\||!=|<=|>=|[{{}}()\[\].,;*/|^?+=<>!-])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

#: The bracket of a list, in which no expression stands: a row of VALUES, which follows a brace or
#: another row, or a collection in such a place.
_LIST = "(list"
_OPENING = frozenset({"{", "(", _LIST, "[", "<<"})
_CLOSING = {"}": ("{",), ")": ("(", _LIST), "]": ("[",), ">>": ("<<",)}
_UNARY = frozenset({"!", "-", "+", "^"})
_OPERANDS = frozenset({"variable", "string", "number", "iri", "name"})


@dataclass(frozen=True)
class Token:
    """One terminal: its kind (a group of the pattern above), its text and its offset."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword in upper case, or the empty string where this is no bare word."""
        return self.text.upper() if self.kind == "word" else ""


class QueryTooDeep(ValueError):
    """More than MAX_DEPTH brackets and unary operators are open at `start`."""

    def __init__(self, start: int) -> None:
        super().__init__(f"brackets or unary operators are nested more than {MAX_DEPTH} deep")
        self.start = start


def tokenize(text: str) -> list[Token]:
    """The terminals of a query without its white space and comments.

    What is no terminal at all becomes a token of kind "other", one character long. Raises
    QueryTooDeep.
    """
    return list(_tokens(text))


def decode_code_points(text: str) -> str:
    r"""A query in which escapes such as ``\u0053`` are the characters that they stand for.

    So engines read it that take the escapes before anything else, even in a comment, as
    https://www.w3.org/TR/sparql11-query/#codepointEscape says; ours takes them only in strings
    and IRIs.
    """
    return _ESCAPED_CODE_POINT.sub(_decode_one, text)


def _decode_one(escape: re.Match[str]) -> str:
    code_point = int(escape[0][2:], 16)
    return chr(code_point) if code_point <= sys.maxunicode else escape[0]


def _tokens(text: str) -> Iterator[Token]:
    open_brackets: list[str] = []
    unary = position = 0
    closed = ""  # the bracket that the previous token closed
    previous = Token("operator", "", 0)
    while match := _TERMINAL.match(text, position):
        kind, value = match.lastgroup or "other", match[0]
        if kind == "iri" and open_brackets[-1:] == ["("] and _ends_operand(previous):
            # Inside of an expression `?a<?b#>` is "less than" and a comment: an IRI can't follow
            # an operand there.
            kind, value = "operator", "<=" if value.startswith("<=") else "<"
        token = Token(kind, value, position)
        position += len(value)
        if kind in ("space", "comment"):
            continue
        if kind == "operator":
            unary = unary + 1 if value in _UNARY else 0
            innermost = open_brackets[-1] if open_brackets else ""
            if value == "(" and (previous.text == "{" or _LIST in (innermost, closed)):
                value = _LIST
            closed = ""
            if value in _OPENING:
                open_brackets.append(value)
            elif innermost and innermost in _CLOSING.get(value, ()):
                closed = open_brackets.pop()
        else:
            unary, closed = 0, ""
        if len(open_brackets) + unary > MAX_DEPTH:
            raise QueryTooDeep(token.start)
        previous = token
        yield token


def _ends_operand(token: Token) -> bool:
    return token.kind in _OPERANDS or token.text == ")"


def find_form(tokens: Sequence[Token]) -> Token | None:
    """The word that says what a request is: a query form or the first operation of an update."""
    words = (token for token in tokens if token.word in QUERY_FORMS | UPDATE_FORMS)
    return next(words, None)


def find_service(tokens: Sequence[Token]) -> Token | None:
    """The first SERVICE keyword, also where it is written together with what follows it.

    Oxigraph asks for no space after a keyword: it reads ``SERVICESILENT<http://a>`` and
    ``SERVICE:a {}`` as SERVICE, although the latter looks like a prefixed name.
    """
    for index, token in enumerate(tokens):
        if "SERVICE" in token.word:
            return token
        if token.kind == "name" and re.search(r"SERVICE(SILENT)?:", token.text, re.IGNORECASE):
            before = tokens[index - 1].word if index else ""
            after = tokens[index + 1].text if index + 1 < len(tokens) else ""
            if after == "{" and before not in ("GRAPH", "FROM", "NAMED", "DESCRIBE"):
                return token
    return None


def is_volatile(tokens: Sequence[Token]) -> bool:
    """Whether a query calls a function that gives something else the next time."""
    return any(token.word in VOLATILE for token in tokens)


def locate(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset in a text, both counted from 1, columns in code points."""
    before = text[:offset]
    line_start = max(before.rfind("\n"), before.rfind("\r")) + 1
    line = len(re.findall(r"\r\n?|\n", before)) + 1
    return line, offset - line_start + 1
