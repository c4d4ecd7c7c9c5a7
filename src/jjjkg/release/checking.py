"""Checking a release that was downloaded: every byte, every count and every graph."""

import gzip
import json
import stat
import sys
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.rdf.parsing import FORMATS, open_parser, telling_of
from jjjkg.release.graphs import DATASET
from jjjkg.release.manifest import (
    CHECKSUMS,
    MANIFEST,
    hash_graph,
    name_release,
    read_manifest,
)
from jjjkg.release.opening import read_plain, read_sums
from jjjkg.system.confinement import Confined
from jjjkg.system.folders import describe_file

_QUADS: Final = f"{DATASET}.nq"
#: Bytes that are compared at a time.
_CHUNK: Final = 1 << 20


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
    """Compares a folder with its checksums and its manifest, in a limited process.

    Raises InputError for a folder that is no release, and for files that take too much time or
    memory: blank nodes can be tied such that no canonical form of their graph is ever found
    (https://www.w3.org/TR/rdf-canon/#dataset-poisoning).
    """
    size = sum(file.stat().st_size for file in folder.glob("*") if file.is_file())
    with Confined(_check_there, str(folder), subject=str(folder), size=size) as process:
        told = process.output.read()
    checked = json.loads(told)
    return Checked(**{**checked, "problems": tuple(checked["problems"])})


def _check_there(name: str) -> None:
    """The task of the limited process: writes what it found as JSON."""
    folder = Path(name)
    sums = read_sums(folder)
    present = {file.name for file in folder.iterdir()}
    problems = [f"{name}: is missing" for name in sorted(sums.keys() - present)]
    extra = present - sums.keys() - {CHECKSUMS}
    problems += [f"{name}: is no file of this release" for name in sorted(extra)]
    odd = {name for name in sums.keys() & present if not _is_plain(folder / name)}
    problems += [f"{name}: is no plain file" for name in sorted(odd)]
    plain = sorted((sums.keys() & present) - odd)
    found = {name: describe_file(folder / name) for name in plain}
    broken = {name for name, file in found.items() if file["sha256"] != sums[name]}
    problems += [f"{name}: its SHA-256 is not the one in {CHECKSUMS}" for name in sorted(broken)]
    if MANIFEST not in found:
        raise InputError(f"{folder}: is no whole release: it has no {MANIFEST}")
    text = read_plain(folder / MANIFEST)
    manifest = read_manifest(text, folder / MANIFEST)
    described = {file["name"] for file in manifest["files"]} | {MANIFEST}
    problems += [
        f"{name}: is told of by only one of {MANIFEST} and {CHECKSUMS}"
        for name in sorted(described ^ sums.keys())
    ]
    problems += _compare_files(folder, manifest, found, broken)
    problems += _compare_graphs(folder / _QUADS, manifest) if _QUADS in found else []
    checked = Checked(
        _escape(manifest["version"]),
        name_release(text),
        len(found),
        len(manifest["graphs"]),
        tuple(map(_escape, problems)),
    )
    json.dump(asdict(checked), sys.stdout)


def _is_plain(file: Path) -> bool:
    return stat.S_ISREG(file.lstat().st_mode)


def _escape(text: str) -> str:
    """Text without what a terminal would obey or could not write: names come from anybody."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _compare_files(
    folder: Path, manifest: dict[str, Any], found: dict[str, dict[str, Any]], broken: set[str]
) -> Iterator[str]:
    for file in manifest["files"]:
        name = file["name"]
        if name not in found:
            continue  # told already
        if found[name] != {key: file[key] for key in ("bytes", "sha256")}:
            yield f"{name}: is not the file that {MANIFEST} describes"
        stem = name.removesuffix(".gz")
        packed = stem != name and stem in found and name not in broken
        if packed and not _unpacks_to(folder / name, folder / stem):
            yield f"{name}: does not unpack to {stem}"
        if "triples" in file and name not in broken:
            yield from _compare_count(folder / name, file["triples"])


def _unpacks_to(packed: Path, plain: Path) -> bool:
    try:
        with gzip.open(packed) as unpacked, plain.open("rb") as expected:
            while True:
                part = expected.read(_CHUNK)
                # One byte more than it should have, however much there is.
                if unpacked.read(len(part) or 1) != part:
                    return False
                if not part:
                    return True
    except (OSError, EOFError, zlib.error):
        return False


def _compare_count(file: Path, expected: object) -> Iterator[str]:
    if file.suffix not in FORMATS:
        return
    try:
        with telling_of(file):
            found = sum(1 for _ in open_parser(file))
    except InputError as error:
        if not isinstance(error.__cause__, SyntaxError):
            raise
        yield f"{file.name}: does not parse: {error.__cause__.msg}"
        return
    if found != expected:
        yield f"{file.name}: has {found:,} triples instead of {expected}"


def _compare_graphs(quads: Path, manifest: dict[str, Any]) -> Iterator[str]:
    graphs: dict[str, list[ox.Triple]] = {}
    try:
        for quad in ox.parse(path=quads, format=ox.RdfFormat.N_QUADS):
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
