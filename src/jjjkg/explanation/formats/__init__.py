"""The formats of explanations, each a module by its name with a function `write`."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final

from jjjkg.rdf.formats import TRIPLES, Format

if TYPE_CHECKING:
    from jjjkg.explanation.explainer import Explanation
    from jjjkg.explanation.verbalisation.verbaliser import Verbaliser

    #: Returns the text of explanations; a format with one language has its words in that one.
    Write = Callable[[Sequence[Explanation], Verbaliser, str], str]

#: The formats of files, which have a media type.
FILES: Final = (Format("json", "application/json", ".json", "JSON"), TRIPLES[0])
#: The formats that are only read by people.
DRAWINGS: Final = ("text", "mermaid")
#: The format that our own pages are made of.
PAGE: Final = "page"
#: All formats by name.
NAMES: Final = (*(format.name for format in FILES), *DRAWINGS, PAGE)


def load_writer(name: str) -> "Write":
    """Return the writer of a format; its module is imported on first use."""
    write: Write = import_module(f"{__name__}.{name}").write
    return write
