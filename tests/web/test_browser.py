"""The endpoint as a browser sees it: a form, tables and errors as pages, without a script."""

import html
import re
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from jjjkg.rdf.formats import GRAPHS, RESULTS, Format

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
BROWSER = {"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"}


def test_a_browser_gets_a_form_that_works_without_a_script(client: FlaskClient) -> None:
    page = client.get("/sparql", headers=BROWSER)
    assert page.status_code == 200
    assert '<textarea id="query" name="query"' in page.text
    assert "Where is the firm?" in page.text
    assert "<script" not in page.text


def test_a_browser_gets_a_table_with_links_and_languages(client: FlaskClient) -> None:
    query = 'SELECT (<https://w3id.org/jjjkg/id/firm> AS ?x) ("冀<b>"@zh AS ?y) ?z {}'
    page = client.get("/sparql", query_string={"query": query}, headers=BROWSER).text
    assert '<a href="/id/firm" title="kg:firm">Firm &amp; &lt;script&gt;' in page
    assert '<td lang="zh">冀&lt;b&gt; <small class="tag">zh</small></td>' in page
    assert page.count("<b>") == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [("ASK {}", "Yes."), ("CONSTRUCT { <a:b> <a:c> 1 } {}", "&lt;a:b&gt; &lt;a:c&gt; 1 .")],
)
def test_a_browser_gets_the_other_forms_too(client: FlaskClient, query: str, expected: str) -> None:
    assert expected in client.get("/sparql?" + urlencode({"query": query}), headers=BROWSER).text


@pytest.mark.parametrize(
    ("query", "formats"),
    [
        ("SELECT ?x { VALUES ?x { 1 } }", RESULTS),
        ("CONSTRUCT { <a:b> <a:c> 1 } {}", GRAPHS),
    ],
)
def test_a_page_leads_to_the_answer_in_each_format(
    client: FlaskClient, query: str, formats: tuple[Format, ...]
) -> None:
    page = client.get("/sparql", query_string={"query": query}, headers=BROWSER).text
    links = re.findall(r'<a href="(/sparql\?[^"]*)">([^<]*)</a>', page.partition("<h2>Answer")[2])
    assert [title for path, title in links if "query=" in path] == [f.title for f in formats]
    for (path, _), format in zip(links, formats, strict=False):
        assert client.get(html.unescape(path), headers=BROWSER).mimetype == format.media_type


def test_a_browser_gets_errors_beside_its_query(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?s <b>'&' , }"}
    page = client.get("/sparql", query_string=query, headers=BROWSER)
    assert page.status_code == 400
    assert "SELECT * { ?s &lt;b&gt;&#39;&amp;&#39; , }" in page.text
    assert "Line 1, column 24" in page.text


def test_a_page_says_how_many_rows_it_leaves_out(client: FlaskClient) -> None:
    rows = " ".join(map(str, range(1_500)))
    query = {"query": f"SELECT ?x {{ VALUES ?x {{ {rows} }} }}"}
    page = client.post("/sparql", data=query, headers=BROWSER).text
    assert "Only the first 1,000 rows are shown" in page
    answer = page[page.index("<h2>Answer") :].partition("</table>")[0]
    assert answer.count("<tr>") == 1_001
