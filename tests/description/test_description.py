"""Descriptions: terms of answers, triples with their claims, and the records behind them."""

from collections.abc import Iterator

import pytest

from jjjkg.dataset.loading import load, own_folder
from jjjkg.description import Describer, Description, ResultTerm, SourcedTriple
from jjjkg.evaluation import Evaluator
from jjjkg.rdf.namespaces import expand
from jjjkg.snapshot import build
from support import TESTS

ZONE = expand("kg:zone")


@pytest.fixture(scope="module")
def describer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Describer]:
    dataset = load([TESTS / "explanation" / "doubt.trig"])
    snapshot = build(dataset, tmp_path_factory.mktemp("snapshot"))
    with Evaluator(snapshot.quads, workers=1) as evaluator:
        yield Describer(evaluator, own_folder() / "queries" / "pages")


def claim(name: str) -> str:
    return expand(f"claim:{name}")


@pytest.mark.parametrize(
    ("encoded", "term"),
    [
        ({"type": "uri", "value": "x:a"}, ResultTerm("uri", "x:a")),
        ({"type": "bnode", "value": "nodeID://b1"}, ResultTerm("bnode", "nodeID://b1")),
        ({"type": "uri", "value": "no iri"}, ResultTerm("uri", "no iri")),
        (
            {"type": "literal", "value": "a", "xml:lang": "en"},
            ResultTerm("literal", "a", language="en"),
        ),
        (
            {"type": "literal", "value": "1", "datatype": "x:int"},
            ResultTerm("literal", "1", datatype="x:int"),
        ),
    ],
)
def test_a_term_is_taken_as_the_answer_has_it(encoded: dict[str, str], term: ResultTerm) -> None:
    assert ResultTerm.of(encoded) == term


def test_a_thing_has_its_triples_with_their_claims(describer: Describer) -> None:
    described = describer.describe(ZONE)
    found = {(s.property, s.value.value): (s.part, s.claims) for s in described.statements}
    inside = expand("jjj:in")
    assert found[inside, expand("kg:town")] == ("asserted", (claim("one"), claim("two")))
    assert found[inside, expand("kg:country")] == ("inferred", ())
    assert described.claims == (claim("one"), claim("three"), claim("two"))


def test_the_records_are_those_of_its_claims_and_their_sentences(describer: Describer) -> None:
    records = describer.describe(ZONE).records
    assert records[claim("one")].say("jjj:paraphrase", "zh") == "The zone is in the town."
    assert records[claim("one")].iris("prov:wasAttributedTo") == (expand("kg:anna"),)
    assert records[expand("source:paper-P1-S1")].one("skos:notation") == "P1.S1"


def test_a_claim_has_what_it_states_and_what_is_derived_from_it(describer: Describer) -> None:
    described = describer.describe(claim("two"))
    assert {s.subject.value for s in described.stated} == {ZONE, expand("kg:province")}
    assert claim("three") in described.claims


def test_a_name_is_a_label_or_else_a_prefixed_name(describer: Describer) -> None:
    assert describer.name(expand("kg:anna"), "zh") == "安娜"
    assert describer.name(ZONE, "zh") == "the zone"
    assert describer.name(expand("kg:town"), "en") == "kg:town"


def test_only_what_has_triples_exists(describer: Describer) -> None:
    assert describer.exists(ZONE)
    assert not describer.exists(expand("kg:nothing"))
    assert not describer.exists("no iri> ?p ?o")


def test_statements_are_grouped_with_type_and_label_first_and_inferred_ones_last() -> None:
    def state(property: str, value: str, part: str = "asserted") -> SourcedTriple:
        return SourcedTriple(ResultTerm("uri", "x:a"), property, ResultTerm("uri", value), part)

    others = state("x:p", "x:b"), state(expand("jjj:p"), "x:c", "inferred")
    ours, label = state(expand("jjj:p"), "x:d"), state(expand("rdfs:label"), "x:e")
    groups = Description("x:a").group((*others, ours, label))
    assert [property for property, _ in groups] == [label.property, ours.property, "x:p"]
    assert groups[1][1] == [ours, others[1]]
