"""Opening a release: nothing outside of its folder, and each file as its manifest describes it."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jjjkg.errors import InputError
from jjjkg.messages import Message
from jjjkg.release.manifest import (
    CHECKSUMS,
    MANIFEST,
    find_bad_count,
    find_problem_of_name,
    read_manifest,
)
from jjjkg.system.folders import describe_file, find_difference

#: Bytes of a manifest or of the checksums, which are read whole.
_MOST: Final = 256 << 20
_SUM: Final = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True)
class Opened:
    """The manifest of a release, as JSON and as text, and each file's size and SHA-256 by name."""

    manifest: Mapping[str, Any]
    text: bytes
    files: Mapping[str, Mapping[str, Any]]


def open_release(folder: Path) -> Opened:
    """Return the release in a folder. Raises InputError for what differs from its manifest.

    Every byte of it is hashed; what it says of graphs is for `jjjkg release --check`.
    """
    file = folder / MANIFEST
    text = read_plain(file)
    manifest = read_manifest(text, file)
    if name := find_bad_count(manifest):
        raise InputError("release.bad_count", file=file, name=name)
    sums = read_sums(folder)
    files = {file["name"]: file for file in manifest["files"]}
    if len(files) < len(manifest["files"]) or files.keys() & {MANIFEST, CHECKSUMS}:
        raise InputError("release.described_twice", file=file)
    if told := sorted(sums.keys() ^ {*files, MANIFEST}):
        raise InputError("release.in_one_list", file=folder / told[0])
    files |= {name: describe_file(folder / name) for name in (MANIFEST, CHECKSUMS)}
    for name, described in files.items():
        problem: object = find_difference(folder / name, described)
        if not problem and sums.get(name, described["sha256"]) != described["sha256"]:
            problem = Message("release.other_sum", {"sums": CHECKSUMS})
        if problem:
            raise InputError("release.changed_file", file=folder / name, problem=problem)
    return Opened(manifest, text, files)


def read_sums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file by its name. Raises InputError for a folder without any."""
    file = folder / CHECKSUMS
    try:
        *lines, rest = read_plain(file).decode().split("\n")
    except (InputError, UnicodeDecodeError):
        raise InputError("release.no_release", folder=folder, sums=CHECKSUMS) from None
    sums: dict[str, str] = {}
    for number, line in enumerate([*lines, rest] if rest else lines, 1):
        found = _SUM.fullmatch(line)
        if not found or found[2] in sums or find_problem_of_name(found[2]):
            raise InputError("release.bad_sum", file=file, number=number, line=repr(line[:200]))
        sums[found[2]] = found[1]
    return sums


def read_plain(file: Path) -> bytes:
    """Return the content of a plain file of no great size. Raises InputError for any other."""
    try:
        found = file.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST:
            raise InputError("release.not_plain", file=file)
        return file.read_bytes()
    except OSError as error:
        raise InputError("release.unreadable", file=file, error=error.strerror) from error
