"""What a tool can be asked: its version, what it finds in a file, and its answers."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from expected import Comparable, Graphs, Release, read_answer

STEMS = ("ontology", "asserted", "inferred", "provenance", "dcat", "void")
TURTLE = tuple(f"{stem}.ttl" for stem in STEMS)
TRIPLES = tuple(f"everything{suffix}" for suffix in (".ttl", ".nt", ".rdf"))
QUADS = ("dataset.trig", "dataset.nq", "dataset.jsonld", "schema.jsonld")
TABLES = ("claims.csv", "observations.csv", "relocations.csv", "nodes.csv", "edges.csv")
HERE = Path(__file__).parent.parent
ROOT = HERE.parents[1]
SECONDS = 300


class Missing(Exception):
    """A tool is not installed."""


@dataclass(frozen=True)
class Tool:
    """A tool: `load` gives what is in files, `ask` its answers; a check says what is wrong."""

    name: str
    version: Callable[[], str]
    files: Sequence[str] = ()
    load: Callable[[Release, Sequence[str]], Mapping[str, Graphs | str]] | None = None
    ask: Callable[[Release], Mapping[str, Comparable]] | None = None
    checks: Mapping[str, Callable[[Release], str]] | None = None


def run(*command: str | Path, seconds: float = SECONDS, **environment: str) -> str:
    """What a command prints; raises Missing without it and RuntimeError where it fails."""
    try:
        done = subprocess.run(
            list(map(str, command)),
            capture_output=True,
            text=True,
            timeout=seconds,
            env={**os.environ, **environment},
            check=False,
        )
    except FileNotFoundError as error:
        raise Missing(f"{command[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(f"takes over {seconds:g} s") from error
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise RuntimeError(words[-1][:300] if words else f"exit code {done.returncode}")
    return done.stdout


def read_counts(printed: str) -> dict[str, Graphs | str]:
    """Lines of file, graph and count, or of file and what was wrong, by file."""
    found: dict[str, Graphs | str] = {}
    for line in printed.splitlines():
        name, *rest = line.split("\t")
        if len(rest) == 2:
            graphs = dict(found.get(name) or {})  # type: ignore[arg-type]
            found[name] = {**graphs, rest[0]: int(rest[1])}
        elif len(rest) == 1:
            found[name] = rest[0]
    return found


def ask_in_folder(
    release: Release, command: Callable[[Path, Path], Sequence[str | Path]]
) -> Mapping[str, Comparable]:
    """The answers of a program that reads *.rq of a folder and writes *.srj or *.err to another."""
    with tempfile.TemporaryDirectory() as scratch:
        asked, told = Path(scratch, "asked"), Path(scratch, "told")
        asked.mkdir()
        told.mkdir()
        for name, text in release.questions.items():
            (asked / f"{name}.rq").write_text(text, encoding="utf-8")
        run(*command(asked, told))
        return {name: _read(told, name) for name in release.questions}


def _read(folder: Path, name: str) -> Comparable:
    answer, error = folder / f"{name}.srj", folder / f"{name}.err"
    if error.is_file():
        return Comparable(problem=error.read_text(encoding="utf-8").strip()[:300] or "an error")
    if not answer.is_file():
        return Comparable(problem="no answer")
    return read_answer(answer.read_bytes())
