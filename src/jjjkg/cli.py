"""The command line: check, build, query, serve and release."""

import argparse
import errno
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from jjjkg import __version__
from jjjkg.dataset import Dataset, load, own_folder
from jjjkg.errors import InputError
from jjjkg.evaluation import Evaluator, Limits, MalformedQuery, QueryError
from jjjkg.mediatypes import RESULTS, TRIPLES
from jjjkg.question import Question, find_query, load_questions
from jjjkg.snapshot import Snapshot, build, cache_folder
from jjjkg.table import draw_table

#: Exit code for input that the user must mend.
UNUSABLE: Final = 2
FORMATS: Final = ("table", *(f.name for f in (*RESULTS, *TRIPLES)))
DATA_HELP: Final = (
    "RDF files, or folders laid out like jjjkg's own (ontology/, graph/, queries/), "
    "instead of jjjkg's own data; give it last"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns 0, or 2 with one line on standard error for unusable input."""
    _prepare_streams()
    options = make_parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop)
    try:
        return int(options.run(options))
    except (InputError, QueryError) as error:
        return _refuse(str(error).splitlines()[0])
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does; nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = error.filename or f"the cache folder {cache_folder()}"
        mend = "make room" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "look at the place"
        return _refuse(f"{where}: {error.strerror or error}; {mend} or choose another one")
    except KeyboardInterrupt:
        return 130


def make_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="jjjkg",
        description="The Beijing-Tianjin-Hebei knowledge graph: check it, build it, ask it, "
        "serve it, release it.",
        epilog="Snapshots are kept in the user's cache folder; JJJKG_CACHE names another.",
    )
    parser.add_argument("--version", action="version", version=f"jjjkg {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: object, words: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        sub.set_defaults(run=run)
        return sub

    check = command("check", _check, "say what is not as it should be in the data")
    check.add_argument(
        "--text", type=Path, metavar="FILE", help="hold a copy of the article against the graph"
    )
    command("build", _build, "close the data and write its snapshot, unless it is there")
    query = command("query", _query, "answer a question of jjjkg's or a query of yours")
    query.add_argument(
        "question",
        nargs="?",
        metavar="QUESTION",
        help="a question's name, a file with a query, or - for standard input; "
        "without it the questions are listed",
    )
    query.add_argument("--format", choices=FORMATS, help="table (the default), or a file format")
    serve = command("serve", _serve, "serve the pages, the SPARQL endpoint and the dumps")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=_port, default=8000, help="port to listen on (%(default)s)")
    release = command("release", _release, "write the dumps and their checksums into a folder")
    release.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet")
    for sub in commands.choices.values():
        sub.add_argument("--data", nargs="+", type=Path, metavar="PATH", help=DATA_HELP)
    for sub in (query, serve):
        sub.add_argument(
            "--seconds",
            type=_seconds,
            default=Limits().seconds,
            help="time that a query may take (%(default)g)",
        )
    return parser


def _check(options: argparse.Namespace) -> int:
    # pySHACL takes a second to import, which only this command needs.
    from jjjkg.checks import check, check_text

    dataset = _load(options)
    # The text first: if it can't be read, nobody need wait for the rest.
    findings = [*check_text(dataset, options.text)] if options.text else []
    findings += check(dataset, _tell)
    for finding in findings:
        print(finding)
    _tell(
        f"findings: {len(findings)} (claims: {len(dataset.claims):,}, files: {len(dataset.files)})"
    )
    return UNUSABLE if findings else 0


def _build(options: argparse.Namespace) -> int:
    snapshot = build(_load(options), progress=_tell)
    for name, count in snapshot.counts.items():
        print(f"{count:>8,} {name}")
    print(snapshot.folder)
    return 0


def _query(options: argparse.Namespace) -> int:
    dataset = _load(options)
    questions = _questions(dataset)
    if options.question is None:
        if not questions:
            _tell("this data has no questions of its own")
        for question in questions:
            print(f"{question.name}\n    {question.summary['en']}\n    {question.summary['zh']}")
        return 0
    text = find_query(options.question, questions)
    snapshot = build(dataset, progress=_tell)
    chosen = options.format or "table"
    results = chosen if chosen in [f.name for f in RESULTS] else None
    triples = chosen if chosen in [f.name for f in TRIPLES] else None
    if chosen == "table":
        results, triples = "json", "ttl"
    with _evaluator(snapshot, options) as evaluator:
        try:
            answer = evaluator.evaluate(text, results=results, triples=triples)
        except MalformedQuery as error:
            name = "standard input" if options.question == "-" else options.question
            raise InputError(f"{name}:{error.line}:{error.column}: {error.reason}") from error
    if chosen == "table" and answer.format in RESULTS:
        print(draw_table(answer.body))
    else:
        sys.stdout.buffer.write(answer.body)
    sys.stdout.flush()
    return 0


def _serve(options: argparse.Namespace) -> int:
    # flask and waitress are what only this command needs.
    from jjjkg.web import create_app
    from jjjkg.web.server import serve

    dataset = _load(options)
    snapshot = build(dataset, progress=_tell)
    with _evaluator(snapshot, options) as evaluator:
        app = create_app(snapshot, evaluator, _questions(dataset))
        serve(app, options.host, options.port, _tell)
    return 0


def _release(options: argparse.Namespace) -> int:
    from jjjkg.release import write_release

    for file in write_release(build(_load(options), progress=_tell), options.folder):
        print(f"{file.stat().st_size:>10,} {file}")
    return 0


def _load(options: argparse.Namespace) -> Dataset:
    return load(options.data or [own_folder()])


def _questions(dataset: Dataset) -> tuple[Question, ...]:
    return load_questions(dataset.queries / "questions") if dataset.queries else ()


def _evaluator(snapshot: Snapshot, options: argparse.Namespace) -> Evaluator:
    return Evaluator(snapshot.quads, Limits(seconds=options.seconds))


def _prepare_streams() -> None:
    """Makes standard output one that takes every character, or nothing where it is closed."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    elif isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def _stop(*_: object) -> NoReturn:
    """Ends as Ctrl-C does, so that a build takes away what it had begun."""
    raise SystemExit(128 + signal.SIGTERM)


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return port


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; give seconds, up to 3600")
    return seconds


def _tell(words: str) -> None:
    print(f"jjjkg: {words}", file=sys.stderr, flush=True)


def _refuse(words: str) -> int:
    print(f"jjjkg: {words}", file=sys.stderr)
    return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
