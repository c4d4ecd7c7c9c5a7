"""Tools that are Python packages: rdflib, pySHACL, owlready2, networkx, pandas."""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from expected import Comparable, Graphs, Release, read_answer

from tools import shacl
from tools.tool import HERE, QUADS, TABLES, TRIPLES, TURTLE, Tool, run

#: What a question may take; each takes rdflib about two seconds at most.
RDFLIB_SECONDS = 60


def make_tools() -> Iterator[Tool]:
    """The tools."""
    yield Tool(
        "rdflib",
        lambda: version("rdflib"),
        (*TURTLE, *TRIPLES, "protege.ttl", *QUADS),
        load_by_rdflib,
        ask_rdflib,
    )
    yield Tool(
        "owlready2",
        lambda: version("owlready2"),
        ("everything.nt", "everything.rdf", "ontology.rdf"),
        load_by_owlready2,
    )
    yield Tool("pySHACL", lambda: version("pyshacl"), checks=shacl.make_checks(validate))
    yield Tool(
        "pandas", lambda: version("pandas"), checks={name: _table_check(name) for name in TABLES}
    )
    yield Tool(
        "networkx", lambda: version("networkx"), checks={"nodes.csv, edges.csv": read_network}
    )


def load_by_rdflib(release: Release, names: Sequence[str]) -> Mapping[str, Graphs | str]:
    """In a process of its own, as rdflib warns of itself."""
    paths = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    command = (sys.executable, "-W", "ignore", __file__, release.folder, *names)
    found = json.loads(run(*command, PYTHONPATH=paths))
    return dict(found)


def count_by_rdflib(file: Path) -> Graphs:
    """The triples of each graph of a file."""
    from rdflib import Dataset
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    dataset = Dataset()
    dataset.parse(file)
    names = (str(quad[3] or "") for quad in set(dataset.quads()))
    own = (str(DATASET_DEFAULT_GRAPH_ID), file.absolute().as_uri())
    return Counter("" if name in own or name.startswith("N") else name for name in names)


def ask_rdflib(release: Release) -> Mapping[str, Comparable]:
    """Two forked processes at a time, each with one question."""
    import warnings

    from rdflib import Dataset
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = Dataset()
        dataset.parse(release.folder / "dataset.nq")
        dataset.graph(DATASET_DEFAULT_GRAPH_ID).parse(release.folder / "everything.nt")
        running: dict[int, tuple[str, int]] = {}
        answers: dict[str, Comparable] = {}
        waiting = list(release.questions.items())
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                name, text = waiting.pop(0)
                pid, pipe = _fork(dataset, text)
                running[pid] = name, pipe
            name, answer = _collect(running)
            answers[name] = answer
    return answers


def _fork(dataset: object, text: str) -> tuple[int, int]:
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        return pid, read
    try:
        signal.alarm(RDFLIB_SECONDS)
        body = dataset.query(text).serialize(format="json")  # type: ignore[attr-defined]
        with os.fdopen(write, "wb") as pipe:
            pipe.write(body)
        os._exit(0)
    except BaseException as error:
        with os.fdopen(write, "wb", closefd=False) as pipe:
            pipe.write(repr(error).encode())
        os._exit(1)


def _collect(running: dict[int, tuple[str, int]]) -> tuple[str, Comparable]:
    """The next answer. Pipes are read to their ends before their processes are waited for."""
    import select

    ready, *_ = select.select([pipe for _, pipe in running.values()], [], [])
    pid, (name, pipe) = next(item for item in running.items() if item[1][1] == ready[0])
    with os.fdopen(pipe, "rb") as stream:
        body = stream.read()
    _, status = os.waitpid(pid, 0)
    del running[pid]
    if os.WIFSIGNALED(status):
        return name, Comparable(problem=f"over {RDFLIB_SECONDS} s")
    return name, Comparable(problem=body.decode()[:300]) if status else read_answer(body)


def load_by_owlready2(release: Release, names: Sequence[str]) -> Mapping[str, Graphs | str]:
    """What a file adds to its quad store, which has a triple of its own; it has no named graphs."""
    code = (
        "import sys, owlready2; world = owlready2.World(); own = len(world.graph); "
        "world.get_ontology('file://' + sys.argv[1]).load(); print(len(world.graph) - own)"
    )
    found: dict[str, Graphs | str] = {}
    for name in names:
        try:
            printed = run(sys.executable, "-W", "ignore", "-c", code, release.folder / name)
            found[name] = {"": int(printed.split()[-1])}
        except RuntimeError as error:
            found[name] = str(error)
    return found


def validate(files: Sequence[Path]) -> set[str]:
    """The nodes that pySHACL has a result for."""
    from pyshacl import validate as conform
    from rdflib import SH, Graph

    data = Graph()
    for file in files:
        data.parse(file)
    _, report, _ = conform(data, shacl_graph=Graph().parse(shacl.SHAPES))
    assert isinstance(report, Graph)
    return set(map(str, report.objects(None, SH.focusNode)))


def _table_check(name: str) -> "object":
    def check(release: Release) -> str:
        import csv

        import pandas

        with (release.folder / name).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        frame = pandas.read_csv(release.folder / name, dtype=str, keep_default_na=False)
        same = list(frame.columns) == header and frame.values.tolist() == rows
        return "" if same and len(frame) else f"{len(frame)} rows instead of {len(rows)}"

    return check


def read_network(release: Release) -> str:
    """Whether the edges make a graph of just the nodes."""
    import networkx
    import pandas

    nodes = pandas.read_csv(release.folder / "nodes.csv", dtype=str, keep_default_na=False)
    edges = pandas.read_csv(release.folder / "edges.csv", dtype=str, keep_default_na=False)
    source, target = (
        next(name for name in edges if name.lower().startswith(word))
        for word in ("source", "target")
    )
    graph = networkx.from_pandas_edgelist(
        edges, source, target, edge_attr=True, create_using=networkx.MultiDiGraph
    )
    strangers = set(graph.nodes) - set(nodes.iloc[:, 0])
    if strangers:
        return f"{len(strangers)} ends of edges are no nodes"
    return "" if graph.number_of_edges() == len(edges) > 0 else "edges were lost"


if __name__ == "__main__":
    folder, *files = sys.argv[1:]
    print(json.dumps({name: count_by_rdflib(Path(folder, name)) for name in files}))
