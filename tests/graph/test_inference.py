"""Answers that are inferred from the graph, and statements that must not follow."""

import pyoxigraph as ox
import pytest

from jjjkg.dataset.loading import Dataset
from jjjkg.entailment.closure import close
from jjjkg.rdf.namespaces import PREFIXES, shorten

HEADER = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


def find(store: ox.Store, pattern: str) -> set[str]:
    """The values of ?x in a pattern: prefixed names and lexical forms."""
    results = store.query(f"{HEADER} SELECT ?x {{ {pattern} }}")
    assert isinstance(results, ox.QuerySolutions)
    return {shorten(row["x"].value).removeprefix("kg:") for row in results}


def holds(store: ox.Store, pattern: str) -> bool:
    return bool(store.query(f"{HEADER} ASK {{ {pattern} }}"))


REGION = {"bth-region", "china", "hebei", "shijiazhuang"}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        # Every place that a firm, zone or relocation is in, at every level up to the region.
        ("kg:far-east jjj:locatedIn ?x", REGION | {"luquan-zone", "luquan-district"}),
        ("kg:shenyue-soft jjj:locatedIn ?x", REGION | {"luquan-district"}),
        ("kg:luquan-zone jjj:within ?x", REGION | {"luquan-district"}),
        ("kg:zhongguancun jjj:within ?x", {"beijing", "bth-region", "china"}),
        (
            "kg:shenyue-headquarters-relocation jjj:originWithin ?x",
            {"beijing", "bth-region", "china"},
        ),
        ("kg:shenyue-headquarters-relocation jjj:destinationWithin ?x", REGION),
        ("kg:luquan-district schema:containedInPlace ?x", REGION),
        # Relocations out of Beijing, and within the region.
        (
            "?x a jjj:RelocationOutOfBeijing",
            {
                "industries-leaving-beijing",
                "shenyue-headquarters-relocation",
                "sources-leaving-beijing",
            },
        ),
        ("?x a jjj:RelocationWithinRegion", {"shenyue-headquarters-relocation"}),
        ("kg:shenyue-headquarters-relocation jjj:tookPlaceIn ?x", {"bth-region", "china"}),
        # What moved from and to where, as direct links.
        ("?x jjj:movedFrom kg:beijing", {"shenyue-soft"}),
        ("kg:shenyue-soft jjj:movedTo ?x", {"shijiazhuang"}),
        # Which measures serve which policy and strategy.
        ("kg:hebei-transformation-measures jjj:serves ?x", {"outline", "coordinated-development"}),
        ("kg:luquan-talent-policies jjj:serves ?x", {"luquan-zone-preparation"}),
        ("kg:outline jjj:issuedBy ?x", {"cpc-central-committee", "state-council"}),
        # Affiliations.
        ("kg:luo-jun jjj:affiliatedWith ?x", {"shenyue-hr-department", "shenyue-soft"}),
        ("kg:luo-jun jjj:hasRoleIn ?x", {"shenyue-hr-department"}),
        ("kg:zhang-songyi jjj:affiliatedWith ?x", {"far-east"}),
        # Partners both ways.
        (
            "kg:far-east jjj:partnerOf ?x",
            {"beihang-university", "beijing-institute-of-technology", "yanshan-university"},
        ),
        (
            "?x jjj:partnerOf kg:far-east",
            {"beihang-university", "beijing-institute-of-technology", "yanshan-university"},
        ),
        ("kg:yanshan-university jjj:partnerOf ?x", {"far-east"}),
        # Beneficiaries.
        ("?x a jjj:Beneficiary", {"shenyue-soft"}),
        ("kg:coordinated-development jjj:hasBeneficiary ?x", {"shenyue-soft"}),
        # Industries under broader ones.
        (
            "kg:chip-industry jjj:underIndustry ?x",
            {"electronics-industry", "electronic-information-industry"},
        ),
        (
            "kg:luquan-electronics-factory jjj:activeIn ?x",
            {"chip-industry", "electronics-industry", "electronic-information-industry"},
        ),
        # Bounds of every kind of value.
        ("kg:shenyue-branches-observation jjj:exactValue ?x", {"13"}),
        ("kg:shenyue-branches-observation jjj:lowerBound ?x", {"13"}),
        ("kg:shenyue-branches-observation jjj:upperBound ?x", {"13"}),
        ("kg:luquan-zone-thriving-companies-observation jjj:lowerBound ?x", {"50"}),
        ("kg:luquan-zone-thriving-companies-observation jjj:upperBound ?x", set()),
        ("kg:shenyue-employees-later-observation jjj:lowerBound ?x", {"1500"}),
        ("kg:shenyue-employees-later-observation jjj:upperBound ?x", set()),
        ("kg:hebei-companies-attracted-observation jjj:aboutValue ?x", {"43000"}),
        ("kg:hebei-companies-attracted-observation jjj:lowerBound|jjj:upperBound ?x", set()),
    ],
)
def test_inferred_answer(store: ox.Store, pattern: str, expected: set[str]) -> None:
    assert find(store, pattern) == expected


