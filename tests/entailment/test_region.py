"""The generated graphs have the numbers that they are asked for."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import pyoxigraph as ox
import pytest
import sparq

from jjjkg.rdf.namespaces import expand
from support.entailment import hard_shapes, region

TYPE = ox.NamedNode(expand("rdf:type"))

SMALL = 1 / 430


def parse(lines: Iterable[str]) -> list[ox.Triple]:
    text = "\n".join(lines) + "\n"
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]


def close(lines: Iterable[str]) -> sparq.Graph:
    graph = sparq.Graph.load("\n".join(lines) + "\n", "ntriples")
    graph.reason("owl")
    return graph


def count(graph: sparq.Graph, pattern: str) -> int:
    prefixes = f"PREFIX : <{hard_shapes.NAMESPACE}> PREFIX region: <{region.NAMESPACE}>"
    owl = f"PREFIX owl: <{expand('owl:')}> PREFIX rdfs: <{expand('rdfs:')}>"
    (row,) = graph.query(f"{prefixes} {owl} SELECT (COUNT(*) AS ?n) {{ {pattern} }}").rows
    return int(row["n"].value)


def test_same_seed_gives_the_same_region() -> None:
    once = list(region.generate_region(SMALL, seed=1))
    assert once == list(region.generate_region(SMALL, seed=1))
    assert once != list(region.generate_region(SMALL, seed=2))


def test_no_line_of_a_region_comes_twice() -> None:
    lines = list(region.generate_region(SMALL))
    assert len(set(lines)) == len(lines) == len(set(parse(lines)))


def test_region_is_in_the_articles_numbers() -> None:
    triples = parse(region.generate_region(1 / 43))
    classes = Counter(
        triple.object.value.removeprefix(region.NAMESPACE)
        for triple in triples
        if triple.predicate == TYPE and isinstance(triple.object, ox.NamedNode)
    )
    assert sum(classes[name] for name in ("PrivateFirm", "StateFirm", "JointVenture")) == 1_000
    assert classes["Branch"] == round(region.BRANCHES / 43)
    headquartered = ox.NamedNode(f"{region.NAMESPACE}headquarteredIn")
    zones = Counter(triple.object for triple in triples if triple.predicate == headquartered)
    (_, most), (_, second) = zones.most_common(2)
    assert most == round(region.FIRMS_IN_ONE_ZONE / 43)
    assert second < most


def test_region_grows_with_its_factor() -> None:
    sizes = [sum(1 for _ in region.generate_region(factor)) for factor in (0.01, 0.02, 0.03)]
    first, second = (after - before for before, after in pairwise(sizes))
    assert first == pytest.approx(430_000 * 0.01, rel=0.02)
    assert second == pytest.approx(first, rel=0.02)


def test_closure_of_a_region_is_four_times_its_size() -> None:
    lines = list(region.generate_region(1 / 43))
    graph = close(lines)
    assert 3.8 < len(graph) / len(lines) < 4.3
    assert graph.inconsistencies() == []
    assert count(graph, "?x owl:sameAs ?y FILTER(?x != ?y)") == 0


@pytest.mark.parametrize(
    "cls",
    [
        *("Partnered", "Mover", "HighTechFirm", "HighTechMover", "HighTechTenant", "HostPlace"),
        *("FirmFromHaidian", "LuquanTenant", "FirstLevelDivision", "CoreMunicipality"),
    ],
)
def test_class_of_a_region_has_none_but_inferred_members(cls: str) -> None:
    lines = list(region.generate_region(SMALL))
    assert not any(line.split()[1:3] == [f"<{TYPE.value}>", region.iri(cls)] for line in lines)
    assert count(close(lines), f"?x a region:{cls}") > 0


@pytest.mark.parametrize(
    "name",
    [
        *("within", "contains", "officeIn", "hostsOffice", "locatedIn", "activeIn", "branch"),
        *("activeThroughItsFirmIn", "presentIn", "moved", "gaveUp", "movedFrom", "movedTo"),
        "tookPlaceIn",
    ],
)
def test_property_of_a_region_has_inferred_values(name: str) -> None:
    lines = list(region.generate_region(SMALL))
    given = sum(line.split()[1] == region.iri(name) for line in lines)
    assert count(close(lines), f"?x region:{name} ?y") > given


def test_chain_closes_to_every_pair() -> None:
    assert count(close(hard_shapes.chain(20)), "?x :within ?y") == 20 * 21 / 2


def test_every_instance_is_of_the_first_class() -> None:
    graph = close(hard_shapes.classes(count=50, instances=100))
    assert count(graph, "?x a :C0 . FILTER(?x != :C0)") == 100
    assert count(graph, "?x rdfs:subClassOf :C0 . FILTER(?x != :C0)") == 49


def test_every_fact_is_inverted_and_typed() -> None:
    lines = list(hard_shapes.properties(count=30, facts=40))
    graph = close(lines)
    facts = {tuple(line.split()[:3]) for line in lines if "#p" in line.split()[1]}
    assert count(graph, "?q ^owl:inverseOf ?p . ?y ?q ?x . ?x ?p ?y") == len(facts)
    assert count(graph, "?q ^owl:inverseOf ?p . ?x ?p ?y MINUS { ?x a :C0 . ?y a :C0 }") == 0


def test_every_cluster_is_of_one_size() -> None:
    graph = close(hard_shapes.clusters(individuals=60, size=5))
    assert count(graph, "?x owl:sameAs ?y") == 60 * 5


def test_clique_shares_its_facts() -> None:
    graph = close(hard_shapes.clique(20))
    assert count(graph, "?x owl:sameAs ?y FILTER(?x != ?y)") == 20 * 19
    assert count(graph, "?x a :C0 ; :knows :y") == 20
