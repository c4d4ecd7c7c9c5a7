"""Loading for the commands: the data, their questions and snapshot, and what answers queries."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from jjjkg.errors import InputError

if TYPE_CHECKING:
    from jjjkg.dataset.loading import Dataset
    from jjjkg.dataset.questions import Question
    from jjjkg.snapshot import Snapshot

# A command imports what it works with when it runs: each would else wait for the packages of all.


def load_dataset(options: argparse.Namespace, graphs: bool = False) -> "Dataset":
    """Return the data that ``--data`` names, or jjjkg's own.

    `graphs` says that the command can do with named graphs alone: IRI=FILE instead of paths.
    Raises InputError for both together, or for such a graph where parts are needed.
    """
    from jjjkg.dataset.loading import load, load_graphs, own_folder, split_graph

    given = options.data or [own_folder()]
    named = [found for path in given if (found := split_graph(str(path)))]
    if not named:
        return load([Path(path) for path in given])
    if not graphs:
        raise InputError("commands.graph_alone", graph=named[0][0])
    if len(named) < len(given):
        raise InputError("commands.mixed_data")
    return load_graphs(named)


def read_questions(dataset: "Dataset") -> "tuple[Question, ...]":
    """Return the questions that come with the data."""
    from jjjkg.dataset.questions import load_questions

    return load_questions(dataset.queries / "questions") if dataset.queries else ()


def load_snapshot(dataset: "Dataset", options: argparse.Namespace) -> "Snapshot":
    """Return the snapshot of the data, which is built if it is not there yet.

    Tells how many literals the store that serves it holds in another form.
    """
    from jjjkg.rdf.lexical_forms import find_forms
    from jjjkg.snapshot import build

    snapshot = build(dataset, progress=tell, engine=getattr(options, "engine", "jjjkg"))
    if forms := find_forms(snapshot.quads):
        tell(forms.describe())
    return snapshot


def choose_default_graph(snapshot: "Snapshot", options: argparse.Namespace) -> str:
    """Return the graph that a query without FROM sees, as jjjkg.evaluation.store calls it."""
    return options.default_graph or ("union" if "graphs" in snapshot.counts else "parts")


def tell(words: object) -> None:
    """Say a line of progress, or what is wrong, on standard error."""
    print(f"jjjkg: {words}", file=sys.stderr, flush=True)
