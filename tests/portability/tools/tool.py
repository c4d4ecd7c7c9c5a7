"""A tool as the matrix asks it: for its version, the graphs of a file, and its answers."""

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from portability.expected import Comparable, Graphs, Release, read_answer, read_graphs
from support import TESTS

STEMS = ("ontology", "asserted", "inferred", "provenance", "everything")
TURTLE = (*(f"{stem}.ttl" for stem in STEMS), "dcat.ttl", "void.ttl", "protege.ttl")
NTRIPLES = tuple(f"{stem}.nt" for stem in STEMS)
RDFXML = tuple(f"{stem}.rdf" for stem in STEMS)
QUADS = ("dataset.trig", "dataset.nq")
JSONLD = ("dataset.jsonld", "schema.jsonld")
TABLES = ("claims.csv", "observations.csv", "relocations.csv", "nodes.csv", "edges.csv")
HERE = TESTS / "portability"
#: What a tool may take for all that it is asked at once.
SECONDS = 300

Load = Callable[[Release, Sequence[str]], Mapping[str, Graphs | str]]
Ask = Callable[[Release], Mapping[str, Comparable]]
Check = Callable[[Release], str]


class Missing(Exception):
    """A tool is not installed."""


@dataclass(frozen=True)
class Tool:
    """A tool: `load` gives what is in files, `ask` its answers; a check says what is wrong."""

    name: str
    version: Callable[[], str]
    files: Sequence[str] = ()
    load: Load | None = None
    ask: Ask | None = None
    checks: Mapping[str, Check] | None = None
    #: What is compared of graphs, where a tool keeps their meaning but not each triple.
    view: Callable[[Graphs], Graphs] = lambda graphs: graphs


def run(*command: str | Path) -> str:
    """Return the output of a command. Raises Missing without it, RuntimeError where it fails."""
    try:
        done = subprocess.run(
            list(map(str, command)),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise Missing(f"{command[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"takes over {SECONDS} s") from error
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise RuntimeError(words[-1][:300] if words else f"exit code {done.returncode}")
    return done.stdout


def load_in_folder(
    release: Release, names: Sequence[str], *command: str | Path
) -> Mapping[str, Graphs | str]:
    """Return the graphs that a program finds in files: it writes them as name.nq or name.err."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run(*command, folder, *(release.folder / name for name in names))
        return {name: _read_graphs(folder, name) for name in names}


def _read_graphs(folder: Path, name: str) -> Graphs | str:
    """N-Triples are N-Quads too; SWI-Prolog writes TriG and Turtle."""
    error = folder / f"{name}.err"
    if error.is_file():
        return error.read_text(encoding="utf-8").strip()[:300] or "an error"
    for suffix in (".nq", ".trig", ".ttl"):
        file = folder / f"{name}{suffix}"
        if file.is_file():
            try:
                return read_graphs(ox.parse(path=file))
            except SyntaxError as error:
                return f"writes what is no RDF: {error}"
    return "nothing"


def ask_in_folder(release: Release, *command: str | Path) -> Mapping[str, Comparable]:
    """The answers of a program, which loads two files: of graphs, and of the default graph.

    It reads *.rq from a folder and writes *.srj or *.err to another.
    """
    files = (release.folder / "dataset.nq", release.folder / "everything.nt")
    with tempfile.TemporaryDirectory() as scratch:
        asked, told = Path(scratch, "asked"), Path(scratch, "told")
        asked.mkdir()
        told.mkdir()
        for name, text in release.questions.items():
            (asked / f"{name}.rq").write_text(text, encoding="utf-8")
        run(*command, *files, asked, told)
        return {name: _read_answer(told, name) for name in release.questions}


def _read_answer(folder: Path, name: str) -> Comparable:
    answer, error = folder / f"{name}.srj", folder / f"{name}.err"
    if error.is_file():
        return Comparable(problem=error.read_text(encoding="utf-8").strip()[:300] or "an error")
    if not answer.is_file():
        return Comparable(problem="no answer")
    return read_answer(answer.read_bytes())
