"""Snapshots: a dataset and its closure on disk, in a folder named by the hash of its input."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox
from platformdirs import user_cache_path

from jjjkg import __version__
from jjjkg.dataset.loading import Dataset
from jjjkg.entailment import ENGINES
from jjjkg.errors import InputError
from jjjkg.messages import say
from jjjkg.rdf.namespaces import GRAPH, PARTS
from jjjkg.rdf.quads import make_quads
from jjjkg.system.folders import fill_folder, lock, open_sealed, remove, seal

QUADS: Final = "dataset.nq"
PLACES: Final = "places.json"
#: Suffixes of the files of our code; they include the rules of inference.
CODE: Final = (".py", ".rules", ".toml")


@dataclass(frozen=True)
class Snapshot:
    """A finished build.

    ``counts`` has the number of triples of each part, of ``claims`` and of ``trimmed`` triples, and
    of ``graphs`` if the data are graphs that are served as they are.
    """

    folder: Path
    key: str
    counts: Mapping[str, int]
    trimmed: Mapping[str, int]

    @property
    def quads(self) -> Path:
        """The file with N-Quads of the parts and of the claims' graphs."""
        return self.folder / QUADS

    @property
    def release(self) -> Path:
        """The folder of its release, which jjjkg.release.writing writes."""
        return self.folder / "release"

    @property
    def places(self) -> Mapping[str, str]:
        """The file that each subject and claim was first read from, as its folder names it."""
        file = self.folder / PLACES
        places: Mapping[str, str] = json.loads(file.read_bytes()) if file.is_file() else {}
        return places

    @property
    def modified(self) -> datetime:
        """The time when it was built."""
        return datetime.fromtimestamp(int(self.quads.stat().st_mtime), UTC)


def cache_folder() -> Path:
    """Return the folder of snapshots: JJJKG_CACHE, or the user's cache folder."""
    named = os.environ.get("JJJKG_CACHE")
    return Path(named).expanduser() if named else user_cache_path("jjjkg", appauthor=False)


def key_of(dataset: Dataset, engine: str = "jjjkg") -> str:
    """Return the hash of a dataset, part by part, of the versions of packages, and of our code."""
    versions = {package: version(package) for package in ENGINES[engine]}
    works = {"engine": engine, "version": __version__, **versions}
    digest = hashlib.sha256(json.dumps(works, sort_keys=True).encode())
    # The code of a checkout changes while its version stays.
    own = Path(__file__).parent
    for file in sorted(file for suffix in CODE for file in own.glob(f"**/*{suffix}")):
        digest.update(file.read_bytes())
    read = {name: getattr(dataset, name) for name in PARTS if name != "inferred"}
    digest.update(json.dumps(sorted(dataset.graphs)).encode())
    for quad in name_graphs(read, {**dataset.claims, **dataset.graphs}):
        digest.update(f"{quad}\n".encode())
    return digest.hexdigest()


def build(
    dataset: Dataset,
    cache: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
    engine: str = "jjjkg",
) -> Snapshot:
    """Return the snapshot of a dataset, closed by one of ENGINES: an existing one or a new one.

    Only one build at a time writes a cache folder; the new snapshot appears there whole or not
    at all. A damaged one is built anew, and `progress` is told why. Raises InputError if the data
    contradicts itself, and OSError if the folder can't be written.
    """
    folder = (cache or cache_folder()) / "snapshots"
    key = key_of(dataset, engine)
    target = folder / key[:16]
    try:
        return open_snapshot(target, key)
    except (FileNotFoundError, InputError):
        folder.mkdir(parents=True, exist_ok=True)
    with lock(folder / "lock", progress):
        try:
            return open_snapshot(target, key)
        except FileNotFoundError:
            pass  # it is to be built for the first time
        except InputError as error:
            progress(say("dataset.building_anew", fault=error))
        for leftover in (target, *folder.glob("unfinished-*")):
            remove(leftover)
        try:
            with fill_folder(target, "unfinished-") as unfinished:
                _write(dataset, key, unfinished, progress, engine)
        except OSError as error:
            # A write that fails does not say where it was.
            error.filename = error.filename or str(folder)
            raise
    return open_snapshot(target, key)


