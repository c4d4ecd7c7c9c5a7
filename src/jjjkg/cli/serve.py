"""`jjjkg serve`: the pages, the SPARQL endpoint and the dumps over HTTP, until a signal ends it."""

import argparse
from typing import Final

from jjjkg.cli.loading import (
    add_seconds,
    load_dataset,
    load_snapshot,
    read_questions,
    start_evaluator,
    tell,
)

WORDS: Final = "serve the pages, the SPARQL endpoint and the dumps"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on (%(default)s)")
    add_seconds(parser)


def run(options: argparse.Namespace) -> int:
    """Serves the data's snapshot."""
    # flask and waitress are what only this command needs.
    from jjjkg.web import create_app
    from jjjkg.web.server import serve

    dataset = load_dataset(options)
    snapshot = load_snapshot(dataset, options)
    with start_evaluator(snapshot, options) as evaluator:
        app = create_app(snapshot, evaluator, read_questions(dataset))
        serve(app, options.host, options.port, tell)
    return 0


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return port
