"""What every response says: who may read it, what it varies by, how long it may be kept.

https://www.rfc-editor.org/rfc/rfc9110#name-validator-fields and https://www.w3.org/TR/CSP3/
"""

import gzip
from typing import Final

from flask import Response, g, request

from jjjkg.web.answers import KEPT, NOT_KEPT, code_etag
from jjjkg.web.deferral import find_deferral
from jjjkg.web.negotiation import takes_gzip
from jjjkg.web.safety import ALWAYS

#: Bytes from which compressing is worth its time, and how hard to try.
_SMALLEST: Final = 1000
_LEVEL: Final = 6
#: For a page of data that may change at any time.
_ASKED: Final = "no-cache"


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
    """What pages of other origins may do. https://fetch.spec.whatwg.org/#http-cors-protocol"""
    response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"


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
        and request.method in ("GET", "HEAD", "POST")
        and not response.direct_passthrough
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
    )
