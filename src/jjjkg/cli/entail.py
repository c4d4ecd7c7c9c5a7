"""`jjjkg entail`: what follows from RDF files by the OWL 2 RL rules, or whether something does."""

import argparse
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jjjkg.cli.loading import add_format, tell
from jjjkg.errors import InputError
from jjjkg.rdf.formats import TRIPLES, find_format

if TYPE_CHECKING:
    from jjjkg.entailment.closure import Closure
    from jjjkg.entailment.documents import Documents
    from jjjkg.entailment.inferences import Inferences

WORDS: Final = "close any RDF files under OWL 2 RL, or say whether a conclusion follows from them"
#: Exit codes: the conclusion does not follow; the premises contradict themselves.
NOT_DERIVABLE: Final = 1
INCONSISTENT: Final = 3
#: How many contradictions are explained; where there is one there are often many.
EXPLAINED: Final = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="RDF files, of any format")
    parser.add_argument(
        "--conclusion",
        metavar="FILE",
        help="say whether this follows from the files: exit 0 if so, 1 if the rules of OWL 2 RL "
        "don't derive it",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="write also what says nothing: of class expressions without a name, of a class or "
        "property and itself, of all things, of OWL's own terms",
    )
    add_format(parser, TRIPLES, "of what is written (nt, the default, is the fastest)")
    parser.add_argument("--output", metavar="FILE", help="write to a file, not standard output")


def run(options: argparse.Namespace) -> int:
    """Writes what follows, or answers whether the conclusion does."""
    if options.conclusion and (options.all or options.format or options.output):
        raise InputError(
            "--conclusion asks yes or no: leave out --all, --format and --output, "
            "which are about what is written"
        )
    # What is made here is needed to the end; looking for what is not takes a fifth of the time.
    gc.disable()
    try:
        return _conclude(options) if options.conclusion else _close(options)
    finally:
        gc.enable()


def _close(options: argparse.Namespace) -> int:
    from jjjkg.entailment.closure import close
    from jjjkg.entailment.documents import Documents
    from jjjkg.entailment.inferences import Inferences

    documents = Documents([Path(file) for file in options.files])
    closure = close(documents)
    for problem in closure.problems:
        tell(problem)
    if closure.clashes:
        _explain(closure)
        tell("inconsistent: everything follows from a contradiction, so nothing is written")
        return INCONSISTENT
    inferences = Inferences(closure, everything=options.all)
    if options.output:
        try:
            with Path(options.output).open("wb") as stream:
                _write(inferences, documents, _name_format(options.format), stream.write)
        except OSError as error:
            raise InputError(f"{options.output}: can't be written: {error.strerror}") from error
    else:
        _write(inferences, documents, _name_format(options.format), sys.stdout.buffer.write)
        sys.stdout.flush()
    if inferences.left_out:
        counts = (f"{count:,} {rule}" for rule, count in inferences.left_out.items() if count)
        tell(f"left out, as it says nothing: {'; '.join(counts)} (--all writes it)")
    if inferences.unwritable:
        tell(
            f"{inferences.unwritable:,} statements more, with a literal as subject or property "
            "or a blank node as property: no syntax of RDF can write them"
        )
    return 0


def _write(
    inferences: "Inferences",
    documents: "Documents",
    name: str,
    write: Callable[[bytes], object],
) -> None:
    if name == "nt":
        for lines in inferences.lines():
            write(lines)
    else:
        write(inferences.serialize(name, documents.prefixes))


def _name_format(given: str | None) -> str:
    found = find_format(given or "nt", TRIPLES)
    assert found is not None
    return found.name


def _explain(closure: "Closure") -> None:
    """Tells the first contradictions with their proofs."""
    from jjjkg.dataset.loading import Dataset
    from jjjkg.entailment.documents import as_triple
    from jjjkg.explanation.explainer import Explainer
    from jjjkg.explanation.text import draw_text

    told = closure.clashes[:EXPLAINED]
    given = dict.fromkeys(as_triple(statement) for clash in told for statement in clash.given)
    explainer = Explainer(Dataset((), tuple(given), (), (), {}, {}, ()), closure)
    for explanation in explainer.contradictions()[:EXPLAINED]:
        print(draw_text(explanation, explainer.narrator, "en"), file=sys.stderr)


def _conclude(options: argparse.Namespace) -> int:
    from jjjkg.entailment.concluding.conclusion import find_missing
    from jjjkg.entailment.documents import Documents, write_statements

    premises = Documents([Path(file) for file in options.files])
    conclusion = Documents([Path(options.conclusion)])
    missing = find_missing(premises.triples(), conclusion.triples())
    if missing.statements:
        print("not derivable by the OWL 2 RL rules:")
        for line in write_statements(missing.statements, premises.prefixes | conclusion.prefixes):
            print(f"  {line}")
        return NOT_DERIVABLE
    print("it follows")
    if missing.is_inconsistent:
        tell("the premises are inconsistent, and everything follows from a contradiction")
    return 0
