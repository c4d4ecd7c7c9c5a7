"""`jjjkg query`: the answer to a query, as a table or in a file format."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from jjjkg.cli.arguments import add_default_graph, add_format, add_limits, read_limits
from jjjkg.cli.loading import (
    choose_default_graph,
    load_dataset,
    load_snapshot,
    read_questions,
    tell,
)
from jjjkg.errors import InputError
from jjjkg.rdf.formats import GRAPHS, RESULTS, find_format

if TYPE_CHECKING:
    from jjjkg.dataset.questions import Question
    from jjjkg.evaluation import Answer
    from jjjkg.snapshot import Snapshot

WORDS: Final = "answer a question of jjjkg's or a query of yours"
#: How an answer is written for people: rows in a table, triples in Turtle.
TABLE: Final = "table"
STANDARD_INPUT: Final = "standard input"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "question",
        nargs="?",
        metavar="QUESTION",
        help="a question by its name or in its words, a file with a query, or - for standard "
        "input; without it the questions are listed",
    )
    add_format(parser, (*RESULTS, *GRAPHS), "of the answer", TABLE, default=TABLE)
    add_limits(parser, "seconds")
    add_default_graph(parser)


def run(options: argparse.Namespace) -> int:
    """Print the answer or, without a question, the questions that there are."""
    from jjjkg.table import draw_table

    dataset = load_dataset(options, graphs=True)
    questions = read_questions(dataset)
    if options.question is None:
        _list(questions)
        return 0
    answer = _ask(_read(options.question, questions), load_snapshot(dataset, options), options)
    if answer.note:
        tell(answer.note)
    if options.format == TABLE and answer.format in RESULTS:
        print(draw_table(answer.body))
    else:
        sys.stdout.buffer.write(answer.body)
    sys.stdout.flush()
    return 0


def _list(questions: "Sequence[Question]") -> None:
    if not questions:
        tell("this data has no questions of its own")
    for question in questions:
        print("\n    ".join((question.name, *dict.fromkeys(question.summary.values()))))


def _read(question: str, questions: "Sequence[Question]") -> str:
    """Return the text of a query: of a question, a file, or standard input."""
    from jjjkg.dataset.questions import find_query, read_query

    if question != "-":
        return find_query(question, questions)
    if sys.stdin is None:
        raise InputError("commands.no_input")
    return read_query(STANDARD_INPUT, sys.stdin.buffer.read)


def _ask(text: str, snapshot: "Snapshot", options: argparse.Namespace) -> "Answer":
    """Return the answer to a query in the format that is wanted. Raises InputError, QueryError."""
    from jjjkg.evaluation import Evaluator, MalformedQuery, UnavailableFormat

    drawn = options.format == TABLE
    chosen = [f[0] if drawn else find_format(options.format, f) for f in (RESULTS, GRAPHS)]
    results, triples = (format.name if format else None for format in chosen)
    default = choose_default_graph(snapshot, options)
    try:
        with Evaluator(snapshot.quads, read_limits(options), default=default) as evaluator:
            return evaluator.evaluate(text, results=results, triples=triples)
    except MalformedQuery as error:
        raise InputError(
            "commands.malformed_query",
            name=STANDARD_INPUT if options.question == "-" else options.question,
            line=error.line,
            column=error.column,
            reason=error.message,
        ) from error
    except UnavailableFormat as error:
        formats = RESULTS if error.form in ("SELECT", "ASK") else GRAPHS
        raise InputError(
            "commands.no_such_answer",
            format=options.format,
            form=error.form,
            table=TABLE,
            formats=", ".join(format.name for format in formats),
        ) from error
