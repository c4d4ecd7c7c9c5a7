"""The gate that no update and no SERVICE passes, whatever a query is dressed as.

The terminals tell both, and say where. Since they are read by us and executed by an engine, the
engine has the last word: where a text holds the letters SERVICE that we take for no keyword, it
must still be a query with other letters in their place. So a comment, a string or a name passes,
and a keyword doesn't.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NoReturn

from pyoxigraph import Store

from jjjkg.evaluation.errors import RefusedQuery
from jjjkg.evaluation.sparql.lexer import (
    MAX_DEPTH,
    UPDATE_FORMS,
    QueryTooDeep,
    Token,
    decode_code_points,
    find_form,
    find_service,
    locate,
    tokenize,
)
from jjjkg.messages import Message

_SERVICE: Final = re.compile("service", re.IGNORECASE | re.ASCII)


def check_query(text: str, tokens: Sequence[Token]) -> None:
    """Let through what its terminals show to be no update and to hold no SERVICE.

    Raises RefusedQuery.
    """
    form = find_form(tokens)
    if form and form.word in UPDATE_FORMS:
        raise RefusedQuery("queries.refused.update", form=form.word)
    if not _SERVICE.search(text):
        return
    service = find_service(tokens)
    if service and service.kind == "word":
        _refuse_service(text, service)


def check_query_elsewhere(text: str) -> None:
    """Let through what no other engine takes for an update or SERVICE either.

    Engines differ in two ways from ours: they may take escapes such as ``\\u0053`` before anything
    else, and always read the longest terminal, such as an IRI in ``?a<?b#>``. Raises RefusedQuery.
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
    """Let through a text in which the engine takes no letters SERVICE for the keyword.

    It must be the very text that is evaluated. A worker evaluates it here, too, and reaches no
    network; only whether it parses is of interest. Raises RefusedQuery.
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
