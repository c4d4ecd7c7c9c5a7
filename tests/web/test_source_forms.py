"""Pages and dumps have the forms of the source; answers to queries have the store's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from jjjkg.dataset.loading import load
from jjjkg.evaluation import Evaluator
from jjjkg.rdf.namespaces import CLAIM, GRAPH, KG
from jjjkg.release.writing import ensure_release
from jjjkg.snapshot import build
from jjjkg.web.app import create_app
from jjjkg.web.site import Content, Site
from support import ROOT

DATA = f"""
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix kg: <{KG}> .
    @prefix claim: <{CLAIM}> .
    @prefix prov: <http://www.w3.org/ns/prov#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    claim:a {{ kg:x rdfs:label "X"@en ; kg:price 5.10 ; kg:count "007"^^xsd:int . }}
    claim:b {{ kg:x kg:price 5.1 ; kg:open true , "1"^^xsd:boolean . }}
    <{GRAPH}provenance> {{ claim:a prov:wasQuotedFrom <x:s> ; kg:weight 1.0E6 .
        claim:b prov:wasQuotedFrom <x:s> . }}
"""
SOURCE = ("5.10", "007", "5.1", "true", "1")


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, reasoners: Evaluator) -> Iterator[FlaskClient]:
    """The app on data of which the store changes literals."""
    folder: Path = tmp_path_factory.mktemp("odd")
    file = folder / "data.trig"
    file.write_text(DATA, encoding="utf-8")
    snapshot = build(load([file]), folder / "cache")
    ensure_release(snapshot)
    with Evaluator(snapshot.quads, workers=2) as evaluator:
        yield create_app(Site.open(Content(snapshot), evaluator, reasoners)).test_client()


@pytest.mark.parametrize(
    "path",
    [
        "/data?default",
        f"/data?graph={GRAPH}asserted",
        "/data/graph/asserted",
        "/id/x.nt",
        "/releases/latest/dataset.nq",
        "/data",
    ],
)
def test_a_dump_has_the_sources_forms(odd: FlaskClient, path: str) -> None:
    accept = "application/n-quads" if path == "/data" else "application/n-triples"
    with odd.get(path, headers={"Accept": accept}) as response:
        text = response.text
    assert all(f'"{form}"^^' in text for form in SOURCE), text
    assert '"1000000"' not in text


@pytest.mark.parametrize(
    ("claim", "there", "elsewhere"), [("a", "5.10", "5.1"), ("b", "5.1", "5.10")]
)
def test_a_claims_graph_has_its_own_form(
    odd: FlaskClient, claim: str, there: str, elsewhere: str
) -> None:
    text = odd.get(f"/data?graph={CLAIM}{claim}&format=nt").text
    assert f'"{there}"^^' in text
    assert f'"{elsewhere}"^^' not in text


def test_pages_show_the_sources_forms(odd: FlaskClient) -> None:
    page = odd.get("/id/x", headers={"Accept": "text/html"}, follow_redirects=True).text
    assert all(f"<span>{form}</span>" in page for form in SOURCE)
    claim = odd.get("/claim/a", headers={"Accept": "text/html"}, follow_redirects=True).text
    assert "5.10" in claim


def test_a_query_has_the_stores_forms(odd: FlaskClient) -> None:
    query = f"CONSTRUCT WHERE {{ <{KG}x> ?p ?o }}"
    text = odd.get("/sparql", query_string={"query": query, "format": "nt"}).text
    assert '"5.1"^^' in text
    assert '"7"^^' in text
    assert "5.10" not in text


def test_what_asks_for_forms_and_what_does_not_are_kept_apart(odd: FlaskClient) -> None:
    graph = {"default-graph-uri": f"{GRAPH}asserted", "format": "nt"}
    query = (ROOT / "queries/pages/graph.rq").read_text("utf-8")
    asked = odd.get("/sparql", query_string={"query": query, **graph})
    dump = odd.get(f"/data?graph={GRAPH}asserted&format=nt")
    assert asked.headers["ETag"] != dump.headers["ETag"]
    assert asked.text != dump.text
