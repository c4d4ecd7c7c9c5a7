"""`jjjkg release`: the dumps and their checksums in a folder."""

import argparse
from pathlib import Path
from typing import Final

from jjjkg.cli.loading import add_engine, load_dataset, load_snapshot

WORDS: Final = "write the dumps and their checksums into a folder"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet")
    add_engine(parser)


def run(options: argparse.Namespace) -> int:
    """Prints the files that it writes, with their sizes."""
    from jjjkg.release import write_release

    for file in write_release(load_snapshot(load_dataset(options), options), options.folder):
        print(f"{file.stat().st_size:>10,} {file}")
    return 0
