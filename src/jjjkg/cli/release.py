"""`jjjkg release`: every file of a release in a folder; or a downloaded one, checked."""

import argparse
from pathlib import Path
from typing import Final

from jjjkg.cli.arguments import add_engine, add_limits
from jjjkg.cli.loading import load_dataset, load_snapshot, tell

WORDS: Final = "write the release (all formats, tables, metadata) into a folder, or check one"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet")
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare the release in DIR with its checksums and its manifest (1 if it differs)",
    )
    add_engine(parser)
    add_limits(parser, "seconds")


def run(options: argparse.Namespace) -> int:
    """Print the files that it writes, with their sizes; or what is amiss with those there."""
    if options.check:
        return _check(options.folder)
    from jjjkg.evaluation.files import limit
    from jjjkg.release.writing import copy_release, ensure_release

    dataset = load_dataset(options, graphs=True)
    snapshot = load_snapshot(dataset, options)
    release = ensure_release(snapshot, dataset.queries, tell, limit(options.seconds))
    for file in copy_release(release, options.folder):
        print(f"{file.stat().st_size:>10,} {file}")
    return 0


def _check(folder: Path) -> int:
    from jjjkg.release.checking import check_release

    checked = check_release(folder)
    for problem in checked.problems:
        print(problem)
    release = f"release {checked.version} ({checked.name})"
    if checked.problems:
        count = len(checked.problems)
        tell(f"{folder}: differs from {release} in {count} way{'s' if count > 1 else ''}")
        return 1
    files, graphs = checked.files, checked.graphs
    print(f"{release}: {files} files and {graphs} graphs are as they were released")
    return 0
