"""Opening a release: nothing outside of its folder, and each file as its manifest describes it."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jjjkg.errors import InputError
from jjjkg.release.addresses import find_problem_of_name
from jjjkg.release.manifest import CHECKSUMS, MANIFEST, find_bad_count, read_manifest
from jjjkg.system.folders import describe_file, find_difference

_MEND: Final = "fetch or make the release anew"
#: Bytes of a manifest or of the checksums, which are read whole.
_MOST: Final = 256 << 20
_SUM: Final = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True)
class Opened:
    """A release's manifest, as JSON and as text, and each file's size and SHA-256 by its name."""

    manifest: Mapping[str, Any]
    text: bytes
    files: Mapping[str, Mapping[str, Any]]


def open_release(folder: Path) -> Opened:
    """The release in a folder. Raises InputError for what differs from its manifest.

    Every byte of it is hashed; what it says of graphs is for `jjjkg release --check`.
    """
    text = read_plain(folder / MANIFEST)
    manifest = read_manifest(text, folder / MANIFEST)
    if name := find_bad_count(manifest):
        raise InputError(f"{folder / MANIFEST}: {name} has no count of its triples; {_MEND}")
    sums = read_sums(folder)
    files = {file["name"]: file for file in manifest["files"]}
    if len(files) < len(manifest["files"]) or files.keys() & {MANIFEST, CHECKSUMS}:
        raise InputError(f"{folder / MANIFEST}: describes a file twice; {_MEND}")
    if told := sorted(sums.keys() ^ {*files, MANIFEST}):
        raise InputError(f"{folder / told[0]}: stands in only one of the lists; {_MEND}")
    files |= {name: describe_file(folder / name) for name in (MANIFEST, CHECKSUMS)}
    for name, described in files.items():
        difference = find_difference(folder / name, described)
        if not difference and sums.get(name, described["sha256"]) != described["sha256"]:
            difference = f"its SHA-256 is not the one in {CHECKSUMS}"
        if difference:
            raise InputError(f"{folder / name}: {difference}; {_MEND}")
    return Opened(manifest, text, files)


def read_sums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file by its name. Raises InputError for a folder without any."""
    file = folder / CHECKSUMS
    try:
        *lines, rest = read_plain(file).decode().split("\n")
    except (InputError, UnicodeDecodeError):
        raise InputError(f"{folder}: is no release: it has no readable {CHECKSUMS}") from None
    sums: dict[str, str] = {}
    for number, line in enumerate([*lines, rest] if rest else lines, 1):
        found = _SUM.fullmatch(line)
        if not found or found[2] in sums or find_problem_of_name(found[2]):
            raise InputError(f"{file}:{number}: {line[:200]!r} is not a hash and a name")
        sums[found[2]] = found[1]
    return sums


def read_plain(file: Path) -> bytes:
    """The content of a plain file of no great size. Raises InputError for any other."""
    try:
        found = file.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST:
            raise InputError(f"{file}: is no plain file, or too large; {_MEND}")
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}; {_MEND}") from error
