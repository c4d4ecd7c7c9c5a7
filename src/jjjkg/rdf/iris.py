"""IRIs: those that are absolute, and those that a reader may follow to the web."""

import re
from typing import Final

import pyoxigraph as ox

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
#: As https://www.rfc-editor.org/rfc/rfc3987 allows, as far as it can harm.
_WEB: Final = re.compile(
    r"https?://(?:\[[0-9a-f:.]+\]|[^\x00-\x20\x7f-\x9f<>\"{}|\\^`/\[\]])"
    r"[^\x00-\x20\x7f-\x9f<>\"{}|\\^`]*",
    re.IGNORECASE,
)


def is_absolute(text: str) -> bool:
    """Tell if a text is an absolute IRI, without angle brackets: a name that RDF allows."""
    return not find_problem(text)


def has_scheme(text: str) -> bool:
    """Tell if a text begins as an absolute IRI does. https://www.rfc-editor.org/rfc/rfc3986#section-3.1"""
    return bool(_SCHEME.match(text))


def find_problem(text: str) -> str:
    """Return what keeps a text from being an absolute IRI, in English; empty for one that is.

    https://www.rfc-editor.org/rfc/rfc3987
    """
    try:
        ox.NamedNode(text)
    except ValueError as error:
        said = str(error)
        return f"{said[0].lower()}{said[1:]}"
    return ""


def find_href(iri: str) -> str:
    """Return an IRI that is an address on the web, by http or https; empty for any other.

    An IRI or a text of somebody's data may be javascript:, data: or worse. Whatever becomes an
    href, a src, a Link header or an address in metadata goes through here.
    """
    return iri if _WEB.fullmatch(iri) else ""
