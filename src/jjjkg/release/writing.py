"""Writing a release: once for a snapshot, whole or not at all, and out into any folder."""

import gzip
import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files as resources
from itertools import chain
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from jjjkg.dataset.loading import own_folder
from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator, Limits
from jjjkg.evaluation.files import LIMITS
from jjjkg.messages import LANGUAGES
from jjjkg.rdf.namespaces import GRAPH, PARTS, expand
from jjjkg.release.addresses import find_problem_of_name, find_problem_of_version
from jjjkg.release.asking import open_content
from jjjkg.release.axioms import make_axioms
from jjjkg.release.citation import CITATION, write_citation
from jjjkg.release.content import Content
from jjjkg.release.csvw import METADATA as CSVW
from jjjkg.release.csvw import write_csvw
from jjjkg.release.documentation import ONTOLOGY, write_documentation
from jjjkg.release.graphs import make_graphs
from jjjkg.release.manifest import (
    CHECKSUMS,
    MANIFEST,
    hash_bytes,
    make_manifest,
)
from jjjkg.release.metadata import make_metadata
from jjjkg.release.opening import open_release
from jjjkg.release.reifiers import make_reifiers
from jjjkg.release.tables import make_tables, write_table
from jjjkg.snapshot import Snapshot
from jjjkg.system.folders import fill_folder, remove
from jjjkg.system.locking import lock

#: How the names of folders begin that a process left when it was killed.
_UNFINISHED: Final = ".release-"

Progress = Callable[[str], None]


def ensure_release(
    snapshot: Snapshot,
    queries: Path | None = None,
    progress: Progress = lambda _: None,
    limits: Limits = LIMITS,
) -> Path:
    """The folder of a snapshot's release; it is written if it is not there yet.

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
            progress(f"{fault}; writing it anew" if there else "writing the release")
            remove(release)
            content = read_content(snapshot, queries)
            files = make_files(content, snapshot.key, made_by, progress, limits)
            _write_folder(release, files, _UNFINISHED)
    return release


def copy_release(release: Path, folder: Path) -> tuple[Path, ...]:
    """Copies a release into a folder and returns its files.

    The folder appears whole or not at all. Raises InputError if there is something in it, or the
    release is not as it was written, and OSError where it can't be written.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: is there already and not empty; name a new folder")
    names = sorted(open_release(release).files)
    texts = ((name, (release / name).read_bytes()) for name in names)
    _write_folder(folder, texts, f".{folder.name}-")
    open_release(folder)
    return tuple(sorted(folder.iterdir()))


def read_content(snapshot: Snapshot, queries: Path | None = None) -> Content:
    """What a snapshot's release is made from."""
    graphs: dict[str, list[ox.Triple]] = {}
    for quad in ox.parse(path=snapshot.quads):
        assert isinstance(quad.graph_name, ox.NamedNode)
        graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    parts = {name: tuple(graphs.pop(GRAPH + name, ())) for name in PARTS}
    claims = {iri: tuple(triples) for iri, triples in graphs.items()}
    return Content(parts, claims, snapshot.places, _find_version(parts, snapshot.key), queries)


def make_files(
    content: Content,
    key: str,
    made_by: str = "",
    progress: Progress = lambda _: None,
    limits: Limits = LIMITS,
) -> Iterator[tuple[str, bytes]]:
    """The names and the bytes of a release's files; the same content gives the same bytes.

    Raises InputError for a name that no file of a release can have, and for a graph whose
    canonical form takes too much time or memory.
    """
    with open_content(content, limits) as evaluator:
        progress("writing graphs and tables")
        files = _pack(dict(_make_data(content, evaluator, progress)))
        for name in files:
            if problem := find_problem_of_name(name):
                raise InputError(f"{name!r} {problem}; give its query another name")
        progress("describing them")
        files |= _pack(dict(_make_descriptions(content, evaluator, files)))
    files = dict(sorted(files.items()))
    files[MANIFEST] = make_manifest(content, key, made_by, files)
    sums = (f"{hash_bytes(text)}  {name}\n" for name, text in sorted(files.items()))
    yield from files.items()
    yield CHECKSUMS, "".join(sums).encode("ascii")


