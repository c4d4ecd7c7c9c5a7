"""Pages as a reader sees them, in both languages."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from jjjkg.rdf.formats import GRAPHS
from jjjkg.snapshot import Snapshot

PAGES = (
    "/",
    "/sparql",
    "/questions/where_is_the_firm",
    "/dumps/",
    "/id/firm.html",
    "/claim/P1.S1.d.html",
    "/source/paper.P1.S1.html",
    "/graph/asserted.html",
    "/ontology.html",
    "/no/such/page",
)


def get(client: FlaskClient, path: str, accept: str = "text/html", **more: str) -> TestResponse:
    return client.get(path, headers={"Accept": accept, **more})


def text_of(response: TestResponse) -> str:
    """The words of a page, without its tags."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_page_is_in_both_languages(client: FlaskClient, path: str, language: str) -> None:
    page = get(client, f"{path}?lang={language}")
    assert f'<html lang="{language}">' in page.text
    other = "zh" if language == "en" else "en"
    assert f'href="{path}?lang={other}"' in page.text
    assert "Accept-Language" in page.vary


def test_the_language_follows_the_browser(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept": "text/html", "Accept-Language": "zh-CN,en;q=0.5"})
    assert '<html lang="zh">' in page.text


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_a_script_or_another_host(client: FlaskClient, path: str) -> None:
    page = get(client, path)
    assert "<script" not in page.text
    assert " style=" not in page.text
    for target in re.findall(r'<(?:link|img)[^>]+(?:href|src)="([^"]*)"', page.text):
        assert target.startswith(("/", "data:,"))
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"]


@pytest.mark.parametrize("path", PAGES[:-1])
def test_links_within_lead_somewhere(client: FlaskClient, path: str) -> None:
    page = get(client, path + "?lang=zh")
    targets = {t.partition("#")[0] for t in re.findall(r'href="(/[^"]*)"', page.text)}
    assert "/static/style.css" in targets
    broken = []
    for target in targets - {"/static/style.css"}:
        with get(client, target.replace("&amp;", "&")) as response:
            if response.status_code not in (200, 303):
                broken.append(target)
    # Things that the small dataset names without saying anything of them.
    assert [target for target in broken if not target.startswith("/id/")] == []


def test_the_home_page_tells_what_there_is(client: FlaskClient, tiny: Snapshot) -> None:
    page = get(client, "/?lang=zh")
    assert "小图谱" in page.text
    assert "一家企业和一座城镇。" in page.text
    assert 'href="https://example.org/licence"' in page.text
    assert "企业在何处？" in page.text
    assert '"/questions/where_is_the_firm?lang=zh"' in page.text
    assert f">{tiny.counts['provenance']}</td>" in page.text
    assert "curl http://localhost/sparql" in page.text


def test_a_questions_page_has_its_words_its_query_and_its_answer(client: FlaskClient) -> None:
    page = get(client, "/questions/where_is_the_firm")
    text = text_of(page)
    assert "Where is the firm?" in text
    assert "The places of the firm, near and far." in text
    assert "The region." in text
    assert "Town" in text
    assert "ORDER BY ?place" in text
    run = re.search(r'href="(/sparql\?query=[^"]+)">Edit', page.text)
    assert run is not None
    assert get(client, run[1]).status_code == 200


def test_an_unknown_question_is_404(client: FlaskClient) -> None:
    response = get(client, "/questions/none", "application/json")
    assert response.status_code == 404
    assert "'none'" in response.get_json(force=True)["detail"]


# Things


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [("text/html", ".html"), ("*/*", ".html"), *((f.media_type, f.suffix) for f in GRAPHS)],
)
@pytest.mark.parametrize("path", ["/id/firm", "/claim/P1.S1.d", "/graph/asserted", "/ontology"])
def test_a_thing_leads_to_its_description(
    client: FlaskClient, path: str, accept: str, suffix: str
) -> None:
    response = get(client, path + "?lang=zh", accept)
    assert response.status_code == 303
    assert response.headers["Location"] == f"{path}{suffix}?lang=zh"
    assert "Accept" in response.vary
    assert get(client, path + suffix).status_code == 200


