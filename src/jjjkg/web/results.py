"""Results of queries as tables for a page."""

import json
from dataclasses import dataclass, replace
from typing import Final

from flask import Response

from jjjkg.description import ResultTerm
from jjjkg.evaluation import Answer, Evaluator, LimitExceeded, QueryError, Request
from jjjkg.messages import Message
from jjjkg.web.asking import reply
from jjjkg.web.deferral import Finish, Task

#: How many rows a page shows; the other formats have them all.
SHOWN: Final = 1000
#: Bytes of an answer that a page is made of.
MOST_PAGE: Final = 1 << 20
#: Where that many are not enough for the rows, it is asked for a tenth of them.
_FEWER: Final = 10
#: Cells of a table, where its columns are many.
_CELLS: Final = 20_000


@dataclass(frozen=True)
class Table:
    """The variables and the rows of a SELECT's answer."""

    variables: tuple[str, ...]
    rows: tuple[tuple[ResultTerm | None, ...], ...]


@dataclass(frozen=True)
class Shown:
    """An answer for a page: a table, the truth of an ASK, or text in Turtle.

    With `more` there is more of it than is shown; `note` is what people should know beside it.
    """

    table: Table | None = None
    truth: bool | None = None
    text: str | None = None
    more: bool = False
    note: Message | None = None


def ask_for_page(
    evaluator: Evaluator,
    request: Request,
    seconds: float | None,
    finish: Finish,
    rows: int = SHOWN,
) -> Response:
    """The response that `finish` makes of as many rows of an answer as fit on a page."""

    def judge(answer: Answer | QueryError) -> Response:
        large = isinstance(answer, LimitExceeded) and answer.value == MOST_PAGE
        if large and rows >= _FEWER:
            return ask_for_page(evaluator, request, seconds, finish, rows // _FEWER)
        return finish(answer)

    asked = replace(request, most_rows=rows)
    return reply(evaluator, Task(asked, seconds, finish=judge))


def show(answer: Answer) -> Shown:
    """An answer in JSON or Turtle, as a page shows it."""
    if answer.format.name != "json":
        return Shown(text=answer.body.decode(), more=answer.more)
    result = json.loads(answer.body)
    if "boolean" in result:
        return Shown(truth=result["boolean"])
    variables = tuple(result["head"]["vars"])
    most = max(1, _CELLS // max(1, len(variables)))
    found = result["results"]["bindings"]
    cells = tuple(
        tuple(ResultTerm.of(row[name]) if name in row else None for name in variables)
        for row in found[:most]
    )
    more = answer.more or len(found) > most
    return Shown(Table(variables, cells), more=more, note=answer.note)
