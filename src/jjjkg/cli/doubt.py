"""`jjjkg doubt`: what falls if some claims are not so, and what stands for other reasons."""

import argparse
import json
from typing import Final

from jjjkg.cli.arguments import add_language
from jjjkg.cli.loading import load_dataset

WORDS: Final = "say what falls when claims are withdrawn, and what stands for other reasons"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "what",
        nargs="+",
        metavar="WHAT",
        help="a claim, or all claims of a sentence, a speaker or a source: by its prefixed name, "
        "its IRI, its notation such as P19.S1.d or P19.S1, or its label",
    )
    parser.add_argument("--format", type=str.lower, choices=("text", "json"), default="text")
    add_language(parser)


def run(options: argparse.Namespace) -> int:
    """Print what falls and what stands."""
    from jjjkg.explanation.doubt.report import Reporter
    from jjjkg.explanation.doubt.selection import Selection
    from jjjkg.explanation.doubt.withdrawal import withdraw

    dataset = load_dataset(options)
    doubt = withdraw(dataset, Selection(dataset).find(options.what))
    reporter = Reporter(dataset)
    if options.format == "json":
        print(json.dumps(reporter.encode(doubt), ensure_ascii=False, indent=2))
    else:
        print(reporter.draw_text(doubt, options.lang), end="")
    return 0
