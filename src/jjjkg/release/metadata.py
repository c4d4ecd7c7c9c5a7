"""What a release says of itself: its files in DCAT 3, its statistics in VoID, both as schema.org.

https://www.w3.org/TR/vocab-dcat-3/, https://www.w3.org/TR/void/, https://schema.org/Dataset
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import urljoin

import pyoxigraph as ox

from jjjkg.dataset.questions import bind_thing
from jjjkg.evaluation import Evaluator
from jjjkg.evaluation.files import find_triples
from jjjkg.metadata.distribution import describe_distribution
from jjjkg.metadata.statements import Triples, state, term
from jjjkg.rdf.iris import find_href
from jjjkg.rdf.namespaces import GRAPH, PARTS, expand
from jjjkg.rdf.turtle import Layout
from jjjkg.release.content import Content
from jjjkg.release.manifest import hash_bytes, media_type_of

DCAT: Final = "dcat.ttl"
VOID: Final = "void.ttl"
SCHEMA: Final = "schema.jsonld"
#: Files of RDF that describe the dataset and are none of it.
DESCRIPTIONS: Final = (DCAT, VOID, SCHEMA)
_HEX: Final = ox.NamedNode(expand("xsd:hexBinary"))
_PARTITIONS: Final = (term("void:classPartition"), term("void:propertyPartition"))
_NAMING: Final = (term("void:class"), term("void:property"))


def make_metadata(
    content: Content, evaluator: Evaluator, files: Mapping[str, bytes], statistics: Path
) -> Iterator[tuple[str, bytes]]:
    """The descriptions of the dataset in `files`; none of data that does not say what it is.

    `statistics` is the query that counts (queries/pages/statistics.rq), by an evaluator of the
    content (jjjkg.release.asking).
    """
    if content.dataset is None:
        return
    yield DCAT, _write(DCAT, "the files of this release (DCAT 3)", _catalogue(content, files))
    counted = _count(content, evaluator, files, statistics)
    yield VOID, _write(VOID, "the dataset in numbers (VoID)", counted)
    yield SCHEMA, _write_schema(content, files)


def address_of(content: Content, name: str) -> str:
    """The lasting address of a file of this release: beside the dataset's own, by version."""
    assert content.dataset is not None
    return urljoin(content.dataset.value, f"releases/{content.version}/{name}")


def _write(name: str, words: str, triples: Iterable[ox.Triple]) -> bytes:
    layout = Layout()
    blocks = "".join(layout.write(list(dict.fromkeys(triples))))
    return f"# {name}: {words}.\n\n{layout.head()}\n{blocks}".encode()


def _catalogue(content: Content, files: Mapping[str, bytes]) -> Triples:
    itself = content.dataset
    assert itself is not None
    addresses = {name: ox.NamedNode(address_of(content, name)) for name in files}
    nodes = {name: ox.NamedNode(f"{iri.value}#distribution") for name, iri in addresses.items()}
    licence = [v for v in content.values(itself, "dcterms:license") if isinstance(v, ox.NamedNode)]
    yield from (triple for triple in content.parts["dataset"] if triple.subject == itself)
    yield from state(
        itself,
        ("dcat:version", [ox.Literal(content.version)]),
        ("dcat:distribution", nodes.values()),
    )
    # Catalogues take an agent by the name that stands beside it: they follow no IRI.
    for agent in content.values(itself, "dcterms:publisher"):
        names = [v for v in content.values(agent, "rdfs:label") if isinstance(v, ox.Literal)]
        if isinstance(agent, ox.NamedNode):
            yield from state(agent, ("rdf:type", [term("foaf:Agent")]), ("foaf:name", names))
    for name, text in files.items():
        checksum = ox.BlankNode(_hash(name))
        yield from describe_distribution(
            nodes[name],
            name,
            addresses[name],
            len(text),
            media_type_of(name.removesuffix(".gz")).partition(";")[0],
            ("dcterms:license", licence),
            ("spdx:checksum", [checksum]),
        )
        yield from state(
            checksum,
            ("rdf:type", [term("spdx:Checksum")]),
            ("spdx:algorithm", [term("spdx:checksumAlgorithm_sha256")]),
            ("spdx:checksumValue", [ox.Literal(hash_bytes(text), datatype=_HEX)]),
        )


