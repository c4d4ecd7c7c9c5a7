"""The headers that keep a response from being misused, whoever makes it."""

from types import MappingProxyType
from typing import Final

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
RAW: Final = tuple((name.lower().encode(), value.encode()) for name, value in ALWAYS.items())