def open_snapshot(folder: Path, key: str) -> Snapshot:
    """Return the snapshot of a key in a folder in which no file has changed since.

    Raises FileNotFoundError if there is nothing, and InputError if something is damaged.
    """
    manifest = open_sealed(folder)
    if manifest["key"] != key:
        raise InputError("dataset.other_snapshot", folder=folder)
    counts, trimmed = map(MappingProxyType, (manifest["counts"], manifest["trimmed"]))
    return Snapshot(folder, key, counts, trimmed)


def _write(
    dataset: Dataset, key: str, folder: Path, progress: Callable[[str], None], engine: str
) -> None:
    inferred, trimmed = _infer(dataset, engine, progress)
    parts = disjoint_parts(dataset, inferred)
    named = {**dataset.claims, **dataset.graphs}
    progress(say("dataset.writing"))
    with (folder / QUADS).open("wb") as stream:
        ox.serialize(name_graphs(parts, named), stream, ox.RdfFormat.N_QUADS)
    places = {iri: _name_place(file) for iri, file in dataset.places.items()}
    (folder / PLACES).write_text(json.dumps(places, ensure_ascii=False), encoding="utf-8")
    manifest = {
        "key": key,
        "counts": {
            **{name: len(triples) for name, triples in parts.items()},
            "claims": len(dataset.claims),
            **({"graphs": len(dataset.graphs)} if dataset.graphs else {}),
            "trimmed": sum(trimmed.values()),
        },
        "trimmed": dict(trimmed),
    }
    seal(folder, manifest)


def _name_place(file: Path) -> str:
    """Return a file's name from the laid-out folder on, which is the same on every machine."""
    tops = [n for n, part in enumerate(file.parts[:-1]) if part in ("ontology", "graph")]
    return "/".join(file.parts[tops[-1] :]) if tops else file.name


def _infer(
    dataset: Dataset, engine: str, progress: Callable[[str], None]
) -> tuple[tuple[ox.Triple, ...], Mapping[str, int]]:
    """Return the inferred triples, and how many were left out by the rules of trimming.py.

    Nothing is inferred from graphs that are served as they are. Raises InputError with the clashing
    statements and their claims, if there are any.
    """
    if dataset.graphs:
        return (), {}
    given = len(dataset.ontology) + len(dataset.asserted)
    progress(say("dataset.closing", count=given))
    # The engines are imported where they run: an existing snapshot needs none of them.
    from jjjkg.entailment.clashes import find_clashes

    if clashes := find_clashes(dataset):
        key = "dataset.clash" if len(clashes) == 1 else "dataset.clashes"
        raise InputError(key, clash=clashes[0], others=len(clashes) - 1)
    if engine == "owlrl":
        from jjjkg.entailment.by_owlrl import close_by_owlrl

        by_owlrl = close_by_owlrl((*dataset.ontology, *dataset.asserted))
        return by_owlrl.inferred, by_owlrl.trimmed
    from jjjkg.entailment.closure import close

    closure = close((*dataset.ontology, *dataset.asserted))
    for problem in closure.problems:
        progress(say("dataset.broken_list", problem=problem))
    return closure.inferred, closure.trimmed


def disjoint_parts(
    dataset: Dataset, inferred: tuple[ox.Triple, ...]
) -> Mapping[str, tuple[ox.Triple, ...]]:
    """Return the five parts by name, each triple in the first of them that has it."""
    seen: set[ox.Triple] = set()
    parts = {}
    for name in ("ontology", "asserted", "provenance", "dataset", "inferred"):
        triples = inferred if name == "inferred" else getattr(dataset, name)
        parts[name] = tuple(triple for triple in triples if triple not in seen)
        seen.update(triples)
    return MappingProxyType({name: parts[name] for name in PARTS})


def name_graphs(
    parts: Mapping[str, tuple[ox.Triple, ...]], claims: Mapping[str, tuple[ox.Triple, ...]]
) -> Iterator[ox.Quad]:
    """Yield the quads of the parts' graphs, then of the claims'."""
    return make_quads({**{GRAPH + name: triples for name, triples in parts.items()}, **claims})
