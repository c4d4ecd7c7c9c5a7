"""The terminals of a SPARQL query, and what can be told from them alone.

Nothing here decides whether a query is right; the engine's parser does. Reading the terminals
first finds what must not reach that parser: updates, SERVICE, and nesting so deep that it would
overflow the parser's stack. https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

import re
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

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

# Every repetition is bounded, or ended by what it can't contain, so that the time is linear in the
# length of the query. Possessive are only those of single characters: of groups, Python before
# 3.11.5 gets them wrong (https://github.com/python/cpython/issues/106052).
_IN_IRI = r"[^\x00-\x20<>\"{}|^`\\]*+"
_NAME = rf"""
  | (?P<name>
        (?:[{_BASE}][{_CHAR}]*+(?:\.++[{_CHAR}]++){{0,20}})?:
        (?:
            (?:[{_BASE}_:0-9]|{_ESCAPE})[{_CHAR}:]*+
            (?:(?:{_ESCAPE}|\.++(?=[{_CHAR}:%\\]))[{_CHAR}:]*+)*
        )?
    )"""
_PATTERN = rf"""
    (?:[ \t\r\n]++|\#[^\r\n]*+)*
    (?:
    (?P<variable>[?$][{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*+)%s
  | (?P<word>[A-Za-z][A-Za-z0-9_]*+)
  | (?P<iri><{_IN_IRI}(?:(?:{_CODE_POINT}){_IN_IRI})*>)
  | (?P<string>
        \"\"\"[^"\\]*+(?:(?:\\.|"{{1,2}}(?!"))[^"\\]*+)*\"\"\"
      | '''[^'\\]*+(?:(?:\\.|'{{1,2}}(?!'))[^'\\]*+)*'''
      | "[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*"
      | '[^'\\\r\n]*+(?:\\.[^'\\\r\n]*+)*'
    )
  | (?P<number>(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
  | (?P<operator>
        <<\(|\)>>|\{{\||\|\}}|<<|>>|\^\^|&&|\|\||!=|<=|>=|[{{}}()\[\].,;*/|^?+=<>!~-]
    )
  | (?P<language>@[A-Za-z]+(?:-{{1,2}}[A-Za-z0-9]+)*)
  | (?P<blank>_:[{_BASE}_0-9][{_CHAR}]*+(?:\.++[{_CHAR}]++)*)
  | (?P<end>\Z)
  | (?P<other>.)
    )
    """
_FLAGS = re.VERBOSE | re.DOTALL
_TERMINAL = re.compile(_PATTERN.replace("%s", _NAME), _FLAGS)
#: The same within what may be no part of a name.
_NAMELESS = re.compile(_PATTERN.replace("%s", ""), _FLAGS)
#: What could be the beginning of a name, up to its colon, and whether a word goes on as such.
_RUN = re.compile(rf"[{_CHAR}]*+(?:\.++[{_CHAR}]++)*+")
_GOES_ON = re.compile(rf"[{_CHAR}]|\.++[{_CHAR}]")

#: Brackets in which no expression stands: a collection, a row of VALUES, or part of a path.
_LIST = "(list"
#: The braces of a sub-select, whose clauses have expressions in brackets.
_SELECT = "{select"
_CLOSING = {
    "}": ("{", _SELECT),
    ")": ("(", _LIST),
    "]": ("[",),
    ">>": ("<<",),
    ")>>": ("<<(",),
    "|}": ("{|",),
}
_OPENING = frozenset({"{", "(", "[", "<<", "<<(", "{|"})
_UNARY = frozenset({"!", "-", "+", "^"})
_OPERANDS = frozenset({"variable", "string", "number", "iri", "name"})
#: Words after which brackets are no expression.
_NO_CALL = frozenset({"A", "VALUES", "TRUE", "FALSE"})


class Token(NamedTuple):
    """One terminal: its kind (a group of the pattern above), its text and its offset."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword in upper case; empty for a token of another kind."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def end(self) -> int:
        """The offset after the token."""
        return self.start + len(self.text)


_PLAIN_START = re.compile(
    r"\s*+(?:PREFIX\s++[a-z0-9]*+:\s*+<[^<>\s]*+>\s*+)*(SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[\s{(?$<])",
    re.IGNORECASE | re.ASCII,
)
#: What is looked for among the terminals of a query, or asks for a look at them.
_NOTABLE: Final = (
    *("SERVICE", "FROM", "ORDER", "HAVING", "*", *sorted(VOLATILE)),
    *("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP"),
)
#: The length of a text, in characters, too short for a chain that is too long.
_MOST_PLAIN: Final = 4096
#: The characters that nest.
_DEEPENING: Final = "{([<!+-^"


class QueryTooDeep(Exception):
    """A query in which more than MAX_DEPTH brackets and unary operators are open at `start`."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.start = start


def tokenize(text: str, longest: bool = False) -> list[Token]:
    """Return the terminals of a query without its white space and comments.

    A character that begins no terminal becomes a token of kind "other". Inside of an
    expression ``?a<?b#>`` is "less than" and a comment, as in Oxigraph; with `longest` it is an IRI
    wherever it can be one, as the recommendation has it. Raises QueryTooDeep.
    """
    tokens: list[Token] = []
    open_brackets: list[str] = []
    start, nameless = 0, 0
    while start < len(text):
        start, nameless = _read_from(text, start, nameless, longest, tokens, open_brackets)
    return tokens


def _read_from(
    text: str,
    start: int,
    nameless: int,
    longest: bool,
    tokens: list[Token],
    open_brackets: list[str],
) -> tuple[int, int]:
    """Read on from `start` to the end, or to where another reading than the pattern's is right.

    Up to `nameless` no name begins. Return where to read on, and up to where no name begins
    then: trying one at each place of a long text without a colon would take quadratic time.
    """
    unary = 0
    careful = len(text) > _MOST_PLAIN
    pattern = _NAMELESS if start < nameless else _TERMINAL
    for match in pattern.finditer(text, start):
        kind = match.lastgroup
        if kind == "end":
            break
        assert kind
        value = match[kind]
        place = match.start(kind)
        if start < nameless <= place:
            return place, 0
        if kind == "operator":
            if value in _OPENING:
                open_brackets.append(_name_bracket(value, tokens, open_brackets))
            elif open_brackets and open_brackets[-1] in _CLOSING.get(value, ()):
                open_brackets.pop()
            unary = unary + 1 if value in _UNARY else 0
            if len(open_brackets) + unary > MAX_DEPTH:
                raise QueryTooDeep(place)
        else:
            unary = 0
            if kind == "iri" and not longest and open_brackets[-1:] == ["("]:
                # An IRI can't follow an operand in an expression.
                before = tokens[-1]
                if before.kind in _OPERANDS or before.text == ")":
                    value = "<=" if value.startswith("<=") else "<"
                    tokens.append(Token("operator", value, place))
                    return place + len(value), nameless
            elif kind == "word" and open_brackets[-1:] == ["{"] and value.upper() == "SELECT":
                open_brackets[-1] = _SELECT
        tokens.append(Token(kind, value, place))
        if kind == "other" and value in "\"'":
            break  # a string that is not closed: what follows may be in it
        if careful and kind in ("word", "other") and place >= nameless:
            run = _RUN.match(text, place)
            goes_on = _GOES_ON.match(text, place + len(value))
            if run and goes_on and not text.startswith(":", run.end()):
                return place + len(value), run.end()
    return len(text), 0


def _name_bracket(value: str, tokens: list[Token], open_brackets: list[str]) -> str:
    """Tell the brackets of a list from those of an expression, by what stands before them."""
    innermost = open_brackets[-1] if open_brackets else ""
    if value != "(" or innermost in ("", "(", _SELECT):
        return value
    if innermost == "{":
        before = tokens[-1]
        called = before.kind in ("iri", "name") and tokens[-2].word == "FILTER"
        if called or (before.kind == "word" and before.word not in _NO_CALL):
            return value
    return _LIST


def find_plain_form(text: str) -> str:
    """Return the form of a query whose terminals need not be read, or nothing.

    It begins with its form, after plain prefixes at most, and has no letters of what is looked for
    among terminals; nor is it long, or has it enough brackets to be deep. That is told by a look at
    the text, which takes a tenth of the time.
    """
    if len(text) > _MOST_PLAIN or sum(map(text.count, _DEEPENING)) > MAX_DEPTH:
        return ""
    start = _PLAIN_START.match(text)
    if start is None:
        return ""
    letters = text.upper()
    return "" if any(word in letters for word in _NOTABLE) else start[1].upper()


def decode_code_points(text: str) -> str:
    r"""Return a query in which escapes such as ``\u0053`` are the characters that they stand for.

    So engines read it that take the escapes before anything else, even in a comment, as
    https://www.w3.org/TR/sparql11-query/#codepointEscape says; ours takes them only in strings
    and IRIs.
    """
    return _ESCAPED_CODE_POINT.sub(_decode_one, text)


def _decode_one(escape: re.Match[str]) -> str:
    code_point = int(escape[0][2:], 16)
    return chr(code_point) if code_point <= sys.maxunicode else escape[0]


def find_form(tokens: Sequence[Token]) -> Token | None:
    """Return the first keyword of a query form or an operation of an update."""
    words = (token for token in tokens if token.word in QUERY_FORMS | UPDATE_FORMS)
    return next(words, None)


def find_service(tokens: Sequence[Token]) -> Token | None:
    """Return the first SERVICE keyword, also where it runs together with what follows it.

    Oxigraph asks for no space after a keyword: it reads ``SERVICESILENT<http://a>`` and, where that
    is no name, ``SERVICE:a {}`` and ``SERVICEex:a {}`` as SERVICE. A token of kind "name" only may
    be one.
    """
    for index, token in enumerate(tokens):
        if token.kind == "word" and "SERVICE" in token.text.upper():
            return token
        if token.kind == "name" and "SERVICE" in token.text.partition(":")[0].upper():
            before = tokens[index - 1].word if index else ""
            after = tokens[index + 1].text if index + 1 < len(tokens) else ""
            if after == "{" and before not in ("GRAPH", "FROM", "NAMED", "DESCRIBE"):
                return token
    return None


def is_volatile(tokens: Sequence[Token]) -> bool:
    """Tell if a query calls a function whose value is another one the next time."""
    return any(kind == "word" and text.upper() in VOLATILE for kind, text, _ in tokens)
