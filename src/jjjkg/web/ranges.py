"""Which requests for a part of a file are answered with a part, and which with the whole.

https://www.rfc-editor.org/rfc/rfc9110#name-range
"""

import re
from collections.abc import Mapping
from typing import Any, Final

#: One range of bytes. Of several the whole is sent, as is allowed; of units that nobody knows,
#: it must be.
_ONE: Final = re.compile(r"\s*bytes\s*=[^,]*", re.IGNORECASE)
#: Conditions that come before the range: it matters no more whether they hold or not.
_BEFORE: Final = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


def drop_range(environ: Mapping[str, Any]) -> dict[str, Any]:
    """A WSGI environment without the range that must or may be passed over.

    What is left of ranges are single ones of bytes, with at most an If-Range that can hold: not
    one that names a weak validator.
    """
    heeded = (
        environ["REQUEST_METHOD"] == "GET"
        and _ONE.fullmatch(environ.get("HTTP_RANGE", ""))
        and not environ.get("HTTP_IF_RANGE", "").lstrip().startswith("W/")
        and not any(name in environ for name in _BEFORE)
    )
    return {key: value for key, value in environ.items() if heeded or key != "HTTP_RANGE"}
