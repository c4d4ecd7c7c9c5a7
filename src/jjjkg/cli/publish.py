"""`jjjkg publish`: a release into a store of another make, over its own protocol."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jjjkg.cli.arguments import read_number
from jjjkg.cli.loading import load_dataset, load_snapshot, read_questions, tell
from jjjkg.messages import say

if TYPE_CHECKING:
    from jjjkg.publishing.plan import Step

WORDS: Final = "load a release into another store, graph by graph, and check what it answers"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    from jjjkg.publishing.protocols import PROTOCOLS

    add = parser.add_argument
    add(
        "--to",
        required=True,
        metavar="URL",
        help="where the store is written to; who you are is read from JJJKG_STORE_TOKEN, or "
        "JJJKG_STORE_USER and JJJKG_STORE_PASSWORD, or netrc",
    )
    add(
        "--protocol",
        choices=list(PROTOCOLS),
        default="graph-store",
        help="how: the SPARQL 1.1 Graph Store Protocol (the default), or SPARQL Update",
    )
    add("--query", metavar="URL", help="where the store is asked, if that is another address")
    add("--release", type=Path, metavar="DIR", help="a release in a folder; else that of the data")
    add(
        "--tries",
        type=read_number(1, 20),
        default=5,
        help="how often a request is sent (%(default)s)",
    )
    add(
        "--replace",
        action="store_true",
        help="replace and delete graphs also where the store does not say of which dataset they "
        "are; those of another dataset are never touched",
    )
    add("--dry-run", action="store_true", help="say what would be done, and change nothing")


def run(options: argparse.Namespace) -> int:
    """Print each step, and what differs at the end. Returns 1 if something does."""
    from jjjkg.publishing import sync
    from jjjkg.publishing.endpoint import Endpoint
    from jjjkg.publishing.plan import Holdings, make_plan
    from jjjkg.publishing.protocols import PROTOCOLS
    from jjjkg.release.writing import ensure_release

    to = Endpoint(options.to, options.tries)
    holdings = Holdings(Endpoint(options.query or options.to, options.tries))
    dataset = load_dataset(options)
    if options.release:
        release = sync.open_checked(options.release)
    else:
        release = ensure_release(load_snapshot(dataset, options), dataset.queries, tell)
    graphs = sync.read_graphs(release)
    tell(say("publishing.comparing", count=len(graphs)))
    plan = make_plan(graphs, holdings, options.replace)
    _summarise(plan, options.dry_run)
    if options.dry_run:
        return 0
    sync.carry_out(plan, graphs, PROTOCOLS[options.protocol](to), tell)
    questions = sync.find_comparable(read_questions(dataset))
    tell(say("publishing.checking", graphs=len(graphs), questions=len(questions)))
    differences = list(sync.find_differences(release, graphs, questions, holdings, plan))
    for words in differences:
        print(words)
    if differences:
        tell(f"the store differs in {len(differences)} ways")
        return 1
    print(f"{len(graphs)} graphs and {len(questions)} questions are as they are here")
    return 0


def _summarise(plan: "tuple[Step, ...]", dry: bool) -> None:
    for action in ("put", "delete"):
        for step in plan:
            if dry and step.action == action:
                print(f"would {action} <{step.graph}> ({step.triples:,} triples): {step.reason}")
    counts = {action: sum(s.action == action for s in plan) for action in ("put", "delete", "keep")}
    word = "would put" if dry else "putting"
    other = "delete" if dry else "deleting"
    print(f"{word} {counts['put']}, {other} {counts['delete']}, {counts['keep']} are the same")
