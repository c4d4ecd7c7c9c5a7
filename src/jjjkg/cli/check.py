"""`jjjkg check`: findings on the data, one a line; exit code 2 where there is any."""

import argparse
from pathlib import Path
from typing import Final

from jjjkg.cli.arguments import add_limits
from jjjkg.cli.loading import load_dataset, tell

WORDS: Final = "say what is not as it should be in the data"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "--text", type=Path, metavar="FILE", help="hold a copy of the article against the graph"
    )
    add_limits(parser, "seconds")


def run(options: argparse.Namespace) -> int:
    """Print the findings. Returns 2 where there are some."""
    # pySHACL takes a second to import, which only this command needs.
    from jjjkg.checks import check, check_text
    from jjjkg.evaluation.files import limit
    from jjjkg.release.manifest import read_version

    dataset = load_dataset(options)
    read_version((*dataset.dataset, *dataset.ontology), "none")  # which a release would refuse
    # The text first: if it can't be read, nobody need wait for the rest.
    findings = [*check_text(dataset, options.text)] if options.text else []
    findings += check(dataset, tell, limit(options.seconds))
    for finding in findings:
        print(finding)
    tell(
        f"findings: {len(findings)} (claims: {len(dataset.claims):,}, files: {len(dataset.files)})"
    )
    return 2 if findings else 0
