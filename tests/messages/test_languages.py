"""A language more: a folder of messages, and everything is to be had in it."""

import http.client
import json
import re
import shutil
from collections.abc import Iterator

import pytest

from jjjkg.dataset.loading import own_folder
from jjjkg.messages import DEFAULT, LANGUAGES
from support import TESTS
from support.modules import SOURCE
from support.web.served import Served

DATA = TESTS / "web" / "tiny.trig"
QUESTION = "#+ summary: Where is it?\nSELECT ?firm ?place { ?firm ?at ?place } ORDER BY ?place\n"
NEW = "xx"
#: Where messages have other words in the new language, so that it is seen which were taken.
MARK = "»"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve small data with a copy of the package that has a third language."""
    root = tmp_path_factory.mktemp("third")
    copy = root / "src" / "jjjkg"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("ontology", "graph", "queries"):
        (root / name).symlink_to(own_folder() / name)
    folder = copy / "messages" / NEW
    folder.mkdir()
    for file in (copy / "messages" / DEFAULT).iterdir():
        words = re.sub(r'^([^#\n]+? = ")', rf"\1{MARK}", file.read_text("utf-8"), flags=re.M)
        (folder / file.name).write_text(words, "utf-8")
    data = root / "data"
    for name in ("graph", "queries/questions"):
        (data / name).mkdir(parents=True)
    shutil.copy(DATA, data / "graph")
    (data / "queries" / "questions" / "where.rq").write_text(QUESTION)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(root / "src"))
        patch.setenv("JJJKG_CACHE", str(root / "cache"))
        served = Served(root, "--quiet", file=data)
    yield served
    served.process.terminate()
    served.process.communicate()


def get(server: Served, path: str, **headers: str) -> tuple[http.client.HTTPResponse, str]:
    named = {"Accept": "text/html"} | {k.replace("_", "-"): v for k, v in headers.items()}
    connection = server.connect()
    connection.request("GET", path, headers=named)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response, body


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sparql",
        "/sparql?query=SELECT+*+%7B%7D",
        "/sparql?query=SELECT+*+%7B",
        "/questions/where",
        "/releases/",
        "/ontology.html",
        "/graph/asserted.html",
        "/claim/P1.S1.d.html",
        "/source/paper.P1.S1.html",
        "/doubt?claim=P1.S1.d",
        "/doubt",
        "/explain?s=a&p=b&o=c",
        "/no/such/page",
    ],
)
def test_every_page_is_to_be_had_in_a_language_more(server: Served, path: str) -> None:
    """Two ways to ask for it; the words are its own, and the page leads to the others."""
    asked = f"{path}{'&' if '?' in path else '?'}lang={NEW}"
    for response, page in (get(server, asked), get(server, path, Accept_Language=NEW)):
        assert response.status < 500, page
        assert f'<html lang="{NEW}">' in page
        assert page.count(MARK) > 3
        others = re.findall(r'hreflang="(\w+)"', page)
        assert others == list(LANGUAGES)


def test_the_other_languages_offer_it(server: Served) -> None:
    for language in LANGUAGES:
        _, page = get(server, f"/?lang={language}")
        assert f'hreflang="{NEW}"' in page
        assert f">{MARK}English</a>" in page


@pytest.mark.parametrize(
    "path",
    [
        "/no/such/page",
        "/id/none.html",
        "/sparql?query=SELECT+*+%7B",
        "/sparql?query=INSERT+DATA+%7B%7D",
        "/sparql?query=ASK+%7B%7D&format=foo",
        "/sparql?query=SELECT+*+%7B%7D&timeout=x",
        "/data?graph=x",
        "/explain?s=a&p=b&o=c",
        "/doubt?claim=none",
        "/releases/0.0.0/",
    ],
)
def test_a_problem_is_told_in_it_too(server: Served, path: str) -> None:
    asked = f"{path}{'&' if '?' in path else '?'}lang={NEW}"
    response, body = get(server, asked, Accept="application/json")
    problem = json.loads(body)
    assert response.status == problem["status"] >= 400
    assert problem["title"].startswith(MARK)
    assert problem["detail"].startswith(MARK)


def test_the_ontologys_documentation_is_in_it_too(server: Served) -> None:
    _, page = get(server, "/releases/latest/ontology.html")
    assert f'<span lang="{NEW}">{MARK}Classes</span>' in page
