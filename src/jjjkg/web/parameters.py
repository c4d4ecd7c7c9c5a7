"""What a request to the endpoint asks: its query, its graphs and its time, or why it asks nothing.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

import math
import re
from typing import Final, NoReturn

from flask import Response, abort, current_app, g, request

from jjjkg.messages import say
from jjjkg.web.fields import MOST_FIELDS, TooMuch
from jjjkg.web.form import FORM, find_field, list_fields, list_values
from jjjkg.web.problems import make_problem
from jjjkg.web.serving.keys import ASKING

DIRECT: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")


def read_text() -> str:
    """The one query of the request; ends the request with a problem where there is not one."""
    if request.method in ASKING:
        _check_body()
    _check_fields()
    if {"update", "using-graph-uri", "using-named-graph-uri"} & {name for name, _ in list_fields()}:
        _refuse(403, say("problems.no_update", g.language))
    texts = list_values("query")
    if request.method in ASKING and request.mimetype == DIRECT:
        try:
            texts.append(request.get_data().decode())
        except UnicodeDecodeError as error:
            _refuse(400, say("problems.query_not_utf8", g.language, error=error))
    if len(texts) != 1:
        _refuse(400, say("problems.not_one_query", g.language, count=len(texts), type=DIRECT))
    return texts[0]


def read_graphs() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The default and the named graphs that the request names, in its address or its form.

    https://www.w3.org/TR/sparql11-protocol/#dataset
    """
    return _read_iris("default-graph-uri"), _read_iris("named-graph-uri")


def _read_iris(name: str) -> tuple[str, ...]:
    iris = list_values(name)
    for iri in iris:
        check_iri(name, iri)
    return tuple(dict.fromkeys(iris))


def check_iri(name: str, iri: str) -> None:
    """Ends the request with a problem if a parameter's value is no absolute IRI."""
    if not _IRI.fullmatch(iri):
        _refuse(400, say("problems.no_iri", g.language, name=name, value=iri))


def read_seconds() -> float | None:
    """The seconds that the request allows, or None; they only ever shorten the limit."""
    given = find_field("timeout")
    if given is None:
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        _refuse(400, say("problems.bad_timeout", g.language, value=given))
    return seconds


def _check_body() -> None:
    """Ends the request if its body is none that can hold a query."""
    if request.mimetype == UPDATE:
        _refuse(403, say("problems.no_update", g.language))
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding != "identity":
        _refuse(
            415,
            say("problems.coded_body", g.language, coding=coding),
            ("Accept-Encoding", "identity"),
        )
    types = f"{FORM}, {DIRECT}"
    if request.mimetype not in (FORM, DIRECT):
        given = request.mimetype or say("problems.none", g.language)
        words = say("problems.no_query_type", g.language, given=given, form=FORM, direct=DIRECT)
        _refuse(415, words, ("Accept-Post", types))
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        _refuse(
            415, say("problems.no_charset", g.language, charset=charset), ("Accept-Post", types)
        )


def _check_fields() -> None:
    """Ends the request if its fields can't be read."""
    try:
        list_fields()
    except TooMuch:
        _refuse(
            413,
            say("problems.many_fields", g.language, fields=f"{MOST_FIELDS:,}"),
            limit="length",
            value=current_app.config["LONGEST_QUERY"],
        )
    except UnicodeDecodeError as error:
        _refuse(400, say("problems.parameters_not_utf8", g.language, error=error))


def _refuse(status: int, detail: str, *headers: tuple[str, str], **members: object) -> NoReturn:
    response: Response = make_problem(status, detail, **members)
    response.headers.extend(headers)
    abort(response)
