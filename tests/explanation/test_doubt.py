"""What falls when claims are withdrawn, and what stands: exactly, and on the right claims."""

import json
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.cli import main
from jjjkg.dataset.loading import Dataset, load
from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import close
from jjjkg.errors import InputError
from jjjkg.explanation.doubt.report import Reporter, divide
from jjjkg.explanation.doubt.selection import Selection
from jjjkg.explanation.doubt.withdrawal import Standing, withdraw
from jjjkg.rdf.namespaces import expand, shorten

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def small() -> Dataset:
    return load([HERE / "doubt.trig"])


def lines(triples: tuple[ox.Triple, ...]) -> set[str]:
    """The triples as "zone in town"."""
    return {
        " ".join(term.value.rpartition("/")[2].rpartition("#")[2] for term in triple)
        for triple in triples
    }


def claims(*names: str) -> list[str]:
    return [expand(f"claim:{name}") for name in names]


def test_a_triple_of_two_claims_stands_without_one_of_them(small: Dataset) -> None:
    doubt = withdraw(small, claims("two"))
    assert lines(doubt.fallen_asserted) == {"province in country"}
    assert lines(doubt.fallen_inferred) == {"town in country"}
    (standing,) = doubt.still_asserted
    assert lines((standing.triple,)) == {"zone in town"}
    assert standing.claims == tuple(claims("one"))
    assert standing.proof is None


def test_what_was_proved_from_a_withdrawn_claim_may_follow_from_others(small: Dataset) -> None:
    doubt = withdraw(small, claims("three"))
    assert lines(doubt.fallen_asserted) == {"zone in city", "city in country"}
    assert doubt.fallen_inferred == ()
    reproved = withdraw(small, claims("two")).reproved
    assert lines(tuple(row.triple for row in reproved)) <= {"zone in country"}
    # Whichever way it was proved, one of the two withdrawals has to prove it anew.
    (again,) = (*reproved, *doubt.reproved)
    assert lines((again.triple,)) == {"zone in country"}
    assert again.proof is not None
    assert again.claims == tuple(
        claim for claim in claims("one", "two", "three") if claim in again.claims
    )


def test_what_was_asserted_may_follow(small: Dataset) -> None:
    doubt = withdraw(small, claims("one"))
    assert doubt.fallen_asserted == ()
    (row,) = doubt.now_inferred
    assert lines((row.triple,)) == {"zone in province"}
    assert set(row.claims) == set(claims("two", "three"))
    assert row.proof is not None
    assert [step.rule for step in row.proof.steps] == ["prp-trp"]


def test_claims_derived_from_withdrawn_ones_are_named(small: Dataset) -> None:
    assert withdraw(small, claims("two")).derived == tuple(claims("three", "silent"))
    assert withdraw(small, claims("two", "silent")).derived == tuple(claims("three"))
    assert withdraw(small, claims("one")).derived == ()


def test_a_claim_without_triples_takes_nothing_with_it(small: Dataset) -> None:
    doubt = withdraw(small, claims("silent"))
    assert doubt == replace(withdraw(small, ()), claims=tuple(claims("silent")))
    assert not any(section.rows for section in divide(doubt, "en"))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("claim:one", "one"),
        ("<https://w3id.org/jjjkg/claim/one>", "one"),
        ("https://w3id.org/jjjkg/claim/silent", "silent"),
        ("P2.S1.a", "three"),
        ("p1.s1.b", "two"),
        ("P1.S1.a", "one two"),
        ("P1.S1", "one two silent"),
        ("source:paper-P1-S1", "one two silent"),
        ("source:paper", "one two silent"),
        ("source:other-paper", "three"),
        ("kg:anna", "one silent"),
        ("anna", "one silent"),
        ("安娜", "one silent"),
        ("kg:bert", "two"),
    ],
)
def test_claims_are_selected_by_what_they_are_called(name: str, found: str, small: Dataset) -> None:
    assert set(Selection(small).find([name])) == set(claims(*found.split()))


def test_several_selections_give_each_claim_once(small: Dataset) -> None:
    found = Selection(small).find(["claim:two", "P1.S1", "kg:bert"])
    assert sorted(found) == sorted(claims("one", "two", "silent"))
    assert found[0] == claims("two")[0]


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("P1.S1.c", "P1.S1.a"),
        ("claim:On", "claim:one"),
        ("Ana", "Anna"),
        ("kg:nobody", "is no claim here"),
        ("Nobody", "is no claim here"),
        ("xyz", "notation such as"),
        ("Bert", "kg:bert, kg:other-bert"),
        ("", "is no claim here"),
    ],
)
def test_what_is_unknown_or_ambiguous_is_refused(name: str, like: str, small: Dataset) -> None:
    with pytest.raises(InputError) as refusal:
        Selection(small).find(["claim:one", name])
    assert repr(name) in str(refusal.value)
    assert like in str(refusal.value)


