"""Answers to the questions, with and without inference, and the claims that they reach."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import Dataset
from jjjkg.dataset.questions import load_questions
from jjjkg.rdf.namespaces import CLAIM, expand
from support.answers import ANSWERS, QUESTIONS, WITHOUT, answer

FILES = sorted(QUESTIONS.glob("*.rq"))
#: It lists every claim there is, so it would prove nothing to count it.
LISTS_ALL = "claims_sentence_by_sentence"


@pytest.mark.parametrize("question", FILES, ids=lambda file: file.stem)
def test_question_has_its_answer(question: Path, store: ox.Store, asserted_store: ox.Store) -> None:
    kept = (ANSWERS / f"{question.stem}.tsv").read_text(encoding="utf-8")
    assert answer(store, question) == kept
    assert len(kept.splitlines()) > 1, "a question that has no answer asks nothing"
    without = WITHOUT / f"{question.stem}.tsv"
    expected = without.read_text(encoding="utf-8") if without.exists() else kept
    assert answer(asserted_store, question) == expected


def test_every_answer_belongs_to_a_question() -> None:
    names = {file.stem for file in FILES}
    assert {file.stem for file in ANSWERS.glob("*.tsv")} == names
    assert {file.stem for file in WITHOUT.glob("*.tsv")} <= names


def test_inference_matters_to_at_least_twelve_questions_and_they_say_so() -> None:
    says = {q.name for q in load_questions(QUESTIONS) if q.inference}
    differs = {file.stem for file in WITHOUT.glob("*.tsv")}
    assert says == differs
    assert len(differs) >= 12
    assert len(FILES) >= 30


def test_every_claim_of_content_is_reached(dataset: Dataset, store: ox.Store) -> None:
    reached: set[str] = set()
    for file in FILES:
        if file.stem != LISTS_ALL:
            rows = (line.split("\t") for line in answer(store, file).splitlines())
            reached |= {cell.strip("<>") for row in rows for cell in row if CLAIM in cell}
    names_and_definitions = (expand("rdfs:label"), expand("skos:definition"), expand("rdf:type"))
    content = {
        claim
        for claim, triples in dataset.claims.items()
        if any(t.predicate.value not in names_and_definitions for t in triples)
        and not claim.startswith(CLAIM + "editors.")
    }
    assert len(content) > 100
    assert content <= reached


def test_a_triple_that_three_claims_share_counts_once(dataset: Dataset, store: ox.Store) -> None:
    shared = ox.Triple(
        ox.NamedNode(expand("kg:luquan-district")),
        ox.NamedNode(expand("jjj:partOf")),
        ox.NamedNode(expand("kg:shijiazhuang")),
    )
    assert sum(shared in triples for triples in dataset.claims.values()) == 3
    query = """
        PREFIX jjj: <https://w3id.org/jjjkg/ontology#>
        PREFIX kg: <https://w3id.org/jjjkg/id/>
        SELECT (COUNT(*) AS ?count) { kg:luquan-district jjj:partOf kg:shijiazhuang }
    """
    results = store.query(query)
    assert isinstance(results, ox.QuerySolutions)
    assert [row["count"].value for row in results] == ["1"]