def test_the_headquarters_is_nowhere_in_luquan(store: ox.Store) -> None:
    """The firm is in Luquan and its headquarters moved to Shijiazhuang: no more is said."""
    luquan = "?x jjj:within* kg:luquan-district"
    assert "luquan-zone" in find(store, luquan)
    assert not holds(store, f"kg:shenyue-headquarters-relocation ?p ?x . {luquan}")
    assert not holds(store, f"kg:shenyue-soft jjj:movedTo|jjj:movedFrom ?x . {luquan}")
    links = (
        "?relocation jjj:mover kg:shenyue-soft ; ?x ?place . ?place jjj:within* kg:luquan-district"
    )
    assert find(store, links) == set()


@pytest.mark.parametrize(
    "pattern",
    [
        "?assessment jjj:assesses ?x",
        "?assessment jjj:withRegardTo ?x",
        "?link jjj:claimsCause|jjj:candidateCause ?x",
        "?link jjj:claimsEffect ?x",
    ],
)
def test_no_judgement_adds_to_what_is_judged(store: ox.Store, pattern: str) -> None:
    """No inferred triple goes from a thing to an assessment or causal link of it."""
    assert find(store, pattern)
    judge = pattern.split()[0]
    assert not holds(store, f"{pattern} . GRAPH graph:inferred {{ ?x ?any {judge} }}")


#: A small graph beside the ontology, in which each thing could be taken for more than it is.
TRAPS = """
    kg:dongcheng jjj:partOf kg:beijing .
    kg:tongzhou jjj:within kg:beijing .
    kg:beijing jjj:partOf kg:bth-region .
    kg:hebei jjj:partOf kg:bth-region ; jjj:apartFrom kg:beijing .
    kg:luquan jjj:partOf kg:hebei .
    kg:into-tongzhou a jjj:Relocation ;
        jjj:mover kg:stayer ; jjj:origin kg:dongcheng ; jjj:destination kg:tongzhou .
    kg:into-luquan a jjj:Relocation ;
        jjj:mover kg:leaver ; jjj:origin kg:dongcheng ; jjj:destination kg:luquan .
    kg:into-beijing a jjj:Relocation ;
        jjj:mover kg:comer ; jjj:origin kg:luquan ; jjj:destination kg:tongzhou .
    kg:somewhere a jjj:Relocation ; jjj:mover kg:vanisher ; jjj:origin kg:dongcheng .
    kg:abroad a jjj:Relocation ;
        jjj:mover kg:emigrant ; jjj:origin kg:dongcheng ; jjj:destination kg:elsewhere .
    kg:journey a jjj:Journey ;
        jjj:traveller kg:commuter ; jjj:origin kg:beijing ; jjj:destination kg:hebei .
    kg:plan a jjj:RelocationPlan ; jjj:plannedMover kg:planner ;
        jjj:plannedOrigin kg:beijing ; jjj:plannedDestination kg:hebei .
    kg:praise a jjj:Assessment ; jjj:assesses kg:praised ; jjj:withRegardTo kg:praised-for .
    kg:link a jjj:CausalLink ; jjj:claimsCause kg:cause ; jjj:claimsEffect kg:effect .
    kg:work jjj:principal kg:principal ; jjj:partner kg:partner , kg:other-partner .
    kg:exact jjj:exactValue 13 . kg:least jjj:atLeast 50 . kg:more jjj:moreThan 1500 .
    kg:about jjj:aboutValue 43000 .
"""


