"""What validators are held to: the release is well formed, and each broken twin is not."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox
from expected import Release

from tools.tool import ROOT

SHAPES = ROOT / "ontology" / "shapes.ttl"
TWINS = tuple(sorted((ROOT / "tests" / "broken" / "shapes").glob("*.ttl")))

#: The nodes with a result, of files that are validated as one graph.
Validate = Callable[[Sequence[Path]], set[str]]


def make_checks(validate: Validate) -> Mapping[str, Callable[[Release], str]]:
    """The checks of a validator."""

    def pass_release(release: Release) -> str:
        return _list(validate([release.folder / "everything.nt"]))

    def find_twins(release: Release) -> str:
        return _list(validate([release.folder / "everything.nt", *TWINS]) ^ _list_broken())

    return {"everything.nt": pass_release, "broken twins": find_twins}


def _list_broken() -> set[str]:
    subjects = {str(quad.subject)[1:-1] for file in TWINS for quad in ox.parse(path=file)}
    return {iri for iri in subjects if iri.rpartition("/")[2].startswith("broken-")}


def _list(nodes: set[str]) -> str:
    return f"{len(nodes)} nodes, the first {min(nodes)}" if nodes else ""
