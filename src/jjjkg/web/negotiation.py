"""What a client takes: formats by Accept or by name, and the language of pages."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from flask import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from jjjkg.mediatypes import Format
from jjjkg.question import LANGUAGES

#: The pages, as one more format to choose from.
HTML: Final = Format("html", "text/html", ".html", "https://html.spec.whatwg.org/", ())

#: Media types of which a client must be told the encoding.
_TEXT: Final = re.compile(r"text/.*")


def choose_format(
    request: Request, formats: Sequence[Format], name: str | None = None
) -> Format | None:
    """The format that suits a request best, or None.

    `name` is what `?format=` says: a short name or a media type, which wins over Accept.
    `formats` are in our order of preference, which decides between equals.
    """
    if name:
        return next((format for format in formats if name in (format.name, *_types(format))), None)
    by_type: dict[str, Format] = {}
    for format in formats:
        for media_type in _types(format):
            by_type.setdefault(media_type, format)
    best = _accepted(request.headers.getlist("Accept")).best_match(by_type)
    return by_type[best] if best else None


def _types(format: Format) -> tuple[str, ...]:
    return (format.media_type, *format.aliases)


def _accepted(headers: Iterable[str]) -> MIMEAccept:
    """The media ranges of Accept headers without parameters, which best_match fails on.

    https://www.rfc-editor.org/rfc/rfc9110#name-accept
    """
    value = ",".join(headers) or "*/*"
    plain = re.sub(r";\s*(?!q=)[\w!#$&^.+-]+=(\"[^\"]*\"|[^;,]*)", "", value, flags=re.IGNORECASE)
    return parse_accept_header(plain, MIMEAccept)


def prefers_html(request: Request) -> bool:
    """Whether a page suits a client better than JSON: for errors."""
    json = Format("json", "application/problem+json", "", "", ("application/json",))
    chosen = choose_format(request, (json, HTML))
    return chosen is HTML


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
    # Not best_match: to it "en;q=0.1" is a better match than "zh-CN".
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])
