"""Servers of other makes, started by the tests, and a small dataset for the slow one of them."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from jjjkg.snapshot import Snapshot
from support import ROOT
from support.servers import free_port, listening
from support.stores.oxigraph import run_oxigraph
from support.stores.virtuoso import PASSWORD, USER, Virtuoso, run_virtuoso

COMUNICA = Path(__file__).with_name("comunica.mjs")
MODULES = ROOT / ".ci" / "node_modules"
GRAPH = """
@prefix jjj: <https://w3id.org/jjjkg/ontology#> .
@prefix kg: <https://w3id.org/jjjkg/id/> .
@prefix claim: <https://w3id.org/jjjkg/claim/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
claim:C1 { kg:firm jjj:price 34.90 ; jjj:within kg:town . }
claim:C2 { kg:town jjj:within [ jjj:name "京, \\"a\\"\\n"@zh , "%41+b&c" ] . }
claim:C1 prov:wasQuotedFrom kg:paper .
claim:C2 prov:wasQuotedFrom kg:paper .
"""
ONTOLOGY = """
@prefix jjj: <https://w3id.org/jjjkg/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
jjj:within a owl:TransitiveProperty .
"""
HEADER = "#+ summary: A question.\n#+ summary-zh: 问题。\n"
QUESTIONS = {
    "prices": "SELECT ?price { ?thing <https://w3id.org/jjjkg/ontology#price> ?price }",
    "claims": "SELECT ?claim ?s { GRAPH ?claim { ?s ?p ?o } ?claim ?q ?paper }",
    "places": "SELECT ?name { <https://w3id.org/jjjkg/id/town> "
    "<https://w3id.org/jjjkg/ontology#within> ?place . ?place ?p ?name FILTER(isLiteral(?name)) }",
}


@pytest.fixture
def oxigraph() -> Iterator[int]:
    """The port of Oxigraph's own server: /query, /update and /store."""
    with run_oxigraph() as port:
        yield port


@pytest.fixture
def rdflib_endpoint() -> Iterator[int]:
    """The port of rdflib-endpoint, which takes queries and updates at its root."""
    port = free_port()
    run = [sys.executable, "-W", "ignore", "-m", "rdflib_endpoint", "serve", "--enable-update"]
    with listening([*run, "--host", "127.0.0.1", "--port", str(port)], port):
        yield port


@pytest.fixture(scope="session")
def _virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    with run_virtuoso(tmp_path_factory.mktemp("virtuoso")) as running:
        yield running


@pytest.fixture
def virtuoso(_virtuoso: Virtuoso, monkeypatch: pytest.MonkeyPatch) -> Virtuoso:
    """Virtuoso, with no graphs, and an account that may write to it."""
    monkeypatch.setenv("JJJKG_STORE_USER", USER)
    monkeypatch.setenv("JJJKG_STORE_PASSWORD", PASSWORD)
    _virtuoso.empty()
    return _virtuoso


@pytest.fixture(scope="session")
def comunica() -> Callable[..., AbstractContextManager[int]]:
    """Runs Comunica's endpoint, at /sparql of the port that it gives, over some files."""
    node = shutil.which("node")
    if not node or not (MODULES / "@comunica" / "query-sparql-file").is_dir():
        pytest.skip("needs Node.js, and Comunica: cd .ci && npm ci")

    def run(*files: Path) -> AbstractContextManager[int]:
        port = free_port()
        return listening([node, str(COMUNICA), str(port), *map(str, files)], port)

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder laid out like ours, with a few triples and three questions."""
    folder = tmp_path / "small"
    for name in ("ontology", "graph", "queries/questions"):
        (folder / name).mkdir(parents=True)
    (folder / "ontology" / "o.ttl").write_text(ONTOLOGY, encoding="utf-8")
    (folder / "graph" / "g.trig").write_text(GRAPH, encoding="utf-8")
    for name, query in QUESTIONS.items():
        file = folder / "queries" / "questions" / f"{name}.rq"
        file.write_text(HEADER + query + "\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _surroundings(snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own snapshot, and nothing of whoever runs the tests."""
    monkeypatch.setenv("JJJKG_CACHE", str(snapshot.folder.parents[1]))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("JJJKG_STORE_TOKEN", "JJJKG_STORE_USER", "JJJKG_STORE_PASSWORD", "NETRC"):
        monkeypatch.delenv(name, raising=False)
