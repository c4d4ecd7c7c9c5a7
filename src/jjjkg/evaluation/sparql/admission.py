"""Admission: which queries may reach the engine, told from their terminals before it reads them.

No update and no SERVICE passes, whatever a query is dressed as. The terminals tell both, and say
where. Since they are read by us and executed by an engine, the engine has the last word: where a
text holds the letters SERVICE that we take for no keyword, it must still be a query with other
letters in their place. So a comment, a string or a name passes, and a keyword doesn't.

No query passes that would overflow the stack of the engine, which also nests what is written side
by side. Oxigraph reads ``1+1+1`` as ``(1+1)+1``, and takes patterns that follow each other in a
group in the same way. Measured on 0.5.13 with a worker's stack of 64 MB: 40,000 signs pass and
60,000 end the process; of triples, filters, groups, unions or members of a list 30,000 take more
than half a minute, and 100,000 end it. Lists of values (VALUES, IN, arguments) do not nest: 100,000
of each pass.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NoReturn

from pyoxigraph import Store

from jjjkg.evaluation.errors import RefusedQuery
from jjjkg.evaluation.sparql.faults import Fault, locate
from jjjkg.evaluation.sparql.lexer import (
    MAX_DEPTH,
    UPDATE_FORMS,
    QueryTooDeep,
    Token,
    decode_code_points,
    find_form,
    find_service,
    tokenize,
)
from jjjkg.evaluation.sparql.well_formedness import find_misplaced_aggregate
from jjjkg.messages import Message

_SERVICE: Final = re.compile("service", re.IGNORECASE | re.ASCII)
#: How many parts may follow each other within the same brackets.
MAX_CHAIN: Final = 10_000

#: Tokens that link the parts of an expression, and of patterns and paths.
_OPERATORS: Final = frozenset({"||", "&&", "+", "-", "*", "/", "|"})
_SEPARATORS: Final = frozenset({".", ";", ",", "/", "|", "~"})
_WORDS: Final = frozenset("UNION OPTIONAL MINUS FILTER BIND GRAPH LATERAL VALUES".split())
_OPENING: Final = frozenset({"{", "(", "[", "<<", "<<(", "{|"})
_CLOSING: Final = frozenset({"}", ")", "]", ">>", ")>>", "|}"})
_OPERANDS: Final = frozenset({"variable", "string", "number", "iri", "name", "blank"})
#: The kind of brackets in which nothing nests: the values of VALUES, the template of a CONSTRUCT.
_FLAT: Final = "flat"


def read_tokens(text: str) -> list[Token]:
    """Return the terminals of a query that may be asked of our engine.

    Raises RefusedQuery, and MalformedQuery for what would overflow it or what it lets pass wrongly.
    """
    try:
        tokens = tokenize(text)
    except QueryTooDeep as error:
        raise Fault.of(error.start, "queries.syntax.deep", most=MAX_DEPTH).raised(text) from None
    check_query(text, tokens)
    if fault := _find_long_chain(tokens) or find_misplaced_aggregate(text, tokens):
        raise fault.raised(text)
    return tokens


def check_query(text: str, tokens: Sequence[Token]) -> None:
    """Raise RefusedQuery for what its terminals show to be an update, or to hold SERVICE."""
    form = find_form(tokens)
    if form and form.word in UPDATE_FORMS:
        raise RefusedQuery("queries.refused.update", form=form.word)
    if not _SERVICE.search(text):
        return
    service = find_service(tokens)
    if service and service.kind == "word":
        _refuse_service(text, service)


def check_query_elsewhere(text: str) -> None:
    """Raise RefusedQuery for what another engine may take for an update or SERVICE.

    Engines differ in two ways from ours: they may take escapes such as ``\\u0053`` before anything
    else, and always read the longest terminal, such as an IRI in ``?a<?b#>``.
    """
    for read in {text, decode_code_points(text)}:
        for longest in (False, True):
            try:
                tokens = tokenize(read, longest)
            except QueryTooDeep as error:
                why = Message.of("queries.syntax.deep", most=MAX_DEPTH)
                raise RefusedQuery("queries.refused.deep_elsewhere", why=why) from error
            check_query(read, tokens)
        check_with_engine(read, tokens)


def check_with_engine(text: str, tokens: Sequence[Token]) -> None:
    """Raise RefusedQuery for a text in which the engine takes some letters SERVICE for the keyword.

    It must be the very text that is evaluated. A worker evaluates it here, too, and reaches no
    network; only its parsing is of interest.
    """
    if not _SERVICE.search(text) or _parses(_SERVICE.sub(lambda match: match[0][::-1], text)):
        return
    if _parses(text):
        _refuse_service(text, find_service(tokens))


def _refuse_service(text: str, service: Token | None) -> NoReturn:
    if service is None:
        raise RefusedQuery("queries.refused.service")
    line, column = locate(text, service.start)
    raise RefusedQuery("queries.refused.service_at", row=line, place=column)


def _parses(text: str) -> bool:
    with suppress(RuntimeError, ValueError, OSError):
        try:
            Store().query(text, base_iri="http://a/")
        except SyntaxError:
            return False
    return True


def _find_long_chain(tokens: Sequence[Token]) -> Fault | None:
    """Return the first chain of more than MAX_CHAIN parts, at the place where it gets too long."""
    if len(tokens) <= MAX_CHAIN:
        return None
    kinds, counts = [""], [0]
    flat = False  # the next brace holds what does not nest
    before = Token("operator", "", 0)
    for token in tokens:
        kind = kinds[-1]
        if token.text in _CLOSING:
            if len(kinds) > 1:
                kinds.pop()
                counts.pop()
        elif kind == _FLAT:
            if token.text in _OPENING:
                kinds.append(_FLAT)
                counts.append(0)
        else:
            counts[-1] += _is_part(kind, token, before)
            if counts[-1] > MAX_CHAIN:
                return Fault.of(token.start, "queries.syntax.long_chain", most=MAX_CHAIN)
            if token.text in _OPENING:
                kinds.append(_FLAT if flat and token.text == "{" else token.text)
                counts.append(0)
                flat = flat and token.text != "{"
            elif token.kind == "word":
                flat = flat or token.word in ("VALUES", "CONSTRUCT")
                flat = flat and token.word not in ("WHERE", "FROM")
        before = token
    return None


def _is_part(kind: str, token: Token, before: Token) -> bool:
    """Tell if a token begins one more part within brackets of a kind."""
    ended = before.text in _CLOSING or before.kind in _OPERANDS
    if token.text == "{":
        return before.text in ("{", "}", ".")
    if token.text in _OPENING:  # a member of a list, a chosen expression, or an annotation
        called = before.kind in ("iri", "name") and token.text == "("
        return token.text == "{|" or (ended and not called)
    if kind == "(":
        return token.text in _OPERATORS or (ended and token.kind in _OPERANDS)
    if kind == "" and token.kind == "variable":  # a key of ORDER BY or GROUP BY
        return True
    return token.text in _SEPARATORS or token.word in _WORDS
