"""`jjjkg explain`: why a statement holds, or what contradicts itself."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from jjjkg.cli.loading import add_format, load_dataset, tell
from jjjkg.errors import InputError
from jjjkg.explanation.formats import DRAWINGS, FILES, load_writer
from jjjkg.messages import LANGUAGES, say
from jjjkg.rdf.formats import find_format

if TYPE_CHECKING:
    from jjjkg.explanation.explainer import Explainer, Explanation

WORDS: Final = "say why a statement holds: by which rules, from which claims and sentences"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own arguments."""
    parser.add_argument(
        "terms",
        nargs="*",
        metavar="SUBJECT PREDICATE OBJECT",
        help="each a label, a prefixed name such as kg:beijing, an IRI, or a literal as in "
        "Turtle; without them the contradictions of the data are explained",
    )
    add_format(parser, FILES, "what to write", *DRAWINGS, default="text")
    parser.add_argument(
        "--lang", choices=LANGUAGES, default="en", help="language of the words (%(default)s)"
    )
    parser.add_argument(
        "--all",
        type=_count,
        default=1,
        metavar="N",
        help="give up to N minimal proofs, the shortest first, instead of one short proof",
    )


def run(options: argparse.Namespace) -> int:
    """Writes the explanation and returns 0; 1 where the statement does not hold.

    Without terms the contradictions: 0 and none, or 1 where there are some.
    """
    from jjjkg.entailment.closure import close
    from jjjkg.explanation.explainer import Explainer

    if len(options.terms) not in (0, 3):
        count = len(options.terms)
        raise InputError(f"{count} terms; give subject, predicate and object, or none of them")
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


def _count(text: str) -> int:
    count = int(text) if text.isdecimal() else 0
    if not 1 <= count <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of proofs; give one up to 100")
    return count
