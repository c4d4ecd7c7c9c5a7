"""The headers of an answer: what it is, how it is coded, and how long it may be kept.

https://www.rfc-editor.org/rfc/rfc9110#name-validator-fields and
https://www.rfc-editor.org/rfc/rfc9111
"""

import hashlib
import json
from typing import Final
from urllib.parse import quote

from jjjkg.evaluation import Request
from jjjkg.messages import Message
from jjjkg.rdf.formats import Format
from jjjkg.web.deferral import Task
from jjjkg.web.negotiation import content_type

#: The data never changes under a running server, but one with other data may take its place: a
#: proxy may use an answer for a minute and must then ask whether it still holds.
KEPT: Final = "public, max-age=60"
#: For what differs each time that it is asked, and what says that something was wrong.
NOT_KEPT: Final = "no-store"
#: So much of a note goes into a header, where its characters beyond ASCII are percent-encoded.
_MOST_NOTE: Final = 500
_PLAIN: Final = " !\"#$&'()*+,/:;<=>?@[]^`{|}"

Headers = list[tuple[str, str]]


def make_etag(key: str, request: Request) -> str:
    """The opaque tag, without quotes, of the answer of the snapshot with that key to a request.

    All that the answer's bytes depend on but the content coding is in it; nothing is evaluated.
    """
    said = (request.query, request.results, request.triples)
    graphs = (request.default_graphs, request.named_graphs)
    text = json.dumps([key, *said, *graphs, request.needed_base, request.forms])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def describe_answer(
    task: Task, format: Format, coding: str | None, volatile: bool, note: Message | None = None
) -> Headers:
    """The headers that depend on the reply to a task: type, coding, validators and freshness.

    `volatile` says that the same query may have another answer the next moment, so that this one
    is never kept; `note` is what people should know beside it.
    """
    headers = [("Content-Type", content_type(format))]
    if note:
        headers.append(("X-Query-Note", quote(_write_note(note), safe=_PLAIN)))
    if coding:
        headers.append(("Content-Encoding", coding))
    if volatile:
        return [*headers, ("Cache-Control", NOT_KEPT)]
    headers += [("ETag", f'"{code_etag(task.etag, coding)}"'), ("Cache-Control", KEPT)]
    return [*headers, ("Last-Modified", task.modified)] if task.modified else headers


def _write_note(note: Message) -> str:
    """A note for programs: its name and its values."""
    return " ".join([note.key.rpartition(".")[2], *note.values.values()])[:_MOST_NOTE]


def code_etag(etag: str, coding: str | None) -> str:
    """The tag of a representation in a content coding: each coding has bytes of its own."""
    return f"{etag}-{coding}" if coding else etag


def find_held(etag: str, wanted: str | None) -> str | None:
    """The tag of a held answer that an If-None-Match header names: in any coding, weak or not.

    A star is not looked at: whether there is an answer at all, only evaluating can tell.
    https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match
    """
    held = {tag.strip().removeprefix("W/") for tag in (wanted or "").split(",")}
    return next((tag for tag in (etag, code_etag(etag, "gzip")) if f'"{tag}"' in held), None)
