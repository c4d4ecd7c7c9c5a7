"""Tools on Node.js, from .ci/node_modules: Comunica, N3.js, jsonld.js, rdf-validate-shacl."""

import json
from collections.abc import Iterator

from portability.expected import Release
from portability.tools import shacl
from portability.tools.tool import (
    HERE,
    JSONLD,
    NTRIPLES,
    QUADS,
    TURTLE,
    Missing,
    Tool,
    ask_in_folder,
    load_in_folder,
    run,
)
from support import ROOT

JS = HERE / "js"
MODULES = ROOT / ".ci" / "node_modules"


def make_tools() -> Iterator[Tool]:
    """The tools."""
    yield Tool(
        "Comunica",
        lambda: _version("@comunica/query-sparql-file"),
        ask=lambda release: ask_in_folder(release, "node", JS / "comunica.mjs"),
    )
    yield Tool(
        "N3.js",
        lambda: _version("n3"),
        (*TURTLE, "rdf12.ttl", *NTRIPLES, *QUADS),
        lambda release, names: load_in_folder(release, names, "node", JS / "n3.mjs"),
    )
    yield Tool(
        "jsonld.js",
        lambda: _version("jsonld"),
        JSONLD,
        lambda release, names: load_in_folder(release, names, "node", JS / "jsonld.mjs"),
        checks={"RDFC-1.0 hashes": compare_hashes},
    )
    yield Tool(
        "rdf-validate-shacl",
        lambda: _version("rdf-validate-shacl"),
        checks=shacl.make_checks("node", JS / "shacl.mjs"),
    )


def _version(package: str) -> str:
    file = MODULES / package / "package.json"
    if not file.is_file():
        raise Missing(f"{package} is not in .ci/node_modules (npm ci)")
    return str(json.loads(file.read_bytes())["version"])


def compare_hashes(release: Release) -> str:
    """Tell if its canonicalisation gives the hashes of our manifest."""
    return run("node", JS / "hashes.mjs", release.folder).strip()
