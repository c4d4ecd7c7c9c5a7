"""The RDF files of a release: every parser and every format has the same in them."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Dataset as RdflibDataset

from jjjkg.dataset.loading import Dataset
from jjjkg.rdf.namespaces import GRAPH, PARTS
from jjjkg.rdf.turtle import Layout
from jjjkg.release.manifest import hash_graph
from jjjkg.snapshot import Snapshot

STEMS = ("ontology", "asserted", "inferred", "provenance", "everything")
TRIPLES = [f"{stem}{suffix}" for stem in STEMS for suffix in (".ttl", ".nt", ".rdf")]
QUADS = ["dataset.trig", "dataset.nq", "dataset.jsonld"]
#: What Raptor calls the formats that it reads of these.
RAPPER = {".ttl": "turtle", ".nt": "ntriples", ".rdf": "rdfxml", ".trig": "trig", ".nq": "nquads"}
needs_rapper = pytest.mark.skipif(not shutil.which("rapper"), reason="needs Debian's raptor2-utils")


def read(file: Path) -> list[ox.Quad]:
    return list(ox.parse(path=file))


def count_by_raptor(file: Path) -> int:
    command = ["rapper", "-q", "-i", RAPPER[file.suffix], "-o", "nquads", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return len(set(done.stdout.splitlines()))


@needs_rapper
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("name", [*TRIPLES, "protege.ttl", *QUADS])
def test_three_parsers_count_the_same(name: str, release: Path) -> None:
    file = release / name
    expected = len(set(read(file)))
    rdflib = RdflibDataset()
    rdflib.parse(file)
    assert len(set(rdflib.quads())) == expected
    if file.suffix in RAPPER:
        assert count_by_raptor(file) == expected
    assert expected > 800


@pytest.mark.parametrize("stem", STEMS)
def test_a_part_is_the_same_graph_in_each_format(
    stem: str, release: Path, snapshot: Snapshot
) -> None:
    graphs = [
        [q.triple for q in read(release / f"{stem}{suffix}")] for suffix in (".ttl", ".nt", ".rdf")
    ]
    names = PARTS if stem == "everything" else (stem,)
    assert {len(graph) for graph in graphs} == {sum(snapshot.counts[name] for name in names)}
    assert len({hash_graph(graph) for graph in graphs}) == 1


def test_the_graphs_are_the_same_in_each_format(release: Path, snapshot: Snapshot) -> None:
    hashes = []
    for name in QUADS:
        dataset = ox.Dataset(read(release / name))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        hashes.append(frozenset(dataset))
    assert len(set(hashes)) == 1
    counts = Counter(str(quad.graph_name)[1:-1] for quad in read(release / "dataset.trig"))
    assert {name: counts[GRAPH + name] for name in PARTS} == {
        name: snapshot.counts[name] for name in PARTS
    }


def test_turtle_keeps_the_order_of_the_files(dataset: Dataset, release: Path) -> None:
    read_back = list(dict.fromkeys(q.subject for q in read(release / "asserted.ttl")))
    order = [s for s in dict.fromkeys(t.subject for t in dataset.asserted) if s in set(read_back)]
    assert read_back == order
    text = (release / "asserted.ttl").read_text(encoding="utf-8")
    assert text.startswith("# The Jing-Jin-Ji knowledge graph <https://w3id.org/jjjkg/dataset>")
    assert text.count("@prefix jjj:") == 1


def test_turtle_has_a_value_a_line_where_they_are_long(release: Path) -> None:
    lines = (release / "everything.ttl").read_text(encoding="utf-8").splitlines()
    several = [
        line for line in lines if line.startswith("    ") and " , " in line and "[" not in line
    ]
    assert len(several) > 300
    # Within quotes, a comma is the text's.
    assert [line for line in several if len(line) > 100 and line.count('"') != 2] == []
    assert '    rdfs:label "person"@en , "人物"@zh ;' in lines


def test_inferred_triples_are_sorted(release: Path) -> None:
    lines = (release / "inferred.nt").read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines)


def test_rdf_1_2_names_the_claims_of_each_assertion(release: Path, dataset: Dataset) -> None:
    quads = read(release / "rdf12.ttl")
    stated = {
        (quad.object, quad.subject.value)
        for quad in quads
        if isinstance(quad.object, ox.Triple) and isinstance(quad.subject, ox.NamedNode)
    }
    assert stated == {(t, iri) for iri, triples in dataset.claims.items() for t in triples}
    plain = [quad.triple for quad in quads if not isinstance(quad.object, ox.Triple)]
    everything = [quad.triple for quad in read(release / "everything.nt")]
    assert hash_graph(plain) == hash_graph(everything)


def test_the_edition_for_protege_names_the_claims_of_each_assertion(
    release: Path, dataset: Dataset
) -> None:
    owl = "http://www.w3.org/2002/07/owl#"
    said: dict[object, dict[str, list[object]]] = {}
    for quad in read(release / "protege.ttl"):
        if isinstance(quad.subject, ox.BlankNode):
            values = said.setdefault(quad.subject, {})
            values.setdefault(quad.predicate.value, []).append(quad.object)
    stated = set()
    for axiom in said.values():
        for claim in axiom.get("https://w3id.org/jjjkg/ontology#statedBy", ()):
            names = ("annotatedSource", "annotatedProperty", "annotatedTarget")
            subject, predicate, value = (axiom[owl + name][0] for name in names)
            assert isinstance(subject, ox.NamedNode)
            assert isinstance(predicate, ox.NamedNode)
            assert isinstance(claim, ox.NamedNode)
            stated.add((ox.Triple(subject, predicate, value), claim.value))  # type: ignore[arg-type]
    assert stated == {(t, iri) for iri, triples in dataset.claims.items() for t in triples}


nodes = st.sampled_from([ox.BlankNode(f"n{number}") for number in range(5)])
iris = st.sampled_from(
    [
        ox.NamedNode(iri)
        for iri in (
            "https://w3id.org/jjjkg/id/a-1",
            "https://w3id.org/jjjkg/id/a.b",
            "https://w3id.org/jjjkg/id/",
            "http://example.org/%20é",
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil",
        )
    ]
)
literals = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8).map(ox.Literal),
    st.sampled_from(["34.90", "01", "+1", ".5", "1.", "1e6", "true", "1", ""]).flatmap(
        lambda text: st.sampled_from(["integer", "decimal", "double", "boolean", "date"]).map(
            lambda name: ox.Literal(
                text, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#" + name)
            )
        )
    ),
    st.text("ab\n\"\\'", max_size=5).map(lambda text: ox.Literal(text, language="zh")),
)
rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
predicates = st.sampled_from(
    [ox.NamedNode(rdf + name) for name in ("first", "rest", "type")] + [ox.NamedNode("x:p")]
)
triples = st.builds(ox.Triple, st.one_of(nodes, iris), predicates, st.one_of(nodes, iris, literals))


@given(st.lists(triples, max_size=12, unique=True))
def test_what_is_laid_out_is_read_back(graph: list[ox.Triple]) -> None:
    """Its nodes without names may be in a circle, shared, or in broken lists."""
    layout = Layout()
    body = "".join(layout.write(graph))
    again = [q.triple for q in ox.parse(layout.head() + body, ox.RdfFormat.TURTLE)]
    assert hash_graph(again) == hash_graph(graph)
