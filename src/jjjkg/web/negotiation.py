"""What a client takes: formats by Accept or by name, content codings, and the language of pages."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from flask import Request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from jjjkg.messages import LANGUAGES
from jjjkg.rdf.formats import GRAPHS, RESULTS, Format, find_format

#: The pages, and what programs read of them, as more formats to choose from.
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


def choose_format(
    request: Request, formats: Sequence[Format], name: str | None = None
) -> Format | None:
    """The format that suits a request best, or None.

    `name` is what `?format=` says: a name of a format (see Format.names), which wins over Accept.
    The name of a format for another kind of answer says no more than that no page is wanted, if
    Accept allows for that; a name of no format at all suits nothing.
    `formats` are in our order of preference, which decides between equals.
    """
    accepted = request.environ.get("HTTP_ACCEPT", "")
    if not name:
        return _choose(accepted, tuple(formats))
    found = find_format(name, formats)
    if found or not is_format(name):
        return found
    data = tuple(format for format in formats if format is not HTML)
    return _choose(accepted, data) or _choose(accepted, tuple(formats))


def is_format(name: str) -> bool:
    """Tell whether a name means a format for any kind of answer."""
    return find_format(name, (HTML, JSON, *RESULTS, *GRAPHS)) is not None


# The same few headers come again and again, and reading one takes as long as a light view.
@lru_cache(200)
def _choose(accepted: str, formats: tuple[Format, ...]) -> Format | None:
    ranges = _accepted(accepted)
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


def _accepted(header: str) -> dict[str, float]:
    """The quality of each media range of Accept headers; parameters make no difference to us.

    https://www.rfc-editor.org/rfc/rfc9110#name-accept
    """
    value = header.strip() or "*/*"
    plain = re.sub(r";\s*(?!q=)[\w!#$&^.+-]+=(\"[^\"]*\"|[^;,]*)", "", value, flags=re.IGNORECASE)
    # The accepted ranges come best first: where one is named twice, its best quality counts.
    ranges: dict[str, float] = {}
    for name, quality in parse_accept_header(plain):
        ranges.setdefault(name.lower(), quality)
    return ranges


def takes_gzip(request: Request) -> bool:
    """Whether gzip suits a client at least as well as no content coding.

    https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding
    """
    codings = request.accept_encodings
    return codings.quality("gzip") > 0 and codings.quality("gzip") >= codings.quality("identity")


def prefers_html(request: Request) -> bool:
    """Whether a page suits a client better than JSON: for errors."""
    return choose_format(request, (_PROBLEM, HTML)) is HTML


def content_type(format: Format) -> str:
    """The value of Content-Type for a format; all of ours are UTF-8."""
    charset = "; charset=utf-8" if _TEXT.fullmatch(format.media_type) else ""
    return format.media_type + charset


def repeat_query(request: Request) -> str:
    """A request's query string with its question mark, for a redirect; "" where it has none."""
    query = request.query_string.decode(errors="replace")
    return f"?{query}" if query else ""


def choose_language(request: Request) -> str:
    """The language of a page: `?lang=`, or else by Accept-Language, or else English."""
    if (chosen := request.args.get("lang")) in LANGUAGES:
        return str(chosen)
    return _choose_language(request.headers.get("Accept-Language", ""))


@lru_cache(200)
def _choose_language(accepted: str) -> str:
    # Not best_match: to it "en;q=0.1" is a better match than "zh-CN".
    tags = parse_accept_header(accepted, LanguageAccept).values()
    wanted = (tag.partition("-")[0].lower() for tag in tags)
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])
