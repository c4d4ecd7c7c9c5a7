"""`jjjkg build`: the snapshot of the data, with its counts."""

import argparse
from typing import Final

from jjjkg.cli.arguments import add_engine
from jjjkg.cli.loading import load_dataset, load_snapshot

WORDS: Final = "close the data and write its snapshot, unless it is there"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_engine(parser)


def run(options: argparse.Namespace) -> int:
    """Print how many triples each part has, and the snapshot's folder."""
    snapshot = load_snapshot(load_dataset(options, graphs=True), options)
    for name, count in snapshot.counts.items():
        print(f"{count:>8,} {name}")
    print(snapshot.folder)
    return 0
