"""`jjjkg serve`: the pages, the SPARQL endpoint and the dumps over HTTP, until a signal ends it."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jjjkg.cli.arguments import (
    add_default_graph,
    add_limits,
    read_limits,
    read_number,
    read_size,
    write_size,
)
from jjjkg.cli.loading import (
    choose_default_graph,
    load_dataset,
    load_snapshot,
    read_questions,
    tell,
)

if TYPE_CHECKING:
    from jjjkg.web.site import Content

WORDS: Final = "serve the pages, the SPARQL endpoint and the dumps"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    from jjjkg.evaluation.workers.pool import WAITING
    from jjjkg.web.server.server import Settings

    add = parser.add_argument
    add("--host", default=Settings.host, help="address to listen on (%(default)s)")
    port = read_number(0, 65535)
    add("--port", type=port, default=Settings.port, help="port to listen on (%(default)s)")
    add_default_graph(parser)
    add_limits(parser)
    count = read_number(1)
    add("--workers", type=count, help="queries at a time (two a processor, at least 4)")
    add("--queue", type=count, default=WAITING, help="queries that may wait (%(default)s)")
    add(
        "--cache",
        type=read_size,
        default=Settings.cache,
        help=f"memory for ready answers ({write_size(Settings.cache)})",
    )
    grace = read_number(0, kind=float)
    add("--grace", type=grace, default=Settings.grace, help="seconds to end in (%(default)g)")
    add(
        "--connections",
        type=count,
        default=Settings.connections,
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
    """Serve the data's snapshot. Returns 75 where queries can't be answered any more."""
    from jjjkg.web.server.access import AccessLog
    from jjjkg.web.server.server import Settings, serve

    workers = {"workers": options.workers} if options.workers else {}
    settings = Settings(
        options.host,
        options.port,
        read_limits(options),
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
