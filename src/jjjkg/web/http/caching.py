"""Caching: an answer's key and tag, the store of ready answers, conditions, and their headers.

https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests and
https://www.rfc-editor.org/rfc/rfc9111
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from operator import itemgetter
from typing import Final
from urllib.parse import quote

from cachetools import LRUCache
from flask import Response, g, request
from werkzeug.http import parse_date

from jjjkg.evaluation import Request
from jjjkg.messages import Message
from jjjkg.rdf.formats import Format
from jjjkg.web.http.request import ASKING, READING, ClientRequest, content_type

Headers = list[tuple[str, str]]
#: The parts of a request that an answer may differ by, or a hash of them.
Key = tuple[object, ...]
#: What names an answer: its tag or the hash of its key, and whether the client takes gzip.
Name = tuple[str, bool]

# How long an answer may be kept.

#: The data never changes under a running server, but one with other data may take its place: a
#: proxy may use an answer for a minute and must then ask whether it still holds.
KEPT: Final = "public, max-age=60"
#: What differs each time that it is asked, and what says that something was wrong.
NOT_KEPT: Final = "no-store"
#: What may change at any moment.
ASKED: Final = "no-cache"
#: Files: their address names the bytes, or the latest of them.
FOREVER: Final = "public, max-age=31536000, immutable"
LATEST: Final = "public, no-cache"
#: Answers that name the host that they were asked of, which a client may have made up.
PRIVATE: Final = "private, no-cache"

#: Headers that an answer may differ by, and those that only a view judges.
_COMPARED: Final = (
    *(b"accept", b"accept-encoding", b"accept-language", b"host", b"content-type", b"range"),
)
_JUDGED: Final = frozenset((b"if-match", b"if-range", b"if-modified-since"))
#: Longer requests are not looked up; of those longer than that only a hash is kept.
_MOST_KEY: Final = 1 << 14
_MOST_PLAIN: Final = 1 << 10
#: Larger answers are streamed each time.
MOST_ENTRY: Final = 1 << 20
#: Bytes that an item takes beside its content, and a header with it: measured, and rounded up.
_ITEM: Final = 1000
_HEADER: Final = 160
#: The part of the room that is for requests: a quarter.
_KEYS: Final = 4
#: Characters of a note that go into a header, percent-encoded beyond ASCII.
_MOST_NOTE: Final = 500
_PLAIN: Final = " !\"#$&'()*+,/:;<=>?@[]^`{|}"
#: Bytes from which compressing is worth its time, and the level.
_SMALLEST: Final = 1000
_LEVEL: Final = 6


# Keys and tags


def make_key(client: ClientRequest) -> Key | None:
    """The parts of a request by which its answer is found again; None if it is not looked up."""
    headers, method = client.headers, client.method
    size = len(client.query) + len(client.body)
    if size > _MOST_KEY or (method not in READING and method not in ASKING):
        return None
    if not _JUDGED.isdisjoint(headers) or (method in ASKING and b"if-none-match" in headers):
        return None  # a view judges such conditions
    key = (
        "GET" if method == "HEAD" else method,
        *(client.scheme, client.path, client.query, client.body),
        *map(headers.get, _COMPARED),
    )
    if size + len(client.path) > _MOST_PLAIN:
        return (hashlib.blake2b(repr(key).encode(), digest_size=32).digest(),)
    return key


def name_page(key: Key) -> Name:
    """The name of an answer that has no tag before it is made, by the key of a request for it."""
    return hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest(), False


def make_etag(key: str, request: Request) -> str:
    """The opaque tag, without quotes, of the answer of the snapshot with that key to a request.

    All that the answer's bytes depend on but the content coding is in it; nothing is evaluated.
    """
    said = (request.query, request.results, request.triples)
    graphs = (request.default_graphs, request.named_graphs)
    text = json.dumps([key, *said, *graphs, request.needed_base, request.forms])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def code_etag(etag: str, coding: str | None) -> str:
    """The tag of a representation in a content coding: each coding has bytes of its own."""
    return f"{etag}-{coding}" if coding else etag


# Conditions


def judge(
    client: ClientRequest, own: str, modified: str = "", made: bool = True
) -> tuple[int, str]:
    """Judge a request's conditions: 304 or 412, or 0 if the answer is to be sent; and the tag.

    `own` is the opaque tag of the answer, `modified` its Last-Modified; that of the answer in
    another content coding is as good. An answer that is not `made` yet may turn out not to be one:
    for it only a tag that the client names counts.
    https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
    """
    if made and (matched := client.header(b"if-match")):
        named = {tag.strip() for tag in matched.split(",")}
        if "*" not in named and f'"{own}"' not in named:
            return 412, own
    if matched := client.header(b"if-none-match"):
        named = {tag.strip().removeprefix("W/") for tag in matched.split(",")}
        held = own if made and "*" in named else None
        etags = (own, code_etag(own, "gzip"))
        held = held or next((etag for etag in etags if f'"{etag}"' in named), None)
        return ((412 if client.method == "POST" else 304), held) if held else (0, own)
    since = parse_date(client.header(b"if-modified-since")) if made and modified else None
    changed = parse_date(modified) if since else None
    if since and changed and changed <= since and client.method in READING:
        return 304, own
    return 0, own


# Headers


def describe_answer(
    etag: str,
    modified: str,
    format: Format,
    coding: str | None = None,
    volatile: bool = False,
    note: Message | None = None,
) -> Headers:
    """The headers of an answer to a query: type, coding, validators and freshness.

    `etag` is its tag in no content coding, `modified` its Last-Modified or empty. A `volatile` one
    may be another the next moment, and is never kept; `note` is what people should know beside it.
    """
    headers = [("Content-Type", content_type(format)), ("Vary", "Accept, Accept-Encoding")]
    if note:
        # For programs: the name of the note and its values.
        words = " ".join([note.key.rpartition(".")[2], *note.values.values()])[:_MOST_NOTE]
        headers.append(("X-Query-Note", quote(words, safe=_PLAIN)))
    if coding:
        headers.append(("Content-Encoding", coding))
    if volatile:
        return [*headers, ("Cache-Control", NOT_KEPT)]
    return [*headers, *validate(code_etag(etag, coding), modified)]


def validate(etag: str, modified: str) -> Headers:
    """The validators and the freshness of an answer that may be kept."""
    headers = [("ETag", f'"{etag}"'), ("Cache-Control", KEPT)]
    return [*headers, ("Last-Modified", modified)] if modified else headers


#: The headers of a problem, which is in the client's language and never kept.
PROBLEM: Final[Headers] = [
    ("Vary", "Accept, Accept-Encoding, Accept-Language"),
    ("Cache-Control", NOT_KEPT),
]


def name_host() -> str:
    """The address that the client reached this server at, which ends in a slash.

    A response that holds it is for this client alone: no cache may keep it.
    """
    g.freshness = PRIVATE
    return request.url_root


def finish(response: Response, client: ClientRequest, modified: str) -> Response:
    """Give an app's response what it lacks of caching headers, a content coding, and a 304.

    A view may have set `g.freshness`, one of the above, and `g.negotiated` to False where its
    format is that of its name. `modified` is when the data were built, or empty where they change.
    """
    if g.get("negotiated", True) or response.status_code >= 400:
        response.vary.add("Accept")
    response.vary.add("Accept-Encoding")
    if response.mimetype in ("text/html", "application/problem+json"):
        response.vary.add("Accept-Language")
    plain = (
        response.status_code == 200
        and client.method in (*READING, *ASKING)
        and not (response.direct_passthrough or response.is_streamed)
        and "Content-Encoding" not in response.headers
    )
    if response.status_code >= 400 or "Location" in response.headers:
        response.headers["Cache-Control"] = NOT_KEPT
    elif freshness := g.get("freshness"):
        response.headers["Cache-Control"] = freshness
    elif plain and "Cache-Control" not in response.headers:
        response.add_etag()
        response.headers["Cache-Control"] = KEPT if modified else ASKED
        if modified:
            response.headers["Last-Modified"] = modified
    if plain and client.takes_gzip and len(body := response.get_data()) >= _SMALLEST:
        response.set_data(gzip.compress(body, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        if etag := response.get_etag()[0]:
            response.set_etag(code_etag(etag, "gzip"))
    if response.status_code == 200 and (etag := response.get_etag()[0]):
        told = response.headers.get("Last-Modified", "")
        if status := judge(client, etag, told)[0]:
            response.close()  # such as the file that it would send
            response.status_code, response.direct_passthrough = status, False
            response.set_data(b"")
    return response


# The store of ready answers


@dataclass(frozen=True, slots=True)
class Entry:
    """A response that is ready to be sent; `head` is its headers as they are sent."""

    headers: list[tuple[bytes, bytes]]
    head: bytes
    body: bytes
    etag: str
    rows: int | None = None

    @property
    def size(self) -> int:
        """The bytes that it takes in memory, about."""
        return 2 * _ITEM + _HEADER * len(self.headers) + len(self.body) + len(self.head)


class Cache:
    """Ready answers by name, and requests by what they were answered with; bounded in bytes.

    The data can't change under a running server, so what was answered once is right for ever.
    The least recently used go first.
    """

    def __init__(self, most_bytes: int) -> None:
        keys = most_bytes // _KEYS
        self._largest = min(MOST_ENTRY, most_bytes - keys)
        self._entries: LRUCache[Name, Entry] = LRUCache(
            most_bytes - keys, getsizeof=lambda entry: entry.size
        )
        self._names: LRUCache[Key, tuple[Name, int]] = LRUCache(keys, getsizeof=itemgetter(1))

    @property
    def bytes(self) -> int:
        """The bytes of the answers, with their headers, and of the requests for them."""
        return int(self._entries.currsize + self._names.currsize)

    def find(self, key: Key) -> Entry | None:
        """The answer to a request that came before."""
        try:
            entry: Entry = self._entries[self._names[key][0]]
        except KeyError:
            return None
        return entry

    def get(self, key: Key, name: Name) -> Entry | None:
        """An answer by its name; the request will be found by itself the next time."""
        entry: Entry | None = self._entries.get(name)
        if entry is not None:
            self._note(key, name)
        return entry

    def put(self, key: Key, name: Name, entry: Entry) -> None:
        """Keep an answer, and forget others where there is no room."""
        if entry.size <= self._largest:
            self._entries[name] = entry
            self._note(key, name)

    def _note(self, key: Key, name: Name) -> None:
        size = _ITEM + sum(len(part) for part in key if isinstance(part, bytes | str))
        if size <= self._names.maxsize:
            self._names[key] = (name, size)
