"""Retraction of claims: what falls and what stands, exactly, and on the right claims."""

import json
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.cli import main
from jjjkg.dataset.claims import Claims
from jjjkg.dataset.loading import Dataset, load
from jjjkg.entailment.checking.check import check
from jjjkg.entailment.closure import close
from jjjkg.errors import InputError
from jjjkg.explanation.names import Names
from jjjkg.explanation.retraction.report import SECTIONS, Reporter, divide
from jjjkg.explanation.retraction.retraction import Standing, retract
from jjjkg.explanation.retraction.selection import Selection
from jjjkg.explanation.verbalisation.verbaliser import Verbaliser
from jjjkg.messages import LANGUAGES, say
from jjjkg.rdf.namespaces import expand, shorten

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def small() -> Claims:
    return Claims(load([HERE / "doubt.trig"]))


@pytest.fixture(scope="module")
def own(dataset: Dataset) -> Claims:
    return Claims(dataset)


def make_reporter(claims: Claims) -> Reporter:
    return Reporter(claims, Verbaliser(Names.of(claims.dataset), claims.dataset))


def lines(triples: tuple[ox.Triple, ...]) -> set[str]:
    """The triples as "zone in town"."""
    return {
        " ".join(term.value.rpartition("/")[2].rpartition("#")[2] for term in triple)
        for triple in triples
    }


def claims(*names: str) -> list[str]:
    return [expand(f"claim:{name}") for name in names]


def test_a_triple_of_two_claims_stands_without_one_of_them(small: Claims) -> None:
    doubt = retract(small, claims("two"))
    assert lines(doubt.fallen_asserted) == {"province in country"}
    assert lines(doubt.fallen_inferred) == {"town in country"}
    (standing,) = doubt.still_asserted
    assert lines((standing.triple,)) == {"zone in town"}
    assert standing.claims == tuple(claims("one"))
    assert standing.proof is None


def test_what_was_proved_from_a_withdrawn_claim_may_follow_from_others(small: Claims) -> None:
    doubt = retract(small, claims("three"))
    assert lines(doubt.fallen_asserted) == {"zone in city", "city in country"}
    assert doubt.fallen_inferred == ()
    reproved = retract(small, claims("two")).reproved
    assert lines(tuple(row.triple for row in reproved)) <= {"zone in country"}
    # Whichever way it was proved, one of the two withdrawals has to prove it anew.
    (again,) = (*reproved, *doubt.reproved)
    assert lines((again.triple,)) == {"zone in country"}
    assert again.proof is not None
    assert again.claims == tuple(
        claim for claim in claims("one", "two", "three") if claim in again.claims
    )


def test_what_was_asserted_may_follow(small: Claims) -> None:
    doubt = retract(small, claims("one"))
    assert doubt.fallen_asserted == ()
    (row,) = doubt.now_inferred
    assert lines((row.triple,)) == {"zone in province"}
    assert set(row.claims) == set(claims("two", "three"))
    assert row.proof is not None
    assert [step.rule for step in row.proof.steps] == ["prp-trp"]


def test_claims_derived_from_withdrawn_ones_are_named(small: Claims) -> None:
    assert retract(small, claims("two")).derived == tuple(claims("three", "silent"))
    assert retract(small, claims("two", "silent")).derived == tuple(claims("three"))
    assert retract(small, claims("one")).derived == ()


def test_a_claim_without_triples_takes_nothing_with_it(small: Claims) -> None:
    doubt = retract(small, claims("silent"))
    assert doubt == replace(retract(small, ()), claims=tuple(claims("silent")))
    assert not any(divide(doubt).values())


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
def test_claims_are_selected_by_what_they_are_called(name: str, found: str, small: Claims) -> None:
    assert set(Selection(small).find([name])) == set(claims(*found.split()))


