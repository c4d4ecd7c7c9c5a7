"""Headers that every response has, whoever makes it, and those of CORS and of redirects.

https://www.w3.org/TR/CSP3/ and https://fetch.spec.whatwg.org/#http-cors-protocol
"""

import re
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from flask import Response

from jjjkg.web.http.request import ClientRequest

#: Who may read a response, what a page may load, and what a browser may guess: nothing.
ALWAYS: Final = MappingProxyType(
    {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": (
            "Accept-Ranges, Content-Location, Content-Range, ETag, Link, Location, Retry-After, "
            "X-Query-Note, X-Request-Id"
        ),
        "Content-Security-Policy": (
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer-when-downgrade",
    }
)
#: What a page that stands alone, such as a file of a release, may load: its own styles.
ALONE: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
#: Names of headers, as a browser lists those that a page of another origin wants to send.
_NAMES: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+(\s*,\s*[\w!#$%&'*+.^`|~-]+)*", re.ASCII)


def encode(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them, names in small letters, with those that are always there."""
    named = {name.lower(): value for name, value in [*ALWAYS.items(), *headers]}
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]


def tell_options(client: ClientRequest, allowed: str) -> dict[str, str]:
    """The answer to OPTIONS: the methods that are allowed, and what pages of other origins may do.

    Any header may be sent: clients add many of their own, and nothing here is protected by them.
    """
    asked = client.header(b"access-control-request-headers")
    names = asked if _NAMES.fullmatch(asked) else "Accept, Content-Type, If-None-Match"
    return {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": names,
        "Access-Control-Max-Age": "86400",
    }


def add_headers(response: Response, client: ClientRequest) -> None:
    """Give an app's response the headers of every one, of an OPTIONS, and of a redirect.

    A redirect leads to a path alone: a host that the client made up must not get into a cache.
    """
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if client.method == "OPTIONS":
        response.headers.update(tell_options(client, response.headers.get("Allow", "")))
        response.vary.add("Access-Control-Request-Headers")
    if location := response.headers.get("Location"):
        target = urlsplit(location)
        if target.netloc in ("", client.host):
            path = "/" + target.path.lstrip("/")
            response.headers["Location"] = urlunsplit(("", "", path, target.query, target.fragment))
            response.set_data(b"")
    del response.headers["Date"]  # the server has one
