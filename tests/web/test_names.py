"""Names of things and segments on pages, and the order of the questions."""

import re

import pytest
from flask.testing import FlaskClient

from jjjkg.web.app import name_segment


def get_page(client: FlaskClient, path: str) -> str:
    return client.get(path, headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(
    ("path", "town"),
    [("/questions/where_is_the_firm?lang=zh", "城镇"), ("/questions/where_is_the_firm", "Town")],
)
def test_a_table_names_things_in_the_readers_language(
    client: FlaskClient, path: str, town: str
) -> None:
    page = get_page(client, path)
    assert re.search(rf'<a href="/id/town[^"]*" title="kg:town">{town}</a>', page)
    assert 'class="wide results"' in page


def test_a_table_shows_what_has_no_label_by_its_prefixed_name(client: FlaskClient) -> None:
    query = "SELECT (<https://w3id.org/jjjkg/id/none> AS ?x) (<tag:x> AS ?y) {}"
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})
    assert 'title="kg:none">kg:none</a>' in response.text
    assert "<td>tag:x\n</td>" in response.text


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("paper.P1.S1", "paragraph 1, sentence 1", "第1段第1句"),
        ("paper.HEAD.L3", "masthead line 3", "报头第3行"),
    ],
)
def test_a_segments_page_is_called_by_its_place(
    client: FlaskClient, name: str, english: str, chinese: str
) -> None:
    for language, words in (("en", english), ("zh", chinese)):
        page = get_page(client, f"/source/{name}.html?lang={language}")
        assert f"<h1>{words}</h1>" in page
        assert f"<title>{words} ·" in page
        lead = page.partition("</h1>")[2].partition("<h2>")[0]
        assert f"/source/{name}?" not in lead, "a link to the page itself"


@pytest.mark.parametrize("notation", ["P19.S1.d", "P19", "NOTE.L1", ""])
def test_other_notations_have_no_words(notation: str) -> None:
    assert name_segment(notation, "en") == ""


def test_each_place_has_its_words() -> None:
    places = ("P2.S1", "HEAD.L1", "CAP.S1", "SUB.L1", "FOOT.L1")
    for language in ("en", "zh"):
        assert len({name_segment(place, language) for place in places} - {""}) == len(places)


def test_both_lists_of_questions_are_by_topic(client: FlaskClient) -> None:
    for path in ("/", "/sparql"):
        assert "<h3>Places</h3>" in get_page(client, path)
        assert "<h3>地点</h3>" in get_page(client, path + "?lang=zh")
