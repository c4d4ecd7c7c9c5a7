"""Tools that are commands: Oxigraph, Raptor, Rasqal, SWI-Prolog."""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from portability.expected import Comparable, Graphs, Release, read_answer, read_graphs
from portability.tools.tool import (
    HERE,
    JSONLD,
    NTRIPLES,
    QUADS,
    RDFXML,
    TURTLE,
    Tool,
    load_in_folder,
    run,
)

#: What Raptor calls the formats that it reads.
RAPTOR = {".ttl": "turtle", ".nt": "ntriples", ".rdf": "rdfxml", ".trig": "trig", ".nq": "nquads"}
PROLOG = HERE / "prolog" / "load.pl"


def make_tools() -> Iterator[Tool]:
    """The tools."""
    yield Tool(
        "Oxigraph",
        lambda: run("oxigraph", "--version").split()[-1],
        (*TURTLE, "rdf12.ttl", *NTRIPLES, *RDFXML, *QUADS, *JSONLD, "dataset.nq.gz"),
        _each(load_by_oxigraph),
        ask_oxigraph,
    )
    yield Tool(
        "Raptor",
        lambda: run("rapper", "--version").strip(),
        (*TURTLE, *NTRIPLES, *RDFXML, *QUADS),
        _each(load_by_raptor),
    )
    yield Tool("Rasqal", lambda: run("roqet", "--version").splitlines()[0].strip(), ask=ask_rasqal)
    yield Tool(
        "SWI-Prolog",
        lambda: run("swipl", "--version").split()[2],
        (*TURTLE, *NTRIPLES, *RDFXML, *QUADS),
        lambda release, names: load_in_folder(release, names, "swipl", "-q", PROLOG, "--"),
    )


def _each(
    load: Callable[[Path, Path], object],
) -> Callable[[Release, Sequence[str]], Mapping[str, Graphs | str]]:
    """Loads each file by a function that writes what is in it to another file."""

    def load_all(release: Release, names: Sequence[str]) -> Mapping[str, Graphs | str]:
        found: dict[str, Graphs | str] = {}
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                written = Path(folder, "written.nq")
                try:
                    load(release.folder / name, written)
                    found[name] = read_graphs(ox.parse(path=written))
                except (RuntimeError, SyntaxError) as error:
                    found[name] = str(error)
        return found

    return load_all


def load_by_oxigraph(file: Path, written: Path) -> None:
    """Into a store on disk and out of it again."""
    store = written.parent / "store"
    run("oxigraph", "load", "--location", store, "--file", file)
    run("oxigraph", "dump", "--location", store, "--file", written)


def ask_oxigraph(release: Release) -> Mapping[str, Comparable]:
    """From a store on disk, with everything in the default graph too."""
    answers = {}
    with tempfile.TemporaryDirectory() as store:
        for name in ("dataset.nq", "everything.nt"):
            run("oxigraph", "load", "--location", store, "--file", release.folder / name)
        query = ("oxigraph", "query", "--location", store, "--results-format", "json", "--query")
        for name, text in release.questions.items():
            try:
                answers[name] = read_answer(run(*query, text).encode())
            except RuntimeError as error:
                answers[name] = Comparable(problem=str(error))
    return answers


def load_by_raptor(file: Path, written: Path) -> None:
    """Return the graphs that its parser finds."""
    printed = run("rapper", "-q", "-i", RAPTOR[file.suffix], "-o", "nquads", file)
    written.write_text(printed, encoding="utf-8")


def ask_rasqal(release: Release) -> Mapping[str, Comparable]:
    """The questions that need no named graph: roqet calls a graph after the file that it is in."""
    return {name: _ask_rasqal(release, text) for name, text in release.questions.items()}


def _ask_rasqal(release: Release, text: str) -> Comparable:
    roqet = ("roqet", "-q", "-W", "0", "-i", "sparql11-query", "-e", text)
    try:
        run(*roqet, "-n")  # parses it only
    except RuntimeError:
        return Comparable(problem="is no query to its parser")
    if re.search(r"\b(GRAPH|FROM)\b", text):
        return Comparable(problem="needs named graphs, which roqet calls after their files")
    try:
        printed = run(*roqet, "-r", "xml", "-F", "ntriples", "-D", release.folder / "everything.nt")
        rows = ox.parse_query_results(printed.encode(), ox.QueryResultsFormat.XML)
        return read_answer(rows.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    except (RuntimeError, SyntaxError) as error:
        return Comparable(problem=str(error))
