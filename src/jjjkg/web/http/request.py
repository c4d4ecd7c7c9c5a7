"""A client's request: its parameters, and the formats, the coding and the language that suit it."""

import math
import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import Any, Final, NoReturn

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_options_header

from jjjkg.errors import MessageError
from jjjkg.messages import LANGUAGES
from jjjkg.rdf.formats import GRAPHS, RESULTS, Format, find_format
from jjjkg.rdf.iris import is_absolute

Scope = MutableMapping[str, Any]
Fields = list[tuple[str, str]]
#: Methods that only read, and those of the endpoint whose body is read.
READING: Final = ("GET", "HEAD")
ASKING: Final = ("POST", "QUERY")
FORM: Final = "application/x-www-form-urlencoded"

#: The pages, and JSON for programs, as more formats to choose from.
HTML: Final = Format("html", "text/html", ".html", "HTML")
JSON: Final = Format("json", "application/json", ".json", "JSON")
#: Problems, for choosing between them and pages.
_PROBLEM: Final = Format(
    "json", "application/problem+json", ".json", "JSON", aliases=("application/json",)
)
#: Media types of which a client must be told the encoding.
_TEXT: Final = re.compile(r"text/.*")
#: The rank of what a client names in order not to get it.
_REFUSED: Final = (0.0, 2)
#: Characters of what a client wants that are told back to it.
_MOST_SAID: Final = 300

#: Fields of one request; more are refused before any is read.
MOST_FIELDS: Final = 1_000
_ESCAPES: Final = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
#: Bytes that are decoded at a time, so that what it takes stays small beside the text.
_PIECE: Final = 1 << 16
#: Bytes that only go on with a character, as they are and as their escapes begin.
_RAW: Final = bytes(range(0x80, 0xC0))
_CONTINUING: Final = (b"%8", b"%9", b"%A", b"%B", b"%a", b"%b")


