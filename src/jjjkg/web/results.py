"""Results of queries as tables for a page."""

import json
from dataclasses import dataclass
from typing import Final

from jjjkg.description import Term, read_rows
from jjjkg.evaluation import Answer

#: How many rows a page shows; the other formats have them all.
SHOWN: Final = 1000
#: Bytes of an answer that a page is made of.
MOST_PAGE: Final = 1 << 20


@dataclass(frozen=True)
class Table:
    """The variables and the first rows of a SELECT's answer, and how many rows there are."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    total: int


@dataclass(frozen=True)
class Shown:
    """An answer for a page: a table, the truth of an ASK, or text in Turtle."""

    table: Table | None = None
    truth: bool | None = None
    text: str | None = None


def show(answer: Answer) -> Shown:
    """An answer in JSON or Turtle, as a page shows it."""
    if answer.format.name != "json":
        return Shown(text=answer.body.decode())
    result = json.loads(answer.body)
    if "boolean" in result:
        return Shown(truth=result["boolean"])
    variables = tuple(result["head"]["vars"])
    rows = read_rows(answer)
    first = tuple(tuple(row.get(name) for name in variables) for row in rows[:SHOWN])
    return Shown(Table(variables, first, len(rows)))
