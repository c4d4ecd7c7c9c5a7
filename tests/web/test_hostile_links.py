"""Data whose every IRI is one that no browser may be led to: nothing leads there."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
from flask import Flask

from jjjkg.dataset.loading import load
from jjjkg.evaluation import Evaluator
from jjjkg.rdf.iris import find_href
from jjjkg.rdf.namespaces import BASE, GRAPH, expand
from jjjkg.release.writing import ensure_release
from jjjkg.snapshot import Snapshot, build
from jjjkg.web.app import create_app
from jjjkg.web.site import Content, Site
from support.web.reasoners import reasoning

HERE = Path(__file__).parent
#: What an IRI can be.
IRIS = (
    "javascript:alert(1)",
    "JavaScript:alert('2')",
    "data:text/html,alert(3)",
    "vbscript:msgbox(4)",
    "file:///etc/passwd",
    "blob:https://example.org/5",
    "urn:x:6",
    "https:javascript:alert(7)",
    "http:///8",
)
#: What a text that is to be an address can be besides.
TEXTS = (
    *IRIS,
    "",
    " javascript:alert(1)",
    "java\nscript:alert(2)",
    '"><script>alert(3)</script>',
    'https://example.org/" onclick="alert(4)',
    "//evil.example/5",
    "/\\evil.example/6",
    "\\\\evil.example/7",
    f"{BASE}//evil.example/8",
    f"{BASE}\\evil.example/9",
    f"{BASE}\t/evil.example/10",
    "https://[11",
)
ANY_URI = ox.NamedNode(expand("xsd:anyURI"))
TYPE = expand("rdf:type")
LINKING = {"href", "src", "action", "formaction", "cite", "poster", "srcset", "ping", "content"}


def spoil(quads: list[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads, with each of them said of hostile addresses too."""
    iris, texts = cycle(IRIS), cycle(TEXTS)
    for quad in quads:
        yield quad
        if quad.predicate.value == TYPE or quad.graph_name.value == f"{GRAPH}ontology":
            continue
        for value in (ox.NamedNode(next(iris)), ox.Literal(next(texts), datatype=ANY_URI)):
            yield ox.Quad(quad.subject, quad.predicate, value, quad.graph_name)


