"""The outcomes of a query: an answer, or one of a few errors that say whose fault it was.

An error is defined here and raised somewhere, and that is all: it passes between the processes by
`encode` and `decode`, and whoever speaks HTTP reads its `status` and `members`. Its words are in
the catalogue of messages, under the key that it is raised with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Final, Literal

from jjjkg.errors import MessageError
from jjjkg.messages import Message
from jjjkg.rdf.formats import Format

#: The most that the limit of time may be, in seconds.
MOST_SECONDS: Final = 3600


def _limit(
    default: float, unit: Literal["seconds", "size", "count"], help: str, status: int
) -> Any:
    return field(default=default, metadata={"unit": unit, "help": help, "status": status})


@dataclass(frozen=True)
class Limits:
    """The limits of one query.

    The metadata of each field say what it bounds, in which unit, and with which status of HTTP an
    answer that went over it is refused; the options of the command line are made from them.
    """

    #: Wall time, from sending the query to the last byte of its answer.
    seconds: float = _limit(30.0, "seconds", "time that a query may take", 504)
    #: Bytes of address space above what the loaded store takes.
    memory: int = _limit(1 << 30, "size", "memory that a query may use", 503)
    #: Rows of a table, or triples of a graph.
    rows: int = _limit(10_000_000, "count", "rows of an answer", 503)
    #: Bytes of the serialised answer, before it is compressed.
    bytes: int = _limit(1 << 30, "size", "size of an answer", 503)
    #: Length of the query in characters.
    length: int = _limit(1 << 20, "size", "characters of a query", 413)


@dataclass(frozen=True)
class Answer:
    """A serialised result: its bytes, their format, and the query form that asked for it.

    A volatile one would differ the next time. With ``more`` it lacks what is past the rows that
    were asked for. ``note`` is what people should know beside it, or None.
    """

    body: bytes
    format: Format
    form: str
    volatile: bool = False
    more: bool = False
    note: Message | None = None


class QueryError(MessageError):
    """A query without an answer.

    ``code`` is its name between the processes, ``status`` that of HTTP. The values that ``told``
    names are attributes, and `members` of a problem (https://www.rfc-editor.org/rfc/rfc9457).
    """

    code: ClassVar[str] = "failed"
    told: ClassVar[tuple[str, ...]] = ()
    status: int = 500

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key, **values)
        for name in self.told:
            setattr(self, name, values[name])

    @property
    def members(self) -> dict[str, Any]:
        """The extension members of the problem that tells the error."""
        return {name: getattr(self, name) for name in self.told}

    def encode(self) -> dict[str, Any]:
        """Return the error as a JSON object, which `decode` reads."""
        return {"error": self.code, **self.message.encode()}

    @staticmethod
    def decode(encoded: Mapping[str, Any]) -> "QueryError":
        """Return the error that a JSON object holds."""
        kinds = {kind.code: kind for kind in QueryError.__subclasses__()}
        message = Message.decode(encoded)
        return kinds[encoded["error"]](message.key, **message.values)


class MalformedQuery(QueryError):
    """A text that is not a SPARQL query.

    The message is the reason; `line` and `column` count from 1, columns in code points; `excerpt`
    shows the line with a caret below the place. str() has all of them.
    """

    code, status, told = "malformed", 400, ("line", "column", "excerpt")
    line: int
    column: int
    excerpt: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {super().__str__()}\n{self.excerpt}"


class RefusedQuery(QueryError):
    """A query for what is never done here: an update, or SERVICE."""

    code, status = "refused", 403


class UnsupportedQuery(QueryError):
    """A well-formed query that can't be answered, such as a call of a function unknown here."""

    code, status = "unsupported", 400


class NothingFound(QueryError):
    """A question about a thing that isn't in the data, or a statement that does not hold there."""

    code, status = "nothing", 404


class UnavailableFormat(QueryError):
    """A query of a `form` whose answer has no format that the client accepts."""

    code, status, told = "unavailable", 406, ("form",)
    form: str


class LimitExceeded(QueryError):
    """A query that went over a limit: `limit` names a field of Limits, `value` is its value."""

    code, told = "limit", ("limit", "value")
    limit: str
    value: float

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key, **values)
        metadata = {field.name: field.metadata for field in fields(Limits)}
        self.status = metadata[self.limit]["status"]


class Busy(QueryError):
    """A query for which there is no room now; worth another try after `retry_after` seconds."""

    code, status, told = "busy", 503, ("retry_after",)
    retry_after: int

    @property
    def members(self) -> dict[str, Any]:
        """The members by the names that they have in JSON; what is exceeded is the queue."""
        return {"limit": "queue", "retryAfter": self.retry_after}


class StoreFailed(QueryError):
    """A store elsewhere that can't be reached, or does not answer as it should."""

    code, status = "store", 502


class StoreTooSlow(QueryError):
    """A store elsewhere that takes no connection, or says itself that it ran out of time."""

    code, status = "slow_store", 504


class EngineFailed(QueryError):
    """A query on which the engine reached a state that it thought impossible, by its own fault."""

    code, status = "engine", 500


class WorkerCrashed(QueryError):
    """A query whose process died."""

    code, status = "crashed", 503
