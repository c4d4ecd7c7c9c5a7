"""/explain: a statement's proof as a page, as JSON and as Turtle."""

import html
import re

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from jjjkg.messages import say

WHERE = {"s": "kg:firm", "p": "located in", "o": "kg:region"}
TOWN = {**WHERE, "o": "Town"}


def ask(client: FlaskClient, accept: str = "text/html", **arguments: str) -> TestResponse:
    return client.get("/explain", query_string=arguments, headers={"Accept": accept})


@pytest.mark.parametrize(("language", "word"), [("en", "because"), ("zh", "因为")])
def test_a_page_tells_the_proof(client: FlaskClient, language: str, word: str) -> None:
    page = ask(client, **WHERE, lang=language)
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text
    assert word in page.text
    assert ">prp-spo1</a>" in page.text
    assert "<details open>" in page.text
    assert page.text.count("<details") == page.text.count("</details>")
    assert page.text.count("<ul") == page.text.count("</ul>")
    assert page.text.count("<li>") == page.text.count("</li>")
    assert "<script" not in page.text
    assert "Accept" in page.vary


def test_what_is_asserted_leads_to_its_claims_and_the_newspaper(client: FlaskClient) -> None:
    page = ask(client, **TOWN).text
    assert '<a class="notation" href="/claim/P1.S1.d">P1.S1.d</a>' in page
    assert 'href="https://example.org/paper#:~:text=The%20firm"' in page
    assert "The firm is in the town." in page
    assert "head of the office" in page


def test_json_and_turtle(client: FlaskClient) -> None:
    shown = ask(client, "application/json", **WHERE)
    assert shown.content_type == "application/json"
    assert [step["rule"] for step in shown.get_json()["proofs"][0]["steps"]] == ["prp-spo1"]
    turtle = ask(client, "text/turtle", **WHERE)
    assert turtle.content_type == "text/turtle; charset=utf-8"
    assert list(ox.parse(turtle.data, ox.RdfFormat.TURTLE))
    assert ask(client, **WHERE, format="ttl").data.count(b"prov:Activity") == 1
    assert ask(client, "image/png", **WHERE).status_code == 406


def test_other_proofs_are_there_on_request(client: FlaskClient) -> None:
    assert "all=1" in ask(client, **WHERE).text
    assert "There are no other minimal proofs." in ask(client, **WHERE, all="1").text
    # What is asserted may follow too: only a search tells that it does not.
    assert "all=1" in ask(client, **TOWN).text
    assert "There are no other minimal proofs." in ask(client, **TOWN, all="1").text


def test_what_does_not_hold_is_404(client: FlaskClient) -> None:
    problem = ask(client, "application/json", **{**WHERE, "o": "kg:firm"})
    assert problem.status_code == 404
    assert problem.content_type == "application/problem+json"
    assert "does not hold" in problem.get_json(force=True)["detail"]
    page = ask(client, **{**WHERE, "s": "kg:none"}, lang="zh")
    assert page.status_code == 404
    assert "此语句不成立" in page.text


@pytest.mark.parametrize(
    "changed",
    [{"s": ""}, {"o": "  "}, {"p": "no such label"}, {"s": "<a b>"}, {"o": '"x"^^no:type'}],
)
def test_what_is_no_term_is_400(client: FlaskClient, changed: dict[str, str]) -> None:
    problem = ask(client, "application/json", **{**WHERE, **changed})
    assert problem.status_code == 400
    assert problem.get_json(force=True)["detail"]
    assert ask(client, **WHERE, all="some").status_code == 400
    assert client.get("/explain").status_code == 400


@pytest.mark.parametrize(
    ("changed", "key", "values"),
    [
        ({"s": "foo"}, "no_such_name", {"text": "foo"}),
        ({"p": "no such label"}, "no_such_property", {"text": "no such label"}),
        ({"s": "<a b>"}, "bad_iri", {"iri": "a b"}),
        ({"o": '"x"@'}, "no_such_name", {"text": '"x"@'}),
    ],
)
def test_a_chinese_page_refuses_in_chinese(
    client: FlaskClient, changed: dict[str, str], key: str, values: dict[str, str]
) -> None:
    told = say(f"explanation.names.{key}", "zh", **values, hint="", problem="")
    asked = {**WHERE, **changed, "lang": "zh"}
    page = ask(client, **asked)
    assert page.status_code == 400
    assert told in html.unescape(page.text)
    assert told in ask(client, "application/json", **asked).get_json(force=True)["detail"]


@pytest.mark.parametrize("path", ["/explain", "/doubt"])
def test_a_reason_may_take_as_long_as_the_request_allows(client: FlaskClient, path: str) -> None:
    def get(seconds: str) -> TestResponse:
        arguments = {**WHERE, "claim": "P1.S1.d", "timeout": seconds}
        return client.get(path, query_string=arguments, headers={"Accept": "application/json"})

    assert get("20").status_code == 200
    assert get("0").status_code == 400
    # A worker that is ready may be quicker than the shortest time.
    late = [response for _ in range(10) if (response := get("1e-9")).status_code == 504]
    assert late
    assert late[0].get_json(force=True)["detail"]


def test_a_thing_leads_to_why_it_is_so(client: FlaskClient) -> None:
    page = client.get("/id/firm.html?lang=zh").text
    links = re.findall(r'class="why" href="([^"]+)"', page)
    assert links
    for link in links:
        response = client.get(link.replace("&amp;", "&"), headers={"Accept": "text/html"})
        assert response.status_code == 200
        assert "因为" in response.text
