"""HermiT finds no contradiction in ontology, asserted and inferred triples together."""

from pathlib import Path

import pytest

from jjjkg.rdf.namespaces import expand
from support.judges import extend, find_contradictions


def test_the_closed_graph_is_consistent_and_every_class_can_have_members(
    closed_graph_file: Path,
) -> None:
    assert find_contradictions(closed_graph_file) == []


@pytest.mark.parametrize(
    ("triples", "found"),
    [
        # A place that is an agent; a class of such things; a place that is part of itself.
        ([("kg:hebei", "rdf:type", "jjj:Agent")], "inconsistent"),
        (
            [
                ("jjj:SpeakingPlace", "rdf:type", "owl:Class"),
                ("jjj:SpeakingPlace", "rdfs:subClassOf", "jjj:Place"),
                ("jjj:SpeakingPlace", "rdfs:subClassOf", "jjj:Agent"),
            ],
            f"<{expand('jjj:SpeakingPlace')}>",
        ),
        ([("kg:hebei", "jjj:partOf", "kg:hebei")], "inconsistent"),
    ],
)
def test_a_contradiction_is_found(
    closed_graph_file: Path, tmp_path: Path, triples: list[tuple[str, str, str]], found: str
) -> None:
    file = extend(closed_graph_file, tmp_path, triples)
    assert find_contradictions(file) == [found]
