"""The releases that a server hands out: that of the data it serves, and earlier ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from jjjkg.errors import InputError
from jjjkg.release.manifest import (
    CHECKSUMS,
    MANIFEST,
    hash_bytes,
    media_type_of,
    name_release,
    read_manifest,
)
from jjjkg.release.metadata import DESCRIPTIONS

LATEST: Final = "latest"


@dataclass(frozen=True)
class File:
    """One file that can be fetched: its size in bytes, as it is and compressed."""

    name: str
    media_type: str
    size: int
    compressed: int | None
    sha256: str
    triples: int | None


@dataclass(frozen=True)
class Release:
    """A folder that jjjkg.release wrote. ``name`` is its immutable address, from its manifest."""

    folder: Path
    version: str
    name: str
    files: Mapping[str, File]
    digests: Mapping[str, str]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The release in a folder; an empty one where there is no manifest.

        Raises InputError if files of it are missing or cut, or its manifest can't be read.
        """
        if not (folder / MANIFEST).is_file():
            return cls(folder, "", "", MappingProxyType({}), MappingProxyType({}))
        try:
            text = (folder / MANIFEST).read_bytes()
            manifest = read_manifest(text, folder / MANIFEST)
            described = {file["name"]: file for file in manifest["files"]}
            digests = {name: file["sha256"] for name, file in described.items()}
            digests[MANIFEST] = hash_bytes(text)
            digests[CHECKSUMS] = hash_bytes((folder / CHECKSUMS).read_bytes())
            sizes = {name: (folder / name).stat().st_size for name in digests}
        except OSError as error:
            raise InputError(
                f"{error.filename}: {error.strerror}; fetch the release anew"
            ) from error
        for name, file in described.items():
            if sizes[name] != file["bytes"]:
                raise InputError(f"{folder / name}: is not whole; fetch the release anew")
        files = {
            name: File(
                name,
                media_type_of(name),
                sizes[name],
                sizes.get(f"{name}.gz"),
                digests[name],
                described.get(name, {}).get("triples"),
            )
            for name in digests
            if not name.endswith(".gz")
        }
        return cls(
            folder,
            manifest["version"],
            name_release(text),
            MappingProxyType(files),
            MappingProxyType(digests),
        )

    def paths(self) -> Mapping[str, Path]:
        """The files of the dataset's RDF and their packed copies, by name."""
        plain = {
            name
            for name, file in self.files.items()
            if file.triples is not None and name not in DESCRIPTIONS
        }
        names = sorted(name for name in self.digests if name.removesuffix(".gz") in plain)
        return {name: self.folder / name for name in names}


@dataclass(frozen=True)
class Archive:
    """The latest release, which may be an empty one, and earlier ones, the newest first."""

    latest: Release
    earlier: tuple[Release, ...] = ()

    @classmethod
    def open(cls, latest: Path, earlier: Path | None = None) -> Self:
        """The release in a folder and those in the folders in another one.

        Raises InputError for a folder in that one that is no whole release.
        """
        release = Release.open(latest)
        if earlier is None:
            return cls(release)
        try:
            folders = sorted((path for path in earlier.iterdir() if path.is_dir()), reverse=True)
        except OSError as error:
            raise InputError(f"{earlier}: can't be read: {error.strerror}") from error
        found = tuple(Release.open(folder) for folder in folders)
        for before in found:
            if not before.files:
                raise InputError(
                    f"{before.folder}: is no release; write one there with `jjjkg release`"
                )
        return cls(release, tuple(before for before in found if before.name != release.name))

    def find(self, which: str) -> Release | None:
        """The release at an address: LATEST, a version (the newest of it), or a release's name."""
        return self._places.get(which)

    @cached_property
    def _places(self) -> Mapping[str, Release]:
        places = {LATEST: self.latest} if self.latest.files else {}
        for release in (*places.values(), *self.earlier):
            places.setdefault(release.version, release)
            places[release.name] = release
        return places
