"""`jjjkg build`: the snapshot of the data, and what is in it."""

import argparse
from typing import Final

from jjjkg.cli.loading import add_engine, load_dataset, load_snapshot

WORDS: Final = "close the data and write its snapshot, unless it is there"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own arguments."""
    add_engine(parser)


def run(options: argparse.Namespace) -> int:
    """Prints how many triples each part has, and the snapshot's folder."""
    snapshot = load_snapshot(load_dataset(options, graphs=True), options)
    for name, count in snapshot.counts.items():
        print(f"{count:>8,} {name}")
    print(snapshot.folder)
    return 0