def _count(
    content: Content, evaluator: Evaluator, files: Mapping[str, bytes], statistics: Path
) -> Triples:
    itself = content.dataset
    assert itself is not None
    dumps = [name for name in files if name.startswith(("everything.", "dataset."))]
    yield from state(
        itself,
        ("rdf:type", [term("void:Dataset")]),
        ("void:dataDump", [ox.NamedNode(address_of(content, name)) for name in dumps]),
    )
    yield from (
        triple
        for triple in content.parts["dataset"]
        if triple.subject == itself and triple.predicate.value.startswith(expand("void:"))
    )
    yield from _measure(evaluator, statistics, itself)
    for part in PARTS:
        graph = ox.NamedNode(GRAPH + part)
        if not content.parts[part]:
            continue
        yield from state(itself, ("void:subset", [graph]))
        own = [name for name in files if name.partition(".")[0] == part]
        addresses = [ox.NamedNode(address_of(content, name)) for name in own]
        yield from state(graph, ("rdf:type", [term("void:Dataset")]), ("void:dataDump", addresses))
        yield from _measure(evaluator, statistics, graph, [graph.value])


def _measure(
    evaluator: Evaluator, file: Path, dataset: ox.NamedNode, graphs: Sequence[str] = ()
) -> Triples:
    """The statistics of some graphs, or of all parts, in an order that is always the same."""
    query = bind_thing(file.read_text(encoding="utf-8"), "thing", [dataset.value])
    counted = list(find_triples(evaluator, file, query, graphs))
    names: dict[object, str] = {t.subject: str(t.object) for t in counted if t.predicate in _NAMING}
    # Partitions have no names, and what a store calls them differs each time: so it is what they
    # count that they are called after.
    nodes: dict[object, ox.BlankNode] = {
        t.object: ox.BlankNode(_hash(f"{dataset} {t.predicate} {names[t.object]}"))
        for t in counted
        if t.predicate in _PARTITIONS
    }

    def place(triple: ox.Triple) -> tuple[bool, str, str, str]:
        in_partition, value = triple.subject != dataset, triple.object
        subject = str(nodes.get(triple.subject, ""))
        return in_partition, subject, triple.predicate.value, names.get(value, str(value))

    for triple in sorted(counted, key=place):
        subject = nodes.get(triple.subject, triple.subject)
        yield ox.Triple(subject, triple.predicate, nodes.get(triple.object, triple.object))


def _hash(text: str) -> str:
    """A name for a node without one."""
    return f"h{hash_bytes(text.encode())[:24]}"


def _write_schema(content: Content, files: Mapping[str, bytes]) -> bytes:
    itself = content.dataset
    assert itself is not None

    def both(subject: object, property: str) -> list[dict[str, str]]:
        values = [v for v in content.values(subject, property) if isinstance(v, ox.Literal)]
        return [{"@value": v.value, "@language": v.language} for v in values if v.language]

    def things(property: str, kind: str) -> list[dict[str, Any]]:
        found = [v for v in content.values(itself, property) if isinstance(v, ox.NamedNode)]
        return [
            {"@id": thing.value, "@type": kind, "name": both(thing, "rdfs:label")}
            for thing in found
            if find_href(thing.value)
        ]

    described: dict[str, Any] = {
        # The vocabulary by itself: schema.org's own context would have to be fetched.
        "@context": {"@vocab": expand("schema:")},
        "@id": itself.value,
        "@type": "Dataset",
        "name": both(itself, "dcterms:title"),
        "description": both(itself, "dcterms:description"),
        "url": itself.value,
        "identifier": itself.value,
        "version": content.version,
        "datePublished": content.say(itself, "dcterms:issued"),
        "dateModified": content.say(itself, "dcterms:modified"),
        "license": {"@id": find_href(content.say(itself, "dcterms:license"))},
        "creator": things("dcterms:creator", "Organization"),
        "publisher": things("dcterms:publisher", "Organization"),
        "keywords": both(itself, "dcat:keyword"),
        # Languages are named by the addresses of their codes: http://id.loc.gov/vocabulary/iso639-1/en
        "inLanguage": [
            v.value.rpartition("/")[2]
            for v in content.values(itself, "dcterms:language")
            if isinstance(v, (ox.NamedNode, ox.Literal))
        ],
        "spatialCoverage": things("dcterms:spatial", "Place"),
        "isBasedOn": things("dcterms:source", "CreativeWork"),
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": name,
                "contentUrl": {"@id": address_of(content, name)},
                "encodingFormat": media_type_of(name),
                "contentSize": f"{len(text)} B",
                "sha256": hash_bytes(text),
            }
            for name, text in files.items()
            if PurePath(name).suffix != ".gz"
        ],
    }
    # What the data do not say, nobody says for them.
    unsaid: tuple[object, ...] = ("", [], {"@id": ""})
    told = {key: value for key, value in described.items() if value not in unsaid}
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()
