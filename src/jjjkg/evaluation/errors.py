"""What can come of a query: an answer, or one of a few errors that say whose fault it was."""

from dataclasses import dataclass

from jjjkg.rdf.formats import Format


@dataclass(frozen=True)
class Limits:
    """What one query may use."""

    seconds: float = 30.0  #: wall time, from sending the query to its last byte
    memory: int = 1 << 30  #: bytes of address space above what the loaded store takes
    rows: int = 10_000_000  #: rows of a table, or triples of a graph
    bytes: int = 1 << 30  #: size of the serialised answer, before it is compressed
    length: int = 1 << 20  #: length of the query in characters


@dataclass(frozen=True)
class Answer:
    """A serialised result: its bytes, their format, and the query form that asked for it.

    A volatile one would be another one the next time. With ``more`` it lacks what is past the
    rows that were asked for. ``note`` is what people should know beside it
    (jjjkg.evaluation.sparql.notes), or empty.
    """

    body: bytes
    format: Format
    form: str
    volatile: bool = False
    more: bool = False
    note: str = ""


class QueryError(Exception):
    """A query without an answer; the message is one line (or, for syntax, a few) for people."""


class MalformedQuery(QueryError):
    """The text is no SPARQL query.

    `reason` is one line for people; `line` and `column` count from 1, columns in code points;
    `excerpt` shows the line with a caret below the place.
    """

    def __init__(self, reason: str, line: int, column: int, excerpt: str) -> None:
        super().__init__(f"line {line}, column {column}: {reason}\n{excerpt}")
        self.reason, self.line, self.column, self.excerpt = reason, line, column, excerpt


class RefusedQuery(QueryError):
    """The query asks for what is never done here: an update, or SERVICE."""


class UnsupportedQuery(QueryError):
    """A well-formed query that can't be answered, such as a call of a function unknown here."""


class NothingFound(QueryError):
    """The thing asked about isn't in the data, or does not hold there."""


class UnavailableFormat(QueryError):
    """The client accepts no format that a query of this `form` can be answered in."""

    def __init__(self, form: str) -> None:
        super().__init__(f"no acceptable format for the result of {form}")
        self.form = form


class LimitExceeded(QueryError):
    """The query went over a limit: `limit` is the name of a field of Limits, `value` its value."""

    def __init__(self, limit: str, message: str, value: float) -> None:
        super().__init__(message)
        self.limit, self.value = limit, value


class Busy(QueryError):
    """No worker is free, and too many queries wait for one; worth another try after some seconds.

    `retry_after` says how many.
    """

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(f"{message}; try again in {retry_after} s")
        self.retry_after = retry_after


class StoreFailed(QueryError):
    """The store elsewhere that was to answer can't be reached, or does not answer as it should."""


class StoreTooSlow(QueryError):
    """The store elsewhere takes no connection, or says itself that it ran out of time."""


class EngineFailed(QueryError):
    """The engine found itself in a state that it thought impossible: a fault of the engine's."""

    def __init__(self) -> None:
        super().__init__(
            "the engine failed on this query, by a fault of its own; it would again, so write the "
            "query in another way; other queries are not touched"
        )


class WorkerCrashed(QueryError):
    """The process that evaluated the query died; `signal` is what ended it, if one did."""

    def __init__(self, signal: int | None) -> None:
        how = "" if signal is None else f" by signal {signal}"
        super().__init__(f"the process that evaluated this query died{how}; others are not touched")
        self.signal = signal
