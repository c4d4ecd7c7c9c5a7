"""Writing a release: once for a snapshot, whole or not at all, and out into any folder."""

import gzip
import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files as resources
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset.loading import own_folder
from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator, Limits
from jjjkg.evaluation.files import LIMITS
from jjjkg.messages import LANGUAGES, say
from jjjkg.rdf.namespaces import GRAPH, PARTS
from jjjkg.rdf.quads import group_quads
from jjjkg.release.content import Content, open_content
from jjjkg.release.descriptions import make_descriptions
from jjjkg.release.editions import make_editions
from jjjkg.release.graphs import make_graphs
from jjjkg.release.manifest import (
    CHECKSUMS,
    MANIFEST,
    find_problem_of_name,
    hash_bytes,
    make_manifest,
    read_version,
)
from jjjkg.release.opening import open_release
from jjjkg.release.tables import METADATA, describe_tables, make_tables, write_table
from jjjkg.snapshot import Snapshot
from jjjkg.system.folders import fill_folder, lock, remove

#: The beginning of the names of folders that a killed process left.
_UNFINISHED: Final = ".release-"

Progress = Callable[[str], None]


def ensure_release(
    snapshot: Snapshot,
    queries: Path | None = None,
    progress: Progress = lambda _: None,
    limits: Limits = LIMITS,
) -> Path:
    """Return the folder of a snapshot's release; write it if it is not there yet.

    `queries` is the folder of the data's queries; those of tables may use what `limits` allow.
    Raises InputError for one that can't be used, and OSError where nothing can be written.
    """
    release, made_by = snapshot.release, _hash_makers(queries)
    if not _find_fault(release, snapshot.key, made_by):
        return release
    with lock(snapshot.folder.parent / "lock", progress):
        for leftover in snapshot.folder.glob(f"{_UNFINISHED}*"):
            remove(leftover)
        if fault := _find_fault(release, snapshot.key, made_by):
            there = os.path.lexists(release)
            progress(say("release.writing_anew", fault=fault) if there else say("release.writing"))
            remove(release)
            content = read_content(snapshot, queries)
            files = make_files(content, snapshot.key, made_by, progress, limits)
            _write_folder(release, files, _UNFINISHED)
    return release


def copy_release(release: Path, folder: Path) -> tuple[Path, ...]:
    """Copy a release into a folder and return its files.

    The folder appears whole or not at all. Raises InputError if there is something in it, or the
    release is not as it was written, and OSError where it can't be written.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("release.not_empty", folder=folder)
    names = sorted(open_release(release).files)
    texts = ((name, (release / name).read_bytes()) for name in names)
    _write_folder(folder, texts, f".{folder.name}-")
    open_release(folder)
    return tuple(sorted(folder.iterdir()))


def read_content(snapshot: Snapshot, queries: Path | None = None) -> Content:
    """Return the content of a snapshot's release.

    Raises InputError where the data give a version that can't be part of an address.
    """
    graphs = group_quads(ox.parse(path=snapshot.quads))
    parts = {name: tuple(graphs.pop(GRAPH + name, ())) for name in PARTS}
    # No source has an order for what is inferred.
    parts["inferred"] = tuple(sorted(parts["inferred"], key=str))
    claims = {iri: tuple(triples) for iri, triples in graphs.items()}
    version = read_version((*parts["dataset"], *parts["ontology"]), snapshot.key[:16])
    return Content(parts, claims, snapshot.places, version, queries)


def make_files(
    content: Content,
    key: str,
    made_by: str = "",
    progress: Progress = lambda _: None,
    limits: Limits = LIMITS,
) -> Iterator[tuple[str, bytes]]:
    """Yield the names and the bytes of a release's files; the same content gives the same bytes.

    Raises InputError for a name that no file of a release can have, and for a graph whose
    canonical form takes too much time or memory.
    """
    with open_content(content, limits) as evaluator:
        progress(say("release.writing_data"))
        files = _pack(dict(_make_data(content, evaluator, progress)))
        for name in files:
            if problem := find_problem_of_name(name):
                raise InputError("release.bad_name", name=name, problem=problem)
        progress(say("release.describing"))
        reports = ((file.name, file.read_bytes()) for file in _find_reports(content.queries))
        files |= _pack(dict((*make_descriptions(content, evaluator, files), *reports)))
    files = dict(sorted(files.items()))
    files[MANIFEST] = make_manifest(content, key, made_by, files)
    sums = (f"{hash_bytes(text)}  {name}\n" for name, text in sorted(files.items()))
    yield from files.items()
    yield CHECKSUMS, "".join(sums).encode("ascii")


def _pack(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files with a compressed copy of each."""
    packed = {f"{name}.gz": _compress(text) for name, text in files.items()}
    return dict(sorted({**files, **packed}.items()))


def _compress(text: bytes) -> bytes:
    """Return a text as gzip; the same bytes by each Python: gzip.compress may name the system."""
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, packed, mtime=0) as file:
        file.write(text)
    return packed.getvalue()


def _make_data(
    content: Content, evaluator: Evaluator, progress: Progress
) -> Iterator[tuple[str, bytes]]:
    """Yield the triples in each format and edition, and the tables."""
    yield from make_graphs(content, progress)
    yield from make_editions(content)
    tables = make_tables(evaluator, _find_tables(content.queries))
    yield from ((f"{table.name}.csv", write_table(table)) for table in tables)
    if tables:
        itself, facts = content.dataset, content.facts
        title = {lang: facts.say(itself, "dcterms:title", lang) for lang in LANGUAGES}
        yield METADATA, describe_tables(tables, title, facts.say(itself, "dcterms:license"))


def _find_tables(queries: Path | None) -> Path:
    """Return the folder of the data's own queries for tables, or else of ours."""
    own = queries / "tables" if queries else None
    return own if own and own.is_dir() else own_folder() / "queries" / "tables"


def _find_reports(queries: Path | None) -> tuple[Path, ...]:
    """Return the results of the portability matrix, which lie in docs/ beside queries/."""
    return tuple((queries.parent / "docs").glob("portability.*")) if queries else ()


def _hash_makers(queries: Path | None) -> str:
    """Return the hash of what makes a release beside the code: templates, and tables' queries."""
    templates = Path(str(resources("jjjkg.release"))) / "templates"
    # Folder by folder: sorted together, their order would be that of the folders' own places.
    tables = _find_tables(queries)
    tables_by = (*tables.glob("*.rq"), *tables.glob("*.csv-metadata.json"))
    made_by = (templates.glob("*.html"), tables_by, _find_reports(queries))
    texts = (file.read_bytes() for files in made_by for file in sorted(files))
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def _find_fault(release: Path, key: str, made_by: str) -> str:
    """Return the reason why a cached release is not what would be written now, or nothing."""
    try:
        opened = open_release(release)
    except InputError as error:
        return str(error)
    same = (opened.manifest.get("snapshot"), opened.manifest.get("made_by")) == (key, made_by)
    return "" if same else say("release.outdated", folder=release)


def _write_folder(folder: Path, files: Iterator[tuple[str, bytes]], prefix: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with fill_folder(folder, prefix) as unfinished:
        for name, text in files:
            try:
                (unfinished / name).write_bytes(text)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(folder)) from error
