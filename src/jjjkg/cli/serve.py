"""`jjjkg serve`: the pages, the SPARQL endpoint and the dumps over HTTP, until a signal ends it."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jjjkg.cli.loading import (
    add_default_graph,
    add_seconds,
    choose_default_graph,
    load_dataset,
    load_snapshot,
    read_questions,
    tell,
)

if TYPE_CHECKING:
    from jjjkg.web.site import Content

WORDS: Final = "serve the pages, the SPARQL endpoint and the dumps"
#: Units of sizes in bytes.
_UNITS: Final = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own arguments."""
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    add("--port", type=_port, default=8000, help="port to listen on (%(default)s)")
    add_default_graph(parser)
    add_seconds(parser)
    add("--memory", type=read_size, default="1G", help="memory that a query may use (%(default)s)")
    add("--rows", type=_count, default=10_000_000, help="rows of an answer (%(default)s)")
    add("--bytes", type=read_size, default="1G", help="size of an answer (%(default)s)")
    add("--length", type=read_size, default="1M", help="characters of a query (%(default)s)")
    add("--workers", type=_count, help="queries at a time (two a processor, at least 4)")
    add("--queue", type=_count, default=256, help="queries that may wait (%(default)s)")
    add("--cache", type=read_size, default="24M", help="memory for ready answers (%(default)s)")
    add("--grace", type=_seconds, default=10.0, help="seconds to end in (%(default)g)")
    add(
        "--connections",
        type=_count,
        default=1000,
        help="connections at a time, a quarter of them for one address (%(default)s)",
    )
    add("--proxy", default="", help="addresses of reverse proxies, whose X-Forwarded-* is believed")
    add(
        "--store",
        default="",
        metavar="URL",
        help="a SPARQL endpoint that holds the data (see `jjjkg publish`) and is asked instead of "
        "a store in memory; credentials are read from the environment or netrc",
    )
    add(
        "--releases",
        type=Path,
        metavar="DIR",
        help="a folder of earlier releases, each as `jjjkg release` wrote it, to be handed out too",
    )
    add("--quiet", action="store_true", help="write no access log on standard output")


def run(options: argparse.Namespace) -> int:
    """Serves the data's snapshot; returns 0, or 75 where queries can't be answered any more."""
    # flask and uvicorn are what only this command needs.
    from jjjkg.evaluation import Limits
    from jjjkg.web.server.access import AccessLog
    from jjjkg.web.server.server import Settings, serve

    limits = Limits(options.seconds, options.memory, options.rows, options.bytes, options.length)
    workers = {"workers": options.workers} if options.workers else {}
    settings = Settings(
        options.host,
        options.port,
        limits,
        cache=options.cache,
        grace=options.grace,
        connections=options.connections,
        proxies=options.proxy,
        store=options.store,
        pool={"waiting": options.queue, **workers},
    )
    log = AccessLog(None if options.quiet else sys.stdout)
    return serve(lambda: _load(options), settings, log, tell)


def _load(options: argparse.Namespace) -> "Content":
    from jjjkg.release.writing import ensure_release
    from jjjkg.web.site import Content

    dataset = load_dataset(options, graphs=True)
    snapshot = load_snapshot(dataset, options)
    ensure_release(snapshot, dataset.queries, tell)
    default = choose_default_graph(snapshot, options)
    return Content(snapshot, read_questions(dataset), default, options.releases)


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return port


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number; give a whole one from 1 on")
    return int(text)


def read_size(text: str) -> int:
    """The bytes of a size such as 64M. Raises ArgumentTypeError."""
    number, unit = text.rstrip("kKmMgG"), text[len(text.rstrip("kKmMgG")) :].lower()
    if not number.isdecimal() or unit not in _UNITS:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; give bytes, or as in 64M or 1G")
    return int(number) * _UNITS[unit]


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; give seconds") from None
