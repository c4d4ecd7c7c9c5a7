"""The tests of FOOPS! that need no registry elsewhere, against the running server.

https://w3id.org/foops/catalogue names 24. Left out as they ask other sites: FIND2 (prefix.cc),
FIND3 and FIND_3_BIS (LOV), OM4.2 (whether the licence's address answers).
"""

import html
import re
from datetime import date

import pyoxigraph as ox
import pytest

from jjjkg import __version__
from jjjkg.rdf.namespaces import BASE, PREFIXES
from support import ROOT
from support.fair.visits import Reader, Site

JJJ = PREFIXES["jjj"]

ONTOLOGY = ox.NamedNode(BASE + "ontology")
RDF = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
}
CHANGELOG = ROOT / "CHANGELOG.md"
HERE = (
    *("purl1", "uri1", "uri2", "ver1", "ver2", "om1", "om2", "om3", "om4_1", "om5_1", "om5_2"),
    *("find1", "http1", "cn1", "rdf1", "doc1", "voc1", "voc2", "voc3", "voc4"),
)
LEFT = ("find2", "find3", "find_3_bis", "om4_2")
CLASSES = {"owl:Class"}
PROPERTIES = {"owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"}


def told(read: Reader, property: str) -> str:
    """The one thing that the ontology says of itself by a property."""
    (value,) = read.values(ONTOLOGY, property)
    assert isinstance(value, (ox.NamedNode, ox.Literal))
    return value.value


def own_terms(read: Reader) -> set[ox.NamedNode]:
    found = {term for type in CLASSES | PROPERTIES for term in read.of(type)}
    return {t for t in found if isinstance(t, ox.NamedNode) and t.value.startswith(JJJ)}


def test_every_test_of_the_catalogue_is_here_or_named() -> None:
    names = "_".join(name for name in globals() if name.startswith("test_"))
    assert [test for test in (*HERE, *LEFT) if (f"_{test}_" in names) == (test in LEFT)] == []
    assert len({*HERE, *LEFT}) == 24


def test_purl1_http1_the_address_is_a_persistent_one_of_an_open_protocol(read: Reader) -> None:
    (ontology,) = read.of("owl:Ontology")
    assert isinstance(ontology, ox.NamedNode)
    assert ontology.value.startswith("https://w3id.org/")


@pytest.mark.parametrize("media_type", RDF)
def test_cn1_rdf1_uri1_uri2_it_is_had_as_rdf(site: Site, media_type: str, read: Reader) -> None:
    status, found, body = site.get(ONTOLOGY.value, media_type)
    assert (status, found) == (200, media_type)
    store = ox.Store()
    store.load(body, RDF[media_type])
    assert Reader(store).of("owl:Ontology") == {ONTOLOGY}
    assert len(store) == len(read.store)


def test_cn1_doc1_it_is_had_as_a_page(site: Site, read: Reader) -> None:
    status, media_type, body = site.get(ONTOLOGY.value, "text/html,*/*;q=0.1")
    assert (status, media_type) == (200, "text/html")
    missing = [
        t.value for t in own_terms(read) if f'id="{t.value.removeprefix(JJJ)}"' not in body.decode()
    ]
    assert missing == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_doc1_the_page_and_that_of_the_version_agree(site: Site, language: str) -> None:
    """One is of the server, with its links and in one language; the other stands alone."""
    _, _, body = site.get(f"{ONTOLOGY.value}.html?lang={language}")
    _, _, alone = site.get(f"{ONTOLOGY.value}/{__version__}", "text/html")
    found = re.findall(r'id="(\w+)">\s*<h3>(.+) <code>.*\s*<p>(.+)</p>', body.decode())
    assert {anchor for anchor, _, _ in found} == {*re.findall(r'id="(\w+)"', alone.decode())}
    for anchor, *said in found:
        assert all(f'<span lang="{language}">{text}</span>' in alone.decode() for text in said), (
            anchor
        )


def test_doc1_the_page_says_what_the_ontology_says_of_itself(site: Site, read: Reader) -> None:
    for page in (f"{ONTOLOGY.value}.html", f"{ONTOLOGY.value}/{__version__}"):
        text = html.unescape(site.get(page, "text/html")[2].decode())
        for property in ("dcterms:title", "dcterms:description"):
            assert read.texts(ONTOLOGY, property)["en"] in text
        for property in ("owl:versionIRI", "dcterms:license", "dcterms:issued", "dcterms:modified"):
            assert told(read, property) in text
        assert read.texts(ONTOLOGY, "dcterms:bibliographicCitation")["en"] in text


def test_ver1_the_version_has_an_address_of_its_own(read: Reader) -> None:
    (version,) = read.values(ONTOLOGY, "owl:versionIRI")
    assert isinstance(version, ox.NamedNode)
    assert version.value == f"{ONTOLOGY.value}/{__version__}"