@pytest.fixture(scope="module")
def traps(dataset: Dataset) -> ox.Store:
    """The closure of the traps."""
    turtle = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + TRAPS
    given = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    store = ox.Store()
    store.extend(ox.Quad(*t) for t in (*given, *close((*dataset.ontology, *given)).inferred))
    return store


def test_a_move_from_one_part_of_beijing_to_another_stays_in_beijing(traps: ox.Store) -> None:
    assert find(traps, "?x a jjj:RelocationOutOfBeijing") == {"into-luquan"}
    assert find(traps, "kg:into-tongzhou jjj:destinationWithin ?x") >= {"beijing", "bth-region"}
    assert not holds(traps, "kg:into-tongzhou jjj:destinationApartFrom kg:beijing")


def test_a_move_within_the_region_begins_and_ends_there(traps: ox.Store) -> None:
    within = find(traps, "?x a jjj:RelocationWithinRegion")
    assert within == {"into-tongzhou", "into-luquan", "into-beijing"}


def test_what_lies_within_a_place_is_apart_from_what_that_is_apart_from(traps: ox.Store) -> None:
    assert find(traps, "kg:luquan jjj:apartFrom ?x") == {"beijing", "dongcheng", "tongzhou"}
    assert not holds(traps, "?x jjj:apartFrom kg:bth-region")


def test_neither_a_plan_nor_a_journey_moves_anyone(traps: ox.Store) -> None:
    moved = {"stayer", "leaver", "comer", "vanisher", "emigrant"}
    assert find(traps, "?x jjj:movedFrom ?place") == moved
    assert find(traps, "?x jjj:movedTo ?place") == moved - {"vanisher"}
    assert find(traps, "kg:plan a ?x") == {
        "jjj:RelocationPlan",
        "jjj:Intention",
        "prov:Plan",
    }
    assert find(traps, "kg:planner a ?x") == {"jjj:Agent", "prov:Agent"}
    assert find(traps, "kg:planner ?x ?any") == {"rdf:type"}
    assert find(traps, "kg:plan ?x ?any") == {
        "rdf:type",
        "jjj:plannedMover",
        "jjj:plannedOrigin",
        "jjj:plannedDestination",
    }


def test_praise_says_nothing_of_what_is_praised(traps: ox.Store) -> None:
    for thing in ("praised", "praised-for", "cause", "effect"):
        assert not holds(traps, f"kg:{thing} ?p ?o")


def test_two_partners_of_one_agent_are_not_partners(traps: ox.Store) -> None:
    assert find(traps, "kg:principal jjj:partnerOf ?x") == {"partner", "other-partner"}
    assert find(traps, "kg:partner jjj:partnerOf ?x") == {"principal"}
    assert find(traps, "?x jjj:partnerOf kg:other-partner") == {"principal"}


def test_bounds_by_the_way_a_value_is_stated(traps: ox.Store) -> None:
    assert find(traps, "?x jjj:lowerBound ?n") == {"exact", "least", "more"}
    assert find(traps, "?x jjj:upperBound ?n") == {"exact"}
    assert find(traps, "?q jjj:lowerBound ?x") == {"13", "50", "1500"}
