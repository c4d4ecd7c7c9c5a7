"""A build: the dataset and its closure on disk, in a folder named by the hash of what went in."""

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
from jjjkg.rdf.namespaces import GRAPH, PARTS
from jjjkg.system.folders import fill_folder, lock, open_sealed, remove, seal

QUADS: Final = "dataset.nq"
PLACES: Final = "places.json"
#: Suffixes of the files that our code is in, the rules of inference among them.
CODE: Final = (".py", ".rules", ".toml")


@dataclass(frozen=True)
class Snapshot:
    """A finished build.

    ``counts`` has the triples of each part, and the numbers of ``claims`` and of the ``trimmed``;
    and of ``graphs``, where the data are graphs that are served as they are.
    """

    folder: Path
    key: str
    counts: Mapping[str, int]
    trimmed: Mapping[str, int]

    @property
    def quads(self) -> Path:
        """N-Quads of the parts and of the claims' graphs."""
        return self.folder / QUADS

    @property
    def release(self) -> Path:
        """The folder of its release, once jjjkg.release.writing has written it."""
        return self.folder / "release"

    @property
    def places(self) -> Mapping[str, str]:
        """The file that each subject and claim was first read from, as its folder names it."""
        file = self.folder / PLACES
        places: Mapping[str, str] = json.loads(file.read_bytes()) if file.is_file() else {}
        return places

    @property
    def modified(self) -> datetime:
        """When it was built."""
        return datetime.fromtimestamp(int(self.quads.stat().st_mtime), UTC)


def cache_folder() -> Path:
    """Where snapshots are kept: JJJKG_CACHE, or the user's cache folder."""
    named = os.environ.get("JJJKG_CACHE")
    return Path(named).expanduser() if named else user_cache_path("jjjkg", appauthor=False)


def key_of(dataset: Dataset, engine: str = "jjjkg") -> str:
    """The hash of what was read, part by part, and of what works on it: versions, and our code."""
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
    """The snapshot of a dataset, closed by one of ENGINES: the one there is, or a new one.

    Only one build at a time writes a cache folder; the new snapshot appears there whole or not
    at all. One that was damaged since is built anew, and `progress` is told why. Raises
    InputError where the data contradicts itself, and OSError where the folder can't be written.
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
            progress(f"{error}; building it anew")
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
    """The snapshot of a key in a folder, each file of which is as it was written.

    Raises FileNotFoundError where there is nothing, and InputError for what is damaged.
    """
    manifest = open_sealed(folder)
    if manifest["key"] != key:
        raise InputError(f"{folder}: is the snapshot of other data")
    return Snapshot(
        folder,
        key,
        MappingProxyType(manifest["counts"]),
        MappingProxyType(manifest["trimmed"]),
    )


def _write(
    dataset: Dataset, key: str, folder: Path, progress: Callable[[str], None], engine: str
) -> None:
    inferred, trimmed = _infer(dataset, engine, progress)
    parts = disjoint_parts(dataset, inferred)
    named = {**dataset.claims, **dataset.graphs}
    progress("writing the snapshot")
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
    """A file's name from the laid-out folder on, so that it is the same on every machine."""
    tops = [n for n, part in enumerate(file.parts[:-1]) if part in ("ontology", "graph")]
    return "/".join(file.parts[tops[-1] :]) if tops else file.name


def _infer(
    dataset: Dataset, engine: str, progress: Callable[[str], None]
) -> tuple[tuple[ox.Triple, ...], Mapping[str, int]]:
    """The inferred triples, and how many were left out by the rules of trimming.py.

    From graphs that are served as they are, nothing is inferred.
    """
    if dataset.graphs:
        return (), {}
    given = len(dataset.ontology) + len(dataset.asserted)
    progress(f"closing {given:,} triples under the OWL 2 RL rules")
    refuse_clashes(dataset)
    # What infers is imported where it runs: a snapshot that is there needs none of it.
    if engine == "owlrl":
        from jjjkg.entailment.by_owlrl import close_by_owlrl

        by_owlrl = close_by_owlrl((*dataset.ontology, *dataset.asserted))
        return by_owlrl.inferred, by_owlrl.trimmed
    from jjjkg.entailment.closure import close

    closure = close((*dataset.ontology, *dataset.asserted))
    for problem in closure.problems:
        progress(f"{problem}: no rule reads it")
    return closure.inferred, closure.trimmed


def refuse_clashes(dataset: Dataset) -> None:
    """Raises InputError that names the clashing statements and their claims, if there are any."""
    from jjjkg.entailment.clashes import find_clashes

    clashes = find_clashes(dataset)
    if clashes:
        more = f" (and {len(clashes) - 1} more)" if len(clashes) > 1 else ""
        raise InputError(f"the data contradicts itself: {clashes[0]}{more}; mend one of the claims")


def disjoint_parts(
    dataset: Dataset, inferred: tuple[ox.Triple, ...]
) -> Mapping[str, tuple[ox.Triple, ...]]:
    """The five parts, each triple in the first of them that has it."""
    given = {
        "ontology": dataset.ontology,
        "asserted": dataset.asserted,
        "provenance": dataset.provenance,
        "dataset": dataset.dataset,
        "inferred": inferred,
    }
    seen: set[ox.Triple] = set()
    parts = {}
    for name, triples in given.items():
        parts[name] = tuple(triple for triple in triples if triple not in seen)
        seen.update(triples)
    return MappingProxyType({name: parts[name] for name in PARTS})


def name_graphs(
    parts: Mapping[str, tuple[ox.Triple, ...]], claims: Mapping[str, tuple[ox.Triple, ...]]
) -> Iterator[ox.Quad]:
    """The quads of the parts' graphs, then of the claims'."""
    for name, triples in parts.items():
        for triple in triples:
            yield ox.Quad(
                triple.subject, triple.predicate, triple.object, ox.NamedNode(GRAPH + name)
            )
    for claim, triples in claims.items():
        for triple in triples:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(claim))
