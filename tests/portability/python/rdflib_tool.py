"""Loads files with rdflib and writes what is in them as N-Quads; or answers queries."""

import sys
import warnings
from pathlib import Path

from rdflib import Dataset, Graph
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

#: Formats of one graph, which rdflib would otherwise name after the file.
TRIPLES = (".ttl", ".nt", ".rdf")


def load(folder: Path, *files: Path) -> None:
    """Writes a file's quads, or what is wrong with it, into the folder."""
    for file in files:
        target = folder / file.name
        try:
            graph = Graph() if file.suffix in TRIPLES else Dataset()
            graph.parse(file)
            form = "nt" if file.suffix in TRIPLES else "nquads"
            graph.serialize(f"{target}.nq", format=form, encoding="utf-8")
        except Exception as error:
            Path(f"{target}.err").write_text(repr(error), encoding="utf-8")


def ask(quads: Path, triples: Path, asked: Path, told: Path) -> None:
    """Writes the answer to each query of a folder into another one."""
    dataset = Dataset()
    dataset.parse(quads)
    dataset.graph(DATASET_DEFAULT_GRAPH_ID).parse(triples)
    for file in asked.glob("*.rq"):
        try:
            answer = dataset.query(file.read_text(encoding="utf-8"))
            answer.serialize(str(told / f"{file.stem}.srj"), format="json")
        except Exception as error:
            (told / f"{file.stem}.err").write_text(repr(error), encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # rdflib uses what it has deprecated
    word, *paths = sys.argv[1:]
    {"load": load, "ask": ask}[word](*map(Path, paths))
