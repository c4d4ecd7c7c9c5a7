"""Doubt over HTTP: the page and the JSON of withdrawn claims."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from jjjkg.rdf.namespaces import expand

CLAIM = "/doubt?claim=P1.S1.d"


def get(client: FlaskClient, path: str, accept: str = "text/html") -> TestResponse:
    return client.get(path, headers={"Accept": accept})


def text_of(response: TestResponse) -> str:
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize(
    "name",
    [
        *("P1.S1.d", "claim:P1.S1.d", "https://w3id.org/jjjkg/claim/P1.S1.d", "P1.S1"),
        *("kg:speaker", "Speaker", "发言者", "source:paper", "The magazine"),
    ],
)
def test_json_says_what_falls(client: FlaskClient, name: str) -> None:
    response = client.get(
        "/doubt", query_string={"claim": name}, headers={"Accept": "application/json"}
    )
    assert response.status_code == 200
    assert response.content_type == "application/json"
    (claim,) = response.json["claims"]
    assert claim["claim"] == expand("claim:P1.S1.d")
    assert claim["paraphrase"]["en"] == "The firm is in the town."
    town = {"type": "uri", "value": expand("kg:town")}
    assert town in [row["object"] for row in response.json["fallen_asserted"]]
    (inferred,) = response.json["fallen_inferred"]
    assert inferred["subject"] == town
    assert inferred["object"]["value"] == expand("jjj:Place")


def test_json_is_json_whatever_was_asked_before(client: FlaskClient) -> None:
    """Choices are remembered for all views by the header and the formats that there are."""
    for path in ("/releases/", CLAIM, "/releases/", CLAIM):
        assert get(client, path, "application/json, x/y").content_type == "application/json"


def test_several_claims_are_withdrawn_at_once(client: FlaskClient) -> None:
    response = get(client, f"{CLAIM}&claim=kg:speaker&claim=", "application/json")
    assert len(response.json["claims"]) == 1


def test_the_page_says_what_falls_in_both_languages(client: FlaskClient) -> None:
    english, chinese = (text_of(get(client, f"{CLAIM}&lang={code}")) for code in ("en", "zh"))
    assert "Withdrawn (1) P1.S1.d The firm is in the town." in english
    assert "Falls, as it no longer follows (1) Town is a Place" in english.replace("jjj:", "")
    assert "撤回的陈述 (1) P1.S1.d 企业位于该城镇。" in chinese
    assert "城镇" in chinese.partition("无法再推出")[2]


def test_labels_are_escaped_and_nothing_is_run(client: FlaskClient) -> None:
    page = get(client, CLAIM)
    assert "<script" not in page.text
    assert " style=" not in page.text
    assert "&lt;script&gt;" in page.text


def test_links_of_the_page_lead_somewhere(client: FlaskClient) -> None:
    page = get(client, f"{CLAIM}&lang=zh")
    targets = {t.partition("#")[0] for t in re.findall(r'href="(/[^"]*)"', page.text)}
    assert any(target.startswith("/claim/P1.S1.d") for target in targets)
    for target in targets - {"/static/style.css"}:
        with get(client, target.replace("&amp;", "&")) as response:
            assert response.status_code in (200, 303), target


def test_the_form_adds_to_what_is_withdrawn(client: FlaskClient) -> None:
    page = get(client, f"{CLAIM}&lang=zh")
    assert '<input type="hidden" name="claim" value="P1.S1.d">' in page.text
    assert '<input type="hidden" name="lang" value="zh">' in page.text


def test_a_claims_page_leads_to_its_doubt(client: FlaskClient) -> None:
    page = get(client, "/claim/P1.S1.d.html?lang=en")
    (target,) = re.findall(r'href="(/doubt[^"]*)"', page.text)
    doubt = get(client, target.replace("&amp;", "&"))
    assert doubt.status_code == 200
    assert '<html lang="en">' in doubt.text
    assert "The firm is in the town." in doubt.text


def test_what_is_unknown_is_not_found(client: FlaskClient) -> None:
    problem = get(client, "/doubt?claim=P1.S1.d&claim=P1.S1.x", "application/json")
    assert problem.status_code == 404
    assert problem.content_type == "application/problem+json"
    assert "P1.S1.d" in problem.json["detail"]
    page = get(client, "/doubt?claim=<script>")
    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert "<script" not in page.text


@pytest.mark.parametrize("path", ["/doubt", "/doubt?claim=", "/doubt?claim=%20"])
def test_something_must_be_named(client: FlaskClient, path: str) -> None:
    problem = get(client, path, "application/json")
    assert problem.status_code == 400
    assert "?claim=" in problem.json["detail"]


def test_formats_that_there_are_not(client: FlaskClient) -> None:
    assert get(client, CLAIM, "text/turtle").status_code == 406
    assert client.get(f"{CLAIM}&format=nonsense").status_code == 406
    # The name of a format for other answers leaves it to Accept.
    assert client.get(f"{CLAIM}&format=xml").content_type == "application/json"
    assert client.get(f"{CLAIM}&format=json").content_type == "application/json"
    assert client.post(CLAIM).status_code == 405
