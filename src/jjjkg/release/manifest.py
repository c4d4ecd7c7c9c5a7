"""The manifest of a release: every file with its size and hash, every graph with its canonical one.

https://www.w3.org/TR/rdf-canon/ says what the canonical form of a graph is.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.messages import Message
from jjjkg.rdf.formats import QUADS, TRIPLES
from jjjkg.rdf.parsing import FORMATS
from jjjkg.rdf.quads import group_quads, make_quads
from jjjkg.rdf.terms import blank_nodes_of, named
from jjjkg.release.content import Content, Statements
from jjjkg.system.confinement import confine

MANIFEST: Final = "manifest.json"
CHECKSUMS: Final = "SHA256SUMS"
#: Instead of a version in the address of a release: that of the served data, or the hash's name.
LATEST: Final = "latest"
HASHED: Final = "sha256-"
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}")
_RDF: Final = {format.suffix: format.media_type for format in (*TRIPLES, *QUADS)}
_MEDIA_TYPES: Final = {
    **_RDF,
    "-metadata.json": "application/csvm+json",
    ".csv": "text/csv",
    ".json": "application/json",
    ".cff": "application/yaml",
    ".html": "text/html",
    ".gz": "application/gzip",
    ".md": "text/markdown",
    "": "text/plain",
}
#: Files with a parameter of the media type: https://www.w3.org/TR/rdf12-turtle/#sec-mediaReg
_VERSIONED: Final = {"rdf12.ttl": "text/turtle; version=1.2"}
#: What a manifest's readers rely on, of each file and of each graph.
_FILE: Final = {"name": str, "bytes": int, "sha256": str}
_GRAPH: Final = {"iri": str, "triples": int, "rdfc10": str}


def find_problem_of_version(version: str) -> Message | None:
    """Return the reason why a version can't be part of an address, or None if it can."""
    if not _VERSION.fullmatch(version):
        return Message("release.odd_version")
    if version.lower() == LATEST or version.lower().startswith(HASHED):
        return Message("release.taken_version", {"latest": LATEST, "hashed": HASHED})
    return None


def read_version(triples: Iterable[ox.Triple], default: str) -> str:
    """Return the version that triples give the data, or else the default.

    Raises InputError for one that can't be part of an address.
    """
    info = named("owl:versionInfo")
    given = (
        triple.object.value
        for triple in triples
        if triple.predicate == info and isinstance(triple.object, ox.Literal)
    )
    version = next(given, default)
    if problem := find_problem_of_version(version):
        shown = f"{version[:80]!r}{'...' if len(version) > 80 else ''}"
        raise InputError("release.bad_version", version=shown, problem=problem)
    return version


def find_problem_of_name(name: str) -> Message | None:
    """Return the reason why a file of a release can't have a name, or None if it can."""
    return None if _NAME.fullmatch(name) else Message("release.odd_name")


def media_type_of(name: str) -> str:
    """Return the media type of a file of a release, with the version where it matters."""
    csvw = "-metadata.json"
    suffix = csvw if name.endswith(csvw) else PurePath(name).suffix
    return _VERSIONED.get(name) or _MEDIA_TYPES.get(suffix, "application/octet-stream")


def make_manifest(content: Content, key: str, made_by: str, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest as JSON; `key` is the snapshot's, `made_by` the hash of what wrote it.

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
    """Return the manifest that was read at a path. Raises InputError if it is not in form."""
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("release.not_json", file=path, error=error) from error
    if not _has(manifest, {"version": str, "files": list, "graphs": list}):
        raise InputError("release.incomplete_manifest", file=path)
    for key, types in (("files", _FILE), ("graphs", _GRAPH)):
        for member in manifest[key]:
            if not _has(member, types):
                shown = json.dumps(member, ensure_ascii=False)[:80]
                raise InputError("release.bad_member", file=path, member=shown, key=key)
    for file in manifest["files"]:
        if problem := find_problem_of_name(file["name"]):
            name = repr(file["name"])
            raise InputError("release.bad_name_told", file=path, name=name, problem=problem)
    if problem := find_problem_of_version(manifest["version"]):
        version = repr(manifest["version"][:80])
        raise InputError("release.bad_version_told", file=path, version=version, problem=problem)
    return dict(manifest)


def find_bad_count(manifest: Mapping[str, Any]) -> str:
    """Return the name of a file whose count of triples is not a number, or nothing."""
    counted = (file for file in manifest["files"] if "triples" in file)
    return next((str(f["name"]) for f in counted if not _has(f, {"triples": int})), "")


def _has(value: object, types: Mapping[str, type]) -> bool:
    """Tell whether a value is an object with members of these types, and no number is below 0."""
    return isinstance(value, dict) and all(
        # To Python, true is a number too.
        type(value.get(key)) is kind and (kind is not int or value[key] >= 0)
        for key, kind in types.items()
    )


def name_release(manifest: bytes) -> str:
    """Return the name of a release: the hash of its manifest, which has the hash of all else."""
    return f"{HASHED}{hash_bytes(manifest)[:16]}"


def hash_graph(triples: Iterable[ox.Triple]) -> str:
    """Return the SHA-256, in hexadecimal, of a graph's canonical N-Quads."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    # By code points, as the algorithm sorts.
    lines = sorted(text.decode().splitlines(keepends=True))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _hash_graphs(graphs: Mapping[str, Statements]) -> dict[str, str]:
    """Return the canonical hash of each graph; of one with blank nodes by a limited process.

    Blank nodes can be tied such that the algorithm does not end in any useful time
    (https://www.w3.org/TR/rdf-canon/#dataset-poisoning).
    """
    hard = {iri: triples for iri, triples in graphs.items() if any(map(blank_nodes_of, triples))}
    hashes = {iri: hash_graph(triples) for iri, triples in graphs.items() if iri not in hard}
    if not hard:
        return hashes
    with tempfile.NamedTemporaryFile(suffix=".nq") as file:
        ox.serialize(make_quads(hard), file, ox.RdfFormat.N_QUADS)
        file.flush()
        size = Path(file.name).stat().st_size
        with confine(_hash_there, file.name, subject="", size=size) as process:
            for iri in hard:
                process.subject = str(Message("release.graph", {"iri": iri}))
                hashes[iri] = process.output.readline().decode().strip()
                if not hashes[iri]:
                    break
    return hashes


def _hash_there(name: str) -> None:
    """Write a line for each graph of a file; the task of the limited process."""
    for triples in group_quads(ox.parse(path=name, format=ox.RdfFormat.N_QUADS)).values():
        print(hash_graph(triples), flush=True)


def hash_bytes(text: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def _describe_file(name: str, text: bytes) -> dict[str, Any]:
    described = {
        "name": name,
        "media_type": media_type_of(name),
        "bytes": len(text),
        "sha256": hash_bytes(text),
    }
    suffix = PurePath(name).suffix
    if suffix not in _RDF:
        return described
    return {**described, "triples": sum(1 for _ in ox.parse(text, FORMATS[suffix]))}
