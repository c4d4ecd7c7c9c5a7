"""Checking a release that was downloaded: every byte, every count and every graph."""

import gzip
import json
import stat
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from jjjkg.errors import InputError
from jjjkg.messages import Message
from jjjkg.rdf.parsing import FORMATS, open_parser, telling_of
from jjjkg.rdf.quads import group_quads
from jjjkg.release.graphs import DATASET
from jjjkg.release.manifest import (
    CHECKSUMS,
    MANIFEST,
    hash_graph,
    name_release,
    read_manifest,
)
from jjjkg.release.opening import read_plain, read_sums
from jjjkg.system.confinement import confine
from jjjkg.system.folders import describe_file

_QUADS: Final = f"{DATASET}.nq"


@dataclass(frozen=True)
class Checked:
    """The outcome: the release's version and name, how much was compared, and the differences.

    The ``name`` hashes all of it: who changed a release and its hashes as well changed its name.
    """

    version: str
    name: str
    files: int
    graphs: int
    problems: tuple[Message, ...]


def check_release(folder: Path) -> Checked:
    """Compare a folder with its checksums and its manifest, in a limited process.

    Raises InputError for a folder without a release, and for files that take too much time or
    memory: blank nodes can be tied such that no canonical form of their graph is ever found
    (https://www.w3.org/TR/rdf-canon/#dataset-poisoning).
    """
    size = sum(file.stat().st_size for file in folder.glob("*") if file.is_file())
    with confine(_check_there, str(folder), subject=str(folder), size=size) as process:
        told = process.output.read()
    checked = json.loads(told)
    return Checked(**{**checked, "problems": tuple(map(Message.decode, checked["problems"]))})


def _check_there(folder_name: str) -> None:
    """Write the outcome as JSON; the task of the limited process."""
    folder = Path(folder_name)
    sums = read_sums(folder)
    present = {file.name for file in folder.iterdir()}
    both = sums.keys() & present
    odd = {name for name in both if not stat.S_ISREG((folder / name).lstat().st_mode)}
    found = {name: describe_file(folder / name) for name in sorted(both - odd)}
    broken = {name for name, file in found.items() if file["sha256"] != sums[name]}
    if MANIFEST not in found:
        raise InputError("release.no_manifest", folder=folder, manifest=MANIFEST)
    text = read_plain(folder / MANIFEST)
    manifest = read_manifest(text, folder / MANIFEST)
    described = {file["name"] for file in manifest["files"]} | {MANIFEST}
    kinds = {
        "release.check.missing": sums.keys() - present,
        "release.check.unknown": present - sums.keys() - {CHECKSUMS},
        "release.check.odd_file": odd,
        "release.check.wrong_sum": broken,
        "release.check.told_once": described ^ sums.keys(),
    }
    problems = [_tell(key, name) for key, names in kinds.items() for name in sorted(names)]
    problems += _compare_files(folder, manifest, found, broken)
    problems += _compare_graphs(folder / _QUADS, manifest) if _QUADS in found else []
    checked = Checked(
        _escape(manifest["version"]),
        name_release(text),
        len(found),
        len(manifest["graphs"]),
        tuple(problems),
    )
    told = [problem.encode() for problem in problems]
    json.dump({**vars(checked), "problems": told}, sys.stdout)


def _tell(key: str, name: str, **values: object) -> Message:
    """Return what is wrong with a file or a graph."""
    words = {n: _escape(v) if isinstance(v, str) else v for n, v in values.items()}
    names = {"name": _escape(name), "manifest": MANIFEST, "sums": CHECKSUMS}
    return Message(key, {**names, **words})


def _escape(text: str) -> str:
    """Return text in which characters that a terminal would obey, or can't show, are escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _compare_files(
    folder: Path, manifest: dict[str, Any], found: dict[str, dict[str, Any]], broken: set[str]
) -> Iterator[Message]:
    for file in manifest["files"]:
        name = file["name"]
        if name not in found:
            continue  # told already
        if found[name] != {key: file[key] for key in ("bytes", "sha256")}:
            yield _tell("release.check.other_file", name)
        stem = name.removesuffix(".gz")
        packed = stem != name and stem in found and name not in broken
        if packed and not _unpacks_to(folder / name, folder / stem):
            yield _tell("release.check.other_content", name, plain=stem)
        if "triples" in file and name not in broken:
            yield from _compare_count(folder / name, file["triples"])


def _unpacks_to(packed: Path, plain: Path) -> bool:
    expected = plain.read_bytes()
    try:
        with gzip.open(packed) as unpacked:
            # One byte more than it should have, however much there is.
            return unpacked.read(len(expected) + 1) == expected
    except (OSError, EOFError, zlib.error):
        return False


def _compare_count(file: Path, expected: object) -> Iterator[Message]:
    if file.suffix not in FORMATS:
        return
    try:
        with telling_of(file):
            found = sum(1 for _ in open_parser(file))
    except InputError as error:
        if not isinstance(error.__cause__, SyntaxError):
            raise
        yield _tell("release.check.unparsable", file.name, error=error.__cause__.msg)
        return
    if found != expected:
        yield _tell("release.check.other_count", file.name, found=found, expected=str(expected))


def _compare_graphs(quads: Path, manifest: dict[str, Any]) -> Iterator[Message]:
    try:
        graphs = group_quads(ox.parse(path=quads, format=ox.RdfFormat.N_QUADS))
    except SyntaxError:
        return  # its checksum tells
    for graph in manifest["graphs"]:
        iri, expected = graph["iri"], graph["triples"]
        triples = graphs.pop(iri, [])
        if len(triples) != expected:
            yield _tell("release.check.graph_count", iri, found=len(triples), expected=expected)
        elif hash_graph(triples) != graph["rdfc10"]:
            yield _tell("release.check.graph_hash", iri)
    yield from (_tell("release.check.graph_unknown", iri) for iri in sorted(graphs))
