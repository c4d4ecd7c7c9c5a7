"""The manifest of a release: every file with its size and hash, every graph with its canonical one.

https://www.w3.org/TR/rdf-canon/ says what the canonical form of a graph is.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.rdf.formats import QUADS, TRIPLES
from jjjkg.release.addresses import find_problem_of_name, find_problem_of_version
from jjjkg.release.content import Content, Statements
from jjjkg.release.reifiers import RDF12
from jjjkg.system.confinement import Confined

MANIFEST: Final = "manifest.json"
CHECKSUMS: Final = "SHA256SUMS"
_TEXT: Final = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".cff": "application/yaml",
    ".html": "text/html",
    ".gz": "application/gzip",
    ".md": "text/markdown",
    "": "text/plain",
}
_RDF: Final = {format.suffix: format.media_type for format in (*TRIPLES, *QUADS)}
_MEDIA_TYPES: Final = {**_RDF, **_TEXT}
_CSVW: Final = "-metadata.json"
#: https://www.w3.org/TR/rdf12-turtle/#sec-mediaReg has the version as a parameter.
_VERSIONED: Final = {RDF12: "text/turtle; version=1.2"}
#: What a manifest's readers rely on, of each file and of each graph.
_FILE: Final = {"name": str, "bytes": int, "sha256": str}
_GRAPH: Final = {"iri": str, "triples": int, "rdfc10": str}


def media_type_of(name: str) -> str:
    """The media type of a file of a release, by its name, with the version where it matters."""
    if name in _VERSIONED:
        return _VERSIONED[name]
    if name.endswith(_CSVW):
        return "application/csvm+json"
    return _MEDIA_TYPES.get(PurePath(name).suffix, "application/octet-stream")


def make_manifest(content: Content, key: str, made_by: str, files: Mapping[str, bytes]) -> bytes:
    """The manifest as JSON; `key` is the snapshot's, `made_by` the hash of what wrote it.

    Raises InputError for a graph whose canonical form takes too much time or memory.
    """
    graphs = dict(content.graphs())
    hashes = _hash_graphs(graphs)
    manifest: dict[str, Any] = {
        "dataset": content.dataset.value if content.dataset else None,
        "version": content.version,
        "snapshot": key,
        "made_by": made_by,
        "canonicalization": "RDFC-1.0 with SHA-256",
        "triples": len(content.triples),
        "files": [_describe_file(name, text) for name, text in files.items()],
        "graphs": [
            {"iri": iri, "triples": len(triples), "rdfc10": hashes[iri]}
            for iri, triples in graphs.items()
        ],
    }
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def read_manifest(text: bytes, path: Path) -> dict[str, Any]:
    """The manifest in a text that was read at a path. Raises InputError if it is none."""
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is no JSON: {error}; fetch it anew") from error
    if not _has(manifest, {"version": str, "files": list, "graphs": list}):
        raise InputError(f"{path}: lacks a version, files or graphs; fetch it anew")
    for key, types in (("files", _FILE), ("graphs", _GRAPH)):
        for member in manifest[key]:
            if not _has(member, types):
                shown = json.dumps(member, ensure_ascii=False)[:80]
                raise InputError(f"{path}: {shown} is none of its {key}; fetch it anew")
    for file in manifest["files"]:
        if problem := find_problem_of_name(file["name"]):
            raise InputError(f"{path}: {file['name']!r} {problem}; fetch it anew")
    if problem := find_problem_of_version(manifest["version"]):
        raise InputError(f"{path}: version {manifest['version'][:80]!r} {problem}")
    return dict(manifest)


def find_bad_count(manifest: Mapping[str, Any]) -> str:
    """Return the name of a file whose count of triples is no number, or nothing."""
    counted = (file for file in manifest["files"] if "triples" in file)
    return next((str(f["name"]) for f in counted if not _has(f, {"triples": int})), "")


def _has(value: object, types: Mapping[str, type]) -> bool:
    """Tell whether a value is an object with members of these types, and no number is below 0."""
    if not isinstance(value, dict):
        return False
    members = {key: value.get(key) for key in types}
    # To Python, true is a number too.
    return all(type(members[k]) is t for k, t in types.items()) and all(
        member >= 0 for member in members.values() if isinstance(member, int)
    )


def name_release(manifest: bytes) -> str:
    """The name of a release, by the hash of its manifest, which has the hash of all else."""
    return f"sha256-{hash_bytes(manifest)[:16]}"


def hash_graph(triples: Iterable[ox.Triple]) -> str:
    """The SHA-256, in hexadecimal, of a graph's canonical N-Quads."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    # By code points, as the algorithm sorts.
    lines = sorted(text.decode().splitlines(keepends=True))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _hash_graphs(graphs: Mapping[str, Statements]) -> dict[str, str]:
    """The canonical hash of each graph; those with blank nodes are hashed in a limited process.

    Blank nodes can be tied such that the algorithm does not end in any useful time
    (https://www.w3.org/TR/rdf-canon/#dataset-poisoning).
    """
    hard = {iri: triples for iri, triples in graphs.items() if _has_blank_nodes(triples)}
    hashes = {iri: hash_graph(triples) for iri, triples in graphs.items() if iri not in hard}
    if not hard:
        return hashes
    with tempfile.NamedTemporaryFile(suffix=".nq") as file:
        named = ((iri, triple) for iri, triples in hard.items() for triple in triples)
        quads = (ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(i)) for i, t in named)
        ox.serialize(quads, file, ox.RdfFormat.N_QUADS)
        file.flush()
        size = Path(file.name).stat().st_size
        with Confined(_hash_there, file.name, subject="", size=size) as process:
            for iri in hard:
                process.subject = f"the graph <{iri}>"
                hashes[iri] = process.output.readline().decode().strip()
                if not hashes[iri]:
                    break
    return hashes


def _has_blank_nodes(triples: Statements) -> bool:
    return any(isinstance(node, ox.BlankNode) for t in triples for node in (t.subject, t.object))


def _hash_there(name: str) -> None:
    """The task of the limited process: writes a line for each graph of a file."""
    graphs: dict[str, list[ox.Triple]] = {}
    for quad in ox.parse(path=name, format=ox.RdfFormat.N_QUADS):
        graphs.setdefault(str(quad.graph_name), []).append(quad.triple)
    for triples in graphs.values():
        print(hash_graph(triples), flush=True)


def hash_bytes(text: bytes) -> str:
    """The SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def _describe_file(name: str, text: bytes) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": name,
        "media_type": media_type_of(name),
        "bytes": len(text),
        "sha256": hash_bytes(text),
    }
    # Not by what the engine takes for RDF: to it, all JSON is JSON-LD.
    rdf_format = ox.RdfFormat.from_extension(PurePath(name).suffix[1:])
    if rdf_format is not None and PurePath(name).suffix in _RDF:
        described["triples"] = sum(1 for _ in ox.parse(text, rdf_format))
    return described
