"""Options that several commands share, and readers of the numbers that options take."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from math import inf
from typing import TYPE_CHECKING, Final

from jjjkg.entailment import ENGINES
from jjjkg.messages import DEFAULT, LANGUAGES
from jjjkg.rdf.formats import Format, find_format

if TYPE_CHECKING:
    from jjjkg.evaluation import Limits

DATA: Final = (
    "RDF files, or folders laid out like jjjkg's own (ontology/, graph/, queries/), or "
    "IRI=FILE..., each file a named graph as it is (build, query, release and serve only), "
    "instead of jjjkg's own data; give it last"
)
#: Units of sizes in bytes.
_UNITS: Final = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def read_number(
    least: float, most: float = inf, kind: type[int] | type[float] = int
) -> Callable[[str], float]:
    """Return a reader of numbers from `least` to `most`. It raises ArgumentTypeError."""

    def read(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = None
        if number is None or not least <= number <= most:
            whole = "whole number" if kind is int else "number"
            end = "" if most == inf else f" to {most:,}"
            raise argparse.ArgumentTypeError(f"{text!r}: give a {whole} from {least:g}{end}")
        return number

    return read


def read_size(text: str) -> int:
    """Return the bytes of a size such as 64M. Raises ArgumentTypeError."""
    number, unit = text[:-1], _UNITS.get(text[-1:].upper())
    if unit is None:
        number, unit = text, 1
    if not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r}: give a size in bytes, or such as 64M or 1G")
    return int(number) * unit


def write_size(size: int) -> str:
    """Return a size as `read_size` takes it, in the largest unit that leaves no fraction."""
    whole = [f"{size // unit}{name}" for name, unit in _UNITS.items() if size % unit == 0 < size]
    return whole[-1] if whole else str(size)


def add_limits(parser: argparse.ArgumentParser, *names: str) -> None:
    """Add an option for each limit of a query, or for those that are named."""
    from jjjkg.evaluation import MOST_SECONDS, Limits

    readers = {
        "seconds": read_number(0.001, MOST_SECONDS, float),
        "size": read_size,
        "count": read_number(1),
    }
    for limit in fields(Limits):
        if names and limit.name not in names:
            continue
        unit, default = limit.metadata["unit"], getattr(Limits, limit.name)
        shown = write_size(default) if unit == "size" else f"{default:,.10g}"
        help = f"{limit.metadata['help']} ({shown})"
        parser.add_argument(f"--{limit.name}", type=readers[unit], default=default, help=help)


def read_limits(options: argparse.Namespace) -> "Limits":
    """Return the limits that options name, the others being the usual ones."""
    from jjjkg.evaluation import Limits

    names = [limit.name for limit in fields(Limits)]
    return replace(Limits(), **{n: getattr(options, n) for n in names if hasattr(options, n)})


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Add ``--engine``."""
    parser.add_argument(
        "--engine",
        choices=list(ENGINES),
        default="jjjkg",
        help="what infers: jjjkg's own engine (the default), or owlrl, which is slow",
    )


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add ``--lang``."""
    parser.add_argument(
        "--lang", choices=LANGUAGES, default=DEFAULT, help="language of the words (%(default)s)"
    )


def add_default_graph(parser: argparse.ArgumentParser) -> None:
    """Add ``--default-graph``."""
    parser.add_argument(
        "--default-graph",
        choices=("union", "alone"),
        help="what a query without FROM sees: the union of the named graphs, or only what is in "
        "none of them; without it, the union of the parts, or of graphs given as IRI=FILE",
    )


def add_format(
    parser: argparse.ArgumentParser,
    formats: Sequence[Format],
    help: str,
    *others: str,
    default: str | None = None,
) -> None:
    """Add ``--format``, which takes every name of a format in any case, as ``?format=`` does.

    `others` are ways of writing that are not formats of files. The name is kept as given, in lower
    case; `find_format` reads it.
    """
    known = ", ".join(dict.fromkeys((*others, *(format.name for format in formats))))

    def read(text: str) -> str:
        if text.lower() not in others and find_format(text, formats) is None:
            raise argparse.ArgumentTypeError(f"no format is called {text!r}; give one of {known}")
        return text.lower()

    parser.add_argument(
        "--format",
        type=read,
        default=default,
        metavar="FORMAT",
        help=f"{help}: {known}, or another usual name of one of these",
    )
