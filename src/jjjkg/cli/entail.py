"""`jjjkg entail`: what follows from RDF files by the OWL 2 RL rules, or whether something does."""

import argparse
import gc
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jjjkg.cli.arguments import add_format
from jjjkg.cli.loading import tell
from jjjkg.errors import InputError
from jjjkg.rdf.formats import TRIPLES, find_format

if TYPE_CHECKING:
    from jjjkg.entailment.closure import Closure

WORDS: Final = "close any RDF files under OWL 2 RL, or say whether a conclusion follows from them"
#: Exit codes: the conclusion does not follow; the premises contradict themselves.
NOT_DERIVABLE: Final = 1
INCONSISTENT: Final = 3
#: How many contradictions are explained; where there is one there are often many.
EXPLAINED: Final = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
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
    """Write what follows, or say whether the conclusion does."""
    if options.conclusion and (options.all or options.format or options.output):
        raise InputError("commands.conclusion_alone")
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
    for literal in closure.ill_typed:
        tell(f"warning: {literal} is not a value of its data type")
    if closure.clashes:
        _explain(closure)
        tell("inconsistent: everything follows from a contradiction, so nothing is written")
        return INCONSISTENT
    inferences = Inferences(closure, everything=options.all)
    format = find_format(options.format or "nt", TRIPLES)
    assert format is not None
    if format.name == "nt":
        _write(inferences.lines(), options.output)
    else:
        _write([inferences.serialize(format.name, documents.prefixes)], options.output)
    if inferences.left_out:
        counts = (f"{count:,} {rule}" for rule, count in inferences.left_out.items() if count)
        tell(f"left out, as it says nothing: {'; '.join(counts)} (--all writes it)")
    if inferences.unwritable:
        tell(
            f"{inferences.unwritable:,} statements more, with a literal as subject or property "
            "or a blank node as property: no syntax of RDF can write them"
        )
    return 0


def _write(pieces: Iterable[bytes], file: str | None) -> None:
    """Write to a file, or to standard output. Raises InputError for a file that can't be."""
    if file is None:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.flush()
        return
    try:
        with Path(file).open("wb") as stream:
            stream.writelines(pieces)
    except OSError as error:
        raise InputError("commands.unwritable", file=file, why=error.strerror) from error


def _explain(closure: "Closure") -> None:
    """Tell the first contradictions with their proofs."""
    from jjjkg.dataset.loading import Dataset
    from jjjkg.explanation.explainer import Explainer
    from jjjkg.explanation.formats import text
    from jjjkg.rdf.terms import triple_of

    told = closure.clashes[:EXPLAINED]
    given = dict.fromkeys(triple_of(statement) for clash in told for statement in clash.given)
    explainer = Explainer(Dataset((), tuple(given), (), (), {}, {}, ()), closure)
    found = explainer.contradictions()[:EXPLAINED]
    print(text.write(found, explainer.verbaliser, "en"), file=sys.stderr)


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
