"""Faults in the text of a query: their reasons and places, and the error that tells both."""

import re
import unicodedata
from typing import Any, NamedTuple, Self

from jjjkg.evaluation.errors import MalformedQuery
from jjjkg.messages import Message


class Fault(NamedTuple):
    """The reason why a query is wrong, and the offset of the place."""

    reason: Message
    offset: int

    @classmethod
    def of(cls, offset: int, key: str, **values: Any) -> Self:
        """Return the fault at an offset for a key of queries.toml and its values."""
        return cls(Message.of(key, **values), offset)

    def raised(self, text: str) -> MalformedQuery:
        """Return the error for a text, with the line and a caret below the character."""
        line, column = locate(text, self.offset)
        content = re.split(r"\r\n?|\n", text)[line - 1]
        start = max(0, column - 61)
        shown, before = content[start : start + 100], content[start : column - 1]
        place = {"line": line, "column": column, "excerpt": f"{shown}\n{_blank(before)}^"}
        return MalformedQuery(self.reason.key, **self.reason.values, **place)


def locate(text: str, offset: int) -> tuple[int, int]:
    """Return the line and column of an offset, both counted from 1, columns in code points."""
    before = text[:offset]
    line_start = max(before.rfind("\n"), before.rfind("\r")) + 1
    line = len(re.findall(r"\r\n?|\n", before)) + 1
    return line, offset - line_start + 1


def _blank(text: str) -> str:
    """Return blanks as wide as a text is on a terminal; tabs stay."""
    wide = {"W", "F"}
    return "".join(
        char if char == "\t" else "  " if unicodedata.east_asian_width(char) in wide else " "
        for char in text
    )
