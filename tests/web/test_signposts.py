"""Typed links that a program follows, and the dataset's description for search engines."""

import json
import re
from html.parser import HTMLParser
from urllib.robotparser import RobotFileParser

import pytest
from flask.testing import FlaskClient

from jjjkg.dataset.claims import Record
from jjjkg.description import ResultTerm
from jjjkg.rdf.formats import TRIPLES
from jjjkg.rdf.namespaces import BASE
from jjjkg.snapshot import Snapshot
from jjjkg.web.pages.signposts import sign_file

LICENCE = "https://example.org/licence"
LINK = re.compile(r'<([^>]*)>; rel="([a-z-]+)"(?:; type="([^"]+)")?(?:, |$)')


def links(client: FlaskClient, path: str) -> list[tuple[str, ...]]:
    """Each link of an answer: its relation, its target and its media type."""
    with client.get(path) as got, client.head(path) as head:
        assert got.status_code == head.status_code == 200
        header = got.headers["Link"]
        assert head.headers["Link"] == header
    assert LINK.sub("", header) == ""
    return [(relation, target, type) for target, relation, type in LINK.findall(header)]


@pytest.mark.parametrize("path", ["/id/firm", "/claim/P1.S1.d", "/graph/asserted", "/ontology"])
@pytest.mark.parametrize("suffix", [".html", ".html?lang=zh"])
def test_a_page_names_its_thing_and_all_that_describes_it(
    client: FlaskClient, path: str, suffix: str
) -> None:
    found = links(client, path + suffix)
    assert ("cite-as", BASE + path[1:], "") in found
    assert ("collection", BASE + "dataset", "") in found
    assert ("license", LICENCE, "") in found
    described = [(target, type) for relation, target, type in found if relation == "describedby"]
    assert described == [(path + format.suffix, format.media_type) for format in TRIPLES]
    for target, type in described:
        with client.get(target) as response:
            assert (response.status_code, response.mimetype) == (200, type)


@pytest.mark.parametrize("suffix", [format.suffix for format in TRIPLES])
def test_a_description_names_what_it_describes(client: FlaskClient, suffix: str) -> None:
    found = links(client, "/id/firm" + suffix)
    assert found == [("describes", BASE + "id/firm", ""), ("license", LICENCE, "")]


def test_the_datasets_page_names_its_files(client: FlaskClient, tiny: Snapshot) -> None:
    found = links(client, "/dataset.html")
    assert ("type", "https://schema.org/Dataset", "") in found
    assert not [link for link in found if link[0] == "collection"]
    items = {target: type for relation, target, type in found if relation == "item"}
    for suffix in (".ttl", ".nt", ".rdf"):
        assert f"/releases/latest/everything{suffix}" in items
    for suffix in (".trig", ".nq", ".jsonld"):
        assert f"/releases/latest/dataset{suffix}" in items
    described = {target: type for relation, target, type in found if relation == "describedby"}
    assert {"/releases/latest/dcat.ttl", "/releases/latest/schema.jsonld"} < {*described}
    for target, type in (items | described).items():
        with client.get(target) as response:
            assert (response.status_code, response.mimetype) == (200, type)


def test_a_file_names_what_it_is_a_file_of(client: FlaskClient) -> None:
    found = links(client, "/releases/latest/claims.csv")
    assert found == [("collection", BASE + "dataset", ""), ("license", LICENCE, "")]


def test_who_says_the_licence_in_words_gets_no_link_to_it() -> None:
    words = {"dcterms:license": (ResultTerm("literal", "as you like,\nbut fair"),)}
    assert sign_file(Record(BASE + "dataset", words)) == f'<{BASE}dataset>; rel="collection"'
    assert sign_file(Record(BASE + "dataset", {})) == ""


class Scripts(HTMLParser):
    """The scripts of a page: type and text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str | None, str]] = []
        self._type: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self._type = dict(attrs).get("type")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.found.append((self._type, data))


@pytest.mark.parametrize(("path", "count"), [("/dataset.html", 1), ("/id/firm.html", 0)])
def test_a_search_engine_finds_the_dataset_on_its_page(
    client: FlaskClient, tiny: Snapshot, path: str, count: int
) -> None:
    """The description is data, which no browser runs: https://html.spec.whatwg.org/#data-block"""
    scripts = Scripts()
    scripts.feed(client.get(path).text)
    assert len(scripts.found) == count
    for type, text in scripts.found:
        assert type == "application/ld+json"
        assert "<" not in text
        assert json.loads(text) == json.loads((tiny.release / "schema.jsonld").read_bytes())


def test_a_crawler_is_kept_from_what_is_worked_out_for_each_request(client: FlaskClient) -> None:
    with client.get("/robots.txt") as response:
        assert (response.status_code, response.mimetype) == (200, "text/plain")
        rules = RobotFileParser()
        rules.parse(response.text.splitlines())
    for path in ("/sparql?query=ASK%7B%7D", "/explain?s=x", "/doubt?claim=x", "/data?default"):
        assert not rules.can_fetch("any", path)
    for path in ("/", "/sparql", "/dataset", "/id/firm.html", "/ontology", "/releases/latest/"):
        assert rules.can_fetch("any", path)
