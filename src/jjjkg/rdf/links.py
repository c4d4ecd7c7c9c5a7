"""Links that people and programs follow: of what data name, only what is on the web.

An IRI or a text of somebody's data may be javascript:, data: or worse. Whatever becomes an href,
a src, a Link header or an address in metadata goes through here.
"""

import re
from typing import Final

#: As https://www.rfc-editor.org/rfc/rfc3987 allows, as far as it can harm.
_WEB: Final = re.compile(
    r"https?://(?:\[[0-9a-f:.]+\]|[^\x00-\x20\x7f-\x9f<>\"{}|\\^`/\[\]])"
    r"[^\x00-\x20\x7f-\x9f<>\"{}|\\^`]*",
    re.IGNORECASE,
)


def find_href(iri: str) -> str:
    """The IRI where it is an address on the web, by http or https; empty for any other."""
    return iri if _WEB.fullmatch(iri) else ""
