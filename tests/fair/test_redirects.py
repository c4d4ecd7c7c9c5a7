"""The redirects for w3id.org in Apache's own server: every address of the graph leads to it."""

import http.client
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from jjjkg import __version__
from jjjkg.dataset.loading import Dataset
from jjjkg.dataset.questions import load_questions
from jjjkg.rdf.namespaces import BASE, GRAPH, PARTS
from support import ROOT
from support.fair.visits import Site
from support.servers import free_port, listening

FOLDER = ROOT / "docs" / "w3id"
MODULES = Path("/usr/lib/apache2/modules")
TARGET = "https://jjjkg.example.org"
APACHE = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
CONFIGURATION = """
ServerName localhost
{user}
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/log
Mutex file:{folder}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule rewrite_module {modules}/mod_rewrite.so
DocumentRoot {folder}/root
<Directory {folder}/root>
    AllowOverride All
    Require all granted
</Directory>
"""


class Redirects:
    """A running Apache."""

    def __init__(self, port: int) -> None:
        self._port = port

    def follow(self, iri: str, method: str = "GET") -> tuple[int, str]:
        """The status and where it leads; "" for nowhere."""
        path = "/jjjkg/" + iri.removeprefix(BASE).partition("#")[0]
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        connection.request(method, path)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status, response.headers.get("Location", "")


@pytest.fixture(scope="module")
def redirects() -> Iterator[Redirects]:
    if APACHE is None:
        pytest.skip("Apache is not installed (Debian: apache2-bin)")
    with tempfile.TemporaryDirectory() as name:
        yield from _serve(APACHE, Path(name))


def _serve(apache: str, folder: Path) -> Iterator[Redirects]:
    folder.chmod(0o755)  # who Apache becomes must read it
    (folder / "root" / "jjjkg").mkdir(parents=True)
    shutil.copy(FOLDER / ".htaccess", folder / "root" / "jjjkg")
    port = free_port()
    file = folder / "apache.conf"
    user = "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""
    settings = {"port": port, "folder": folder, "modules": MODULES, "user": user}
    file.write_text(CONFIGURATION.format(**settings))
    with listening([apache, "-f", str(file), "-DFOREGROUND"], port):
        yield Redirects(port)


def own_iris(dataset: Dataset) -> set[str]:
    """Every address of ours that has a description, but for what follows a hash sign."""
    triples = (*dataset.ontology, *dataset.asserted, *dataset.provenance, *dataset.dataset)
    subjects = {t.subject.value for t in triples} | {*dataset.claims}  # type: ignore[union-attr]
    return {s.partition("#")[0] for s in subjects if s.startswith(BASE)}


def test_every_address_leads_to_its_description(
    redirects: Redirects, site: Site, dataset: Dataset
) -> None:
    iris = own_iris(dataset)
    assert len(iris) > 450
    for iri in sorted(iris):
        assert redirects.follow(iri) == (302, iri.replace(BASE, TARGET + "/", 1))
        status, media_type, body = site.get(iri, "text/turtle")
        assert (status, media_type) == (200, "text/turtle"), iri
        assert body


@pytest.mark.parametrize(
    "path",
    [
        "",
        f"ontology/{__version__}",
        "ontology.ttl",
        "static/logo.svg",
        f"releases/{__version__}/",
        f"releases/{__version__}/everything.ttl.gz",
        "releases",
        "questions",
        "sparql",
        "sparql?query=ASK%7B%7D",
        "data?graph=https%3A%2F%2Fw3id.org%2Fjjjkg%2Fgraph%2Fasserted",
        "data/graph/asserted",
        "id/hebei?format=ttl&lang=zh",
        *(f"graph/{part}" for part in PARTS),
    ],
)
def test_other_addresses_lead_to_something_too(redirects: Redirects, site: Site, path: str) -> None:
    status, location = redirects.follow(BASE + path)
    assert status in (302, 307)
    assert location == f"{TARGET}/{path}"
    assert site.get(BASE + path)[0] == 200


@pytest.mark.parametrize("name", ["%e4%ba%ac", "a%20b", "a%23b", "a%25b", "a%0d%0ab"])
def test_what_is_encoded_stays_so(redirects: Redirects, name: str) -> None:
    """A name with a hash sign would lead to another thing, raw bytes to none."""
    assert redirects.follow(f"{BASE}id/{name}") == (302, f"{TARGET}/id/{name}")


def test_a_query_that_is_posted_is_posted_on(redirects: Redirects) -> None:
    assert redirects.follow(BASE + "sparql", "POST") == (307, f"{TARGET}/sparql")


def test_questions_are_led_to(redirects: Redirects, site: Site, dataset: Dataset) -> None:
    assert dataset.queries is not None
    for question in load_questions(dataset.queries / "questions"):
        path = f"questions/{question.name}"
        assert redirects.follow(BASE + path) == (302, f"{TARGET}/{path}")
        assert site.get(BASE + path, "text/html")[0] == 200


@pytest.mark.parametrize(
    "path", ["nothing", "ontology/latest", "id/", "idea", "data/x", "releasesx", GRAPH[:-1]]
)
def test_nothing_else_is_led_anywhere(redirects: Redirects, path: str) -> None:
    assert redirects.follow(BASE + path.removeprefix(BASE)) == (404, "")
