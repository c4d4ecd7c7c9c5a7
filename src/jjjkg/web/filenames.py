"""The files of a release by what they are for, and what is in each (files.toml has the words)."""

from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Final

from jjjkg.messages import say

#: The sections in their order, and the files in each; a file is known by its name or its stem.
SECTIONS: Final = MappingProxyType(
    {
        "load": ("dataset", "everything"),
        "parts": ("asserted", "inferred", "ontology", "provenance"),
        "editions": ("protege", "rdf12"),
        "tables": ("claims", "observations", "relocations", "nodes", "edges", "csv-metadata"),
        "about": ("ontology.html", "dcat", "void", "schema", "CITATION", "portability"),
        "checksums": ("manifest", "SHA256SUMS"),
    }
)
_KNOWN: Final = frozenset(key for keys in SECTIONS.values() for key in keys)


def group_files(names: Iterable[str], language: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each section's heading with its files: their names, and what is in them.

    Files that are in no section come last, without words.
    """
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        found.setdefault(name if name in _KNOWN else name.partition(".")[0], []).append(name)
    for section, keys in SECTIONS.items():
        files = [
            (name, say(f"files.content.{key}", language))
            for key in keys
            for name in found.pop(key, [])
        ]
        if files:
            yield say(f"files.section.{section}", language), files
    if found:
        others = [(name, "") for names in found.values() for name in names]
        yield say("files.section.others", language), others
