"""The descriptions in a release: each figure in them is the file's own."""

import hashlib
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from jjjkg import __version__
from jjjkg.metadata.citation import write_citation
from jjjkg.metadata.facts import Facts
from jjjkg.rdf.namespaces import GRAPH, PARTS, expand
from jjjkg.release.content import Content
from jjjkg.snapshot import Snapshot

ROOT = f"https://w3id.org/jjjkg/releases/{__version__}/"
DATASET = ox.NamedNode("https://w3id.org/jjjkg/dataset")


def load(file: Path) -> ox.Store:
    store = ox.Store()
    store.load(path=file)
    return store


def values(store: ox.Store, subject: object, property: str) -> list[str]:
    found = store.quads_for_pattern(subject, ox.NamedNode(expand(property)), None)  # type: ignore[arg-type]
    return [quad.object.value for quad in found]  # type: ignore[union-attr]


def follow(store: ox.Store, subject: object, property: str) -> list[object]:
    found = store.quads_for_pattern(subject, ox.NamedNode(expand(property)), None)  # type: ignore[arg-type]
    return [quad.object for quad in found]


def test_dcat_lists_each_file_with_its_size_and_hash(release: Path) -> None:
    store = load(release / "dcat.ttl")
    nodes = follow(store, None, "dcat:distribution")
    described = {
        quad.subject
        for quad in store.quads_for_pattern(
            None, ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand("dcat:Distribution"))
        )
    }
    assert {*nodes} == described
    names = []
    for node in nodes:
        (address,) = values(store, node, "dcat:downloadURL")
        name = address.removeprefix(ROOT)
        text = (release / name).read_bytes()
        (checksum,) = follow(store, node, "spdx:checksum")
        assert values(store, node, "dcat:byteSize") == [str(len(text))]
        assert values(store, checksum, "spdx:checksumValue") == [hashlib.sha256(text).hexdigest()]
        names.append(name)
    data = {file.name for file in release.iterdir()} - {
        *("dcat.ttl", "void.ttl", "schema.jsonld", "CITATION.cff", "ontology.html"),
        *("dcat.ttl.gz", "void.ttl.gz", "schema.jsonld.gz", "CITATION.cff.gz", "ontology.html.gz"),
        *("portability.json", "portability.md", "portability.json.gz", "portability.md.gz"),
        *("manifest.json", "SHA256SUMS"),
    }
    assert {*names} == data
    assert len(names) > 40


def test_void_counts_the_whole_and_each_part(release: Path, snapshot: Snapshot) -> None:
    store = load(release / "void.ttl")
    counted = {part: snapshot.counts[part] for part in PARTS}
    subsets = {node.value.removeprefix(GRAPH) for node in follow(store, DATASET, "void:subset")}
    assert subsets == {*PARTS}
    for dataset, triples in {
        DATASET: sum(counted.values()),
        **{ox.NamedNode(GRAPH + part): count for part, count in counted.items()},
    }.items():
        assert values(store, dataset, "void:triples") == [str(triples)]
        partitions = follow(store, dataset, "void:propertyPartition")
        uses = [int(values(store, node, "void:triples")[0]) for node in partitions]
        assert sum(uses) == triples
        assert values(store, dataset, "void:properties") == [str(len(uses))]
        classes = follow(store, dataset, "void:classPartition")
        assert values(store, dataset, "void:classes") == [str(len(classes))]


def test_schema_org_needs_no_context_from_elsewhere(release: Path) -> None:
    file = release / "schema.jsonld"
    store = load(file)
    assert values(store, DATASET, "schema:version") == [__version__]
    languages = {name.language for name in follow(store, DATASET, "schema:name")}
    assert languages == {"en", "zh"}
    described = json.loads(file.read_bytes())
    downloads = {item["name"]: item for item in described["distribution"]}
    assert {"everything.ttl", "claims.csv", "dataset.trig"} <= downloads.keys()
    for name, item in downloads.items():
        text = (release / name).read_bytes()
        assert item["sha256"] == hashlib.sha256(text).hexdigest()
        assert item["contentUrl"] == {"@id": ROOT + name}


def test_the_citation_names_authors_version_and_source(release: Path) -> None:
    text = (release / "CITATION.cff").read_text(encoding="utf-8")
    fields: dict[str, object] = {}
    key = ""
    for line in text.splitlines():
        if line.startswith("  - "):
            fields.setdefault(key, []).append(json.loads(line[4:]))  # type: ignore[attr-defined]
        else:
            key, _, value = line.partition(": ")
            if value:
                fields[key] = json.loads(value)
            key = key.removesuffix(":")
    assert fields.keys() >= {"cff-version", "message", "title", "authors"}, "the schema's own"
    assert fields["version"] == __version__
    assert fields["type"] == "dataset"
    assert fields["license"] == "CC-BY-4.0"
    (article,) = fields["references"]  # type: ignore[misc]
    assert [author["name"] for author in article["authors"]] == ["Zheng Jinran", "Zhang Yu"]


@pytest.mark.parametrize("name", ["dcat.ttl", "void.ttl", "schema.jsonld", "CITATION.cff"])
def test_data_that_do_not_say_what_they_are_are_not_described(name: str, tmp_path: Path) -> None:
    from jjjkg.release.writing import make_files

    triple = ox.Triple(ox.NamedNode("x:a"), ox.NamedNode("x:b"), ox.NamedNode("x:c"))
    parts = dict.fromkeys(PARTS, ()) | {"asserted": (triple,)}
    files = dict(make_files(Content(parts, {}, {}, "1"), "key"))
    assert name not in files
    assert {"everything.ttl", "nodes.csv", "edges.csv"} <= files.keys()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/", 'license: "CC-BY-NC-SA-3.0"'),
        ("http://creativecommons.org/licenses/by/4.0", 'license: "CC-BY-4.0"'),
        ("https://creativecommons.org/publicdomain/zero/1.0/", 'license: "CC0-1.0"'),
        ("https://example.org/terms", 'license-url: "https://example.org/terms"'),
        ("", ""),
    ],
)
def test_a_licence_has_its_identifier_where_there_is_one(address: str, expected: str) -> None:
    said = [("rdf:type", ox.NamedNode(expand("dcat:Dataset")))]
    if address:
        said.append(("dcterms:license", ox.NamedNode(address)))
    dataset = tuple(ox.Triple(DATASET, ox.NamedNode(expand(name)), value) for name, value in said)
    text = write_citation(DATASET, Facts(dataset), "1").decode()
    assert [line for line in text.splitlines() if line.startswith("license")] == (
        [expected] if expected else []
    )
