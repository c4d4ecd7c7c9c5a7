"""The graph against the article: all that it says, and no more."""

import os
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import Dataset
from jjjkg.rdf.namespaces import CLAIM, expand

CHECKLIST = Path(__file__).parent / "checklist.txt"
DOCUMENT = expand("source:china-daily-2024-03-07")


def iri(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))


def claims_by_id(dataset: Dataset) -> dict[str, set[str]]:
    """The claims that bear each id of the checklist."""
    found = defaultdict(set)
    for triple in dataset.provenance:
        claim = triple.subject.value
        if triple.predicate == iri("skos:notation") and claim in dataset.claims:
            found[triple.object.value].add(claim)
    return found


def objects(dataset: Dataset, subject: str, predicate: str) -> set[str]:
    return {
        t.object.value
        for t in (*dataset.provenance, *dataset.asserted)
        if t.subject.value == subject and t.predicate == iri(predicate)
    }


def test_every_id_of_the_checklist_is_on_a_claim(dataset: Dataset) -> None:
    lines = CHECKLIST.read_text(encoding="utf-8").splitlines()
    assert set(claims_by_id(dataset)) == {line for line in lines if not line.startswith("#")}


@pytest.mark.skipif("JJJKG_SHARED" not in os.environ, reason="JJJKG_SHARED names no checklist")
def test_the_kept_ids_are_those_of_the_checklist() -> None:
    text = (Path(os.environ["JJJKG_SHARED"]) / "sources" / "claims.md").read_text(encoding="utf-8")
    claims = text[text.index("## Claims") : text.index("Entity roll-call")]
    pattern = re.compile(
        r"\b(P\d+\.S\d+)\.([a-z0]'?)(?=[ )])|(?<![\w.])([MHC]\d+)(?=[ :])|(?<=[\s.;])([a-z]'?)\)"
    )
    ids = set()
    for line in (line for line in claims.splitlines() if line.startswith("- ")):
        sentence = ""
        for match in pattern.finditer(line):
            sentence = match[1] or sentence
            ids.add(match[3] or f"{sentence}.{match[2] or match[4]}")
    kept = CHECKLIST.read_text(encoding="utf-8").splitlines()
    assert ids == {line for line in kept if not line.startswith("#")}


def test_an_id_names_the_sentence_that_its_claim_is_quoted_from(dataset: Dataset) -> None:
    for notation, claims in claims_by_id(dataset).items():
        if not notation.startswith("P"):
            continue
        for claim in claims:
            (sentence,) = objects(dataset, claim, "prov:wasQuotedFrom")
            assert objects(dataset, sentence, "skos:notation") == {notation.rpartition(".")[0]}


def test_numbers_of_the_article_are_in_its_claims_and_no_others(dataset: Dataset) -> None:
    values = {iri(f"jjj:{name}") for name in ("exactValue", "atLeast", "moreThan", "aboutValue")}
    numbers = {
        Decimal(triple.object.value)
        for claim, triples in dataset.claims.items()
        if claim.startswith(CLAIM + "P")
        for triple in triples
        if triple.predicate in values
    }
    printed = "6 10000 43000 12 107 21.4 13.1 20000000 50 1060 85000000000 34.9 1500 13"
    assert numbers == {Decimal(number) for number in printed.split()}


@pytest.mark.parametrize(
    ("thing", "predicate"),
    [
        ("kg:shenyue-headquarters-relocation", "jjj:when"),
        ("kg:hebei-high-tech-share-latest-observation", "sosa:phenomenonTime"),
        ("kg:hebei-companies-attracted-observation", "sosa:phenomenonTime"),
        ("kg:hebei-companies-attracted-observation", "jjj:countedFrom"),
        ("kg:industries-leaving-beijing", "jjj:destination"),
        ("kg:luquan-zone-income-2023-observation", "jjj:universe"),
    ],
)
def test_what_the_article_does_not_state_is_silent_and_said_to_be(
    dataset: Dataset, thing: str, predicate: str
) -> None:
    assert not objects(dataset, expand(thing), predicate)
    silent = {
        t.subject.value
        for t in dataset.provenance
        if t.predicate == iri("jjj:doesNotState") and t.object == iri(predicate)
    }
    about = {
        t.subject.value
        for t in dataset.provenance
        if t.predicate == iri("jjj:isAbout") and t.object == iri(thing)
    }
    assert silent & about


@pytest.mark.parametrize(
    ("subject", "predicate", "count"),
    [
        ("kg:outline", "jjj:definesPositioning", 2),
        ("kg:hebei-transformation-measures", "jjj:targetsIndustry", 5),
        ("kg:far-east-university-collaboration", "jjj:partner", 3),
    ],
)
def test_an_open_list_has_what_is_named_and_says_that_it_is_open(
    dataset: Dataset, subject: str, predicate: str, count: int
) -> None:
    assert len(objects(dataset, expand(subject), predicate)) == count
    assert any(
        t.predicate == iri("jjj:listsOnlySomeOf") and t.object == iri(predicate)
        for t in dataset.provenance
    )


def test_four_of_the_six_industries_are_named(dataset: Dataset) -> None:
    named = {
        t.subject.value.rpartition("/")[2]
        for t in dataset.asserted
        if t.predicate == iri("jjj:memberOfGroup") and t.object == iri("kg:six-major-industries")
    }
    assert named == {"steel-industry", "coal-industry", "cement-industry", "thermal-power-industry"}


def test_every_asserted_triple_is_some_claims(dataset: Dataset) -> None:
    stated = {triple for triples in dataset.claims.values() for triple in triples}
    assert set(dataset.asserted) == stated


def test_every_segment_of_the_article_is_accounted_for(dataset: Dataset) -> None:
    segments = {
        t.subject.value
        for t in dataset.provenance
        if t.predicate == iri("oa:hasSource") and t.object.value == DOCUMENT
    }
    quoted = {
        t.object.value for t in dataset.provenance if t.predicate == iri("prov:wasQuotedFrom")
    }
    without_fact = {
        t.subject.value for t in dataset.provenance if t.predicate == iri("jjj:carriesNoFact")
    }
    assert len(segments) == 32
    assert segments - quoted == without_fact


def test_roles_are_claims_of_the_articles_own_voice(dataset: Dataset) -> None:
    voices = {
        voice
        for claim, triples in dataset.claims.items()
        if any(t.predicate == iri("org:member") for t in triples)
        for voice in objects(dataset, claim, "prov:wasAttributedTo")
    }
    assert voices == {expand("kg:article-voice")}


def test_no_wikidata_identifier_that_was_not_verified(dataset: Dataset) -> None:
    linked = {
        t.object.value.rpartition("/")[2]
        for t in dataset.asserted
        if t.predicate == iri("schema:sameAs") and "wikidata" in t.object.value
    }
    # Of identifiers.md, those that two independent sources agree on.
    assert linked == {"Q956", "Q11736", "Q58401", "Q58584", "Q2299797", "Q832792", "Q15031"}