def make_data() -> Iterator[ox.Quad]:
    given = list(ox.parse(path=HERE / "tiny.trig"))
    sentence, dataset = (ox.NamedNode(f"{BASE}{n}") for n in ("source/paper.P1.S1", "dataset"))
    fragment = ox.NamedNode(expand("jjj:textFragment"))
    kept = [quad for quad in given if quad.predicate != fragment]
    yield from spoil(kept)
    asserted, provenance = (ox.NamedNode(GRAPH + part) for part in ("asserted", "provenance"))
    ontology = ox.NamedNode(f"{GRAPH}ontology")
    # What has no name at all, and what is no thing, may stand where sentences and claims do.
    nobody = ox.BlankNode()
    for property in ("prov:wasQuotedFrom", "prov:wasAttributedTo", "jjj:isAbout"):
        term = ox.NamedNode(expand(property))
        yield ox.Quad(nobody, term, sentence, provenance)
        yield ox.Quad(sentence, term, nobody, provenance)
    # Claims, sentences and terms may be called so too.
    for number, iri in enumerate(IRIS):
        claim, thing = ox.NamedNode(iri), ox.NamedNode(f"{BASE}id/thing-{number}")
        segment = ox.NamedNode(f"{BASE}source/s{number}")
        yield ox.Quad(thing, ox.NamedNode(expand("jjj:registeredIn")), claim, claim)
        for quad in kept:
            if quad.subject.value == f"{BASE}claim/P1.S1.d":
                yield ox.Quad(claim, quad.predicate, quad.object, provenance)
        for subject, property, value in (
            (segment, "jjj:textFragment", claim),
            (claim, "prov:wasQuotedFrom", segment),
            (claim, "prov:wasDerivedFrom", claim),
            (sentence, "jjj:textFragment", claim),
        ):
            yield ox.Quad(subject, ox.NamedNode(expand(property)), value, provenance)
        yield ox.Quad(claim, ox.NamedNode(TYPE), ox.NamedNode(expand("owl:Class")), ontology)
        yield ox.Quad(thing, ox.NamedNode(TYPE), claim, asserted)
        yield ox.Quad(dataset, claim, claim, ox.NamedNode(f"{GRAPH}dataset"))
    for text in TEXTS:
        value = ox.Literal(text, datatype=ANY_URI)
        yield ox.Quad(sentence, fragment, value, provenance)
    for property in ("creator", "publisher", "source", "spatial", "license"):
        for iri in IRIS:
            term = ox.NamedNode(expand(f"dcterms:{property}"))
            yield ox.Quad(dataset, term, ox.NamedNode(iri), ox.NamedNode(f"{GRAPH}dataset"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("hostile")
    ox.serialize(dict.fromkeys(make_data()), folder / "a.nq", format=ox.RdfFormat.N_QUADS)
    snapshot = build(load([folder / "a.nq"]), folder)
    ensure_release(snapshot)
    return snapshot


@pytest.fixture(scope="module")
def app(hostile: Snapshot) -> Iterator[Flask]:
    with Evaluator(hostile.quads) as evaluator, reasoning(hostile, evaluator) as reasoners:
        yield create_app(Site.open(Content(hostile), evaluator, reasoners))


class Reader(HTMLParser):
    """Gathers what a page leads to, and the JSON in its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.texts: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        assert not any(name.startswith("on") for name, _ in attrs), attrs
        self.targets += [value or "" for name, value in attrs if name in LINKING and tag != "meta"]

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.texts.append(data)


def is_safe(target: str) -> bool:
    """Tell if a browser stays on this server, or goes to one on the web."""
    if re.search(r"[\x00-\x20\\]", target):
        return False
    if target.startswith(("http://", "https://")):
        return bool(urlsplit(target).netloc)
    return target.startswith(("/", "#", "?")) and not target.startswith("//")


def addresses_in(value: Any) -> Iterator[str]:
    """The addresses in JSON-LD: what it names and links to."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key in ("@id", "url", "contentUrl", "identifier") and isinstance(member, str):
                yield member
            else:
                yield from addresses_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from addresses_in(member)


def test_no_page_leads_anywhere_but_to_the_web(app: Flask, hostile: Snapshot) -> None:
    client = app.test_client()
    subjects = {quad.subject for quad in ox.parse(path=hostile.quads)}
    named = {s.value for s in subjects if isinstance(s, ox.NamedNode)}
    waiting = ["/", "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D", "/releases/"]
    waiting += ["/doubt?claim=javascript:alert(1)", "/releases/latest/ontology.html"]
    waiting += [f"/{iri.removeprefix(BASE)}.html" for iri in named if iri.startswith(BASE)]
    seen: set[str] = set()
    kinds: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        if path in seen or len(seen) > 250 or "lang=" in path:
            continue
        seen.add(path)
        with client.get(path, headers={"Accept": "text/html"}) as page:
            assert page.status_code < 500, path
            kinds.add(path.split("/")[1].split("?")[0])
            for target in re.findall(r"<([^>]*)>;", page.headers.get("Link", "")):
                assert is_safe(target), (path, target)
            if page.mimetype != "text/html":
                continue
            read = Reader(page.text)
        for target in read.targets:
            allowed = target == "data:," and path.endswith("ontology.html")  # an empty icon
            assert is_safe(target) or allowed, (path, target)
            own = target.partition("#")[0]
            if own.startswith("/") and not own.startswith(("/static", "/sparql")):
                waiting.append(unquote(own) if "?" not in own else own)
        for text in read.texts:
            for address in addresses_in(json.loads(text)):
                assert find_href(address), (path, address)
    all_kinds = {"", "id", "claim", "source", "dataset.html", "graph", "ontology", "explain"}
    assert all_kinds | {"doubt", "releases", "sparql"} <= kinds


def test_a_page_without_a_safe_address_shows_the_name(app: Flask) -> None:
    client = app.test_client()
    for number, iri in enumerate(IRIS):
        page = client.get(f"/id/thing-{number}.html").text
        assert iri.replace("'", "&#39;") in page


def test_files_of_a_release_link_to_the_web_alone(hostile: Snapshot) -> None:
    citation = (hostile.release / "CITATION.cff").read_text(encoding="utf-8")
    for key, value in re.findall(r'"?((?:license-)?url)"?: "([^"]*)"', citation):
        assert find_href(value), (key, value)
    described = json.loads((hostile.release / "schema.jsonld").read_bytes())
    assert all(find_href(address) for address in addresses_in(described))
    page = Reader((hostile.release / "ontology.html").read_text(encoding="utf-8"))
    assert all(is_safe(target) for target in page.targets if target != "data:,")


@pytest.mark.parametrize("text", TEXTS)
def test_only_addresses_on_the_web_are_links(text: str) -> None:
    assert bool(find_href(text)) == (text == f"{BASE}//evil.example/8")


@pytest.mark.parametrize(
    "iri",
    [
        "http://example.org/",
        "http://[::1]:80/a",
        "https://例子.测试/路径?a=b&c#d",
        "HTTP://EXAMPLE.ORG/~a'(b)",
    ],
)
def test_addresses_on_the_web_are_links_as_they_are(iri: str) -> None:
    assert find_href(iri) == iri


@pytest.mark.parametrize("iri", ["urn:uuid:1", "javascript:alert(1)"])
def test_a_dataset_that_is_not_on_the_web_has_no_addresses_of_files(
    iri: str, tmp_path: Path
) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "dataset.ttl").write_text(
        f"<{iri}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> 'A' ."
    )
    release = ensure_release(build(load([tmp_path]), tmp_path / "cache"))
    assert not (release / "dcat.ttl").exists()
    assert (release / "dataset.nq").is_file()
