"""Tools that are Python packages: rdflib, pySHACL, owlready2, networkx, pandas."""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version

import networkx
import pandas

from jjjkg.release.tables import METADATA
from portability.expected import Release
from portability.tools import shacl
from portability.tools.tool import (
    HERE,
    JSONLD,
    NTRIPLES,
    QUADS,
    RDFXML,
    TABLES,
    TURTLE,
    Check,
    Tool,
    ask_in_folder,
    load_in_folder,
)

RDFLIB = (sys.executable, HERE / "python" / "rdflib_tool.py")
OWLREADY2 = (sys.executable, HERE / "python" / "owlready2_tool.py")
PYSHACL = (sys.executable, HERE / "python" / "pyshacl_tool.py")
#: Data types of CSV on the Web (https://www.w3.org/TR/tabular-data-primer/) as pandas has them.
TYPES = {"integer": "Int64", "decimal": "Float64", "boolean": "boolean"}


def make_tools() -> Iterator[Tool]:
    """The tools."""
    yield Tool(
        "rdflib",
        lambda: version("rdflib"),
        (*TURTLE, *NTRIPLES, *RDFXML, *QUADS, *JSONLD),
        lambda release, names: load_in_folder(release, names, *RDFLIB, "load"),
        lambda release: ask_in_folder(release, *RDFLIB, "ask"),
    )
    yield Tool(
        "owlready2",
        lambda: version("owlready2"),
        ("ontology.nt", "everything.nt", "ontology.rdf", "everything.rdf"),
        lambda release, names: load_in_folder(release, names, *OWLREADY2),
    )
    yield Tool(
        "pySHACL",
        lambda: version("pyshacl"),
        checks=shacl.make_checks(*PYSHACL),
    )
    yield Tool(
        "pandas", lambda: version("pandas"), checks={name: _table_check(name) for name in TABLES}
    )
    yield Tool(
        "networkx", lambda: version("networkx"), checks={"nodes.csv + edges.csv": read_network}
    )


def _table_check(name: str) -> Check:
    """Tell if each cell is read by its column's type in csv-metadata.json, and no other."""

    def check(release: Release) -> str:
        described = json.loads((release.folder / METADATA).read_bytes())["tables"]
        (columns,) = (
            table["tableSchema"]["columns"] for table in described if table["url"] == name
        )
        types = {c["name"]: "string" if c.get("separator") else c["datatype"] for c in columns}
        frame = pandas.read_csv(
            release.folder / name,
            dtype={column: TYPES.get(kind, "string") for column, kind in types.items()},
            keep_default_na=False,
            na_values=[""],
        )
        with (release.folder / name).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        if list(frame.columns) != header or header != list(types) or len(frame) != len(rows):
            return f"{len(frame)} rows of {list(frame.columns)}"
        for column, cells in zip(header, zip(*rows, strict=True), strict=True):
            read = READ.get(types[column], str)
            expected = [read(cell) if cell else None for cell in cells]
            found = [None if pandas.isna(cell) else cell for cell in frame[column]]
            if found != expected:
                return f"column {column} is not read as {types[column]}"
        return "" if rows else "no rows"

    return check


#: The same data types as Python has them.
READ: Mapping[str, Callable[[str], object]] = {
    "integer": int,
    "decimal": float,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def read_network(release: Release) -> str:
    """Tell if each row of edges is an edge with its cells, between two of the nodes."""
    with (release.folder / "edges.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    nodes = pandas.read_csv(release.folder / "nodes.csv", dtype=str, keep_default_na=False)
    edges = pandas.read_csv(release.folder / "edges.csv", dtype=str, keep_default_na=False)
    graph = networkx.from_pandas_edgelist(
        edges, "source", "target", edge_attr=True, create_using=networkx.MultiDiGraph
    )
    if strangers := set(graph.nodes) - set(nodes["id"]):
        return f"{len(strangers)} ends of edges are no nodes"
    found = [{"source": s, "target": t, **cells} for s, t, cells in graph.edges(data=True)]
    same = sorted(map(_cells, found)) == sorted(map(_cells, rows))
    return "" if same and rows else f"{len(found)} edges of {len(rows)} rows, or with other cells"


def _cells(row: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(row.items())
