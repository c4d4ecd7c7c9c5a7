"""Tools that are commands: Oxigraph, Raptor, Rasqal, SWI-Prolog."""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox
from expected import Comparable, Graphs, Release, count_graphs, read_answer

from tools.tool import HERE, QUADS, TRIPLES, TURTLE, Tool, read_counts, run

COUNT = "SELECT ?g (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } GROUP BY ?g"
#: What Raptor calls the formats that it reads.
RAPTOR = {".ttl": "turtle", ".nt": "ntriples", ".rdf": "rdfxml", ".trig": "trig", ".nq": "nquads"}
PROLOG = HERE / "prolog" / "load.pl"


def make_tools() -> Iterator[Tool]:
    """The tools."""
    yield Tool(
        "Oxigraph",
        lambda: run("oxigraph", "--version").split()[-1],
        (*TURTLE, *TRIPLES, "protege.ttl", "rdf12.ttl", *QUADS),
        _each(load_by_oxigraph),
        ask_oxigraph,
    )
    yield Tool(
        "Raptor",
        lambda: run("rapper", "--version").strip(),
        (*TURTLE, *TRIPLES, "protege.ttl", "dataset.trig", "dataset.nq"),
        _each(load_by_raptor),
    )
    yield Tool("Rasqal", lambda: run("roqet", "--version").splitlines()[0].strip(), ask=ask_rasqal)
    yield Tool(
        "SWI-Prolog",
        lambda: run("swipl", "--version").split()[2],
        (*TURTLE, *TRIPLES, "protege.ttl", "dataset.trig", "dataset.nq"),
        lambda release, names: read_counts(
            run("swipl", "-q", PROLOG, "--", *(release.folder / name for name in names))
        ),
    )


def _each(
    load: Callable[[Path], Graphs],
) -> Callable[[Release, Sequence[str]], Mapping[str, Graphs | str]]:
    def load_all(release: Release, names: Sequence[str]) -> Mapping[str, Graphs | str]:
        found: dict[str, Graphs | str] = {}
        for name in names:
            try:
                found[name] = load(release.folder / name)
            except (RuntimeError, SyntaxError) as error:
                found[name] = str(error)
        return found

    return load_all


def load_by_oxigraph(file: Path) -> Graphs:
    """What its store holds of one file."""
    with tempfile.TemporaryDirectory() as folder:
        run("oxigraph", "load", "--location", folder, "--file", file)
        printed = _query(folder, "--query", COUNT)
    rows = ox.parse_query_results(printed.encode(), ox.QueryResultsFormat.JSON)
    assert isinstance(rows, ox.QuerySolutions)
    counts = {row["g"].value if row["g"] else "": int(row["n"].value) for row in rows}  # type: ignore[union-attr]
    return {graph: count for graph, count in counts.items() if count}


def ask_oxigraph(release: Release) -> Mapping[str, Comparable]:
    """From a store on disk, with everything in the default graph too."""
    answers = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("dataset.nq", "everything.nt"):
            run("oxigraph", "load", "--location", folder, "--file", release.folder / name)
        for name, text in release.questions.items():
            try:
                answers[name] = read_answer(_query(folder, "--query", text).encode())
            except RuntimeError as error:
                answers[name] = Comparable(problem=str(error))
    return answers


def _query(folder: str, *query: str) -> str:
    return run("oxigraph", "query", "--location", folder, *query, "--results-format", "json")


def load_by_raptor(file: Path) -> Graphs:
    """What its parser finds, each statement once."""
    printed = run("rapper", "-q", "-i", RAPTOR[file.suffix], "-o", "nquads", file)
    return count_graphs(ox.parse(printed, ox.RdfFormat.N_QUADS))


def ask_rasqal(release: Release) -> Mapping[str, Comparable]:
    """The questions that need no named graph: roqet takes a file for each of those."""
    answers = {}
    data = release.folder / "everything.nt"
    for name, text in release.questions.items():
        if re.search(r"\b(GRAPH|FROM)\b", text):
            answers[name] = Comparable(
                problem="needs named graphs, which roqet takes a file for each"
            )
            continue
        try:
            printed = run(
                "roqet",
                "-q",
                "-i",
                "sparql11-query",
                "-r",
                "xml",
                "-F",
                "ntriples",
                "-D",
                data,
                "-e",
                text,
                seconds=30,
            )
            rows = ox.parse_query_results(printed.encode(), ox.QueryResultsFormat.XML)
            body = rows.serialize(format=ox.QueryResultsFormat.JSON) or b""
            answers[name] = read_answer(body)
        except (RuntimeError, SyntaxError) as error:
            answers[name] = Comparable(problem=str(error))
    return answers
