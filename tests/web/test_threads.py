"""Threads: views that wait for queries of their own have some, as their pages say."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from jjjkg.web import app
from jjjkg.web.server.wsgi import Threads


@pytest.fixture
def threads() -> Iterator[Threads]:
    made = Threads()
    yield made
    made.close()


@pytest.mark.parametrize(
    "path",
    ["/id/x", "/graph/asserted", "/ontology", "/ontology.ttl", "/.well-known/void", "/sparql"],
)
def test_a_view_that_asks_waits_apart(threads: Threads, path: str) -> None:
    assert threads.find(path) is threads.waiting


@pytest.mark.parametrize("path", ["/", "/static/style.css", "/releases/", "/nothing", "/identity"])
def test_a_view_that_waits_for_nothing_does_not(threads: Threads, path: str) -> None:
    assert threads.find(path) is threads.views


def test_a_page_more_says_itself_that_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    page = SimpleNamespace(WAITING=("/about",))
    monkeypatch.setattr(app, "find_pages", lambda: [page, SimpleNamespace()])
    threads = Threads()
    assert threads.find("/about") is threads.waiting
    assert threads.find("/sparql") is threads.views
    threads.close()
