"""`jjjkg query`: the answer to a query, as a table or in a file format."""

import argparse
import sys
from typing import Final

from jjjkg.cli.loading import (
    add_default_graph,
    add_format,
    add_seconds,
    load_dataset,
    load_snapshot,
    read_questions,
    start_evaluator,
    tell,
)
from jjjkg.errors import InputError
from jjjkg.rdf.formats import GRAPHS, RESULTS, find_format

WORDS: Final = "answer a question of jjjkg's or a query of yours"
#: How an answer is written for people: rows in a table, triples in Turtle.
TABLE: Final = "table"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own arguments."""
    parser.add_argument(
        "question",
        nargs="?",
        metavar="QUESTION",
        help="a question by its name or in its words, a file with a query, or - for standard "
        "input; without it the questions are listed",
    )
    add_format(parser, (*RESULTS, *GRAPHS), "of the answer", TABLE, default=TABLE)
    add_seconds(parser)
    add_default_graph(parser)


def run(options: argparse.Namespace) -> int:
    """Prints the answer or, without a question, the questions that there are."""
    from jjjkg.dataset.questions import find_query, read_query
    from jjjkg.evaluation import MalformedQuery, QueryError, UnavailableFormat
    from jjjkg.table import draw_table

    dataset = load_dataset(options, graphs=True)
    questions = read_questions(dataset)
    if options.question is None:
        if not questions:
            tell("this data has no questions of its own")
        for question in questions:
            print(f"{question.name}\n    {question.summary['en']}\n    {question.summary['zh']}")
        return 0
    if options.question == "-":
        if sys.stdin is None:
            raise InputError("standard input: is closed; give a query there")
        text = read_query("standard input", sys.stdin.buffer.read)
    else:
        text = find_query(options.question, questions)
    drawn = options.format == TABLE
    results = RESULTS[0] if drawn else find_format(options.format, RESULTS)
    triples = GRAPHS[0] if drawn else find_format(options.format, GRAPHS)
    try:
        with start_evaluator(load_snapshot(dataset, options), options) as evaluator:
            answer = evaluator.evaluate(
                text,
                results=results.name if results else None,
                triples=triples.name if triples else None,
            )
    except MalformedQuery as error:
        name = "standard input" if options.question == "-" else options.question
        raise InputError(f"{name}:{error.line}:{error.column}: {error.reason}") from error
    except UnavailableFormat as error:
        formats = RESULTS if error.form in ("SELECT", "ASK") else GRAPHS
        raise InputError(
            f"--format {options.format}: {error.form} has no such answer; give {TABLE} or one of "
            + ", ".join(format.name for format in formats)
        ) from error
    except QueryError as error:
        raise InputError(str(error)) from error
    if answer.note:
        tell(str(answer.note))
    if drawn and answer.format in RESULTS:
        print(draw_table(answer.body))
    else:
        sys.stdout.buffer.write(answer.body)
    sys.stdout.flush()
    return 0
