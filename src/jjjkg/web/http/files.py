"""Files that are sent whole or in part. https://www.rfc-editor.org/rfc/rfc9110#name-range"""

import re
from pathlib import Path
from typing import Final

from flask import Response, request
from werkzeug.utils import send_file

from jjjkg.web.http.request import Refusal

#: One range of bytes. Of several the whole is sent, as is allowed; of units that nobody knows,
#: it must be.
_ONE: Final = re.compile(r"\s*bytes\s*=[^,]*", re.IGNORECASE)
#: Conditions that come before the range, and are judged for all responses in one place
#: (jjjkg.web.http.caching).
_BEFORE: Final = frozenset(("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"))
#: What is UTF-8 and says so.
_TEXTUAL: Final = ("text/", "application/json", "application/yaml", "application/csvm+json")


def send(path: Path, media_type: str, etag: str, name: str) -> Response:
    """Send a file, or the part of it that the current request asks for.

    Of ranges only single ones of bytes are heeded, with at most an If-Range that can hold, which
    is not one with a weak validator. Raises Refusal for a file that is gone.
    """
    environ = request.environ
    heeded = (
        environ["REQUEST_METHOD"] == "GET"
        and _ONE.fullmatch(environ.get("HTTP_RANGE", ""))
        and not environ.get("HTTP_IF_RANGE", "").lstrip().startswith("W/")
        and _BEFORE.isdisjoint(environ)
    )
    left = _BEFORE if heeded else _BEFORE | {"HTTP_RANGE"}
    try:
        response = send_file(
            path,
            {key: value for key, value in environ.items() if key not in left},
            response_class=Response,
            mimetype=media_type,
            download_name=name,
            etag=etag,
            conditional=True,
        )
    except OSError as error:
        raise Refusal(503, "problems.lost_file", name=name) from error
    assert isinstance(response, Response)
    textual = media_type.startswith(_TEXTUAL)
    response.content_type = f"{media_type}{'; charset=utf-8' if textual else ''}"
    return response
