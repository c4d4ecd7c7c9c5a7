"""Results of queries as tables for a page."""

import json
from dataclasses import dataclass
from typing import Final

from jjjkg.description import ResultTerm
from jjjkg.evaluation import Answer
from jjjkg.messages import Message

#: Cells of a table, where its columns are many.
_CELLS: Final = 20_000


@dataclass(frozen=True)
class Shown:
    """An answer for a page: a SELECT's variables and rows, the truth of an ASK, or Turtle.

    With `more` there is more of it than is shown; `note` is what people should know beside it.
    """

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[ResultTerm | None, ...], ...] | None = None
    truth: bool | None = None
    text: str | None = None
    more: bool = False
    note: Message | None = None


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
    rows = tuple(
        tuple(ResultTerm.of(row[name]) if name in row else None for name in variables)
        for row in found[:most]
    )
    more = answer.more or len(found) > most
    return Shown(variables, rows, more=more, note=answer.note)
