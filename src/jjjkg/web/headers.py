"""What every response says: who may read it, what it varies by, how long it may be kept.

https://www.rfc-editor.org/rfc/rfc9110#name-validator-fields and https://www.w3.org/TR/CSP3/
"""

import gzip
import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from flask import Response, g, request

from jjjkg.web.answers import KEPT, NOT_KEPT, code_etag
from jjjkg.web.deferral import find_deferral
from jjjkg.web.negotiation import takes_gzip
from jjjkg.web.safety import ALWAYS
from jjjkg.web.serving.keys import ASKING

#: Bytes from which compressing is worth its time, and how hard to try.
_SMALLEST: Final = 1000
_LEVEL: Final = 6
#: For a page of data that may change at any time.
_ASKED: Final = "no-cache"
#: Names of headers, as a browser lists those that a page of another origin wants to send.
_NAMES: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+(\s*,\s*[\w!#$%&'*+.^`|~-]+)*", re.ASCII)


def name_host() -> str:
    """The address that the client reached this server at, which ends in a slash.

    What holds it is for nobody else: no cache here may keep it.
    """
    g.names_host = True
    return request.url_root


def finish(response: Response, modified: str) -> Response:
    """Adds the headers that a response lacks, and puts it into a content coding.

    `modified` is when the data were built, as Last-Modified has it; empty where they may change.
    """
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.method == "OPTIONS":
        _tell_options(response)
    if "Location" in response.headers:
        _lead_on(response)
    _say_what_it_varies_by(response)
    deferral = find_deferral()
    if deferral is not None and (deferral.task or deferral.work):
        return response  # it is not there yet
    _say_how_long_it_holds(response, modified)
    _compress(response)
    if response.status_code == 200 and not response.direct_passthrough:
        response.make_conditional(request)
    del response.headers["Date"]  # the server has one
    return response


def _tell_options(response: Response) -> None:
    """Tell what pages of other origins may do. https://fetch.spec.whatwg.org/#http-cors-protocol

    Any header may be sent: clients add many of their own, and nothing here is protected by them.
    """
    asked = request.headers.get("Access-Control-Request-Headers", "")
    names = asked if _NAMES.fullmatch(asked) else "Accept, Content-Type, If-None-Match"
    response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
    response.headers["Access-Control-Allow-Headers"] = names
    response.headers["Access-Control-Max-Age"] = "86400"
    response.vary.add("Access-Control-Request-Headers")


def _lead_on(response: Response) -> None:
    """Leads to a path alone: a host that the client made up must not get into a cache."""
    target = urlsplit(response.headers["Location"])
    if target.netloc in ("", request.host):
        path = "/" + target.path.lstrip("/")
        response.headers["Location"] = urlunsplit(("", "", path, target.query, target.fragment))
        response.set_data(b"")
    response.headers["Cache-Control"] = NOT_KEPT


def _say_what_it_varies_by(response: Response) -> None:
    # A file of a release has the format of its name; what says that there is none has not.
    if request.endpoint != "releases.get_file" or response.status_code >= 400:
        response.vary.add("Accept")
    response.vary.add("Accept-Encoding")
    if response.mimetype in ("text/html", "application/problem+json"):
        response.vary.add("Accept-Language")


def _say_how_long_it_holds(response: Response, modified: str) -> None:
    if response.status_code >= 400:
        response.headers["Cache-Control"] = NOT_KEPT
    elif g.get("names_host"):
        response.headers["Cache-Control"] = "private, no-cache"
    elif _is_plain(response) and "Cache-Control" not in response.headers:
        response.add_etag()
        response.headers["Cache-Control"] = KEPT if modified else _ASKED
        if modified:
            response.headers["Last-Modified"] = modified


def _compress(response: Response) -> None:
    body = response.get_data() if _is_plain(response) else b""
    if len(body) < _SMALLEST or not takes_gzip(request):
        return
    response.set_data(gzip.compress(body, _LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, weak = response.get_etag()
    if etag is not None:
        response.set_etag(code_etag(etag, "gzip"), weak=bool(weak))


def _is_plain(response: Response) -> bool:
    """Whether it is a whole answer in memory, in no content coding yet."""
    return (
        response.status_code == 200
        and request.method in ("GET", "HEAD", *ASKING)
        and not response.direct_passthrough
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
    )
