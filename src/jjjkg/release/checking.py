"""Checking a release that was downloaded: every byte, every count and every graph."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.release.manifest import (
    CHECKSUMS,
    MANIFEST,
    hash_bytes,
    hash_graph,
    name_release,
    read_manifest,
)


@dataclass(frozen=True)
class Checked:
    """What was found: the release's version and name, how much was compared, what is amiss.

    The ``name`` hashes all of it: who changed a release and its hashes as well changed its name.
    """

    version: str
    name: str
    files: int
    graphs: int
    problems: tuple[str, ...]


def check_release(folder: Path) -> Checked:
    """Compares a folder with its checksums and its manifest.

    Raises InputError for a folder that is no release.
    """
    sums = _read_sums(folder)
    present = {file.name for file in folder.iterdir()}
    problems = [f"{name}: is missing" for name in sorted(sums.keys() - present)]
    extra = present - sums.keys() - {CHECKSUMS}
    problems += [f"{name}: is no file of this release" for name in sorted(extra)]
    plain = {name for name in sums.keys() & present if (folder / name).is_file()}
    odd = sums.keys() & present - plain
    problems += [f"{name}: is no plain file" for name in sorted(odd)]
    texts = {name: (folder / name).read_bytes() for name in sorted(plain)}
    broken = {name for name, text in texts.items() if hash_bytes(text) != sums[name]}
    problems += [f"{name}: its SHA-256 is not the one in {CHECKSUMS}" for name in sorted(broken)]
    if MANIFEST not in texts:
        raise InputError(f"{folder}: is no whole release: it has no {MANIFEST}")
    manifest = read_manifest(texts[MANIFEST], folder / MANIFEST)
    described = {file["name"] for file in manifest["files"]} | {MANIFEST}
    problems += [
        f"{name}: is told of by only one of {MANIFEST} and {CHECKSUMS}"
        for name in sorted(described ^ sums.keys())
    ]
    problems += _compare_files(manifest, texts, broken)
    problems += _compare_graphs(manifest, texts.get("dataset.nq", b""))
    return Checked(
        _escape(manifest["version"]),
        name_release(texts[MANIFEST]),
        len(texts),
        len(manifest["graphs"]),
        tuple(map(_escape, problems)),
    )


def _escape(text: str) -> str:
    """Text without what a terminal would obey or could not write: names come from anybody."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _read_sums(folder: Path) -> dict[str, str]:
    file = folder / CHECKSUMS
    try:
        # A device or a pipe may have no end.
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else None
    except (OSError, UnicodeDecodeError):
        lines = None
    if lines is None:
        raise InputError(f"{folder}: is no release: it has no readable {CHECKSUMS}")
    sums = {}
    for number, line in enumerate(lines, 1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name or Path(name).name != name:
            raise InputError(f"{file}:{number}: {line!r} is not a hash and a name")
        sums[name] = digest
    return sums


def _compare_files(
    manifest: dict[str, Any], texts: dict[str, bytes], broken: set[str]
) -> Iterator[str]:
    for file in manifest["files"]:
        name, text = file["name"], texts.get(file["name"])
        if text is None:
            continue  # told already
        if (len(text), hash_bytes(text)) != (file["bytes"], file["sha256"]):
            yield f"{name}: is not the file that {MANIFEST} describes"
        stem = name.removesuffix(".gz")
        packed = stem != name and stem in texts and name not in broken
        if packed and not _unpacks_to(text, texts[stem]):
            yield f"{name}: does not unpack to {stem}"
        if "triples" in file and name not in broken:
            yield from _compare_count(name, text, file["triples"])


def _unpacks_to(text: bytes, plain: bytes) -> bool:
    try:
        with gzip.open(io.BytesIO(text)) as unpacked:
            # One byte more than it should have, however much there is.
            return unpacked.read(len(plain) + 1) == plain
    except (OSError, EOFError, zlib.error):
        return False


def _compare_count(name: str, text: bytes, expected: object) -> Iterator[str]:
    rdf_format = ox.RdfFormat.from_extension(name.rpartition(".")[2])
    if rdf_format is None:
        return
    try:
        found = sum(1 for _ in ox.parse(text, rdf_format))
    except SyntaxError as error:
        yield f"{name}: does not parse: {error.msg}"
        return
    if found != expected:
        yield f"{name}: has {found:,} triples instead of {expected}"


def _compare_graphs(manifest: dict[str, Any], quads: bytes) -> Iterator[str]:
    graphs: dict[str, list[ox.Triple]] = {}
    try:
        for quad in ox.parse(quads, ox.RdfFormat.N_QUADS):
            name = quad.graph_name
            iri = name.value if isinstance(name, ox.NamedNode) else ""
            graphs.setdefault(iri, []).append(quad.triple)
    except SyntaxError:
        return  # its checksum tells
    for graph in manifest["graphs"]:
        triples = graphs.pop(graph["iri"], [])
        if len(triples) != graph["triples"]:
            yield f"<{graph['iri']}>: has {len(triples):,} triples instead of {graph['triples']:,}"
        elif hash_graph(triples) != graph["rdfc10"]:
            yield f"<{graph['iri']}>: its canonical hash (RDFC-1.0) is another"
    yield from (f"<{iri}>: is a graph that {MANIFEST} does not know" for iri in sorted(graphs))
