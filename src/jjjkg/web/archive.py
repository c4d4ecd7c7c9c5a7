"""The releases that a server hands out, that of its data and earlier ones, and their files."""

import logging
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from jjjkg.errors import InputError
from jjjkg.messages import has, say
from jjjkg.release.descriptions import DESCRIPTIONS
from jjjkg.release.manifest import LATEST, media_type_of, name_release
from jjjkg.release.opening import open_release

#: The section of the tables, which are known by their suffix.
_TABLES: Final = "tables"
#: The sections in their order, and the other files in each, known by their names or their stems.
SECTIONS: Final = MappingProxyType(
    {
        "load": ("dataset", "everything"),
        "parts": ("asserted", "inferred", "ontology", "provenance"),
        "editions": ("protege", "rdf12"),
        _TABLES: ("csv-metadata",),
        "about": ("ontology.html", "dcat", "void", "schema", "CITATION", "portability"),
        "checksums": ("manifest", "SHA256SUMS"),
    }
)
_KNOWN: Final = frozenset(key for keys in SECTIONS.values() for key in keys)
_LOG: Final = logging.getLogger(__name__)


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
    """A folder that jjjkg.release wrote. ``name`` is its immutable address, from its manifest.

    ``files`` are without the packed copies, ``digests`` those of all.
    """

    folder: Path
    version: str = ""
    name: str = ""
    files: Mapping[str, File] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The release in a folder, verified; an empty one where there is nothing.

        Raises InputError for one that is not as its manifest describes it.
        """
        if not folder.is_dir() or not any(folder.iterdir()):
            return cls(folder)
        opened = open_release(folder)
        packed = {name: file["bytes"] for name, file in opened.files.items() if _is_packed(name)}
        files = {
            name: File(
                *(name, media_type_of(name), file["bytes"], packed.get(f"{name}.gz")),
                *(file["sha256"], file.get("triples")),
            )
            for name, file in opened.files.items()
            if not _is_packed(name)
        }
        digests = {name: file["sha256"] for name, file in opened.files.items()}
        return cls(folder, opened.manifest["version"], name_release(opened.text), files, digests)

    def find_file(self, name: str) -> Path:
        """The path of a file that is there still. Raises OSError for one that is not.

        The release was verified when it was opened; what was put in place of a file since, such
        as a link, is not followed.
        """
        path, packed = self.folder / name, self.files[name.removesuffix(".gz")]
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size not in (packed.size, packed.compressed):
            raise FileNotFoundError(path)
        return path

    def dumps(self) -> dict[str, int]:
        """The sizes in bytes of the files of the dataset's RDF and of their packed copies."""
        sizes = {}
        for name, file in sorted(self.files.items()):
            if file.triples is not None and name not in DESCRIPTIONS:
                sizes[name] = file.size
                if file.compressed is not None:
                    sizes[f"{name}.gz"] = file.compressed
        return sizes


def _is_packed(name: str) -> bool:
    return name.endswith(".gz")


@dataclass(frozen=True)
class Archive:
    """The latest release, which may be an empty one, and earlier ones, the newest first."""

    latest: Release
    earlier: tuple[Release, ...] = ()

    @classmethod
    def open(cls, latest: Path, earlier: Path | None = None) -> Self:
        """The release in a folder and those in the folders in another one.

        An earlier one that is not as it was released is left out, and the log says why: it takes
        nothing from the others. Raises InputError where the folders can't be read, or the latest
        release is not as it was written.
        """
        release = Release.open(latest)
        if earlier is None:
            return cls(release)
        try:
            folders = sorted((path for path in earlier.iterdir() if path.is_dir()), reverse=True)
        except OSError as error:
            why = error.strerror or str(error)
            raise InputError("server.unreadable", name=str(earlier), why=why) from error
        found = tuple(opened for folder in folders if (opened := _open_earlier(folder)))
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


def _open_earlier(folder: Path) -> Release | None:
    try:
        release = Release.open(folder)
    except InputError as error:
        _LOG.warning("jjjkg: %s: this release is not served", _show(error))
        return None
    if not release.files:
        _LOG.warning("jjjkg: %s: is not a release, and is not served", _show(folder))
        return None
    return release


def _show(said: object) -> str:
    """Return words in a line, with escapes for characters that can't be printed."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(said))


def group_files(names: Iterable[str], language: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each section's heading with its files: their names, and what is in them.

    Files that are in no section come last, without words; a table may have none either.
    """
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        found.setdefault(name if name in _KNOWN else name.partition(".")[0], []).append(name)
    tables = [key for key, files in found.items() if f"{key}.csv" in files]
    for section, others in SECTIONS.items():
        keys = (*tables, *others) if section == _TABLES else others
        files = [
            (name, say(words, language) if has(words := f"files.content.{key}") else "")
            for key in keys
            for name in found.pop(key, [])
        ]
        if files:
            yield say(f"files.section.{section}", language), files
    if found:
        rest = [(name, "") for names in found.values() for name in names]
        yield say("files.section.others", language), rest