SPEAKERS = "luo-jun zhang-songyi hebei-drc yan-jihong article-voice jjjkg-editors".split()


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_it_is_exact(speaker: str, dataset: Dataset) -> None:
    """What is told equals the difference of two closures made from scratch."""
    withdrawn = Selection(dataset).find([f"kg:{speaker}"])
    assert len(withdrawn) > 3
    doubt = withdraw(dataset, withdrawn)
    stated = {t for claim in dataset.claims.values() for t in claim}
    others = {t for iri, claim in dataset.claims.items() if iri not in withdrawn for t in claim}
    left = [t for t in dataset.asserted if t in others or t not in stated]
    before = {*dataset.asserted, *close((*dataset.ontology, *dataset.asserted)).inferred}
    after = {*left, *close((*dataset.ontology, *left)).inferred}
    assert {*doubt.fallen_asserted, *doubt.fallen_inferred} == before - after
    assert set(doubt.fallen_asserted) <= set(dataset.asserted)
    assert not set(doubt.fallen_inferred) & set(dataset.asserted)
    standing = (*doubt.still_asserted, *doubt.now_inferred, *doubt.reproved)
    assert {row.triple for row in standing} <= after
    assert all(row.claims for row in doubt.still_asserted)
    assert not {claim for row in standing for claim in row.claims} & set(withdrawn)


@pytest.mark.parametrize("speaker", ["article-voice", "jjjkg-editors"])
def test_what_stands_has_a_proof_from_what_is_left(speaker: str, dataset: Dataset) -> None:
    doubt = withdraw(dataset, Selection(dataset).find([f"kg:{speaker}"]))
    stated = {claim: set(map(tuple, triples)) for claim, triples in dataset.claims.items()}
    ontology = set(map(tuple, dataset.ontology))
    rows: tuple[Standing, ...] = (*doubt.now_inferred, *doubt.reproved)
    assert rows
    for row in rows:
        assert row.proof is not None
        left = ontology.union(*(stated[claim] for claim in row.claims))
        assert set(row.proof.given) <= left
        check(row.proof, left)


def test_without_any_claim_the_ontology_is_left(dataset: Dataset) -> None:
    doubt = withdraw(dataset, tuple(dataset.claims))
    assert not doubt.still_asserted
    left = set(close(dataset.ontology).inferred)
    assert set(doubt.fallen_inferred).isdisjoint(left)
    assert {row.triple for row in doubt.reproved} <= left


def test_a_closure_that_is_there_is_used(small: Dataset) -> None:
    closure = close((*small.ontology, *small.asserted))
    assert withdraw(small, claims("two"), closure) == withdraw(small, claims("two"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_text_names_what_falls_and_what_stands(language: str, dataset: Dataset) -> None:
    doubt = withdraw(dataset, Selection(dataset).find(["P1.S1"]))
    text = Reporter(dataset).draw_text(doubt, language)
    heads = [section.heading for section in divide(doubt, language)]
    assert len(set(heads)) == 5
    for section in divide(doubt, language):
        assert f"{section.heading} ({len(section.rows)})" in text
    shown = len(doubt.claims) + len(doubt.derived) + sum(len(s.rows) for s in divide(doubt, "en"))
    assert sum(line.startswith("  ") for line in text.splitlines()) == shown
    assert {"en": "The environment", "zh": "环境"}[language] in text
    (row,) = (row for row in doubt.still_asserted if "#partOf" in str(row.triple.predicate))
    assert all(shorten(claim) in text or "C4" in text for claim in row.claims)


def test_the_json_has_claims_and_proofs(small: Dataset) -> None:
    encoded = json.loads(json.dumps(Reporter(small).encode(withdraw(small, claims("one")))))
    assert encoded["claims"] == [
        {
            "claim": claims("one")[0],
            "notations": ["P1.S1.a"],
            "paraphrase": {"en": "The zone is in the town."},
        }
    ]
    (row,) = encoded["now_inferred"]
    assert row["subject"] == {"type": "uri", "value": expand("kg:zone")}
    assert sorted(row["claims"]) == sorted(claims("two", "three"))
    (step,) = row["proof"]
    assert step["rule"] == "prp-trp"
    assert step["conclusion"] == [row["subject"], row["predicate"], row["object"]]
    assert "proof" not in encoded["still_asserted"][0]


def test_the_command_prints_text_and_json(
    small: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(small.files[0])]
    assert main(["doubt", "claim:one", *data]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Withdrawn (1):\n  claim:one: The zone is in the town.\n")
    assert main(["doubt", "claim:one", "--lang", "zh", *data]) == 0
    assert capsys.readouterr().out.startswith("撤回的陈述 (1):\n")
    assert main(["doubt", "claim:one", "P2.S1.a", "--format", "json", *data]) == 0
    encoded = json.loads(capsys.readouterr().out)
    assert [claim["claim"] for claim in encoded["claims"]] == claims("one", "three")


def test_the_command_refuses_what_is_unknown(
    small: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doubt", "claim:on", "--data", str(small.files[0])]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert "claim:one" in line
