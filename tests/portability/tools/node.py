"""Tools on Node.js, from .ci/node_modules: Comunica, N3.js, jsonld.js, rdf-validate-shacl."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from expected import Comparable, Graphs, Release

from tools import shacl
from tools.tool import HERE, ROOT, TURTLE, Missing, Tool, ask_in_folder, read_counts, run

MODULES = ROOT / ".ci" / "node_modules"


def make_tools() -> Iterator[Tool]:
    """The tools."""
    yield Tool("Comunica", lambda: _version("@comunica/query-sparql-file"), ask=ask_comunica)
    yield Tool(
        "N3.js",
        lambda: _version("n3"),
        (
            *TURTLE,
            "everything.ttl",
            "everything.nt",
            "protege.ttl",
            "rdf12.ttl",
            "dataset.trig",
            "dataset.nq",
        ),
        lambda release, names: _count("n3.mjs", release, names),
    )
    yield Tool(
        "jsonld.js",
        lambda: _version("jsonld"),
        ("dataset.jsonld", "schema.jsonld"),
        lambda release, names: _count("jsonld.mjs", release, names),
        checks={"RDFC-1.0 hashes": compare_hashes},
    )
    yield Tool(
        "rdf-validate-shacl",
        lambda: _version("rdf-validate-shacl"),
        checks=shacl.make_checks(validate),
    )


def _version(package: str) -> str:
    file = MODULES / package / "package.json"
    if not file.is_file():
        raise Missing(f"{package} is not in .ci/node_modules (npm ci)")
    return str(json.loads(file.read_bytes())["version"])


def _node(script: str, *arguments: str | Path) -> str:
    return run("node", HERE / "js" / script, *arguments, JJJKG_NODE_MODULES=str(MODULES))


def _count(script: str, release: Release, names: Sequence[str]) -> Mapping[str, Graphs | str]:
    return read_counts(_node(script, *(release.folder / name for name in names)))


def ask_comunica(release: Release) -> Mapping[str, Comparable]:
    """From a store in memory, with everything in the default graph too."""
    files = (release.folder / "dataset.nq", release.folder / "everything.nt")
    return ask_in_folder(
        release,
        lambda asked, told: (
            *("env", f"JJJKG_NODE_MODULES={MODULES}", "node", HERE / "js" / "comunica.mjs"),
            *(*files, asked, told),
        ),
    )


def validate(files: Sequence[Path]) -> set[str]:
    """The nodes that rdf-validate-shacl has a result for."""
    printed = _node("shacl.mjs", shacl.SHAPES, *files)
    return {line.partition("\t")[0] for line in printed.splitlines()}


def compare_hashes(release: Release) -> str:
    """Whether its canonicalisation gives the hashes of our manifest."""
    return _node("hashes.mjs", release.folder).strip()
