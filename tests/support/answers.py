"""The answers of the questions, as TSV lines; run as a program it writes those that are kept."""

import sys
from pathlib import Path

import pyoxigraph as ox

from jjjkg.dataset.loading import load, own_folder
from jjjkg.evaluation.store import open_store
from jjjkg.snapshot import build
from support import TESTS

ANSWERS = TESTS / "graph" / "answers"
WITHOUT = ANSWERS / "without_inference"
QUESTIONS = own_folder() / "queries" / "questions"


def answer(store: ox.Store, question: Path) -> str:
    """The answer as SPARQL TSV (https://www.w3.org/TR/sparql11-results-csv-tsv/)."""
    results = store.query(question.read_text(encoding="utf-8"))
    assert isinstance(results, ox.QuerySolutions)
    return results.serialize(format=ox.QueryResultsFormat.TSV).decode()


def write_answers() -> None:
    """Keeps each answer, and beside it the one without graph:inferred where that differs."""
    snapshot = build(load([own_folder()]))
    whole, asserted = open_store(snapshot.quads), open_store(snapshot.quads, ("inferred",))
    for kept in (*ANSWERS.glob("*.tsv"), *WITHOUT.glob("*.tsv")):
        kept.unlink()
    WITHOUT.mkdir(parents=True, exist_ok=True)
    for question in sorted(QUESTIONS.glob("*.rq")):
        name = f"{question.stem}.tsv"
        full, bare = answer(whole, question), answer(asserted, question)
        (ANSWERS / name).write_text(full, encoding="utf-8")
        if bare != full:
            (WITHOUT / name).write_text(bare, encoding="utf-8")


if __name__ == "__main__":
    write_answers()
    sys.exit(f"look at the difference before you commit it: git diff {ANSWERS}")
