"""The one reader of claims: their records, what they state, and what is derived from them."""

import pytest

from jjjkg.dataset.claims import Claim, Claims, Record, make_records
from jjjkg.dataset.loading import Dataset, load
from jjjkg.rdf.namespaces import expand
from jjjkg.rdf.terms import named, statement_of
from support import TESTS


@pytest.fixture(scope="module")
def own(dataset: Dataset) -> Claims:
    return Claims(dataset)


@pytest.fixture(scope="module")
def small() -> Claims:
    return Claims(load([TESTS / "explanation" / "doubt.trig"]))


def names(*iris: str) -> list[str]:
    return [iri.removeprefix(expand("claim:")) for iri in iris]


def test_a_claim_has_all_that_is_recorded_of_it(own: Claims) -> None:
    claim = own[expand("claim:P19-S1-c")]
    assert (claim.kind, claim.speaker) == (expand("jjj:FactClaim"), expand("kg:article-voice"))
    assert (claim.role, claim.through, claim.derived) == ("", "", ())
    assert claim.notations == ("P19.S1.c", "P19.S1.e")
    assert claim.paraphrase["en"] == "Shenyue has moved its headquarters away from Beijing."
    assert claim.paraphrase_in("zh") == "神玥软件的总部自北京迁出。"
    assert claim.paraphrase_in("fr") in claim.paraphrase.values()
    assert claim.reading["zh"] == "时间未说明，保持未知。"
    assert claim.silent == (expand("jjj:when"), expand("prov:hadPrimarySource"))
    (passage,) = claim.passages
    assert (passage.notation, passage.paragraph, passage.sentence) == ("P19.S1", 19, 1)
    assert "#:~:text=" in passage.url


def test_roles_and_primary_sources_are_read(own: Claims) -> None:
    assert any(claim.role for claim in own.values())
    assert any(claim.through for claim in own.values())


def test_each_claim_is_there_once_with_its_graph_or_its_record_alone(small: Claims) -> None:
    assert sorted(names(*small)) == ["one", "silent", "three", "two"]
    assert len(small) == 4
    with pytest.raises(KeyError):
        small[expand("claim:none")]


def test_a_statement_has_the_claims_that_state_it(small: Claims) -> None:
    town = named("kg:zone"), named("jjj:in"), named("kg:town")
    assert names(*small.stating(town)) == ["one", "two"]
    assert small.stating((*town[:2], named("kg:nowhere"))) == ()


def test_every_asserted_triple_of_ours_has_a_claim(own: Claims) -> None:
    assert all(own.stating(statement_of(triple)) for triple in own.dataset.asserted)


def test_claims_are_derived_at_first_and_at_second_hand(small: Claims) -> None:
    assert names(*small.derived_from([expand("claim:two")])) == ["three", "silent"]
    assert small.derived_from([expand("claim:one")]) == ()


def test_records_are_made_of_rows_in_their_order() -> None:
    rows = [("x:a", expand("rdf:type"), named("kg:b")), ("x:a", "x:p", named("kg:c"))]
    records = make_records([*rows, rows[0]])
    assert list(records) == ["x:a"]
    assert records["x:a"].all("rdf:type") == (named("kg:b"), named("kg:b"))
    assert records["x:a"].one("x:p") == expand("kg:c")
    assert records["x:a"].one("x:q") == ""


def test_a_claim_without_a_record_has_nothing_but_its_iri() -> None:
    assert Claim.of("x:c", {}) == Claim.of("x:c", {"x:c": Record("x:c", {})})
    assert Claim.of("x:c", {}).passages == ()
