"""Beside SKOS, ORG, PROV-O and SOSA as published, the graph is still free of contradictions.

jjjkg declares the few terms of theirs that it uses, and doesn't import them; this holds it to what
they mean by them. The npm packages of .ci/package.json have them.
"""

from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg.rdf.namespaces import expand
from support import ROOT
from support.judges import extend, find_contradictions

PUBLISHED = ROOT / ".ci/node_modules/@vocabulary"

#: Each vocabulary with statements that it contradicts, and it alone.
FORBIDDEN = {
    "skos": [("kg:x", "rdf:type", "skos:Collection"), ("kg:x", "rdf:type", "skos:Concept")],
    "org": [("kg:x", "rdf:type", "org:Membership"), ("kg:x", "rdf:type", "org:Site")],
    "prov": [("kg:x", "rdf:type", "prov:Activity"), ("kg:x", "rdf:type", "prov:Entity")],
    "sosa": [
        ("kg:x", "sosa:madeObservation", "kg:y"),
        ("kg:n", "rdf:type", "owl:NegativePropertyAssertion"),
        ("kg:n", "owl:sourceIndividual", "kg:y"),
        ("kg:n", "owl:assertionProperty", "sosa:madeBySensor"),
        ("kg:n", "owl:targetIndividual", "kg:x"),
    ],
}


def read_vocabulary(name: str) -> list[ox.Triple]:
    """A vocabulary's triples, but for owl:imports: what PROV-O imports is in the file already."""
    file = PUBLISHED / name / f"{name}.nq"
    if not file.exists():
        pytest.skip("needs the published vocabularies: cd .ci && npm ci")
    quads = ox.parse(path=file, rename_blank_nodes=True)
    return [quad.triple for quad in quads if quad.predicate.value != expand("owl:imports")]


def write_triples(triples: list[ox.Triple], file: Path) -> Path:
    ox.serialize(triples, file, ox.RdfFormat.N_TRIPLES)
    return file


def test_the_closed_graph_is_consistent_with_all_of_them(
    closed_graph_file: Path, tmp_path: Path
) -> None:
    triples = [quad.triple for quad in ox.parse(path=closed_graph_file)]
    for name in FORBIDDEN:
        triples += read_vocabulary(name)
    assert find_contradictions(write_triples(triples, tmp_path / "merged.nt")) == []


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_a_vocabulary_forbids_is_found(name: str, tmp_path: Path) -> None:
    vocabulary = write_triples(read_vocabulary(name), tmp_path / "vocabulary.nt")
    assert find_contradictions(extend(vocabulary, tmp_path, FORBIDDEN[name])) == ["inconsistent"]
