"""`jjjkg explain`: why a statement holds, or what contradicts itself."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from jjjkg.cli.arguments import add_format, add_language, read_number
from jjjkg.cli.loading import load_dataset, tell
from jjjkg.errors import InputError
from jjjkg.explanation.formats import DRAWINGS, FILES, load_writer
from jjjkg.messages import say
from jjjkg.rdf.formats import find_format

if TYPE_CHECKING:
    from jjjkg.explanation.explainer import Explainer, Explanation

WORDS: Final = "say why a statement holds: by which rules, from which claims and sentences"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "terms",
        nargs="*",
        metavar="SUBJECT PREDICATE OBJECT",
        help="each a label, a prefixed name such as kg:beijing, an IRI, or a literal as in "
        "Turtle; without them the contradictions of the data are explained",
    )
    add_format(parser, FILES, "what to write", *DRAWINGS, default="text")
    add_language(parser)
    parser.add_argument(
        "--all",
        type=read_number(1, 100),
        default=1,
        metavar="N",
        help="give up to N minimal proofs, the shortest first, instead of one short proof",
    )


def run(options: argparse.Namespace) -> int:
    """Write the explanation. Returns 1 where the statement does not hold.

    Without terms it explains the contradictions, and returns 1 where there are some.
    """
    from jjjkg.entailment.closure import close
    from jjjkg.explanation.explainer import Explainer

    if len(options.terms) not in (0, 3):
        raise InputError("commands.term_count", count=len(options.terms))
    dataset = load_dataset(options)
    given = (*dataset.ontology, *dataset.asserted)
    if not options.terms:
        explainer = Explainer(dataset, close((*given, *dataset.provenance)))
        clashes = explainer.contradictions()
        if clashes or options.format != "text":
            _write(explainer, clashes, options)
        else:
            print(say("explanation.none", options.lang))
        return 1 if clashes else 0
    explainer = Explainer(dataset, close(given))
    statement = explainer.read(*options.terms)
    found = explainer.explain(statement, options.all)
    if found is None:
        words = explainer.verbaliser.state(statement, options.lang)
        tell(say("explanation.fails", options.lang, statement=words))
        return 1
    _write(explainer, (found,), options)
    return 0


def _write(
    explainer: "Explainer", found: "tuple[Explanation, ...]", options: argparse.Namespace
) -> None:
    format = find_format(options.format, FILES)
    write = load_writer(format.name if format else options.format)
    print(write(found, explainer.verbaliser, options.lang), end="")
    sys.stdout.flush()