def test_a_thing_can_be_had_as_nothing_else(client: FlaskClient) -> None:
    refused = get(client, "/id/firm", "image/png")
    assert refused.status_code == 406
    offered = {format["mediaType"] for format in refused.get_json(force=True)["available"]}
    assert {"text/html", "text/turtle", "application/ld+json"} < offered


@pytest.mark.parametrize(
    "path", ["/id/none", "/id/none.ttl", "/claim/P1.S1", "/id/firm.d", "/id/a%20%3Cb", "/id/%22"]
)
def test_what_nothing_is_said_of_is_404(client: FlaskClient, path: str) -> None:
    response = get(client, path, "application/json")
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    page = get(client, path)
    assert (page.status_code, page.mimetype) == (404, "text/html")


def test_a_things_page_shows_statements_beside_their_claims(client: FlaskClient) -> None:
    text = text_of(get(client, "/id/firm.html"))
    claim = (
        "P1.S1.d The firm is in the town. claim of fact · "
        "Speaker , as head of the office , through The magazine · "
        "paragraph 1, sentence 1 , in the source"
    )
    assert f"located in Town {claim}" in text
    assert "Region inferred" in text
    assert "Town inferred" not in text


def test_a_things_page_is_in_the_readers_language(client: FlaskClient) -> None:
    text = text_of(get(client, "/id/firm.html?lang=zh"))
    assert "企业" in text[:60]
    assert "企业位于该城镇。" in text
    assert "第1段第1句" in text
    assert "推论" in text


def test_a_place_shows_what_is_in_it(client: FlaskClient) -> None:
    text = text_of(get(client, "/id/town.html"))
    assert "← located in Firm &amp;" in text
    assert "The firm is in the town." in text


def test_the_newspaper_is_linked_at_the_sentence(client: FlaskClient) -> None:
    page = get(client, "/source/paper.P1.S1.html").text
    assert 'href="https://example.org/paper#:~:text=The%20firm"' in page
    assert "P1.S1.d" in page


def test_what_the_data_say_is_escaped(client: FlaskClient) -> None:
    page = get(client, "/id/firm.html").text
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="javascript:' not in page
    assert 'href="http://example.org/firm"' in page


def test_a_claims_page_has_its_record_and_its_triples(client: FlaskClient) -> None:
    text = text_of(get(client, "/claim/P1.S1.d.html"))
    for words in (
        "The firm is in the town.",
        "企业位于该城镇。",
        "claim of fact",
        "Said by Speaker , as head of the office , through The magazine",
        "paragraph 1, sentence 1",
        "Taken as now.",
        "jjj:when",
        "located in Town",
    ):
        assert words in text


def test_the_ontologys_terms_have_anchors(client: FlaskClient) -> None:
    page = get(client, "/ontology.html")
    assert 'id="Firm"' in page.text
    assert "An organisation that trades." in page.text
    assert 'href="/ontology#Firm"' in get(client, "/id/firm.html").text


@pytest.mark.parametrize("format", GRAPHS, ids=lambda format: format.name)
def test_a_description_has_the_statements_and_their_claims(
    client: FlaskClient, format: object
) -> None:
    body = get(client, f"/id/firm{format.suffix}").text
    for name in ("firm", "town", "region", "P1.S1.d", "paper.P1.S1", "企业"):
        assert name in body


# Errors


def test_an_error_is_a_page_to_a_browser_and_a_problem_to_others(client: FlaskClient) -> None:
    page = get(client, "/no/such/page")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "404 Not Found" in text_of(page)
    problem = get(client, "/no/such/page", "*/*")
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")


def test_nobody_sees_a_traceback(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr("jjjkg.web.pages.home.show", fail)
    response = get(client, "/questions/where_is_the_firm", "application/json")
    assert response.status_code == 500
    assert response.mimetype == "application/problem+json"
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert "secret" in caplog.text
