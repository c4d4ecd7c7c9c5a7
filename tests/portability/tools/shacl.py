"""The standard for validators: the release is well formed, and each broken twin is not."""

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from portability.expected import Release
from portability.tools.tool import Check, run
from support import ROOT

SHAPES = ROOT / "ontology" / "shapes.ttl"
TWINS = tuple(sorted((ROOT / "tests" / "broken" / "shapes").glob("*.ttl")))
_MESSAGE = ox.NamedNode("http://www.w3.org/ns/shacl#resultMessage")


def make_checks(*validator: str | Path) -> Mapping[str, Check]:
    """The checks of a program, which validates files, as one graph, by the shapes before them.

    It prints the node of each result and the message of its shape.
    """

    def validate(*files: Path) -> set[tuple[str, ...]]:
        printed = run(*validator, SHAPES, *files)
        return {tuple(line.split("\t", 1)) for line in printed.splitlines()}

    def pass_release(release: Release) -> str:
        return _list(validate(release.folder / "everything.nt"))

    def find_twins(release: Release) -> str:
        return _list(validate(release.folder / "everything.nt", *TWINS) ^ _read_expected())

    return {"everything.nt": pass_release, "broken twins": find_twins}


def _read_expected() -> set[tuple[str, ...]]:
    """Return the fault that each twin names."""
    quads = (quad for file in TWINS for quad in ox.parse(path=file))
    return {(q.subject.value, q.object.value) for q in quads if q.predicate == _MESSAGE}


def _list(results: set[tuple[str, ...]]) -> str:
    return f"{len(results)} results, the first {': '.join(min(results))}" if results else ""