def _pack(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files with a compressed copy of each."""
    packed = {f"{name}.gz": _compress(text) for name, text in files.items()}
    return dict(sorted({**files, **packed}.items()))


def _compress(text: bytes) -> bytes:
    """The same bytes by each Python: gzip.compress names the system in some versions."""
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, packed, mtime=0) as file:
        file.write(text)
    return packed.getvalue()


def _make_data(
    content: Content, evaluator: Evaluator, progress: Progress
) -> Iterator[tuple[str, bytes]]:
    """The triples in each format and edition, and the tables."""
    yield from make_graphs(content, progress)
    yield from make_axioms(content).items()
    yield from make_reifiers(content).items()
    tables = make_tables(evaluator, _find_tables(content.queries))
    yield from ((f"{table.name}.csv", write_table(table)) for table in tables)
    if tables:
        itself = content.dataset
        title = {lang: content.say(itself, "dcterms:title", lang) for lang in LANGUAGES}
        yield CSVW, write_csvw(tables, title, content.say(itself, "dcterms:license"))


def _make_descriptions(
    content: Content, evaluator: Evaluator, files: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """What people and catalogues read about the data, and about which tools load them."""
    statistics = own_folder() / "queries" / "pages" / "statistics.rq"
    yield from make_metadata(content, evaluator, files, statistics)
    if content.dataset is not None:
        yield CITATION, write_citation(content)
    if page := write_documentation(content):
        yield ONTOLOGY, page
    yield from ((file.name, file.read_bytes()) for file in _find_reports(content.queries))


def _find_tables(queries: Path | None) -> Path:
    """The data's own queries for tables, or else ours."""
    own = queries / "tables" if queries else None
    return own if own and own.is_dir() else own_folder() / "queries" / "tables"


def _find_reports(queries: Path | None) -> tuple[Path, ...]:
    """What the portability matrix found (tests/portability), as it is kept beside the questions."""
    return tuple(sorted(queries.glob("portability.*"))) if queries else ()


def _find_version(parts: Mapping[str, tuple[ox.Triple, ...]], key: str) -> str:
    """The version that the data gives itself, or the beginning of the snapshot's key.

    Raises InputError for one that makes no address.
    """
    info = ox.NamedNode(expand("owl:versionInfo"))
    found = (
        t.object for name in ("dataset", "ontology") for t in parts[name] if t.predicate == info
    )
    version = next((v.value for v in found if isinstance(v, ox.Literal)), key[:16])
    if problem := find_problem_of_version(version):
        shown = f"{version[:80]!r}{'...' if len(version) > 80 else ''}"
        raise InputError(f"version {shown} {problem}")
    return version


def _hash_makers(queries: Path | None) -> str:
    """The hash of what a release is made by beside the code: templates, and queries of tables."""
    templates = Path(str(resources("jjjkg.release"))) / "templates"
    # Folder by folder: sorted together, their order would be that of the folders' own places.
    made_by = (sorted(templates.glob("*.html")), sorted(_find_tables(queries).glob("*.rq")))
    texts = (file.read_bytes() for file in chain(*made_by, _find_reports(queries)))
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def _find_fault(release: Path, key: str, made_by: str) -> str:
    """Why a cached release is not the one that would be written now; empty for one that is."""
    try:
        opened = open_release(release)
    except InputError as error:
        return str(error)
    same = (opened.manifest.get("snapshot"), opened.manifest.get("made_by")) == (key, made_by)
    return "" if same else f"{release}: was made by other templates or queries"


def _write_folder(folder: Path, files: Iterator[tuple[str, bytes]], prefix: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with fill_folder(folder, prefix) as unfinished:
        for name, text in files:
            try:
                (unfinished / name).write_bytes(text)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(folder)) from error
