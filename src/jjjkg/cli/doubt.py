"""`jjjkg doubt`: what falls if some claims are not so, and what stands for other reasons."""

import argparse
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
    from jjjkg.dataset.claims import Claims
    from jjjkg.explanation.names import Names
    from jjjkg.explanation.retraction.report import Reporter
    from jjjkg.explanation.retraction.retraction import retract
    from jjjkg.explanation.retraction.selection import Selection
    from jjjkg.explanation.verbalisation.verbaliser import Verbaliser

    dataset = load_dataset(options)
    claims = Claims(dataset)
    retraction = retract(claims, Selection(claims).find(options.what))
    reporter = Reporter(claims, Verbaliser(Names.of(dataset), dataset))
    if options.format == "json":
        print(reporter.write_json(retraction), end="")
    else:
        print(reporter.write_text(retraction, options.lang), end="")
    return 0