@pytest.mark.parametrize("media_type", [*RDF, "text/html"])
def test_ver2_the_versions_address_leads_to_that_version(
    site: Site, media_type: str, read: Reader
) -> None:
    (version,) = read.values(ONTOLOGY, "owl:versionIRI")
    assert isinstance(version, ox.NamedNode)
    status, found, body = site.get(version.value, media_type)
    assert (status, found) == (200, media_type)
    if media_type == "text/html":
        assert f"<dd>{version.value}</dd>" in body.decode()
    else:
        there = ox.Store()
        there.load(body, RDF[media_type])
        assert Reader(there).values(ONTOLOGY, "owl:versionIRI") == [version]
        assert len(there) == len(read.store)


def test_find1_the_prefix_is_told(read: Reader) -> None:
    (prefix,) = read.values(ONTOLOGY, "vann:preferredNamespacePrefix")
    (namespace,) = read.values(ONTOLOGY, "vann:preferredNamespaceUri")
    assert isinstance(prefix, ox.Literal)
    assert isinstance(namespace, ox.Literal)
    assert PREFIXES[prefix.value] == namespace.value == JJJ


def test_om1_the_least_metadata(read: Reader) -> None:
    for property in ("dcterms:title", "dcterms:description"):
        assert [*read.texts(ONTOLOGY, property)] == ["en", "zh"]
    for property in (
        "dcterms:license",
        "owl:versionIRI",
        "dcterms:creator",
        "vann:preferredNamespaceUri",
    ):
        assert len(read.values(ONTOLOGY, property)) == 1, property


def test_om2_the_recommended_metadata(read: Reader) -> None:
    assert read.values(ONTOLOGY, "owl:versionInfo") == [ox.Literal(__version__)]
    assert len(read.values(ONTOLOGY, "vann:preferredNamespacePrefix")) == 1
    assert len(read.values(ONTOLOGY, "dcterms:created")) == 1
    citations = read.texts(ONTOLOGY, "dcterms:bibliographicCitation")
    assert [*citations] == ["en", "zh"]
    year = told(read, "dcterms:issued")[:4]
    for citation in citations.values():
        assert all(part in citation for part in (ONTOLOGY.value, __version__, year))


def test_om3_the_detailed_metadata(site: Site, read: Reader) -> None:
    """But for a DOI: the ontology has none, and none is made up."""
    for property in ("dcterms:publisher", "dcterms:source", "dcterms:issued", "bibo:status"):
        assert len(read.values(ONTOLOGY, property)) == 1, property
    (logo,) = read.values(ONTOLOGY, "foaf:logo")
    assert isinstance(logo, ox.NamedNode)
    status, media_type, _ = site.get(logo.value)
    assert (status, media_type) == (200, "image/svg+xml")


def test_om4_1_the_licence_is_told(read: Reader) -> None:
    (licence,) = read.values(ONTOLOGY, "dcterms:license")
    assert licence == ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")


@pytest.mark.parametrize("property", ["dcterms:creator", "dcterms:publisher"])
def test_om5_1_om5_2_who_made_it_can_be_looked_up(site: Site, property: str, read: Reader) -> None:
    agent = told(read, property)
    status, _, body = site.get(agent, "text/turtle")
    assert status == 200
    described = ox.Store()
    described.load(body, ox.RdfFormat.TURTLE)
    assert [*Reader(described).texts(ox.NamedNode(agent), "rdfs:label")] == ["en", "zh"]


def test_om5_1_om5_2_when_it_was_made_is_told(read: Reader) -> None:
    created, issued, modified = (
        date.fromisoformat(told(read, f"dcterms:{event}"))
        for event in ("created", "issued", "modified")
    )
    assert created <= issued <= modified
    assert f"## {__version__} ({issued})" in CHANGELOG.read_text(encoding="utf-8")


def test_voc1_the_metadata_are_in_vocabularies_of_others(read: Reader) -> None:
    used = {
        quad.predicate.value
        for quad in read.store.quads_for_pattern(ONTOLOGY, None, None)
        if not quad.predicate.value.startswith((JJJ, PREFIXES["owl"], PREFIXES["rdf"]))
    }
    assert len(used) > 10
    vocabularies = [PREFIXES[p] for p in ("bibo", "dcterms", "foaf", "vann")]
    assert all(any(u.startswith(namespace) for u in used) for namespace in vocabularies)


def test_voc2_the_terms_of_others_are_extended(read: Reader) -> None:
    extended = {
        str(above).removeprefix("<")
        for property in ("rdfs:subClassOf", "rdfs:subPropertyOf")
        for below, above in read.pairs(property)
        if below in own_terms(read) and above not in own_terms(read)
    }
    for prefix in ("org", "prov", "schema", "skos", "sosa", "time"):
        assert any(term.startswith(PREFIXES[prefix]) for term in extended), prefix


@pytest.mark.parametrize("property", ["rdfs:label", "skos:definition"])
def test_voc3_voc4_every_term_has_a_name_and_a_definition(read: Reader, property: str) -> None:
    terms = own_terms(read)
    assert len(terms) > 180
    for term in terms:
        found = [v.language for v in read.values(term, property) if isinstance(v, ox.Literal)]
        assert sorted(filter(None, found)) == ["en", "zh"], term
