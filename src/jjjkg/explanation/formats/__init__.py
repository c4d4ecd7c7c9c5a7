"""The formats of explanations: a module for each, and the list of them."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from jjjkg.explanation.explainer import Explanation
from jjjkg.explanation.formats.documents import write_json, write_page
from jjjkg.explanation.formats.mermaid import write_mermaid
from jjjkg.explanation.formats.prov import write_turtle
from jjjkg.explanation.formats.text import write_text
from jjjkg.explanation.verbalisation.verbaliser import Verbaliser
from jjjkg.rdf.formats import TRIPLES, Format

#: The formats of files, which have a media type.
FILES: Final = (Format("json", "application/json", ".json", "JSON"), TRIPLES[0])
#: The format of the content of a page, which only our own pages read.
PAGE: Final = "page"

#: The writers by name. A writer has a language for the words of a format with one language.
WRITERS: Final[Mapping[str, Callable[[Sequence[Explanation], Verbaliser, str], str]]] = (
    MappingProxyType(
        {
            "text": write_text,
            "json": write_json,
            "mermaid": write_mermaid,
            "ttl": write_turtle,
            PAGE: write_page,
        }
    )
)
