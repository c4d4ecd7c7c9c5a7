"""The fields of the current request, of its address and of its form, read once.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from typing import Final

from flask import current_app, request

from jjjkg.web.fields import Fields, read_fields
from jjjkg.web.serving.keys import ASKING

FORM: Final = "application/x-www-form-urlencoded"
_KEY: Final = "jjjkg.fields"


def list_fields() -> Fields:
    """All of them. Raises TooMuch and UnicodeDecodeError (jjjkg.web.fields)."""
    fields: Fields | None = request.environ.get(_KEY)
    if fields is None:
        # Beside the query there is room for the graphs.
        longest = 2 * current_app.config["LONGEST_QUERY"] + (1 << 16)
        fields = read_fields(request.query_string)
        if request.method in ASKING and request.mimetype == FORM:
            fields = [*fields, *read_fields(request.get_data(), longest)]
        request.environ[_KEY] = fields
    return fields


def list_values(name: str) -> list[str]:
    """The values of the fields of a name."""
    return [value for key, value in list_fields() if key == name]


def find_field(name: str) -> str | None:
    """The first value of that name; None also where the fields can't be read."""
    try:
        return next(iter(list_values(name)), None)
    except ValueError:
        return None
