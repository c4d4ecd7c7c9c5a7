"""What several commands take and load: the data, its snapshot, and how they tell of progress."""

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jjjkg.entailment import ENGINES
from jjjkg.errors import InputError
from jjjkg.rdf.formats import Format, find_format

if TYPE_CHECKING:
    from jjjkg.dataset.loading import Dataset
    from jjjkg.dataset.questions import Question
    from jjjkg.evaluation import Evaluator
    from jjjkg.snapshot import Snapshot

# A command imports what it works with when it runs: each would else wait for the packages of all.

#: Exit code for input that the user must mend.
UNUSABLE: Final = 2
DATA_HELP: Final = (
    "RDF files, or folders laid out like jjjkg's own (ontology/, graph/, queries/), or "
    "IRI=FILE..., each file a named graph as it is (build, query, release and serve only), "
    "instead of jjjkg's own data; give it last"
)
#: What a query without FROM sees; where none is named, the parts of data with parts, and else all.
DEFAULT_GRAPHS: Final = ("union", "alone")
#: The seconds that a query may take, where none are given.
SECONDS: Final = 30.0


def load_dataset(options: argparse.Namespace, graphs: bool = False) -> "Dataset":
    """The data that ``--data`` names, or jjjkg's own.

    `graphs` says that the command can do with named graphs alone: IRI=FILE instead of paths.
    Raises InputError for both together, or for such a graph where parts are needed.
    """
    from jjjkg.dataset.loading import load, load_graphs, own_folder, split_graph

    given = options.data or [own_folder()]
    named = [found for path in given if (found := split_graph(str(path)))]
    if not named:
        return load([Path(path) for path in given])
    if not graphs:
        raise InputError(f"{named[0][0]}=...: a graph by itself can only be built, queried, served")
    if len(named) < len(given):
        raise InputError("IRI=FILE and plain paths can't be mixed: only the latter have inferences")
    return load_graphs(named)


def read_questions(dataset: "Dataset") -> "tuple[Question, ...]":
    """The questions that come with the data."""
    from jjjkg.dataset.questions import load_questions

    return load_questions(dataset.queries / "questions") if dataset.queries else ()


def load_snapshot(dataset: "Dataset", options: argparse.Namespace) -> "Snapshot":
    """The snapshot of the data; it is built if it is not there yet.

    It is told how many literals the store that serves it holds in another form.
    """
    from jjjkg.rdf.lexical_forms import find_forms
    from jjjkg.snapshot import build

    snapshot = build(dataset, progress=tell, engine=getattr(options, "engine", "jjjkg"))
    if forms := find_forms(snapshot.quads):
        tell(forms.describe())
    return snapshot


def start_evaluator(
    snapshot: "Snapshot", options: argparse.Namespace
) -> "AbstractContextManager[Evaluator]":
    """What answers queries about a snapshot, each in the time that ``--seconds`` names."""
    from jjjkg.evaluation import Evaluator, Limits

    default = choose_default_graph(snapshot, options)
    return Evaluator(snapshot.quads, Limits(seconds=options.seconds), default=default)


def add_seconds(parser: argparse.ArgumentParser) -> None:
    """Adds ``--seconds``."""
    parser.add_argument(
        "--seconds",
        type=_seconds,
        default=SECONDS,
        help="time that a query may take (%(default)g)",
    )


def add_default_graph(parser: argparse.ArgumentParser) -> None:
    """Adds ``--default-graph``."""
    parser.add_argument(
        "--default-graph",
        choices=DEFAULT_GRAPHS,
        help="what a query without FROM sees: the union of the named graphs, or only what is in "
        "none of them; without it, the union of the parts, or of graphs given as IRI=FILE",
    )


def choose_default_graph(snapshot: "Snapshot", options: argparse.Namespace) -> str:
    """What a query without FROM sees, as jjjkg.evaluation.store calls it."""
    given = getattr(options, "default_graph", None)
    return given or ("union" if "graphs" in snapshot.counts else "parts")


def add_format(
    parser: argparse.ArgumentParser,
    formats: Sequence[Format],
    help: str,
    *others: str,
    default: str | None = None,
) -> None:
    """Adds ``--format``, which takes every name of a format in any case, as ``?format=`` does.

    `others` are ways of writing that are no formats of files. What is kept is the name as given,
    in lower case; `find_format` reads it.
    """
    known = ", ".join(dict.fromkeys((*others, *(format.name for format in formats))))
    parser.add_argument(
        "--format",
        type=_read_format(formats, others, known),
        default=default,
        metavar="FORMAT",
        help=f"{help}: {known}, or another usual name of one of these",
    )


def _read_format(
    formats: Sequence[Format], others: Sequence[str], known: str
) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in others and find_format(text, formats) is None:
            raise argparse.ArgumentTypeError(f"no format is called {text!r}; give one of {known}")
        return text.lower()

    return read


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Adds ``--engine``."""
    parser.add_argument(
        "--engine",
        choices=list(ENGINES),
        default="jjjkg",
        help="what infers: jjjkg's own engine (the default), or owlrl, which is slow",
    )


def tell(words: str) -> None:
    """Says a line of progress, or what is wrong, on standard error."""
    print(f"jjjkg: {words}", file=sys.stderr, flush=True)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; give seconds, up to 3600")
    return seconds