def test_several_selections_give_each_claim_once(small: Claims) -> None:
    found = Selection(small).find(["claim:two", "P1.S1", "kg:bert"])
    assert sorted(found) == sorted(claims("one", "two", "silent"))
    assert found[0] == claims("two")[0]


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("P1.S1.c", "P1.S1.a"),
        ("claim:On", "claim:one"),
        ("Ana", "Anna"),
        ("kg:nobody", "is not a claim here"),
        ("Nobody", "is not a claim here"),
        ("xyz", "notation such as"),
        ("Bert", "kg:bert or kg:other-bert"),
        ("", "is not a claim here"),
    ],
)
def test_what_is_unknown_or_ambiguous_is_refused(name: str, like: str, small: Claims) -> None:
    with pytest.raises(InputError) as refusal:
        Selection(small).find(["claim:one", name])
    assert repr(name) in str(refusal.value)
    assert like in str(refusal.value)


SPEAKERS = "luo-jun zhang-songyi hebei-drc yan-jihong article-voice jjjkg-editors".split()


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_it_is_exact(speaker: str, own: Claims) -> None:
    """The report equals the difference of two closures made from scratch."""
    dataset = own.dataset
    withdrawn = Selection(own).find([f"kg:{speaker}"])
    assert len(withdrawn) > 3
    doubt = retract(own, withdrawn)
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
def test_what_stands_has_a_proof_from_what_is_left(speaker: str, own: Claims) -> None:
    doubt, dataset = retract(own, Selection(own).find([f"kg:{speaker}"])), own.dataset
    stated = {claim: set(map(tuple, triples)) for claim, triples in dataset.claims.items()}
    ontology = set(map(tuple, dataset.ontology))
    rows: tuple[Standing, ...] = (*doubt.now_inferred, *doubt.reproved)
    assert rows
    for row in rows:
        assert row.proof is not None
        left = ontology.union(*(stated[claim] for claim in row.claims))
        assert set(row.proof.given) <= left
        check(row.proof, left)


def test_without_any_claim_the_ontology_is_left(own: Claims) -> None:
    doubt, dataset = retract(own, own), own.dataset
    assert not doubt.still_asserted
    left = set(close(dataset.ontology).inferred)
    assert set(doubt.fallen_inferred).isdisjoint(left)
    assert {row.triple for row in doubt.reproved} <= left


def test_a_closure_that_is_there_is_used(small: Claims) -> None:
    closure = close((*small.dataset.ontology, *small.dataset.asserted))
    assert retract(small, claims("two"), closure) == retract(small, claims("two"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_names_what_falls_and_what_stands(language: str, own: Claims) -> None:
    doubt = retract(own, Selection(own).find(["P1.S1"]))
    text = make_reporter(own).write_text(doubt, language)
    heads = {say(f"explanation.retraction.{name}", language) for name in SECTIONS}
    assert len(heads) == 5
    for name, rows in divide(doubt).items():
        assert f"{say(f'explanation.retraction.{name}', language)} ({len(rows)})" in text
    shown = len(doubt.claims) + len(doubt.derived) + sum(map(len, divide(doubt).values()))
    assert sum(line.startswith("  ") for line in text.splitlines()) == shown
    assert {"en": "The environment", "zh": "环境"}[language] in text
    (row,) = (row for row in doubt.still_asserted if "#partOf" in str(row.triple.predicate))
    assert all(shorten(claim) in text or "C4" in text for claim in row.claims)


def test_the_json_has_claims_and_proofs(small: Claims) -> None:
    encoded = json.loads(make_reporter(small).write_json(retract(small, claims("one"))))
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
    small: Claims, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(small.dataset.files[0])]
    assert main(["doubt", "claim:one", *data]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Withdrawn (1):\n  claim:one: The zone is in the town.\n")
    assert main(["doubt", "claim:one", "--lang", "zh", *data]) == 0
    assert capsys.readouterr().out.startswith("撤回的陈述 (1):\n")
    assert main(["doubt", "claim:one", "P2.S1.a", "--format", "json", *data]) == 0
    encoded = json.loads(capsys.readouterr().out)
    assert [claim["claim"] for claim in encoded["claims"]] == claims("one", "three")


def test_the_command_refuses_what_is_unknown(
    small: Claims, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doubt", "claim:on", "--data", str(small.dataset.files[0])]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert "claim:one" in line