class Refusal(MessageError):
    """A request that is refused: a status, a message of the catalogue, headers and members.

    The members are extensions of the problem object, the values those of the message.
    """

    def __init__(
        self,
        status: int,
        key: str,
        /,
        *headers: tuple[str, str],
        members: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(key, **values)
        self.status, self.headers, self.members = status, headers, dict(members or {})


class ClientRequest:
    """A request as it came, by its ASGI scope: method, path, query string, headers, body.

    Names of headers are in small letters; values of one name are joined by commas. `length` is how
    many characters a query may have.
    """

    def __init__(self, scope: Scope, length: int = 1 << 20) -> None:
        self.method, self.scheme, self.path = scope["method"], scope["scheme"], scope["path"]
        self.query, self.body, self.length = scope["query_string"], b"", length
        self.headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            before = self.headers.get(name)
            self.headers[name] = value if before is None else b"%b,%b" % (before, value)
        self._server = scope.get("server") or ("localhost",)
        # Not a cached_property, whose lock all requests share: the loop would wait for threads.
        self._fields: Fields | None = None

    def header(self, name: bytes) -> str:
        """The value of a header; empty where there is none."""
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def host(self) -> str:
        """The host that the client names, or else the server's own; with the port."""
        return self.header(b"host") or ":".join(map(str, self._server))

    @property
    def base(self) -> str:
        """The address without its query, against which a query's relative IRIs are resolved.

        https://www.w3.org/TR/sparql11-protocol/#base-iri
        """
        host = self.host.removesuffix(_PORTS.get(self.scheme, " "))
        return f"{self.scheme}://{host}{self.path}"

    @property
    def repeated(self) -> str:
        """The query string with its question mark, for a redirect; "" where there is none."""
        query = self.query.decode(errors="replace")
        return f"?{query}" if query else ""

    @property
    def media_type(self) -> str:
        """The media type of the body."""
        return self.header(b"content-type").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The encoding that Content-Type names, or UTF-8."""
        return parse_options_header(self.header(b"content-type"))[1].get("charset", "utf-8").lower()

    @property
    def fields(self) -> Fields:
        """The fields of the address and of the form. Raises Refusal where they can't be read.

        https://url.spec.whatwg.org/#application/x-www-form-urlencoded
        """
        if self._fields is not None:
            return self._fields
        try:
            fields = _read_fields(self.query)
            if self.method in ASKING and self.media_type == FORM:
                # Beside the query there is room for the graphs.
                fields = [*fields, *_read_fields(self.body, 2 * self.length + (1 << 16))]
        except _TooMuch as error:
            members = {"limit": "length", "value": self.length}
            refusal = Refusal(413, "problems.many_fields", members=members, fields=MOST_FIELDS)
            raise refusal from error
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            raise Refusal(400, "problems.parameters_not_utf8", byte=byte) from error
        self._fields = fields
        return fields

    def values(self, name: str) -> list[str]:
        """The values of the fields of a name. Raises Refusal."""
        return [value for key, value in self.fields if key == name]

    def find(self, name: str) -> str | None:
        """The first value of a name; None also where the fields can't be read."""
        try:
            return next(iter(self.values(name)), None)
        except Refusal:
            return None

    def read_iris(self, name: str) -> tuple[str, ...]:
        """The IRIs that a parameter names, each once. Raises Refusal for one that is not absolute.

        https://www.w3.org/TR/sparql11-protocol/#dataset
        """
        iris = dict.fromkeys(self.values(name))
        for iri in iris:
            if not is_absolute(iri):
                raise Refusal(400, "problems.no_iri", name=name, value=iri)
        return tuple(iris)

    def read_seconds(self) -> float | None:
        """The seconds that the request allows, or None; they only ever shorten the limit.

        Raises Refusal for what is not a time.
        """
        given = self.find("timeout")
        if given is None:
            return None
        try:
            seconds = float(given)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds < math.inf:
            raise Refusal(400, "problems.bad_timeout", value=given)
        return seconds

    @property
    def language(self) -> str:
        """The language of pages: `?lang=`, or else by Accept-Language, or else the default."""
        try:
            fields = _read_fields(self.query)
        except ValueError:
            fields = []
        chosen = next((value for name, value in fields if name == "lang"), "")
        return chosen if chosen in LANGUAGES else _choose_language(self.header(b"accept-language"))

    @property
    def takes_gzip(self) -> bool:
        """Tell if gzip suits the client at least as well as no content coding."""
        return _takes_gzip(self.header(b"accept-encoding"))

    @property
    def prefers_pages(self) -> bool:
        """Tell if a page suits the client better than JSON: for errors."""
        return self.choose((_PROBLEM, HTML)) is HTML

    def choose(self, formats: Sequence[Format], name: str | None = None) -> Format | None:
        """The format that suits best, or None; `formats` are in our order of preference.

        `name` is what `?format=` says (see Format.names), which wins over Accept. The name of a
        format for another kind of answer only says that no page is wanted, if Accept allows for
        that; a name of no format at all suits nothing.
        """
        accepted = self.header(b"accept")
        if not name:
            return _choose(accepted, tuple(formats))
        found = find_format(name, formats)
        if found or not _is_format(name):
            return found
        data = tuple(format for format in formats if format is not HTML)
        return _choose(accepted, data) or _choose(accepted, tuple(formats))

    def require(self, formats: Sequence[Format]) -> Format:
        """The format that suits best, also by `?format=`. Raises Refusal where none does."""
        return self.choose(formats, self.find("format")) or self.refuse_formats(formats)

    @property
    def largest(self) -> int:
        """The bytes of the largest body that is read.

        A percent-encoded query may be nine times as long as its characters.
        """
        return 9 * self.length + (1 << 16)

    def refuse_body(self) -> Refusal:
        """The refusal of a body that is too large."""
        members = {"limit": "length", "value": self.length}
        return Refusal(413, "problems.large_body", members=members, limit=f"{self.largest:,}")

    def refuse_formats(
        self, formats: Sequence[Format], key: str = "problems.no_format", form: str = ""
    ) -> NoReturn:
        """Refuse the request since no format suits it, and list those that there are.

        `key` is that of the words, for callers who know more: the `form` of the query.
        """
        name = self.find("format") or ""
        known = not name or _is_format(name)
        raise Refusal(
            406,
            key if known else "problems.no_format_name",
            members={"available": [{"format": f.name, "mediaType": f.media_type} for f in formats]},
            form=form,
            name=name[:_MOST_SAID],
            accepted=self.header(b"accept")[:_MOST_SAID],
            types=", ".join(format.media_type for format in formats),
            names=", ".join(format.name for format in formats),
        )


_PORTS: Final = {"http": ":80", "https": ":443"}


def content_type(format: Format) -> str:
    """The value of Content-Type for a format; all of ours are UTF-8."""
    charset = "; charset=utf-8" if _TEXT.fullmatch(format.media_type) else ""
    return format.media_type + charset


def _is_format(name: str) -> bool:
    """Tell if a name means a format for any kind of answer."""
    return find_format(name, (HTML, JSON, *RESULTS, *GRAPHS)) is not None


# The same few headers come again and again, and reading one takes as long as a light view.
@lru_cache(200)
def _choose(accepted: str, formats: tuple[Format, ...]) -> Format | None:
    ranges = _read_accept(accepted)
    best, best_rank = None, _REFUSED
    for format in formats:
        rank = _rank(format.media_type, ranges)
        if rank != _REFUSED:
            named = (_rank(alias, ranges) for alias in format.aliases if alias in ranges)
            rank = max(rank, *named, _REFUSED)
        if rank > best_rank:
            best, best_rank = format, rank
    return best


def _rank(media_type: str, ranges: Mapping[str, float]) -> tuple[float, int]:
    """The quality of a media type, and how closely the range that says so names it.

    Of the ranges that it is in, the closest alone counts: "text/csv;q=0, */*" takes no CSV.
    """
    ladder = ("*/*", media_type.partition("/")[0] + "/*", media_type)
    for closeness in (2, 1, 0):
        if (quality := ranges.get(ladder[closeness])) is not None:
            return quality, closeness
    return 0.0, -1


def _read_accept(header: str) -> dict[str, float]:
    """The quality of each media range of Accept; other parameters make no difference here.

    https://www.rfc-editor.org/rfc/rfc9110#name-accept
    """
    value = header.strip() or "*/*"
    plain = re.sub(r";\s*(?!q=)[\w!#$&^.+-]+=(\"[^\"]*\"|[^;,]*)", "", value, flags=re.IGNORECASE)
    # The accepted ranges come best first: where one is named twice, its best quality counts.
    ranges: dict[str, float] = {}
    for name, quality in parse_accept_header(plain):
        ranges.setdefault(name.lower(), quality)
    return ranges


@lru_cache(200)
def _takes_gzip(accepted: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding."""
    codings = parse_accept_header(accepted)
    return codings.quality("gzip") > 0 and codings.quality("gzip") >= codings.quality("identity")


@lru_cache(200)
def _choose_language(accepted: str) -> str:
    # Not best_match: to it "en;q=0.1" is a better match than "zh-CN".
    tags = parse_accept_header(accepted, LanguageAccept).values()
    wanted = (tag.partition("-")[0].lower() for tag in tags)
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


# Fields, read under bounds


class _TooMuch(ValueError):
    """There are more fields than are read, or more characters."""


def _read_fields(encoded: bytes, longest: int | None = None) -> Fields:
    """Names and values, decoded. Raises _TooMuch, and UnicodeDecodeError for what is not UTF-8.

    `longest` is how many characters all of it may have; that is found without decoding it.
    """
    if encoded.count(b"&") >= MOST_FIELDS:
        raise _TooMuch
    if longest is not None and _count_characters(encoded) > longest:
        raise _TooMuch
    split = (field.partition(b"=") for field in encoded.split(b"&") if field)
    return [(_decode(name), _decode(value)) for name, _, value in split]


def _count_characters(encoded: bytes) -> int:
    count = len(encoded)
    for start in range(0, len(encoded), _PIECE):  # so that other threads have their turn
        piece = encoded[start : start + _PIECE]
        continuing = sum(map(piece.count, _CONTINUING))
        count -= 2 * piece.count(b"%") + continuing + len(piece) - len(piece.translate(None, _RAW))
    return count


def _decode(encoded: bytes) -> str:
    if b"%" not in encoded and b"+" not in encoded:
        return encoded.decode()
    return b"".join(_unquote(encoded)).decode()


def _unquote(encoded: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(encoded):
        end = start + _PIECE
        if end < len(encoded):  # not within an escape
            cut = encoded.rfind(b"%", end - 2, end)
            end = cut if cut >= 0 else end
        piece = encoded[start:end].replace(b"+", b" ")
        yield _ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode()), piece)
        start = end
